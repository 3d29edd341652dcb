"""A sandbox writes to nobody but the people who work in it."""

from core.tenancy import current_tenant, in_public, is_public
from tenants.archive.selectors import is_sandbox
from tenants.models import Membership


def may_write_to(address: str) -> bool:
    """Tell whether a mail to this address may leave the store that the connection stands in."""
    if is_public():
        return True
    tenant_id = current_tenant().pk
    if not is_sandbox(tenant_id):
        return True
    with in_public():
        return Membership.objects.filter(tenant_id=tenant_id, user__email=address.strip().lower()).exists()
