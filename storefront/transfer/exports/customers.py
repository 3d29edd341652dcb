"""Customers as rows of Shopify's current customer file."""

from collections.abc import Collection, Iterator

from core.money import to_decimal
from storefront.customers.models import Address, Customer
from storefront.transfer.exports.writing import Ids
from tenants.models import Tenant

_CHUNK = 500
HEADER = [
    "Customer ID",
    "First Name",
    "Last Name",
    "Email",
    "Accepts Email Marketing",
    "Default Address Company",
    "Default Address Address1",
    "Default Address Address2",
    "Default Address City",
    "Default Address Province Code",
    "Default Address Country Code",
    "Default Address Zip",
    "Default Address Phone",
    "Phone",
    "Accepts SMS Marketing",
    "Total Spent",
    "Total Orders",
    "Note",
    "Tax Exempt",
    "Tags",
]


class CustomersExport:
    """All customers of the store who were not deleted, or those with the given ids, in the order they came."""

    header = HEADER
    numbers: Collection[str] = frozenset({"Total Spent", "Total Orders"})

    def __init__(self, tenant: Tenant, ids: Ids) -> None:
        self._currency = tenant.currency
        self._customers = Customer.objects.filter(erased_at__isnull=True).order_by("pk")
        if ids is not None:
            self._customers = self._customers.filter(pk__in=ids)

    def count(self) -> int:
        """Return how many customers there are."""
        return self._customers.count()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (how many customers are done, a row)."""
        done, last = 0, 0
        while chunk := list(self._customers.filter(pk__gt=last)[:_CHUNK]):
            last = chunk[-1].pk
            addresses = {
                row.customer_id: row
                for row in Address.objects.filter(customer__in=chunk, is_default=True).order_by("-pk")
            }
            for customer in chunk:
                done += 1
                yield done, self._row(customer, addresses.get(customer.pk))

    def _row(self, customer: Customer, address: Address | None) -> list[str]:
        first, last = split_name(customer.name)
        place = address or Address(country=customer.country)
        return [
            *(customer.external_id or str(customer.pk), first, last, customer.email),
            *("yes" if customer.accepts_marketing else "no", place.company, place.line1, place.line2, place.city),
            *(place.province, place.country, place.postcode, place.phone, customer.phone, "no"),
            *(str(to_decimal(customer.spent_amount, self._currency)), str(customer.orders_count), customer.note, "no"),
            ", ".join(customer.tags),
        ]


def split_name(name: str) -> tuple[str, str]:
    """Return first and last name; what has no space stays whole, as Chinese names do."""
    first, _space, last = name.rpartition(" ")
    return (first.strip(), last) if first else (last, "")
