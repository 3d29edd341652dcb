"""Create and change many customers at once, by e-mail, in a fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from storefront.customers.models import Address, Customer

KEPT = ("name", "phone", "country", "accepts_marketing", "external_id", "note", "tags", "spent_amount", "orders_count")
ADDRESS_PARTS = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a source describes them. All rows of one call name the same columns in `fields`.

    `only_new` holds columns that count for a customer who is not here yet; on others our own records stand.
    """

    email: str
    fields: Mapping[str, Any]
    only_new: Mapping[str, Any] = field(default_factory=dict)
    address: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class GuestRow:
    """Somebody who bought without an account."""

    email: str
    created_at: datetime
    name: str = ""
    phone: str = ""
    country: str = ""
    accepts_marketing: bool = False


def find_existing_emails(emails: Collection[str]) -> set[str]:
    """Return those of the addresses that customers have."""
    return set(Customer.objects.filter(email__in=emails).values_list("email", flat=True))


def upsert_customers(*, rows: Sequence[CustomerRow], now: datetime) -> tuple[int, int]:
    """Create or change customers and return how many were each; addresses must not repeat within `rows`.

    Nobody gets or loses a password, and a default address in the source takes the place of the one kept.
    """
    with transaction.atomic():
        emails = [row.email for row in rows]
        existing = find_existing_emails(emails)
        Customer.objects.bulk_create(
            [Customer(email=row.email, created_at=now, **row.fields, **row.only_new) for row in rows],
            update_conflicts=True,
            unique_fields=["email"],
            update_fields=sorted({name for row in rows for name in row.fields} | {"email"}),
        )
        _write_default_addresses([row for row in rows if row.address is not None])
    return len(rows) - len(existing), len(existing)


def read_customers_as_kept(emails: Collection[str]) -> dict[int, dict[str, Any]]:
    """Return what an import may change of these customers, as plain values by id; `address` is the default one or None."""
    found: dict[int, dict[str, Any]] = {
        row.pop("id"): {**row, "address": None} for row in Customer.objects.filter(email__in=emails).values("id", *KEPT)
    }
    addresses = Address.objects.filter(customer_id__in=found, is_default=True).order_by("pk")
    for row in addresses.values("customer_id", *ADDRESS_PARTS):
        found[row.pop("customer_id")]["address"] = row
    return found


def put_customers_back(*, rows: Sequence[tuple[int, Mapping[str, Any] | None, Mapping[str, Any]]]) -> int:
    """Undo what an import did to customers, `(id, before or None where it made them, after)`; return how many stay as they are.

    Whoever has bought or opened an account since stays, and so does what somebody has changed since.
    """
    left = 0
    with transaction.atomic():
        customers = {
            one.pk: one
            for one in Customer.objects.select_for_update().filter(pk__in=[pk for pk, _b, _a in rows]).order_by("pk")
        }
        now = read_customers_as_kept([one.email for one in customers.values()])
        for pk, before, after in rows:
            customer = customers.get(pk)
            if customer is None:
                continue
            if now[pk] != after or (before is None and (customer.password or customer.orders.exists())):
                left += 1
            elif before is None:
                customer.delete()
            else:
                _put_back(customer, before)
    return left


def remove_idle_guests(customer_ids: Collection[int]) -> None:
    """Delete those of these customers who have neither an order nor an account."""
    Customer.objects.filter(pk__in=customer_ids, password="", orders=None).delete()


def _put_back(customer: Customer, before: Mapping[str, Any]) -> None:
    for name in KEPT:
        setattr(customer, name, before[name])
    customer.save(update_fields=list(KEPT))
    Address.objects.filter(customer=customer, is_default=True).delete()
    if before["address"] is not None:
        Address.objects.create(customer=customer, is_default=True, **before["address"])


def ensure_guests(*, rows: Sequence[GuestRow]) -> dict[str, int]:
    """Return the customers' ids by e-mail, making guests of those who are not here yet."""
    emails = {row.email for row in rows}
    with transaction.atomic():
        existing = find_existing_emails(emails)
        fresh: dict[str, GuestRow] = {}
        for row in rows:
            if row.email not in existing:
                fresh.setdefault(row.email, row)
        Customer.objects.bulk_create(
            [
                Customer(
                    email=row.email,
                    name=row.name,
                    phone=row.phone,
                    country=row.country,
                    accepts_marketing=row.accepts_marketing,
                    created_at=row.created_at,
                )
                for row in fresh.values()
            ],
            ignore_conflicts=True,
        )
        return dict(Customer.objects.filter(email__in=emails).values_list("email", "pk"))


def _write_default_addresses(rows: Sequence[CustomerRow]) -> None:
    ids = dict(Customer.objects.filter(email__in=[row.email for row in rows]).values_list("email", "pk"))
    Address.objects.filter(customer_id__in=ids.values(), is_default=True).delete()
    Address.objects.bulk_create(
        [Address(customer_id=ids[row.email], is_default=True, **row.address) for row in rows if row.address]
    )
