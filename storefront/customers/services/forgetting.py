"""What goes after a customer was erased, because it takes longer than one may wait."""

from uuid import UUID

from core.sessions import SessionStore
from storefront.customers.models import Session
from storefront.customers.sessions import PENDING_KEY, SESSION_KEY
from tenants.archive.services.ledger import hash_subject

_BATCH = 500


def remove_sessions_of(*, customer_id: int, subject_hash: str, lineage: UUID) -> int:
    """Delete the sessions in which a customer was signed in or asked to be, and return how many.

    The address is known by its hash alone (`hash_subject`): nothing that waits in a queue names whoever is gone.
    """
    gone, reader = [], SessionStore()
    for session in Session.objects.order_by("pk").iterator(chunk_size=_BATCH):
        kept = reader.decode(session.session_data)
        pending = kept.get(PENDING_KEY) or {}
        if kept.get(SESSION_KEY) == customer_id or (
            pending.get("email") and hash_subject(lineage, pending["email"]) == subject_hash
        ):
            gone.append(session.pk)
    deleted, _by_model = Session.objects.filter(pk__in=gone).delete()
    return deleted
