"""A training in words for the merchant: what it earns, what it learned from, what is missing for more."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui.templatetags.ui import number
from recsys.engine.enums import Tier
from recsys.evaluation.report import beside_best_sellers
from recsys.serving.models import TrainedModel


@dataclass(frozen=True, slots=True)
class Health:
    """What the page's first card says; `status` is a kind of the status component with its `tone`."""

    headline: str
    text: str
    status: str
    status_kind: str
    status_tone: str
    next_tier: str
    tier: str
    trained_at: datetime | None
    seconds: float | None
    orders_count: int
    customers_count: int
    products_count: int
    lines_count: int
    rows: list[dict[str, Any]]
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the history."""

    status: str
    kind: str
    tone: str
    ratio: float | None
    started_at: datetime
    seconds: float | None
    text: str


def describe_health(*, active: TrainedModel | None, last: TrainedModel | None) -> Health:
    """Say how the lists in use do, from the last training that came to its end."""
    shown = active or last
    if shown is None:
        return Health(
            headline=_("Showing the newest products"),
            text=_("Nothing has been learned yet. The first training runs tonight, or when you press Train now."),
            status=_("Not trained"),
            status_kind="none",
            status_tone="quiet",
            next_tier="",
            tier=_("Newest products"),
            trained_at=None,
            seconds=None,
            orders_count=0,
            customers_count=0,
            products_count=0,
            lines_count=0,
            rows=[],
            reasons=[],
        )
    latest = last or shown
    metrics: Mapping[str, Any] = shown.metrics
    return Health(
        headline=say(metrics["headline"]),
        text=_explain(shown, latest),
        status=_("Healthy") if shown.promoted else _("Best-sellers"),
        status_kind="done" if shown.promoted else "hold",
        status_tone="ok" if shown.promoted else "quiet",
        next_tier=say(latest.metrics.get("next_tier")),
        tier=tier_name(Tier(shown.tier), promoted=shown.promoted),
        trained_at=shown.finished_at,
        seconds=shown.seconds,
        orders_count=shown.orders_count,
        customers_count=shown.customers_count,
        products_count=shown.products_count,
        lines_count=shown.interactions_count,
        rows=[_row(method) for method in beside_best_sellers(metrics)],
        reasons=[say(reason) for reason in shown.reasons],
    )


def describe_run(model: TrainedModel, *, active_id: int | None) -> Run:
    """Say how a training ended."""
    measured = model.metrics.get("ratio_new")
    # Rounded down as in the headline, which never promises more than was measured.
    ratio = None if measured is None else math.floor(measured * 100) / 100
    if model.state == "running":
        status, kind, tone, text = _("Running"), "wait", "quiet", ""
    elif model.state == "failed":
        status, kind, tone, text = _("Failed"), "fail", "bad", _(model.metrics.get("error") or "The training failed.")
    elif model.pk == active_id:
        status, kind, tone, text = _("In use"), "done", "ok", tier_name(Tier(model.tier), promoted=model.promoted)
    elif model.metrics.get("in_use"):
        status, kind, tone, text = _("Earlier"), "away", "quiet", tier_name(Tier(model.tier), promoted=model.promoted)
    else:
        status, kind, tone, text = _("Not used"), "away", "quiet", _("the lists before it were better")
    return Run(status, kind, tone, ratio, model.started_at, model.seconds, text)


def tier_name(tier: Tier, *, promoted: bool) -> str:
    """Name what fills the lists."""
    if not promoted:
        return _("Best-sellers")
    return _("Full model") if tier is Tier.FULL else _("Small model")


def say(message: Mapping[str, Any] | None) -> str:
    """Translate a sentence that the engine left as template and values."""
    return _(message["template"]) % message["values"] if message else ""


def _explain(shown: TrainedModel, latest: TrainedModel) -> str:
    if shown.promoted and latest.pk != shown.pk:
        return _("The last training was not better, so these lists stayed. Measured on orders the model had not seen.")
    if shown.promoted:
        found = int(shown.metrics.get("test_customers_count", 0))
        return ngettext(
            "Measured on the later orders of %(num)s returning customer, which the model had not seen.",
            "Measured on the later orders of %(num)s returning customers, which the model had not seen.",
            found,
        ) % {"num": number(found)}
    return _("Product pages show what is bought together or alike; the rest are best-sellers, then the newest.")


def _row(method: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": say(method["label"]),
        "hit_rate": method["new"]["hit_rate_10"],
        "ndcg": method["new"]["ndcg_10"],
        "coverage": method["new"]["coverage_10"],
    }
