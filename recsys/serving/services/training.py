"""One training from orders to the pointer's move."""

import logging
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from core.tenancy import in_tenant
from recsys.engine.enums import Tier
from recsys.engine.results import ModelParameters, TrainedLists
from recsys.engine.train import train
from recsys.evaluation.report import message_as_json, summarize
from recsys.interactions.services import prune_interactions
from recsys.serving.locks import hold_training
from recsys.serving.models import ActiveModel, TrainedModel
from recsys.serving.services.export import export_store
from recsys.serving.services.storing import delete_old_lists, write_lists
from recsys.serving.services.trending import refresh_trending
from tenants.models import Tenant

READY, RUNNING, FAILED = "ready", "running", "failed"
ENGINE_SHARE = 0.9
INTERRUPTED = gettext_noop("The training was interrupted. The lists before it stayed in use.")
FAILED_WORDS = gettext_noop("The training failed. The lists before it stayed in use.")

Report = Callable[[float, str], None]

logger = logging.getLogger(__name__)


def train_store(*, tenant: Tenant, now: datetime, report: Report | None = None) -> TrainedModel:
    """Train the store's lists and put them in use, all at once or not at all.

    Lists that do not pass the gate replace lists that did not pass it either, never those of a promoted model.
    `report` is called with a share from 0 to 1 and an untranslated stage; what it raises ends the training.

    Raises: TrainingRunning; whatever stopped the training. The lists in use stay as they are then.
    """
    tell = report or _ignore
    with in_tenant(tenant), hold_training():
        _close_interrupted(now=now)
        model = TrainedModel.objects.create(started_at=now)
        started = perf_counter()
        try:
            lists = _learn(now=now, tell=tell)
            keeps_champion = _keeps_champion(lists)
            if not keeps_champion:
                write_lists(model_id=model.pk, lists=lists)
            tell(0.98, gettext_noop("Putting the lists in use"))
            seconds = perf_counter() - started
            _finish(model, lists=lists, seconds=seconds, flip=not keeps_champion, now=now)
        except Exception:
            TrainedModel.objects.filter(pk=model.pk).update(
                state=FAILED, metrics={"error": FAILED_WORDS}, finished_at=now, seconds=perf_counter() - started
            )
            raise
        refresh_trending(now=now)
        delete_old_lists()
        prune_interactions(now=now)
        model.refresh_from_db()
    return model


def find_champion() -> ModelParameters | None:
    """Return the settings of the promoted model in use, to be measured again beside a new one."""
    active = ActiveModel.objects.select_related("model").first()
    if active is None or not active.model.promoted:
        return None
    stored: Mapping[str, Any] = active.model.parameters
    return ModelParameters(
        tier=Tier(stored["tier"]),
        algorithms=tuple(stored["algorithms"]),
        weights_all=stored["weights_all"],
        weights_new=stored["weights_new"],
        settings=stored["settings"],
        seed=stored["seed"],
    )


def _learn(*, now: datetime, tell: Report) -> TrainedLists:
    tell(0.0, gettext_noop("Reading orders"))
    export = export_store()
    return train(
        export.interactions,
        export.catalog,
        now=now,
        champion=find_champion(),
        progress=lambda share, stage: tell(share * ENGINE_SHARE, stage),
    )


def _keeps_champion(lists: TrainedLists) -> bool:
    return not lists.decision.promoted and ActiveModel.objects.filter(model__promoted=True).exists()


def _finish(model: TrainedModel, *, lists: TrainedLists, seconds: float, flip: bool, now: datetime) -> None:
    metrics = summarize(lists) | {"peak_memory_mb": peak_memory_mb(), "in_use": flip}
    with transaction.atomic():
        TrainedModel.objects.filter(pk=model.pk).update(
            state=READY,
            tier=int(lists.tier),
            promoted=lists.decision.promoted,
            metrics=metrics,
            reasons=[message_as_json(reason) for reason in lists.decision.reasons],
            parameters=asdict(lists.parameters) | {"tier": int(lists.parameters.tier)},
            data_hash=lists.data_hash,
            orders_count=lists.counts.n_orders,
            customers_count=lists.counts.n_customers,
            products_count=lists.counts.n_products,
            interactions_count=lists.counts.n_order_lines,
            seconds=seconds,
            finished_at=now,
        )
        if flip:
            ActiveModel.objects.update_or_create(pk=1, defaults={"model_id": model.pk})


def _close_interrupted(*, now: datetime) -> None:
    """The lock is ours, so nobody works on what still says it runs."""
    TrainedModel.objects.filter(state=RUNNING).update(state=FAILED, metrics={"error": INTERRUPTED}, finished_at=now)


def peak_memory_mb() -> int:
    """Return the most memory this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))


def _ignore(_share: float, _stage: str) -> None:
    return None
