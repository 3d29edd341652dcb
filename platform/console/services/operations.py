"""What the team does to one store; each writes the store's log, with who and why, and says what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.subscriptions.services import extend_trial, move_to_plan
from console.errors import ActionRefused
from console.models import StoreNote
from console.services.facts import refresh_facts
from console.templatetags.console import plan_name
from core.cache import forget_keys
from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import in_public, in_tenant
from core.ui.templatetags.ui import day
from recsys.serving.services.starting import start_training
from storefront.search.services import start_rebuild
from tenants.archive.enums import ArchiveReason
from tenants.archive.services import keep_store, start_deletion
from tenants.archive.services.working import ask_for_archive
from tenants.events import TenantOpening
from tenants.fleet.errors import StoreBehind
from tenants.fleet.services import bring_up_to_date
from tenants.hosts import forget_hosts
from tenants.models import Tenant
from tenants.services import close_checkout, record_event, resume_tenant, suspend_tenant

Words = Mapping[str, Any]
MIGRATE_TASK = "console.migrate_store"


def suspend(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    suspend_tenant(tenant_id=tenant.pk, reason=words["reason"], actor=actor, now=now)
    forget_hosts()
    return _("%(name)s is suspended. Its data stays.") % {"name": tenant.name}


def close_store_checkout(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    close_checkout(tenant_id=tenant.pk, reason=words["reason"], actor=actor, now=now)
    forget_hosts()
    return _("Nobody can buy at %(name)s now. Everything else goes on.") % {"name": tenant.name}


def reopen(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    resume_tenant(tenant_id=tenant.pk, actor=actor, now=now)
    forget_hosts()
    return _("%(name)s is open again.") % {"name": tenant.name}


def give_longer_trial(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    """Let the trial end so many days from now.

    Raises: ActionRefused for a store that Stripe charges.
    """
    until = now + words["life"]
    with in_public(), transaction.atomic():
        if extend_trial(tenant_id=tenant.pk, until=until, actor=actor, now=now) is None:
            raise ActionRefused(_("This store pays already, so there is no trial to extend. Nothing was changed."))
        _log(tenant, "trial", actor, now, reason=words["reason"], until=until.date().isoformat())
    return _("The trial of %(name)s lasts until %(day)s.") % {"name": tenant.name, "day": day(until)}


def change_plan(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    """Move the store to another plan.

    Raises: PriceNotOffered, StripeUnavailable, StripeRefused.
    """
    before = tenant.subscription.plan
    subscription = move_to_plan(
        tenant_id=tenant.pk, plan_code=words["plan"], actor=actor, attempt=words.get("attempt") or new_token(), now=now
    )
    with translation.override(tenant.language):
        names = {"from": plan_name(before), "to": plan_name(subscription.plan)}
    _log(tenant, "plan", actor, now, reason=words["reason"], **names)
    return _("%(name)s is on the plan %(plan)s.") % {"name": tenant.name, "plan": plan_name(subscription.plan)}


def add_note(*, tenant: Tenant, text: str, actor: str, now: datetime) -> StoreNote:
    """Keep a word for the rest of the team."""
    return StoreNote.objects.create(tenant_id=tenant.pk, author=actor, text=text, created_at=now)


def retrain(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    with in_tenant(tenant), transaction.atomic():
        with translation.override(tenant.language):
            title = _("Train recommendations")
        start_training(title=title, actor=actor, now=now)
        _log(tenant, "train", actor, now)
    return _("The training is asked for. It shows under Jobs.")


def rebuild_search(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    with in_tenant(tenant), transaction.atomic():
        with translation.override(tenant.language):
            title = _("Rebuild search")
        start_rebuild(title=title, actor=actor, now=now)
        _log(tenant, "search", actor, now)
    return _("The search is being rebuilt. It shows under Jobs.")


def clear_cache(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    """Forget what is remembered for this store, and for no other: answers, counters, limits."""
    count = forget_keys(tenant.schema_name)
    _log(tenant, "cache", actor, now)
    said = ngettext(
        "%(count)s entry was forgotten. Everything is read anew from the store’s data.",
        "%(count)s entries were forgotten. Everything is read anew from the store’s data.",
        count,
    )
    return said % {"count": count}


def export_store(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    with in_tenant(tenant), transaction.atomic():
        with translation.override(tenant.language):
            ask_for_archive(reason=ArchiveReason.ASKED, actor=actor, now=now)
        _log(tenant, "export", actor, now, reason=words["reason"])
    return _("The archive is asked for. It shows under Jobs, and its owner finds it under Settings.")


def delete_store(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    """Close the store and set the day of its end.

    Raises: NameNotTyped, DeletionRefused, TransitionRefused.
    """
    deletion = start_deletion(tenant=tenant, typed=words["typed"], reason=words["reason"], actor=actor, now=now)
    said = _("%(name)s is closed and will be erased on %(day)s. Until then it can be kept.")
    return said % {"name": tenant.name, "day": day(deletion.due_at)}


def keep(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    """Call a deletion off.

    Raises: DeletionRefused once the erasing has begun.
    """
    keep_store(tenant=tenant, actor=actor, now=now)
    return _("%(name)s is kept. Nothing was erased.") % {"name": tenant.name}


def run_migrations(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    with in_public(), transaction.atomic():
        enqueue(task=MIGRATE_TASK, kwargs={"tenant_id": tenant.pk})
        _log(tenant, "migrate", actor, now)
    return _("The migrations are asked for. “Look again” shows how it went, the log why it failed.")


def apply_migrations(*, tenant: Tenant, now: datetime) -> None:
    """Apply what the store lacks and look at it again; why that failed stands in the store's log."""
    try:
        bring_up_to_date(TenantOpening(tenant=tenant, now=now))
    except StoreBehind as error:
        _log(tenant, "migrate_failed", "system", now, reason=str(error.__cause__)[:300])
    refresh_facts(tenant=tenant, now=now)


def look_again(*, tenant: Tenant, words: Words, actor: str, now: datetime) -> str:
    refresh_facts(tenant=tenant, now=now)
    return _("The figures are new.")


def _log(tenant: Tenant, kind: str, actor: str, now: datetime, **data: Any) -> None:
    with in_public():
        record_event(tenant_id=tenant.pk, kind=f"console.{kind}", actor=actor, data=data, now=now)
