"""The currency that prices are shown in: the store's own, or a price list's that the visitor has chosen.

Everything is kept in the store's own currency. What shows a price asks `shown()` and converts at the edge; in the store's own
currency that costs no query and changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.money import is_currency
from core.shared_pages import remember
from core.tenancy import current_tenant
from storefront.catalog.conversion import CONVERT_SQL, Conversion, make_conversion
from storefront.catalog.errors import CurrencyNotOffered
from storefront.catalog.models import PriceList

COOKIE = "shopstead_currency"
YEAR = 365 * 24 * 3600

_LIST = """
SELECT id, currency, base_currency, rate, adjustment_percent, rounding,
       EXISTS (SELECT FROM catalog_listprice AS own WHERE own.price_list_id = list.id)
  FROM catalog_pricelist AS list WHERE is_enabled AND currency = %s
"""
# Goods with a price set by hand in the list: what their cards say. `%(price_list)s` is the list, {0} narrows the goods down.
FIXED_SQL = (
    """
SELECT v.product_id, min(x.price) AS min_price, max(x.price) AS max_price,
       (array_agg(x.compare_at ORDER BY x.price, v.position))[1] AS compare_at
  FROM catalog_productvariant AS v
  LEFT JOIN catalog_listprice AS l ON l.variant_id = v.id AND l.price_list_id = %(price_list)s
 CROSS JOIN LATERAL (SELECT coalesce(l.price_amount, {convert_price}) AS price,
                            CASE WHEN l.id IS NULL THEN {convert_compare} ELSE l.compare_at_amount END AS compare_at) AS x
 WHERE v.product_id IN (SELECT o.product_id FROM catalog_listprice AS f JOIN catalog_productvariant AS o ON o.id = f.variant_id
                         WHERE f.price_list_id = %(price_list)s)
 GROUP BY v.product_id
""".replace("{convert_price}", CONVERT_SQL.format("v.price_amount"))
    .replace("{convert_compare}", CONVERT_SQL.format("v.compare_at_amount"))
)  # fmt: skip
_OF_GOODS = f"SELECT * FROM ({FIXED_SQL}) AS fixed WHERE product_id = ANY(%(ids)s)"  # noqa: S608
_OF_VARIANTS = """
SELECT variant_id, price_amount, compare_at_amount FROM catalog_listprice
 WHERE price_list_id = %s AND variant_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Prices:
    """A currency and the way to it: `conversion` is None for the store's own, `has_fixed` tells of prices set by hand."""

    currency: str
    list_id: int | None = None
    rate: Decimal | None = None
    conversion: Conversion | None = None
    has_fixed: bool = False

    @property
    def is_own(self) -> bool:
        return self.conversion is None

    def convert(self, amount: int) -> int:
        """Return an amount of the store's own currency in this one, rounded by the list's rule."""
        return amount if self.conversion is None else self.conversion.convert(amount)

    def convert_or_none(self, amount: int | None) -> int | None:
        """Return the amount in this currency, or None for none."""
        return None if amount is None else self.convert(amount)

    def parameters(self) -> dict[str, Any]:
        """Return what CONVERT_SQL and FIXED_SQL need."""
        return {} if self.conversion is None else {**self.conversion.parameters(), "price_list": self.list_id}


@dataclass(slots=True)
class _Asked:
    """What the visitor has chosen, and what was found for it, once a request."""

    code: str
    found: Prices | None = field(default=None)


_asked: ContextVar[_Asked | None] = ContextVar("currency", default=None)


@contextmanager
def asking_for(code: str) -> Iterator[None]:
    """Show prices in this currency where the store has it; empty for the store's own."""
    token = _asked.set(_Asked(code if is_currency(code) else ""))
    try:
        yield
    finally:
        _asked.reset(token)


def shown() -> Prices:
    """Return the prices to show: the visitor's choice where the store has it, else the store's own."""
    asked = _asked.get()
    if asked is None:
        return own_prices()
    if asked.found is None:
        asked.found = find_prices(asked.code) if asked.code else own_prices()
    return asked.found


def own_prices() -> Prices:
    """Return the store's own prices."""
    return Prices(currency=current_tenant().currency)


def find_prices(code: str) -> Prices:
    """Return the prices in this currency, or the store's own where there is no such list or it is switched off."""
    own = current_tenant().currency
    if not is_currency(code) or code == own:
        return own_prices()
    asked = _asked.get()
    if asked is not None and asked.code == code and asked.found is not None:
        return asked.found
    return remember(f"prices in {code}", lambda: _read(code, own)) or own_prices()


def read_prices(code: str) -> Prices:
    """Return the prices in a currency that a program asks for by name; empty asks for the store's own.

    Raises: CurrencyNotOffered where the store has no such price list, or it is switched off.
    """
    wanted = code.strip().upper()
    prices = find_prices(wanted) if wanted else own_prices()
    if wanted and prices.currency != wanted:
        raise CurrencyNotOffered(
            _("This store has no prices in “%(code)s”. It has: %(known)s.")
            % {"code": wanted[:10], "known": ", ".join(list_currencies())},
            field="currency",
        )
    return prices


def list_currencies() -> list[str]:
    """Return the currencies that prices can be asked for in, the store's own first."""
    own = current_tenant().currency
    further = PriceList.objects.filter(is_enabled=True, base_currency=own).order_by("currency")
    return [own, *further.values_list("currency", flat=True)]


def keep_currency(response: HttpResponse, prices: Prices) -> None:
    """Have the visitor's next pages show this currency too."""
    if prices.is_own:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        is_secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, prices.currency, max_age=YEAR, secure=is_secure, httponly=True, samesite="Lax")


def price_cards(cards: list[dict[str, Any]], prices: Prices | None = None) -> list[dict[str, Any]]:
    """Write the cards' prices in the shown currency, in place; one query where the list has prices set by hand."""
    prices = prices or shown()
    if prices.is_own or not cards:
        return cards
    fixed = _fixed_of_goods(prices, [card["id"] for card in cards]) if prices.has_fixed else {}
    for card in cards:
        known = fixed.get(card["id"])
        if known is None:
            known = (
                prices.convert(card["price_amount"]),
                prices.convert(card["max_price_amount"]),
                prices.convert_or_none(card["compare_at_amount"]),
            )
        card["price_amount"], card["max_price_amount"], card["compare_at_amount"] = known
    return cards


def price_variants(rows: Mapping[int, tuple[int, int | None]], prices: Prices) -> dict[int, tuple[int, int | None]]:
    """Return price and compare-at price by variant in this currency, from those in the store's own; a query or none."""
    if prices.is_own:
        return dict(rows)
    found = {pk: (prices.convert(price), prices.convert_or_none(before)) for pk, (price, before) in rows.items()}
    return found | find_fixed(prices, rows)


def find_fixed(prices: Prices, variant_ids: Iterable[int]) -> dict[int, tuple[int, int | None]]:
    """Return price and compare-at price of those variants whose price was set by hand."""
    if not prices.has_fixed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_VARIANTS, [prices.list_id, list(variant_ids)])
        return {pk: (price, compare_at) for pk, price, compare_at in cursor.fetchall()}


def to_prices(row: PriceList, *, has_fixed: bool = False) -> Prices:
    """Return the prices of a list, whether it is switched on or not."""
    return _make((row.pk, row.currency, row.base_currency, row.rate, row.adjustment_percent, row.rounding, has_fixed))


def _read(code: str, own: str) -> Prices | None:
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [code])
        row = cursor.fetchone()
    return _make(row) if row is not None and row[2] == own else None


def _make(row: tuple[Any, ...]) -> Prices:
    pk, code, own, rate, adjustment, rounding, has_fixed = row
    conversion = make_conversion(own=own, other=code, rate=rate, adjustment_percent=adjustment, rounding=rounding)
    return Prices(currency=code, list_id=pk, rate=rate, conversion=conversion, has_fixed=has_fixed)


def _fixed_of_goods(prices: Prices, ids: list[int]) -> dict[int, tuple[int, int, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_GOODS, {**prices.parameters(), "ids": ids})
        return {pk: (low, high, compare_at) for pk, low, high, compare_at in cursor.fetchall()}
