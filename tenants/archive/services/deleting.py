"""Let a store go: close it, wait out the grace, then erase it step by step, each of which can be repeated."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import LoginHandoff, LoginSession, StoreLoginRule
from core.cache import forget_keys
from core.events import publish
from core.freshness.models import StoreMark
from core.ids import new_token
from core.jobs.models import Job
from core.outbox.models import OutboxMessage
from core.outbox.services import enqueue
from core.tenancy import in_public
from tenants.archive.building import drop_schema
from tenants.archive.enums import DeletionState
from tenants.archive.errors import DeletionRefused, NameNotTyped
from tenants.archive.files import remove_archives, remove_folders
from tenants.archive.locks import lock_deletion, lock_tenant
from tenants.archive.models import ArchivePolicy, Deletion, Restoration
from tenants.archive.selectors import find_deletion, hash_slug
from tenants.enums import WORKING_STATES, Role, TenantState
from tenants.events import TenantDeleted, TenantDeleting, TenantErasing, TenantKept, TenantOpening
from tenants.hosts import see_changes
from tenants.models import Membership, Tenant
from tenants.provisioning.pool import release_claim
from tenants.provisioning.schema import GENERATED
from tenants.services import change_state, record_event

GRACE = timedelta(days=30)
WARN_BEFORE = timedelta(days=7)
LEAST_NOTICE = timedelta(days=5)
HOLD_ADDRESS = timedelta(days=90)

Stage = Callable[[str], None]

logger = logging.getLogger(__name__)


def start_deletion(*, tenant: Tenant, typed: str, reason: str, actor: str, now: datetime) -> Deletion:
    """Close the store to shoppers at once and set the day on which it is erased.

    Raises: NameNotTyped unless `typed` is the store's address name, DeletionRefused while one is under way, TransitionRefused.
    """
    if typed.strip() != tenant.slug:
        raise NameNotTyped(
            _("Type %(slug)s, exactly as it stands here. Nothing was deleted.") % {"slug": tenant.slug}, field="typed"
        )
    with in_public(), transaction.atomic():
        held = lock_tenant(tenant.pk)
        if find_deletion(held) is not None:
            raise DeletionRefused(_("This store is being deleted already."))
        change_state(tenant_id=held.pk, state=TenantState.DELETING, reason=reason, actor=actor, now=now)
        deletion = Deletion.objects.create(
            token=new_token(),
            tenant_id=held.pk,
            reason=reason[:200],
            actor=actor,
            slug_hash=hash_slug(held.slug),
            state_before=held.state,
            reason_before=held.suspended_reason[:200],
            asked_at=now,
            due_at=now + GRACE,
        )
        publish(TenantDeleting(tenant=held, now=now))
        _ask_for_mails(deletion, "started")
    see_changes()
    return deletion


def keep_store(*, tenant: Tenant, actor: str, now: datetime) -> Tenant:
    """Open the store again as it was before, with the reason it had; nothing has been erased yet.

    Raises: DeletionRefused once the erasing has begun, which takes the same lock; what keeps a store from opening
    (`TenantOpening`).
    """
    gone = DeletionRefused(_("This store is being erased already; it cannot be kept any more."))
    with in_public():
        deletion = find_deletion(tenant)
        if deletion is None or deletion.state != DeletionState.WAITING:
            raise gone
        before, reason = TenantState(deletion.state_before or TenantState.READY), deletion.reason_before
        if before in WORKING_STATES:
            publish(TenantOpening(tenant=tenant, now=now))
        # From "being deleted" no way leads straight to a closed checkout.
        way = [TenantState.READY, before] if before == TenantState.CHECKOUT_OFF else [before]
        with transaction.atomic():
            if lock_deletion(deletion.pk).state != DeletionState.WAITING:
                raise gone
            for state in way:
                kept = change_state(
                    tenant_id=tenant.pk, state=state, reason=reason if state == before else "", actor=actor, now=now
                )
            Deletion.objects.filter(pk=deletion.pk).update(state=DeletionState.KEPT, reason_before="", finished_at=now)
            record_event(tenant_id=tenant.pk, kind="deletion.kept", actor=actor, now=now)
            publish(TenantKept(tenant=kept, now=now))
    see_changes()
    return kept


def warn_of_deletions(*, now: datetime) -> int:
    """Write to the owners of stores that will be erased within a week, once; return how many.

    Where that comes late, because nothing was scheduled for days, the store is kept for another week from now.
    """
    warned = 0
    with in_public(), transaction.atomic():
        due = Deletion.objects.select_for_update(skip_locked=True).filter(
            state=DeletionState.WAITING, warned_at__isnull=True, due_at__lte=now + WARN_BEFORE
        )
        for deletion in due:
            due_at = deletion.due_at if deletion.due_at >= now + LEAST_NOTICE else now + WARN_BEFORE
            Deletion.objects.filter(pk=deletion.pk).update(warned_at=now, due_at=due_at)
            _ask_for_mails(deletion, "week")
            warned += 1
    return warned


def _ask_for_mails(deletion: Deletion, kind: str) -> None:
    """Ask for a mail to each owner, by a task of its own: an address that takes no mail keeps none from the others."""
    owners = Membership.objects.filter(tenant_id=deletion.tenant_id, role=Role.OWNER).order_by("pk")
    for user_id in owners.values_list("user_id", flat=True):
        facts = {"deletion_id": deletion.pk, "kind": kind, "user_id": user_id}
        enqueue(task="tenants.archive.mail_deletion", kwargs=facts)


def list_due(*, now: datetime) -> list[Deletion]:
    """Return the deletions whose grace is over, those begun first."""
    with in_public():
        return list(Deletion.objects.filter(state__in=Deletion.OPEN, due_at__lte=now).order_by("began_at", "due_at"))


def erase_store(
    *, deletion_id: int, actor: str, now: datetime, at_once: bool = False, stage: Stage = lambda _name: None
) -> Deletion:
    """Erase everything of the store and leave a tombstone; safe to call again after any step, and by two at once.

    Each step is written down after it was done, so one that was cut short is done again. `stage` hears of each step before it.
    Raises: DeletionRefused before its time, unless `at_once`; whatever keeps others from letting go (`TenantErasing`).
    """
    with in_public():
        deletion = _begin(deletion_id, now=now, at_once=at_once)
        tenant = Tenant.objects.filter(pk=deletion.tenant_id).first()
        if tenant is not None:
            for name, step in STEPS:
                if name not in deletion.steps_done:
                    stage(name)
                    counts = step(tenant, deletion, now)
                    _note_step(deletion, name, counts)
            stage("tenant")
            _remove_tenant(tenant, deletion, actor=actor, now=now)
        stage("tombstone")
        return _bury(deletion, now=now)


def _begin(deletion_id: int, *, now: datetime, at_once: bool) -> Deletion:
    with transaction.atomic():
        deletion = lock_deletion(deletion_id)
        if deletion.state not in Deletion.OPEN:
            raise DeletionRefused(_("There is nothing to erase: the store was kept, or is gone."))
        if deletion.due_at > now and not at_once:
            raise DeletionRefused(
                _("This store is erased on %(day)s, not before.") % {"day": f"{deletion.due_at:%Y-%m-%d}"}
            )
        if deletion.state == DeletionState.WAITING:
            tenant = lock_tenant(deletion.tenant_id)
            deletion.state = DeletionState.ERASING
            deletion.began_at = now
            deletion.schemas = sorted(_schemas_of(tenant))
            deletion.farewell = _whom_to_tell(tenant)
            deletion.save()
    return deletion


def _let_others_go(tenant: Tenant, _deletion: Deletion, now: datetime) -> dict[str, int]:
    """Outside any transaction: a subscription is ended at Stripe first, and only then forgotten here."""
    erased: dict[str, int] = {}
    publish(TenantErasing(tenant=tenant, erased=erased, now=now))
    return erased


def _close(tenant: Tenant, _deletion: Deletion, now: datetime) -> dict[str, int]:
    if Tenant.objects.get(pk=tenant.pk).state != TenantState.DELETED:
        change_state(tenant_id=tenant.pk, state=TenantState.DELETED, reason="", actor="system", now=now)
    see_changes()
    return {}


def _drop_schemas(tenant: Tenant, deletion: Deletion, _now: datetime) -> dict[str, int]:
    """Drop the store's schemas: first its row lets go of its own, under a name that never was one."""
    tables = 0
    for name in deletion.schemas:
        if not GENERATED.fullmatch(name) or Tenant.objects.filter(schema_name=name).exclude(pk=tenant.pk).exists():
            logger.error("deletion %s names a schema that is not its own", deletion.token)
            continue
        Tenant.objects.filter(pk=tenant.pk, schema_name=name).update(schema_name=f"t_{deletion.pk:020x}")
        tables += drop_schema(name)
        release_claim(schema_name=name)
    return {"tables": tables}


def _remove_files(tenant: Tenant, deletion: Deletion, _now: datetime) -> dict[str, int]:
    files = sum(remove_folders(name) for name in deletion.schemas if GENERATED.fullmatch(name))
    policy = ArchivePolicy.objects.filter(tenant_id=tenant.pk).first()
    return {"files": files, "archives": remove_archives(policy.lineage) if policy else 0}


def _forget_cache(_tenant: Tenant, deletion: Deletion, _now: datetime) -> dict[str, int]:
    return {"cache_keys": sum(forget_keys(name) for name in deletion.schemas if GENERATED.fullmatch(name))}


def _remove_rows(tenant: Tenant, deletion: Deletion, _now: datetime) -> dict[str, int]:
    """Remove what names the store without a key to it: jobs, messages, passes, log-ins there and its rule for them."""
    with transaction.atomic():
        counts = {
            "jobs": Job.objects.filter(schema_name__in=deletion.schemas).delete()[0],
            "messages": OutboxMessage.objects.filter(schema_name__in=deletion.schemas).delete()[0],
            "passes": LoginHandoff.objects.filter(tenant_id=tenant.pk).delete()[0],
            "log_ins": LoginSession.objects.filter(tenant_id=tenant.pk).delete()[0],
        }
        StoreLoginRule.objects.filter(tenant_id=tenant.pk).delete()
        StoreMark.objects.filter(schema_name__in=deletion.schemas).delete()
        counts["messages"] += OutboxMessage.objects.filter(kwargs__tenant_id=tenant.pk).delete()[0]
    return counts


STEPS: tuple[tuple[str, Callable[[Tenant, Deletion, datetime], dict[str, int]]], ...] = (
    ("others", _let_others_go),
    ("closed", _close),
    ("schema", _drop_schemas),
    ("files", _remove_files),
    ("cache", _forget_cache),
    ("rows", _remove_rows),
)


def _remove_tenant(tenant: Tenant, deletion: Deletion, *, actor: str, now: datetime) -> None:
    """Remove the store's row and all that hangs on it, and tell the others, in one transaction."""
    with transaction.atomic():
        held = lock_deletion(deletion.pk)
        counts: dict[str, int] = {}
        for label, count in Tenant.objects.filter(pk=tenant.pk).delete()[1].items():
            counts[label.rpartition(".")[2].lower()] = count
        held.erased = {**held.erased, **counts}
        held.slug_free_at = now + HOLD_ADDRESS
        held.actor = "" if "@" in held.actor else held.actor
        held.save()
        publish(TenantDeleted(tenant_id=tenant.pk, now=now))
    logger.info("a store was erased by %s: %s", "a person" if "@" in actor else actor, counts)


def _bury(deletion: Deletion, *, now: datetime) -> Deletion:
    """Blank what could tell whose store it was; the last mail goes out first and blanks its own address."""
    with transaction.atomic():
        held = lock_deletion(deletion.pk)
        if held.state != DeletionState.DONE:
            held.state = DeletionState.DONE
            held.schemas = []
            held.reason = held.reason_before = ""
            held.finished_at = now
            held.save()
            enqueue(task="tenants.archive.mail_deletion", kwargs={"deletion_id": held.pk, "kind": "done"})
    return held


def _note_step(deletion: Deletion, name: str, counts: dict[str, int]) -> None:
    with transaction.atomic():
        held = lock_deletion(deletion.pk)
        if name not in held.steps_done:
            held.steps_done = [*held.steps_done, name]
            held.erased = {**held.erased, **{key: held.erased.get(key, 0) + count for key, count in counts.items()}}
            held.save(update_fields=["steps_done", "erased"])
        deletion.steps_done = held.steps_done


def _schemas_of(tenant: Tenant) -> set[str]:
    made = Restoration.objects.filter(tenant_id=tenant.pk).values_list("schema_name", "idle_schema_name")
    return {tenant.schema_name} | {name for pair in made for name in pair if name}


def _whom_to_tell(tenant: Tenant) -> dict[str, object]:
    owners = Membership.objects.filter(tenant_id=tenant.pk, role=Role.OWNER).select_related("user").order_by("pk")
    return {
        "name": tenant.name,
        "people": [{"email": each.user.email, "language": each.user.language} for each in owners],
    }
