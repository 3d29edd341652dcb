"""`shopstead tenant export`, `restore` and `clone`: a whole store as one file, back again, and as a sandbox."""

import argparse
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from accounts.models import User
from accounts.selectors import find_user_by_email
from accounts.services import create_user
from core.clock import utc_now
from core.errors import InvalidInput, ShopsteadError
from shopstead.cli.output import answer, fail, progress
from tenants.archive.leftovers import describe
from tenants.archive.manifest import Manifest
from tenants.archive.reading import ArchiveReader
from tenants.archive.services import (
    clone_store,
    export_store,
    plan_restore,
    plan_restore_in_place,
    restore_as_new,
    restore_in_place,
)
from tenants.archive.services.public_rows import read_public_rows
from tenants.enums import Role
from tenants.models import Tenant
from tenants.selectors import get_tenant, store_url

ACTOR = "command line"
PHASES = {"tables": "Reading rows", "files": "Files", "verify": "Checking the archive", "load": "Loading"}


class Progress:
    """Tells each phase once, and on a terminal how far it is."""

    def __init__(self) -> None:
        self._phase = ""
        self._told_at = 0.0

    def __call__(self, *, phase: str | None = None, done: int | None = None, total: int | None = None) -> None:
        if phase and phase != self._phase:
            self._phase = phase
            progress(PHASES.get(phase, phase))
        now = time.monotonic()
        if total and done and sys.stderr.isatty() and now - self._told_at > 1:
            self._told_at = now
            progress(f"  {min(100, done * 100 // total)} %")


def export(arguments: argparse.Namespace) -> int:
    """Write the store into a file; a file that is there is not overwritten."""
    target = Path(arguments.file)
    if target.exists():
        return fail(f"{target} is there already. Choose another name; nothing was written.")
    if not target.parent.is_dir():
        return fail(f"There is no folder {target.parent}. Nothing was written.")
    began = time.monotonic()
    try:
        exported = export_store(tenant=get_tenant(arguments.slug), target=target, now=utc_now(), report=Progress())
    except ShopsteadError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{target} cannot be written: {error.strerror}. Nothing is left there.")
    value = {
        "file": str(target),
        "bytes": exported.size,
        "rows": exported.manifest.rows_count,
        "files": len(exported.manifest.files()),
        "left_out": exported.manifest.left_out,
        "seconds": round(time.monotonic() - began, 2),
    }
    line = f"{target}: {value['rows']} rows and {value['files']} files in {exported.size} bytes."
    return answer(value, as_json=arguments.as_json, lines=[line])


def restore(arguments: argparse.Namespace) -> int:
    """Bring a store back: under a new name, or with --in-place where it stands."""
    source = Path(arguments.file)
    try:
        if arguments.in_place:
            return _restore_in_place(source, arguments)
        if arguments.dry_run:
            manifest, slug = plan_restore(source=source, slug=arguments.slug_as, report=Progress())
            return _rehearse(manifest, slug, arguments)
        manifest = _look_into(source)
        owner, password = _find_owner(source, arguments.owner_email)
        try:
            copied = restore_as_new(
                source=source, slug=arguments.slug_as, owner=owner, actor=ACTOR, now=utc_now(), report=Progress()
            )
        except BaseException:
            if password:
                owner.delete()
            raise
    except ShopsteadError as error:
        return fail(_with_hint(error))
    told = [describe(item) for item in copied.told]
    value = _describe(copied.tenant, manifest) | {"told": told, "owner": owner.email}
    lines = [f"{copied.tenant.name} is open: {store_url(copied.tenant)}", *told]
    if password:
        value["password"] = password
        lines.append(f"Log in as {owner.email} with {password}")
    return answer(value, as_json=arguments.as_json, lines=lines)


def clone(arguments: argparse.Namespace) -> int:
    """Make a sandbox of a store."""
    try:
        copied = clone_store(
            tenant=get_tenant(arguments.slug), slug=arguments.slug_as, actor=ACTOR, now=utc_now(), report=Progress()
        )
    except ShopsteadError as error:
        return fail(str(error))
    value = _describe(copied.tenant) | {"sandbox_of": arguments.slug}
    lines = [
        f"{copied.tenant.name} is open as a sandbox: {store_url(copied.tenant)}",
        "It sells nothing, writes to no shopper and is kept out of search engines.",
    ]
    return answer(value, as_json=arguments.as_json, lines=lines)


def _restore_in_place(source: Path, arguments: argparse.Namespace) -> int:
    manifest = _look_into(source)
    tenant = _find_store(manifest, arguments.slug_as)
    if arguments.dry_run:
        plan_restore_in_place(tenant=tenant, source=source, report=Progress())
        return _rehearse(manifest, tenant.slug, arguments)
    restoration = restore_in_place(tenant=tenant, source=source, actor=ACTOR, now=utc_now(), report=Progress())
    tenant.refresh_from_db()
    value = _describe(tenant, manifest) | {"undo_until": restoration.drop_idle_at}
    lines = [
        f"{tenant.name} is as it was at {manifest.made_at}: {store_url(tenant)}",
        f"What it was before is kept until {restoration.drop_idle_at:%Y-%m-%d %H:%M} UTC.",
    ]
    return answer(value, as_json=arguments.as_json, lines=lines)


def _look_into(source: Path) -> Manifest:
    with ArchiveReader(source) as reader:
        return reader.manifest


def _find_store(manifest: Manifest, slug: str | None) -> Tenant:
    """Return the store that is named, or the one that the archive is of, whatever its address is by now."""
    own = Tenant.objects.filter(archive_policy__lineage=manifest.lineage).first()
    return own if own is not None and not slug else get_tenant(slug or str(manifest.store.get("slug", "")))


def _rehearse(manifest: Manifest, slug: str, arguments: argparse.Namespace) -> int:
    rows = {str(member.table): member.rows for member in manifest.tables() if member.rows}
    value = {
        "store": slug,
        "in_place": arguments.in_place,
        "made_at": manifest.made_at,
        "version": manifest.version,
        "rows": rows,
        "files": len(manifest.files()),
        "dry_run": True,
    }
    lines = [
        f"An archive of {manifest.store.get('slug')} from {manifest.made_at}: {manifest.rows_count} rows in "
        f"{len(rows)} tables and {len(manifest.files())} files. It would become {slug}. Nothing was changed."
    ]
    return answer(value, as_json=arguments.as_json, lines=lines)


def _find_owner(source: Path, email: str | None) -> tuple[User, str]:
    """Return who will own the store, and the password of somebody who did not exist.

    Raises: InvalidInput where neither the command nor the archive names anybody.
    """
    if not email:
        with ArchiveReader(source) as reader:
            owners = [row for row in read_public_rows(reader, "memberships") if row.get("role") == Role.OWNER]
        email = str(owners[0].get("email", "")) if owners else ""
    if not email:
        raise InvalidInput("The archive names no owner. Say --owner-email; nothing was changed.", field="owner")
    user = find_user_by_email(email)
    if user is not None:
        return user, ""
    password = secrets.token_urlsafe(12)
    return create_user(email=email, password=password, now=utc_now()), password


def _with_hint(error: ShopsteadError) -> str:
    hints = {
        "address_taken": " Choose a name with --as, or say --in-place to take the store itself back to this archive.",
    }
    return f"{error}{hints.get(error.code, '')}"


def _describe(tenant: Tenant, manifest: Manifest | None = None) -> dict[str, Any]:
    value = {
        "slug": tenant.slug,
        "name": tenant.name,
        "state": tenant.state,
        "url": store_url(tenant),
        "schema": tenant.schema_name,
    }
    if manifest is None:
        return value
    facts = {"archive_made_at": manifest.made_at, "rows": manifest.rows_count, "files": len(manifest.files())}
    return value | facts
