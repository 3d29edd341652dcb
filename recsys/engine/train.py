"""The engine's front door: train a store's lists, or only measure how good they would be."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from threadpoolctl import threadpool_limits

from recsys.engine.algorithm import Algorithm
from recsys.engine.blend import DEFAULT_WEIGHTS, Task
from recsys.engine.config import EngineConfig
from recsys.engine.content import ContentIndex, ContentSimilarity
from recsys.engine.data import CatalogFrame, InteractionFrame, Ints
from recsys.engine.enums import Slot, Tier
from recsys.engine.evaluate import blend_algorithms, evaluate_log, fit_all
from recsys.engine.events import EventLog, Snapshot, encode
from recsys.engine.gate import FAULTY, count_faults, decide
from recsys.engine.lists import customer_tables, product_table, trending_lists
from recsys.engine.popularity import Popularity, Repeat
from recsys.engine.results import (
    Counts,
    CustomerTable,
    Evaluation,
    GateDecision,
    Message,
    ModelParameters,
    ProductTable,
    TrainedLists,
    TrendingList,
    gettext_noop,
)
from recsys.engine.similarity import bought_together, similar_products

Progress = Callable[[float, str], None]
TaskWeights = Mapping[Task, Mapping[str, float]]

ENGINE_VERSION = "1"
NEIGHBORS = 100
MORE_ORDERS = gettext_noop("Orders still missing before a first model can learn: %(missing)s.")
MORE_REPEAT_CUSTOMERS = gettext_noop("Customers with a second order still missing for the full model: %(missing)s.")
MORE_PAIRS = gettext_noop("Purchases of different products still missing for the full model: %(missing)s.")


class UnsafeListsError(Exception):
    """Raised instead of giving back lists that hold products which cannot be bought."""


@dataclass(frozen=True)
class _Lists:
    for_you: CustomerTable
    buy_again: CustomerTable
    similar: ProductTable
    bought_together: ProductTable
    trending: dict[str, TrendingList]


def train(
    interactions: InteractionFrame,
    catalog: CatalogFrame,
    *,
    now: datetime | np.datetime64,
    seed: int = 0,
    config: EngineConfig | None = None,
    champion: ModelParameters | None = None,
    progress: Progress | None = None,
) -> TrainedLists:
    """Measure a model, decide whether it beats best-sellers, and build every list of the store.

    The same input, seed and settings give the same lists. `champion` is what the last promoted training returned as
    `parameters`; it is measured again on the same data. `progress` is called with a share from 0 to 1 and a stage.

    Raises: ValueError for a naive `now`; UnsafeListsError when a list holds a product that is not available.
    """
    settings = EngineConfig() if config is None else config
    report = _ignore if progress is None else progress
    started, clock = time.perf_counter(), {}
    with threadpool_limits(limits=1):
        report(0.0, gettext_noop("Reading orders"))
        log = encode(interactions, catalog, now=now)
        content = ContentIndex(catalog)
        counts = count(log)
        tier = choose_tier(counts, settings)
        clock["prepare"] = time.perf_counter() - started
        evaluation = _evaluate(log, content, tier, seed, settings, champion, report)
        decision = decide(
            tier, evaluation, n_orders=counts.n_orders, min_orders=settings.min_orders, rules=settings.gate
        )
        clock["evaluate"] = time.perf_counter() - started - clock["prepare"]
        report(0.65, gettext_noop("Training"))
        snapshot = log.snapshot()
        algorithms, weights = _plan(tier, decision, evaluation, log, content, settings)
        fit_all(algorithms, snapshot, seed)
        clock["fit"] = time.perf_counter() - started - sum(clock.values())
        report(0.8, gettext_noop("Writing lists"))
        parameters = _parameters(tier, algorithms, weights, settings, seed)
        lists = _build(log, snapshot, content, algorithms, weights, settings.list_length)
        clock["lists"] = time.perf_counter() - started - sum(clock.values())
        clock["total"] = time.perf_counter() - started
    report(1.0, gettext_noop("Done"))
    return TrainedLists(
        tier=tier,
        decision=decision,
        for_you=lists.for_you,
        buy_again=lists.buy_again,
        similar=lists.similar,
        bought_together=lists.bought_together,
        trending=lists.trending,
        evaluation=evaluation,
        parameters=parameters,
        counts=counts,
        next_tier=next_tier(counts, settings),
        anchor=log.end,
        data_hash=log.data_hash,
        versions=versions(),
        seconds=clock,
    )


def evaluate(
    interactions: InteractionFrame,
    catalog: CatalogFrame,
    *,
    now: datetime | np.datetime64,
    seed: int = 0,
    config: EngineConfig | None = None,
    champion: ModelParameters | None = None,
    progress: Progress | None = None,
) -> Evaluation | None:
    """Measure the model that `train` would build; None for a store with too few orders or nobody who came back."""
    settings = EngineConfig() if config is None else config
    with threadpool_limits(limits=1):
        log = encode(interactions, catalog, now=now)
        tier = choose_tier(count(log), settings)
        report = _ignore if progress is None else progress
        return _evaluate(log, ContentIndex(catalog), tier, seed, settings, champion, report)


def _parameters(
    tier: Tier, algorithms: list[Algorithm], weights: TaskWeights, config: EngineConfig, seed: int
) -> ModelParameters:
    return ModelParameters(
        tier=tier,
        algorithms=tuple(algorithm.name for algorithm in algorithms),
        weights_all=dict(weights[Task.ALL]),
        weights_new=dict(weights[Task.NEW]),
        settings={name: value for name, value in asdict(config).items() if name != "gate"},
        seed=seed,
    )


def _ignore(_share: float, _stage: str) -> None:
    return None


def _evaluate(
    log: EventLog,
    content: ContentIndex,
    tier: Tier,
    seed: int,
    config: EngineConfig,
    champion: ModelParameters | None,
    progress: Progress,
) -> Evaluation | None:
    if tier is Tier.BEST_SELLERS:
        return None
    return evaluate_log(log, content, tier, seed=seed, config=config, champion=champion, progress=progress)


def count(log: EventLog) -> Counts:
    """Count what the log holds."""
    snapshot = log.snapshot()
    own = snapshot.own_lines
    orders = np.unique(np.stack([log.customer[own], log.basket[own]]), axis=1)
    return Counts(
        n_customers=log.n_customers,
        n_repeat_customers=int((np.bincount(orders[0], minlength=1) >= 2).sum()),
        n_products=log.n_products,
        n_available_products=int(log.catalog.available.sum()),
        n_orders=len(np.unique(log.basket[snapshot.lines])),
        n_order_lines=len(snapshot.lines),
        n_pairs=int(snapshot.counts.nnz),
        n_dropped=log.n_dropped,
    )


def choose_tier(counts: Counts, config: EngineConfig) -> Tier:
    """Return the tier that the amount of data allows."""
    if counts.n_orders < config.min_orders or not counts.n_pairs:
        return Tier.BEST_SELLERS
    if counts.n_repeat_customers < config.full_repeat_customers or counts.n_pairs < config.full_pairs:
        return Tier.SMALL
    return Tier.FULL


def next_tier(counts: Counts, config: EngineConfig) -> Message | None:
    """Say what is missing for the next tier, None at the highest."""
    tier = choose_tier(counts, config)
    if tier is Tier.FULL:
        return None
    if tier is Tier.BEST_SELLERS:
        return Message(MORE_ORDERS, {"missing": max(config.min_orders - counts.n_orders, 1)})
    missing = config.full_repeat_customers - counts.n_repeat_customers
    if missing > 0:
        return Message(MORE_REPEAT_CUSTOMERS, {"missing": missing})
    return Message(MORE_PAIRS, {"missing": config.full_pairs - counts.n_pairs})


def _plan(
    tier: Tier,
    decision: GateDecision,
    evaluation: Evaluation | None,
    log: EventLog,
    content: ContentIndex,
    config: EngineConfig,
) -> tuple[list[Algorithm], TaskWeights]:
    """Return what fills the customers' lists: the blend if promoted, else best-sellers and repeats."""
    if decision.promoted and evaluation is not None:
        weights = {Task.ALL: evaluation.weights_all, Task.NEW: evaluation.weights_new}
        used = {name for chosen in weights.values() for name, weight in chosen.items() if weight}
        parts = [a for a in blend_algorithms(tier, config, log, content) if a.name in used]
        return parts, weights
    repeats: list[Algorithm] = [Repeat(180.0), Repeat(None)]
    again = {name: DEFAULT_WEIGHTS[Task.ALL][name] for name in ("repeat", "repeat_count")}
    if evaluation is not None:
        half_life = {"pop3": 3.0, "pop7": 7.0, "pop30": 30.0}[evaluation.best_popularity]
        return [*repeats, Popularity(half_life)], {Task.ALL: again, Task.NEW: {evaluation.best_popularity: 1.0}}
    few: list[Algorithm] = [*repeats, Popularity(30.0), ContentSimilarity(content)]
    return few, {Task.ALL: again, Task.NEW: {"pop30": 1.0, "content": 1.0}}


def _build(
    log: EventLog,
    snapshot: Snapshot,
    content: ContentIndex,
    algorithms: list[Algorithm],
    weights: TaskWeights,
    n: int,
) -> _Lists:
    available = log.catalog.available
    neighbors = similar_products(snapshot, content, available, max(NEIGHBORS, n))
    customers = customer_tables(algorithms, weights, snapshot, neighbors, n)
    similar = product_table(snapshot, neighbors, n)
    together = product_table(snapshot, bought_together(snapshot, content, available, n), n)
    trending = trending_lists(snapshot, n)
    shown = [table.product_ids for table in customers.values()]
    shown += [similar.neighbor_ids, together.neighbor_ids, *(ranking.product_ids for ranking in trending.values())]
    refuse_faults(log.catalog, shown)
    return _Lists(customers[Slot.FOR_YOU], customers[Slot.BUY_AGAIN], similar, together, trending)


def refuse_faults(catalog: CatalogFrame, lists: Sequence[Ints]) -> None:
    """Check that every listed product can be bought.

    Raises: UnsafeListsError when one cannot, or is not in the catalog.
    """
    faults = count_faults(catalog, lists)
    if faults:
        raise UnsafeListsError(str(Message(FAULTY, {"count": faults})))


def versions() -> dict[str, str]:
    """Return the versions of the engine and of the libraries that shape its numbers."""
    libraries = ("scikit-surprise", "numpy", "scipy", "scikit-learn", "pandas")
    return {"engine": ENGINE_VERSION, **{name: importlib.metadata.version(name) for name in libraries}}
