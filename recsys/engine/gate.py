"""Whether a trained model may replace best-sellers: it must beat them on customers it has not seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recsys.engine.data import CatalogFrame, Ints
from recsys.engine.enums import Tier
from recsys.engine.results import Evaluation, GateDecision, Message, gettext_noop
from recsys.engine.topn import EMPTY


@dataclass(frozen=True)
class GateRules:
    """Hold the thresholds: ratios of NDCG@10, the champion's bound, coverage, and test customers."""

    min_ratio_new: float = 1.05
    min_ratio_all: float = 1.0
    min_champion_bound: float = -0.01
    min_champion_coverage: float = 0.8
    min_popularity_coverage: float = 10.0
    enough_coverage: float = 0.25
    min_test_customers: int = 30


BETTER = gettext_noop("Better than showing best-sellers: %(times)s times.")
NOT_BETTER = gettext_noop("Showing best-sellers, because the model does not beat them yet.")
TOO_FEW_ORDERS = gettext_noop("Showing best-sellers. Orders still missing before a model can learn: %(missing)s.")
TOO_FEW_RETURNING = gettext_noop(
    "Showing best-sellers. Customers who came back: %(found)s, needed to test a model: %(needed)s."
)
NEW_RATIO = gettext_noop("New products: %(times)s times recent best-sellers (at least %(needed)s).")
ALL_RATIO = gettext_noop("All products: %(times)s times what the customer bought most (at least %(needed)s).")
COVERAGE = gettext_noop("%(percent)s%% of the products are recommended to someone (best-sellers: %(popular)s%%).")
WORSE_THAN_BEFORE = gettext_noop("Worse than the model in use: it could lose %(percent)s%%.")
LESS_COVERAGE = gettext_noop("Recommends fewer products than the model in use.")
FAULTY = gettext_noop("Products on the new lists that cannot be bought: %(count)s. No list was changed.")


def times(ratio: float) -> str:
    """Return a ratio with two decimals, rounded down so that it never promises more than was measured."""
    return f"{np.floor(ratio * 100) / 100:.2f}"


def decide(
    tier: Tier, evaluation: Evaluation | None, *, n_orders: int, min_orders: int, rules: GateRules
) -> GateDecision:
    """Promote the challenger only if every rule holds."""
    if tier is Tier.BEST_SELLERS:
        missing = Message(TOO_FEW_ORDERS, {"missing": max(min_orders - n_orders, 1)})
        return GateDecision(False, missing, (missing,))
    found = 0 if evaluation is None else evaluation.n_test_customers
    if evaluation is None or found < rules.min_test_customers:
        values = {"found": found, "needed": rules.min_test_customers}
        few = Message(TOO_FEW_RETURNING, values)
        return GateDecision(False, few, (few,))
    checks = list(_checks(evaluation, rules))
    promoted = all(passed for passed, _ in checks)
    headline = Message(BETTER, {"times": times(evaluation.ratio_new)}) if promoted else Message(NOT_BETTER)
    failed_first = sorted(checks, key=lambda check: check[0])
    return GateDecision(promoted, headline, tuple(message for _, message in failed_first))


def _checks(evaluation: Evaluation, rules: GateRules) -> Iterable[tuple[bool, Message]]:
    new, every = evaluation.ratio_new, evaluation.ratio_all
    limit_new, limit_all = f"{rules.min_ratio_new:.2f}", f"{rules.min_ratio_all:.2f}"
    yield new >= rules.min_ratio_new, Message(NEW_RATIO, {"times": times(new), "needed": limit_new})
    yield every >= rules.min_ratio_all, Message(ALL_RATIO, {"times": times(every), "needed": limit_all})
    covered = evaluation.method("blend").all_items.coverage_10
    popular = evaluation.method(evaluation.best_popularity).all_items.coverage_10
    # in a small catalog ten times the best-sellers' coverage can exceed the whole of it
    needed = min(rules.min_popularity_coverage * popular, rules.enough_coverage)
    percent: dict[str, str | int] = {"percent": round(100 * covered), "popular": f"{100 * popular:.1f}"}
    yield covered >= needed, Message(COVERAGE, percent)
    bound = evaluation.champion_lower_bound
    if bound is not None and bound <= rules.min_champion_bound:
        yield False, Message(WORSE_THAN_BEFORE, {"percent": f"{-100 * bound:.1f}"})
    before = evaluation.champion_coverage
    if before is not None and evaluation.method("blend").new_items.coverage_10 < rules.min_champion_coverage * before:
        yield False, Message(LESS_COVERAGE)


def count_faults(catalog: CatalogFrame, lists: Iterable[Ints]) -> int:
    """Return how many listed product ids are not in the catalog or cannot be bought."""
    allowed = catalog.products[catalog.available]
    return sum(int((~np.isin(ids, allowed) & (ids != EMPTY)).sum()) for ids in lists)
