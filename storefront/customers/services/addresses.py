"""A customer's address book."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.customers.errors import AddressNotFound
from storefront.customers.locks import lock_customer
from storefront.customers.models import Address, Customer

MOST_ADDRESSES = 20


def save_address(
    *, customer_id: int, facts: Mapping[str, str], is_default: bool, address_id: int | None = None
) -> Address:
    """Add an address, or change the one with this id; the first one, and one marked so, becomes the default.

    `facts` are the columns name, company, line1, line2, city, province, postcode, country and phone.
    Raises: AddressNotFound, also for somebody else's and when there are twenty already.
    """
    with transaction.atomic():
        customer = lock_customer(customer_id)
        mine = customer.addresses.order_by("pk")
        if address_id is None:
            if mine.count() >= MOST_ADDRESSES:
                raise AddressNotFound(_("Twenty addresses are the most. Remove one first."))
            address = Address(customer=customer)
        else:
            address = _find_address(customer, address_id)
        for key, value in facts.items():
            setattr(address, key, value)
        others = mine.exclude(pk=address.pk)
        address.is_default = is_default or address.is_default or not others.filter(is_default=True).exists()
        if address.is_default:
            others.update(is_default=False)
        address.save()
    return address


def delete_address(*, customer_id: int, address_id: int) -> None:
    """Remove one of the customer's addresses; another becomes the default. Raises: AddressNotFound."""
    with transaction.atomic():
        customer = lock_customer(customer_id)
        address = _find_address(customer, address_id)
        address.delete()
        following = customer.addresses.order_by("pk").first()
        if address.is_default and following is not None:
            Address.objects.filter(pk=following.pk).update(is_default=True)


def _find_address(customer: Customer, address_id: int) -> Address:
    address = customer.addresses.filter(pk=address_id).first()
    if address is None:
        raise AddressNotFound(_("This address is not there any more."))
    return address
