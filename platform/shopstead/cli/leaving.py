"""`shopstead tenant delete` and `keep`: the end of a store, and the way back while there is one."""

import argparse
import os
import sys
from datetime import datetime

from core.clock import utc_now
from core.errors import ShopsteadError
from shopstead.cli.output import answer, fail, progress
from tenants.archive.errors import DeletionRefused
from tenants.archive.models import Deletion
from tenants.archive.selectors import find_deletion
from tenants.archive.services import erase_store, keep_store, start_deletion
from tenants.models import Tenant
from tenants.selectors import get_tenant

ACTOR = "command line"


def delete(arguments: argparse.Namespace) -> int:
    """Begin a store's 30 days of grace, or with --now erase one whose grace is over."""
    try:
        tenant = get_tenant(arguments.slug)
        deletion = find_deletion(tenant)
        if arguments.dry_run:
            return _tell(tenant, deletion, arguments, dry_run=True)
        typed = arguments.typed if arguments.typed is not None else _ask(tenant)
        if typed != tenant.slug:
            return fail(f"That is not {tenant.slug}. Nothing was deleted.")
        now = utc_now()
        if arguments.now:
            _need_its_time(deletion, now=now, is_forced=arguments.force)
        if deletion is None:
            deletion = start_deletion(tenant=tenant, typed=typed, reason=arguments.reason, actor=ACTOR, now=now)
        if not arguments.now:
            return _tell(tenant, deletion, arguments)
        done = erase_store(
            deletion_id=deletion.pk,
            actor=ACTOR,
            now=now,
            at_once=arguments.force,
            stage=lambda name: progress(f"Erasing: {name}"),
        )
    except ShopsteadError as error:
        return fail(str(error))
    value = {"slug": arguments.slug, "state": done.state, "tombstone": done.token, "erased": done.erased}
    return answer(value, as_json=arguments.as_json, lines=[f"{arguments.slug} is gone. Its tombstone is {done.token}."])


def keep(arguments: argparse.Namespace) -> int:
    """Keep a store that was to be deleted."""
    try:
        tenant = keep_store(tenant=get_tenant(arguments.slug), actor=ACTOR, now=utc_now())
    except ShopsteadError as error:
        return fail(str(error))
    value = {"slug": tenant.slug, "state": tenant.state}
    return answer(value, as_json=arguments.as_json, lines=[f"{tenant.name} is kept and is now {tenant.state}."])


def _need_its_time(deletion: Deletion | None, *, now: datetime, is_forced: bool) -> None:
    """Refuse before anything is closed.

    Raises: DeletionRefused.
    """
    if is_forced and os.environ.get("DJANGO_SETTINGS_MODULE") == "shopstead.settings.production":
        raise DeletionRefused("--force is for development. In production a store has its 30 days.")
    if not is_forced and (deletion is None or deletion.due_at > now):
        raise DeletionRefused("Its 30 days are not over. Nothing was erased; leave out --now to begin them.")


def _tell(tenant: Tenant, deletion: Deletion | None, arguments: argparse.Namespace, *, dry_run: bool = False) -> int:
    value = {
        "slug": tenant.slug,
        "state": tenant.state if dry_run else "deleting",
        "erased_at": deletion.due_at if deletion else None,
        "dry_run": dry_run,
    }
    if deletion is None:
        line = f"{tenant.name} would be closed now and erased in 30 days. Nothing was changed."
    else:
        line = (
            f"{tenant.name} is closed and is erased on {deletion.due_at:%Y-%m-%d}. "
            f"Until then: shopstead tenant keep {tenant.slug}"
        )
    return answer(value, as_json=arguments.as_json, lines=[line])


def _ask(tenant: Tenant) -> str:
    if not sys.stdin.isatty():
        progress(f"Say --yes-i-mean {tenant.slug}.")
        return ""
    progress(f"Take an archive with you first: shopstead tenant export {tenant.slug} FILE")
    return input(f"Type {tenant.slug} to delete {tenant.name}: ").strip()
