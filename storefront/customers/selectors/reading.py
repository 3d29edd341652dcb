"""Read one customer, and what is kept with them."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from storefront.customers.errors import AddressNotFound, CustomerNotFound, ExportNotFound, ReceiptNotFound
from storefront.customers.models import Address, Consent, Customer, CustomerSignIn, DataExport, ErasureReceipt


def find_customer(customer_id: int) -> Customer | None:
    """Return the customer of this store with this id, or None."""
    return Customer.objects.filter(pk=customer_id).first()


def get_customer(customer_id: int) -> Customer:
    """Return the customer of this store with this id.

    Raises: CustomerNotFound.
    """
    customer = find_customer(customer_id)
    if customer is None:
        raise CustomerNotFound(_("There is no such customer in this store."))
    return customer


def find_customer_by_email(email: str) -> Customer | None:
    """Return the customer with this address in any case, or None."""
    return Customer.objects.filter(email=email.strip().lower()).first()


def list_addresses(customer: Customer) -> list[Address]:
    """Return the customer's addresses, the default one first."""
    return list(customer.addresses.order_by("-is_default", "pk"))


def get_address(*, customer: Customer, address_id: int) -> Address:
    """Return one of the customer's own addresses.

    Raises: AddressNotFound.
    """
    address = customer.addresses.filter(pk=address_id).first()
    if address is None:
        raise AddressNotFound(_("This address is not there any more."))
    return address


def find_sign_in(key_hash: str) -> CustomerSignIn | None:
    """Return the place whose session has this key, with its customer, in one query; None once it was ended."""
    return CustomerSignIn.objects.select_related("customer").filter(key_hash=key_hash).first()


def list_sign_ins(customer: Customer) -> list[CustomerSignIn]:
    """Return where the customer is signed in, the place used last first."""
    return list(customer.sign_ins.order_by("-seen_at", "-pk"))


def list_consents(customer: Customer, limit: int = 20) -> list[Consent]:
    """Return what the customer said yes or no to, newest first."""
    return list(customer.consents.order_by("-pk")[:limit])


def find_export(customer: Customer, *, now: datetime) -> DataExport | None:
    """Return the newest copy of the customer's data that is on its way or still kept, or None."""
    own = DataExport.objects.filter(customer=customer, is_for_store=False, expires_at__gt=now)
    return own.order_by("-pk").first()


def get_export(*, customer: Customer, export_id: int, now: datetime) -> DataExport:
    """Return a copy of the customer's own data that is ready and still kept. Raises: ExportNotFound."""
    ready = DataExport.objects.filter(customer=customer, pk=export_id, ready_at__isnull=False, expires_at__gt=now)
    export = ready.filter(is_for_store=False).first()
    if export is None:
        raise ExportNotFound(_("This copy is gone; it is kept for seven days. Ask for a new one."))
    return export


def get_store_export(*, customer_id: int, export_id: int, now: datetime) -> DataExport:
    """Return a copy of a customer's data that a colleague asked for, ready and still kept. Raises: ExportNotFound."""
    kept = DataExport.objects.filter(customer_id=customer_id, pk=export_id, is_for_store=True, expires_at__gt=now)
    export = kept.first()
    if export is None:
        raise ExportNotFound(_("This copy is gone; it is kept for seven days. Ask for a new one."))
    return export


def list_receipts() -> QuerySet[ErasureReceipt]:
    """Return the receipts of customers who were erased, newest first."""
    return ErasureReceipt.objects.order_by("-pk")


def get_receipt(reference: str) -> ErasureReceipt:
    """Return the receipt of an erasure. Raises: ReceiptNotFound."""
    receipt = ErasureReceipt.objects.filter(reference=reference).first()
    if receipt is None:
        raise ReceiptNotFound(_("There is no receipt with this number."))
    return receipt


def wants_personal(customer_id: int) -> bool:
    """Tell whether the shop may remember what this customer does, to suggest things."""
    return Customer.objects.filter(pk=customer_id, wants_personal=True).exists()
