"""What a new store starts with."""

from django.utils.translation import gettext, override

from storefront.inventory.services import create_default_warehouse
from tenants.events import TenantSeeding


def furnish_store(event: TenantSeeding) -> None:
    """Give the store its first warehouse, named in its language."""
    with override(event.tenant.language):
        create_default_warehouse(name=gettext("Main warehouse"))
