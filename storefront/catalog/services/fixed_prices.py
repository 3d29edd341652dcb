"""Prices in further currencies that are set by hand, and what goods cost there from when on."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.money import MAX_AMOUNT
from storefront.catalog.conversion import is_payable
from storefront.catalog.errors import PriceListRefused
from storefront.catalog.locks import lock_price_list, lock_product
from storefront.catalog.models import ListPrice, PriceChange, PriceList, ProductVariant
from storefront.catalog.shown import find_fixed, price_variants, to_prices

FixedPrice = tuple[int, int | None]
# By list, by version: price and compare-at price, or None to have it converted.
FixedPrices = Mapping[int, Mapping[int, FixedPrice | None]]


def set_fixed_prices(*, product_id: int, prices: FixedPrices, actor: str, now: datetime) -> int:
    """Set a product's prices by hand: by list, by version, (price, compare-at price), or None to have it converted again.

    What is not named stays. Returns how many prices changed. What it costs from now on is written down, so that a reduction
    can be measured against the 30 days before.
    Raises: PriceListRefused with the field "<list>-<version>", ProductNotFound, PriceListNotFound.
    """
    with transaction.atomic():
        lock_product(product_id)
        own = _own_prices(ProductVariant.objects.filter(product_id=product_id).values_list("pk", flat=True))
        mine = {list_id: {pk: price for pk, price in wanted.items() if pk in own} for list_id, wanted in prices.items()}
        return _write_lists(mine, own, own, actor, now, is_checked=True)


def write_fixed_prices(*, prices: FixedPrices, cost_before: Mapping[int, FixedPrice], actor: str, now: datetime) -> int:
    """Set prices by hand of versions of many products, which the caller holds, with what they cost from now on.

    `cost_before` is what versions cost in the store's own currency until now; new ones are not in it. Returns how many changed.
    Raises: PriceListNotFound.
    """
    with transaction.atomic():
        own = _own_prices({pk for wanted in prices.values() for pk in wanted})
        return _write_lists(prices, own, cost_before, actor, now, is_checked=False)


def _own_prices(variant_ids: Iterable[int]) -> dict[int, FixedPrice]:
    rows = ProductVariant.objects.filter(pk__in=list(variant_ids))
    return {pk: (price, before) for pk, price, before in rows.values_list("pk", "price_amount", "compare_at_amount")}


def _write_lists(
    prices: FixedPrices,
    own: Mapping[int, FixedPrice],
    cost_before: Mapping[int, FixedPrice],
    actor: str,
    now: datetime,
    *,
    is_checked: bool,
) -> int:
    changed_count = 0
    for list_id, wanted in sorted(prices.items()):
        row = lock_price_list(list_id)
        before = find_fixed(to_prices(row, has_fixed=True), wanted)
        changed = {pk: price for pk, price in wanted.items() if before.get(pk) != price}
        for pk, price in changed.items() if is_checked else ():
            _check_price(price, row, field=f"{row.pk}-{pk}")
        converted = price_variants({pk: own[pk] for pk in changed}, to_prices(row))
        until_now = price_variants({pk: cost_before[pk] for pk in changed if pk in cost_before}, to_prices(row))
        points = []
        for pk, price in changed.items():
            # What it cost until this moment, then what it costs from now on.
            if pk not in before and pk in until_now:
                points.append(_point(pk, row, until_now[pk], actor, now - timedelta(microseconds=1)))
            points.append(_point(pk, row, price or converted[pk], actor, now))
        _write(row.pk, changed)
        PriceChange.objects.bulk_create(points)
        changed_count += len(changed)
    return changed_count


def _check_price(price: FixedPrice | None, row: PriceList, *, field: str) -> None:
    if price is None:
        return
    amount, before = price
    if not 0 <= amount <= MAX_AMOUNT or (before is not None and not 0 <= before <= MAX_AMOUNT):
        raise PriceListRefused(_("A price is 0 or more."), field=field)
    if before is not None and before <= amount:
        raise PriceListRefused(_("The price before has to be higher than the price."), field=field)
    if not is_payable(amount, row.currency):
        raise PriceListRefused(_("Cards take hundredths at most. End the price in 0."), field=field)


def _point(variant_id: int, row: PriceList, price: FixedPrice, actor: str, at: datetime) -> PriceChange:
    amount, before = price
    return PriceChange(
        variant_id=variant_id,
        currency=row.currency,
        price_amount=amount,
        compare_at_amount=before,
        actor=actor,
        created_at=at,
    )


_WRITE = """
INSERT INTO catalog_listprice (price_list_id, variant_id, price_amount, compare_at_amount)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
    ON CONFLICT (price_list_id, variant_id)
    DO UPDATE SET price_amount = excluded.price_amount, compare_at_amount = excluded.compare_at_amount
"""


def _write(list_id: int, prices: Mapping[int, FixedPrice | None]) -> None:
    gone = [pk for pk, price in prices.items() if price is None]
    if gone:
        ListPrice.objects.filter(price_list_id=list_id, variant_id__in=gone).delete()
    rows = [(pk, *price) for pk, price in prices.items() if price is not None]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list_id, *map(list, zip(*rows, strict=True))])
