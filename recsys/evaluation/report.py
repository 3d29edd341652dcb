"""What a training measured, in forms to store, to print and to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from recsys.engine.enums import BLEND

if TYPE_CHECKING:
    # Pages read stored reports with this module; the engine and its libraries stay out of them.
    from recsys.engine.metrics import Quality
    from recsys.engine.results import Evaluation, Message, TrainedLists

Row = dict[str, Any]


def message_as_json(message: Message) -> dict[str, Any]:
    """Return a sentence as `{"template", "values"}`, to be translated when it is shown."""
    return {"template": message.template, "values": dict(message.values)}


def evaluation_as_json(evaluation: Evaluation | None) -> dict[str, Any]:
    """Return the methods with HR@10 and NDCG@10, for new products and for all; empty where nothing was measured."""
    if evaluation is None:
        return {"methods": []}
    return {
        "methods": [
            {
                "name": method.name,
                "label": message_as_json(method.label),
                "new": _quality(method.new_items),
                "all": _quality(method.all_items),
            }
            for method in evaluation.methods
        ],
        "model": BLEND,
        "best_sellers": evaluation.best_popularity,
        "ratio_new": evaluation.ratio_new,
        "ratio_all": evaluation.ratio_all,
        "test_customers_count": evaluation.n_test_customers,
    }


def summarize(lists: TrainedLists) -> dict[str, Any]:
    """Return what is kept of a training beside its lists."""
    return {
        **evaluation_as_json(lists.evaluation),
        "headline": message_as_json(lists.decision.headline),
        "next_tier": None if lists.next_tier is None else message_as_json(lists.next_tier),
        "counts": asdict(lists.counts),
        "seconds": {name: round(value, 3) for name, value in lists.seconds.items()},
        "versions": dict(lists.versions),
    }


def beside_best_sellers(metrics: Mapping[str, Any]) -> list[Row]:
    """Return the two methods that matter: the model, and the strongest best-sellers; empty without a measurement."""
    by_name = {method["name"]: method for method in metrics.get("methods", [])}
    names = (metrics.get("model"), metrics.get("best_sellers"))
    return [by_name[name] for name in names if name in by_name]


def table(rows: Sequence[Row]) -> list[str]:
    """Return the methods as lines of a table: HR@10 and NDCG@10 for products new to the customer, then for all."""
    lines = [f"{'method':<48} {'HR@10 new':>10} {'NDCG@10 new':>12} {'HR@10 all':>10} {'NDCG@10 all':>12}"]
    for row in rows:
        label = row["label"]["template"] % row["label"]["values"]
        new, every = row["new"], row["all"]
        lines.append(
            f"{label:<48} {new['hit_rate_10']:>10.4f} {new['ndcg_10']:>12.4f}"
            f" {every['hit_rate_10']:>10.4f} {every['ndcg_10']:>12.4f}"
        )
    return lines


def _quality(quality: Quality) -> dict[str, float]:
    return {
        "hit_rate_10": round(quality.hit_rate_10, 6),
        "ndcg_10": round(quality.ndcg_10, 6),
        "recall_20": round(quality.recall_20, 6),
        "coverage_10": round(quality.coverage_10, 6),
    }
