"""Send a customer a link into their account at a colleague's word."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_tenant
from storefront.customers.enums import LinkPurpose
from storefront.customers.errors import InvitationRefused
from storefront.customers.locks import lock_customer
from storefront.customers.models import CustomerEvent, CustomerLoginLink
from storefront.customers.services.links import write_link

PROVISIONAL = (".invalid",)


def invite_customer(*, customer_id: int, actor: str, address: str, now: datetime) -> CustomerLoginLink:
    """Ask for a mail with a link that signs the customer in, and write it into their history; `address` is the machine that asks.

    Raises: CustomerNotFound, InvitationRefused where no mail arrives, TooManyAttempts.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        if customer.email.endswith(PROVISIONAL):
            raise InvitationRefused(_("There is no e-mail address that a mail would arrive at. Nothing was sent."))
        link = write_link(
            purpose=LinkPurpose.INVITATION,
            email=customer.email,
            language=customer.language or current_tenant().language,
            address=address,
            now=now,
        )
        CustomerEvent.objects.create(customer=customer, type="customer.invited", actor=actor, data={}, created_at=now)
    return link
