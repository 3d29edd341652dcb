"""What shoppers can pay by: Stripe's page, and what the merchant arranges."""

import json
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.clock import utc_now
from core.db.prepared import prepared_cursor
from storefront.catalog.translations import say
from storefront.payments.errors import WayNotFound
from storefront.payments.models import WayKind, WayToPay
from tenants.models import Tenant
from tenants.selectors import find_seller

# What a shopper reads where the merchant wrote nothing.
OWN_TEXTS: dict[str, str | Promise] = {
    WayKind.STRIPE: _("You choose on the next page, on Stripe’s secure form."),
    WayKind.BANK_TRANSFER: _("You get our bank details with your order. We send it when the money is here."),
    WayKind.CASH_ON_DELIVERY: _("You pay when it is brought to you."),
    WayKind.PAY_AT_PICKUP: _("You pay when you pick it up."),
}
_COLUMNS = tuple(field.attname for field in WayToPay._meta.concrete_fields)
_ROWS = "SELECT coalesce(json_agg(row_to_json(way)), '[]')::text FROM payments_waytopay AS way"
# Programs that know no more than that the merchant arranges it ask for the first such way.
ANY_ARRANGED = "manual"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay in the words of the request's language; `is_plain` tells that they are ours alone."""

    kind: str
    title: str
    text: str
    instructions: str
    days_to_pay: int | None
    is_plain: bool = True

    @property
    def is_arranged(self) -> bool:
        """Tell whether the merchant will see the money arrive, and no provider tells."""
        return self.kind != WayKind.STRIPE


@dataclass(frozen=True, slots=True)
class Sale:
    """What a way to pay depends on: the sum in minor units of the store's currency, the country, whether somebody brings it
    or it is picked up; files and gift cards are neither."""

    own_amount: int
    country: str
    is_delivered: bool
    is_picked_up: bool = False


@dataclass(frozen=True, slots=True)
class Till:
    """What the store takes money by now; `account_id` is empty where Stripe takes none for it."""

    account_id: str
    rows: tuple[WayToPay, ...]

    @property
    def is_open(self) -> bool:
        return bool(self.rows)

    def list_ways(self, sale: Sale) -> list[Way]:
        """Return what this sale can be paid by, Stripe first."""
        return [_speak(row) for row in self.rows if _fits(row, sale)]

    def find_way(self, kind: str, sale: Sale) -> Way | None:
        """Return the way that was asked for, or None where it does not take this sale."""
        for way in self.list_ways(sale):
            if way.kind == kind or (kind == ANY_ARRANGED and way.is_arranged):
                return way
        return None


def get_till(tenant: Tenant) -> Till:
    """Return what takes the store's money; two queries."""
    return make_till(find_seller(tenant=tenant, now=utc_now()).account_id)


def make_till(account_id: str) -> Till:
    """Return what takes a store's money, which has this account at Stripe that takes some, or none; one query."""
    on = [row for row in list_rows() if row.is_on and (row.kind != WayKind.STRIPE or account_id)]
    return Till(account_id if any(row.kind == WayKind.STRIPE for row in on) else "", tuple(on))


def takes_payments(tenant: Tenant) -> bool:
    """Tell whether anything can be paid for in this store; two queries."""
    return get_till(tenant).is_open


def list_rows() -> list[WayToPay]:
    """Return all ways to pay in their order, on or off; what was never touched is Stripe on and all others off."""
    with prepared_cursor() as cursor:
        cursor.execute(_ROWS)
        (answer,) = cursor.fetchone()
    rows = (WayToPay.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [row[one] for one in _COLUMNS]) for row in json.loads(answer))
    known = {row.kind: row for row in rows}
    return [known.get(kind) or WayToPay(kind=kind, is_on=kind == WayKind.STRIPE) for kind in WayKind.values]


def get_row(kind: str) -> WayToPay:
    """Return a way to pay as it is set, or as it is before anybody has touched it.

    Raises: WayNotFound.
    """
    for row in list_rows():
        if row.kind == kind:
            return row
    raise WayNotFound(_("There is no such way to pay."))


def find_words(kind: str) -> Way | None:
    """Return a way's words, on or off, for an order that was placed with it; one query."""
    row = WayToPay.objects.filter(kind=kind).first()
    return _speak(row) if row is not None else None


def _fits(row: WayToPay, sale: Sale) -> bool:
    if row.kind == WayKind.PAY_AT_PICKUP:
        return sale.is_picked_up
    if row.kind != WayKind.CASH_ON_DELIVERY:
        return True
    is_within = row.most_amount is None or sale.own_amount <= row.most_amount
    return sale.is_delivered and is_within and (not row.countries or sale.country in row.countries)


def _speak(row: WayToPay) -> Way:
    return Way(
        kind=row.kind,
        title=say(row, "title") or str(WayKind(row.kind).label),
        text=say(row, "text") or str(OWN_TEXTS[row.kind]),
        instructions=say(row, "instructions"),
        days_to_pay=row.days_to_pay,
        is_plain=not (row.title or row.text),
    )
