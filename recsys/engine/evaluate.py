"""The measurement of a blend against best-sellers and its own parts, on baskets it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from recsys.engine.algorithm import Algorithm
from recsys.engine.blend import DEFAULT_WEIGHTS, Task, blocks, build_pool, combine, excluded, raw_scores, shrink, tune
from recsys.engine.config import EngineConfig
from recsys.engine.content import ContentIndex, ContentSimilarity
from recsys.engine.data import Floats, Ints
from recsys.engine.enums import BLEND, Tier
from recsys.engine.events import EventLog, Snapshot
from recsys.engine.metrics import DEEP_CUT, Ranked, bootstrap_lower, measure
from recsys.engine.popularity import PersonalFrequency, Popularity, Repeat
from recsys.engine.results import Evaluation, Message, MethodReport, ModelParameters, gettext_noop
from recsys.engine.split import Split, SplitPlan, plan_splits
from recsys.engine.surprise_models import SurpriseCooc, SurpriseEase, SurpriseSvd
from recsys.engine.topn import top_n

Progress = Callable[[float, str], None]
TaskWeights = Mapping[Task, Mapping[str, float]]

CHAMPION = "champion"
RECENT = ("pop3", "pop7", "pop30")
LABELS = {
    BLEND: gettext_noop("This model"),
    CHAMPION: gettext_noop("The model in use"),
    "svd": gettext_noop("Surprise SVD alone"),
    "ease": gettext_noop("Surprise EASE alone"),
    "cooc": gettext_noop("Bought by the same customers, alone"),
    "pop": gettext_noop("Best-sellers of all time"),
    "pop3": gettext_noop("Best-sellers of the last days"),
    "pop7": gettext_noop("Best-sellers of the last week"),
    "pop30": gettext_noop("Best-sellers of the last month"),
    "personal": gettext_noop("What the customer bought most, then best-sellers"),
}


def blend_algorithms(tier: Tier, config: EngineConfig, log: EventLog, content: ContentIndex) -> list[Algorithm]:
    """Return the unfitted parts of a tier's blend."""
    chosen: list[Algorithm] = [Repeat(180.0), Repeat(None), ContentSimilarity(content)]
    chosen += [Popularity(3.0), Popularity(7.0), Popularity(30.0)]
    chosen.append(SurpriseEase() if log.n_products <= config.ease_max_products else SurpriseCooc())
    if tier is Tier.FULL:
        chosen.append(make_svd(config))
    return chosen


def make_svd(config: EngineConfig) -> SurpriseSvd:
    """Return an unfitted SVD."""
    return SurpriseSvd(factors=config.svd_factors, epochs=config.svd_epochs, max_pairs=config.svd_max_pairs)


def fit_all(algorithms: Sequence[Algorithm], snapshot: Snapshot, seed: int) -> None:
    """Fit each algorithm on the same snapshot."""
    for algorithm in algorithms:
        algorithm.fit(snapshot, seed=seed)


def choose_weights(
    algorithms: Sequence[Algorithm], split: Split, snapshot: Snapshot, *, min_customers: int, seed: int
) -> tuple[dict[Task, dict[str, float]], bool]:
    """Return weights per task, tuned on the split's customers, or the defaults when they are too few."""
    names = [algorithm.name for algorithm in algorithms]
    defaults = {task: {name: DEFAULT_WEIGHTS[task].get(name, 0.0) for name in names} for task in Task}
    if len(split.customers) < min_customers:
        return defaults, False
    fit_all(algorithms, snapshot, seed)
    tuned = {}
    for task in Task:
        # what a customer bought before is no candidate of the new list, so repeats cannot help there
        parts = [a for a in algorithms if task is Task.ALL or not isinstance(a, Repeat)]
        pool = build_pool(parts, snapshot, split.customers, split.truth, task, split.candidates)
        tuned[task] = shrink(tune(pool, [a.name for a in parts], defaults[task]), defaults[task])
    return tuned, True


def rank_methods(
    algorithms: Sequence[Algorithm],
    blends: Mapping[str, TaskWeights],
    split: Split,
    snapshot: Snapshot,
) -> dict[Task, dict[str, Ranked]]:
    """Measure every blend and every algorithm on its own, for both tasks."""
    tops: dict[Task, dict[str, list[Ints]]] = {task: {} for task in Task}
    for part in blocks(split.customers, snapshot.n_products):
        raw = raw_scores(algorithms, part)
        for task in Task:
            mask = excluded(snapshot, part, task, split.candidates)
            totals: dict[str, Floats] = {name: combine(raw, weights[task], mask) for name, weights in blends.items()}
            for name in LABELS.keys() & raw.keys():
                totals[name] = np.where(mask, -np.inf, raw[name]).astype(np.float32)
            for name, total in totals.items():
                tops[task].setdefault(name, []).append(top_n(total, DEEP_CUT))
    truth = split.truth[split.customers]
    seen = snapshot.counts[split.customers].sign()
    wanted = {Task.ALL: truth, Task.NEW: truth - truth.multiply(seen)}
    wanted[Task.NEW].eliminate_zeros()
    n_candidates = int(split.candidates.sum())
    return {
        task: {
            name: measure(np.concatenate(parts), wanted[task], n_candidates=n_candidates)
            for name, parts in tops[task].items()
        }
        for task in Task
    }


def evaluate_log(
    log: EventLog,
    content: ContentIndex,
    tier: Tier,
    *,
    seed: int,
    config: EngineConfig,
    champion: ModelParameters | None,
    progress: Progress,
) -> Evaluation | None:
    """Choose weights on the earlier split, measure on the later one; None when nobody came back."""
    plan = plan_splits(
        log,
        days=config.test_days,
        min_customers=config.gate.min_test_customers,
        limit=config.max_test_customers,
        validation_limit=config.max_validation_customers,
        seed=seed,
    )
    if not len(plan.test.customers):
        return None
    algorithms = blend_algorithms(tier, config, log, content)
    progress(0.05, gettext_noop("Choosing weights"))
    past, enough = plan.validation.snapshot(log), config.gate.min_test_customers
    weights, tuned = choose_weights(algorithms, plan.validation, past, min_customers=enough, seed=seed)
    progress(0.35, gettext_noop("Measuring"))
    snapshot = plan.test.snapshot(log)
    compared: list[Algorithm] = [*algorithms, Popularity(None), PersonalFrequency()]
    if tier is not Tier.FULL:
        compared.append(make_svd(config))
    fit_all(compared, snapshot, seed)
    blends: dict[str, TaskWeights] = {BLEND: weights}
    if champion is not None:
        blends[CHAMPION] = {Task.ALL: champion.weights_all, Task.NEW: champion.weights_new}
    ranked = rank_methods(compared, blends, plan.test, snapshot)
    return _report(plan, weights, tuned, ranked, seed)


def _report(
    plan: SplitPlan,
    weights: TaskWeights,
    tuned: bool,
    ranked: Mapping[Task, Mapping[str, Ranked]],
    seed: int,
) -> Evaluation:
    every, new = ranked[Task.ALL], ranked[Task.NEW]
    methods = tuple(
        MethodReport(name, Message(label), every[name].quality, new[name].quality)
        for name, label in LABELS.items()
        if name in every
    )
    best = max(RECENT, key=lambda name: new[name].quality.ndcg_10)
    held = new.get(CHAMPION)
    return Evaluation(
        protocol=plan.protocol,
        cut=plan.test.at,
        validation_cut=plan.validation.at,
        n_test_customers=len(plan.test.customers),
        n_validation_customers=len(plan.validation.customers) if tuned else 0,
        tuned=tuned,
        methods=methods,
        weights_all=dict(weights[Task.ALL]),
        weights_new=dict(weights[Task.NEW]),
        best_popularity=best,
        ratio_new=_ratio(new[BLEND], new[best]),
        ratio_all=_ratio(every[BLEND], every["personal"]),
        champion_lower_bound=None if held is None else bootstrap_lower(new[BLEND].ndcg, held.ndcg, seed=seed),
        champion_coverage=None if held is None else held.quality.coverage_10,
    )


def _ratio(challenger: Ranked, baseline: Ranked) -> float:
    if baseline.quality.ndcg_10 <= 0:
        # nothing to compare with: only a hit of one's own counts as better
        return 1.0 if challenger.quality.ndcg_10 <= 0 else 100.0
    return challenger.quality.ndcg_10 / baseline.quality.ndcg_10
