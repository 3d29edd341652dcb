"""Two customers who are one person become one."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.db.contention import tried_again
from core.events import publish
from core.tags import join_tags
from storefront.customers.enums import CONSENT_COLUMNS, ConsentKind
from storefront.customers.errors import MergeRefused
from storefront.customers.events import CustomersMerged, PersonalizationChanged
from storefront.customers.joining import combine_notes, consent_after, new_addresses
from storefront.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerEvent,
    CustomerLoginLink,
    CustomerSignIn,
    FormerCustomer,
)
from storefront.customers.selectors import list_merge_obstacles
from storefront.customers.services.exporting import remove_exports
from storefront.customers.services.holding import hold_whole

FILLED_IN = ("name", "phone", "language", "country", "external_id")


@tried_again
def merge_customers(*, stays_id: int, goes_id: int, actor: str, now: datetime) -> Customer:
    """Make one customer of two: what the one has becomes the other's, and the one is gone; it cannot be undone.

    `stays_id` keeps their address and password; whoever goes is signed out everywhere. Every part moves its own at
    `CustomersMerged`, and the database refuses to let go of somebody at whom anything still points.
    Raises: CustomerNotFound where one of them is gone or merged already, MergeRefused, CreditRefused, TooManyAtOnce.
    """
    if stays_id == goes_id:
        raise MergeRefused(_("This is one customer already. Choose another one."))
    with transaction.atomic():
        held = {customer.pk: customer for customer in hold_whole((stays_id, goes_id))}
        stays, goes = held[stays_id], held[goes_id]
        obstacles = list_merge_obstacles(stays, goes)
        if obstacles:
            raise MergeRefused(" ".join(obstacles))
        _move_own(stays, goes)
        _tell(stays, goes, actor=actor, now=now)
        publish(
            CustomersMerged(
                stays_id=stays.pk,
                goes_id=goes.pk,
                stays_email=stays.email,
                goes_email=goes.email,
                actor=actor,
                now=now,
            )
        )
        _join_consents(stays, goes, now=now)
        _join_facts(stays, goes)
        FormerCustomer.objects.create(
            pk=goes.pk, customer=stays, email=goes.email, name=goes.name, phone=goes.phone, merged_at=now
        )
        _let_go(goes)
    return stays


def _move_own(stays: Customer, goes: Customer) -> None:
    _move_addresses(stays, goes)
    Consent.objects.filter(customer=goes).update(customer=stays)
    CustomerEvent.objects.filter(customer=goes).update(customer=stays)
    FormerCustomer.objects.filter(customer=goes).update(customer=stays)
    CustomerSignIn.objects.filter(customer=goes).delete()
    CustomerLoginLink.objects.filter(customer=goes).delete()
    CustomerLoginLink.objects.filter(email=goes.email).delete()
    remove_exports(goes)


def _move_addresses(stays: Customer, goes: Customer) -> None:
    """Bring the addresses that the customer who stays has not; their default stays the default."""
    kept = list(stays.addresses.order_by("pk"))
    has_default = any(address.is_default for address in kept)
    coming = new_addresses(kept, goes.addresses.order_by("-is_default", "pk"))
    for address in coming:
        address.customer, address.is_default = stays, address.is_default and not has_default
        address.save(update_fields=["customer", "is_default"])
    Address.objects.filter(customer=goes).delete()


def _tell(stays: Customer, goes: Customer, *, actor: str, now: datetime) -> None:
    """Write into the history who came, and a note that has no room beside the other."""
    lines: list[tuple[str, dict[str, Any]]] = [("customer.merged", {"email": goes.email, "name": goes.name})]
    _note, left = combine_notes(stays.note, goes.note)
    if left:
        lines.append(("note.added", {"text": left}))
    CustomerEvent.objects.bulk_create(
        [CustomerEvent(customer=stays, type=kind, actor=actor, data=data, created_at=now) for kind, data in lines]
    )


def _join_consents(stays: Customer, goes: Customer, *, now: datetime) -> None:
    """Keep the stricter answer of each kind; a yes that is none any more has its line in the ledger."""
    for kind, column in CONSENT_COLUMNS.items():
        before = getattr(stays, column)
        after = consent_after(before, getattr(goes, column))
        setattr(stays, column, after)
        if before and after is False:
            _take_back(stays, kind, now=now)


def _take_back(customer: Customer, kind: ConsentKind, *, now: datetime) -> None:
    words = _("Two customers became one; the stricter answer stays.")
    Consent.objects.create(
        customer=customer, kind=kind, is_given=False, words=words[:200], place="merge", created_at=now
    )
    if kind == ConsentKind.PERSONAL:
        publish(PersonalizationChanged(customer_id=customer.pk, is_wanted=False))


def _join_facts(stays: Customer, goes: Customer) -> None:
    for column in FILLED_IN:
        setattr(stays, column, getattr(stays, column) or getattr(goes, column))
    stays.note, _left = combine_notes(stays.note, goes.note)
    stays.tags = join_tags(stays.tags, goes.tags)
    stays.orders_count += goes.orders_count
    stays.spent_amount += goes.spent_amount
    stays.last_order_at = max(filter(None, (stays.last_order_at, goes.last_order_at)), default=None)
    stays.created_at = min(stays.created_at, goes.created_at)
    stays.save()


def _let_go(customer: Customer) -> None:
    """Delete the row and nothing besides: whatever still points at it makes the database refuse, and all is as it was."""
    rows = Customer.objects.filter(pk=customer.pk)
    rows._raw_delete(rows.db)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
