"""When somebody last worked in a store."""

from datetime import datetime, timedelta

from core.actors import current_actor
from tenants.models import Membership

SEEN_EVERY = timedelta(minutes=5)


def note_visit(*, membership: Membership, now: datetime) -> None:
    """Remember, to five minutes, when the person last worked in the store; a supporter in their place does not count."""
    seen = membership.last_seen_at
    if current_actor().support_user_id is None and (seen is None or seen < now - SEEN_EVERY):
        Membership.objects.filter(pk=membership.pk).update(last_seen_at=now)
