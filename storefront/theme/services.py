"""Change how the store looks: a draft is kept, published, discarded; an earlier look comes back as a draft."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.events import publish
from storefront.theme.enums import VersionState
from storefront.theme.errors import DraftChanged, NothingToPublish, VersionNotFound
from storefront.theme.events import LookPublished
from storefront.theme.first_look import first_look
from storefront.theme.locks import lock_versions
from storefront.theme.look import check_settings
from storefront.theme.models import ThemeVersion
from storefront.theme.sections.checks import check_sections

KEPT_VERSIONS = 50

logger = logging.getLogger(__name__)


def stamp_of(draft: ThemeVersion | None) -> str:
    """Return what tells one state of the draft from the next; empty without a draft."""
    is_draft = draft is not None and draft.state == VersionState.DRAFT
    return f"{draft.pk}-{draft.updated_at.isoformat()}" if draft is not None and is_draft else ""


def save_draft(*, settings: Any, sections: Any, actor: str, now: datetime, seen: str | None = None) -> ThemeVersion:
    """Keep a draft, in place of the one that was there; shoppers see nothing of it.

    `seen` is the stamp of the draft that `actor` looks at; None writes over whatever is there.
    Raises: LookRefused; DraftChanged where another person kept the draft since; nothing is changed then.
    """
    checked, parts = check_settings(settings), check_sections(sections)
    with transaction.atomic():
        draft = next((one for one in lock_versions() if one.state == VersionState.DRAFT), None)
        if draft is not None and seen is not None and draft.actor != actor and stamp_of(draft) != seen:
            when = date_format(timezone.localtime(draft.updated_at), "TIME_FORMAT")
            raise DraftChanged(_("%(who)s changed this draft at %(when)s.") % {"who": draft.actor, "when": when})
        if draft is None:
            draft = ThemeVersion(state=VersionState.DRAFT, created_at=now)
        draft.settings, draft.sections, draft.actor, draft.updated_at = checked, parts, actor, now
        draft.save()
    return draft


def publish_draft(*, actor: str, now: datetime) -> ThemeVersion:
    """Let shoppers see the draft; what they saw until now becomes an earlier version.

    Raises: NothingToPublish, LookRefused.
    """
    with transaction.atomic():
        versions = {version.state: version for version in lock_versions()}
        draft = versions.get(VersionState.DRAFT)
        if draft is None:
            raise NothingToPublish(_("There is no draft. Somebody may have published or discarded it a moment ago."))
        draft.settings, draft.sections = check_settings(draft.settings), check_sections(draft.sections)
        if (before := versions.get(VersionState.PUBLISHED)) is not None:
            before.state = VersionState.ARCHIVED
            before.save(update_fields=["state"])
        draft.state, draft.published_at, draft.updated_at, draft.actor = VersionState.PUBLISHED, now, now, actor
        draft.save()
        _forget_old()
        publish(LookPublished())
    logger.info("look published by %s", actor)
    return draft


def discard_draft() -> bool:
    """Throw the draft away and tell whether there was one."""
    with transaction.atomic():
        lock_versions()
        gone, _by_table = ThemeVersion.objects.filter(state=VersionState.DRAFT).delete()
    return bool(gone)


def restore_version(*, version_id: int, actor: str, now: datetime) -> ThemeVersion:
    """Make a draft of an earlier look, in place of the draft that was there; publishing it is a second step.

    Raises: VersionNotFound, LookRefused.
    """
    version = ThemeVersion.objects.filter(pk=version_id).exclude(state=VersionState.DRAFT).first()
    if version is None:
        raise VersionNotFound(_("There is no such version of the look."))
    return save_draft(settings=version.settings, sections=version.sections, actor=actor, now=now)


def furnish_theme(*, store_name: str, language: str, now: datetime) -> None:
    """Give a new store a look of its own name's words, in its language; a look that is there stays."""
    if not ThemeVersion.objects.exists():
        settings, sections = first_look(store_name=store_name, language=language)
        write_published(settings=settings, sections=sections, actor="", now=now)


def write_published(*, settings: Any, sections: Any, actor: str, now: datetime) -> ThemeVersion:
    """Write a look that shoppers see at once: a store's first one.

    Raises: LookRefused.
    """
    save_draft(settings=settings, sections=sections, actor=actor, now=now)
    return publish_draft(actor=actor, now=now)


def _forget_old() -> None:
    """Keep the newest of the earlier looks; there is no end to them otherwise."""
    earlier = ThemeVersion.objects.filter(state=VersionState.ARCHIVED).order_by("-published_at", "-id")
    stale = list(earlier.values_list("pk", flat=True)[KEPT_VERSIONS:])
    ThemeVersion.objects.filter(pk__in=stale).delete()
