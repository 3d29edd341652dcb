"""Write, change and remove announcements; each deed stands in the team's log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from console.enums import Audience
from console.models import Announcement, ConsoleEvent

_PARTS = {Audience.PLAN: "plan_codes", Audience.STATE: "states", Audience.STORES: "tenant_ids"}


def save_announcement(
    *, announcement: Announcement | None, words: Mapping[str, Any], actor: str, now: datetime
) -> Announcement:
    """Write a new announcement, or change one; what its audience does not ask for is emptied."""
    with transaction.atomic():
        row = announcement or Announcement(created_by=actor, created_at=now)
        for name in ("text_en", "text_zh", "severity", "audience", "starts_at", "ends_at"):
            setattr(row, name, words[name])
        for audience, name in _PARTS.items():
            setattr(row, name, words[name] if row.audience == audience else [])
        row.save()
        _log("changed" if announcement else "created", row, actor, now)
    return row


def delete_announcement(*, announcement: Announcement, actor: str, now: datetime) -> None:
    """Take an announcement away at once."""
    with transaction.atomic():
        _log("deleted", announcement, actor, now)
        announcement.delete()


def _log(what: str, row: Announcement, actor: str, now: datetime) -> None:
    data = {"announcement": row.pk, "text": row.text_en, "text_zh": row.text_zh, "audience": row.audience}
    ConsoleEvent.objects.create(type=f"announcement.{what}", actor=actor, data=data, created_at=now)
