"""Which of a store's host names its storefront is linked by."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.tenancy import in_public
from tenants.domains.errors import ClaimNotFound
from tenants.domains.locks import lock_domains, lock_store
from tenants.models import Domain
from tenants.services import record_event


def choose_primary(*, tenant_id: int, host: str, actor: str, now: datetime) -> None:
    """Make a verified host name of the store the one that all others lead to.

    Raises: ClaimNotFound when the store has no such name.
    """
    with in_public(), transaction.atomic():
        lock_store(tenant_id)
        chosen = next((one for one in lock_domains(tenant_id) if one.domain == host and one.verified_at), None)
        if chosen is None:
            raise ClaimNotFound(_("There is no such domain here."))
        if chosen.is_primary:
            return
        Domain.objects.filter(tenant_id=tenant_id, is_primary=True).update(is_primary=False)
        Domain.objects.filter(pk=chosen.pk).update(is_primary=True)
        record_event(tenant_id=tenant_id, kind="domain.primary", actor=actor, data={"host": host}, now=now)
