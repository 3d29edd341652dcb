"""Count a discount as used by an order, within its limits whoever else is placing one, and give it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from storefront.discounts.enums import Audience
from storefront.discounts.errors import DiscountGone
from storefront.discounts.models import DiscountCode

# One statement: the promotions are locked in the order of their keys, counted where they still may be, then their codes.
_COUNT = """
WITH wanted AS (
    SELECT * FROM unnest(%(promotion_ids)s::bigint[], %(code_ids)s::bigint[]) AS wanted (promotion_id, code_id)
), held AS (
    SELECT id FROM discounts_promotion WHERE id IN (SELECT promotion_id FROM wanted) ORDER BY id FOR UPDATE
), counted AS (
    UPDATE discounts_promotion AS promotion SET used_count = promotion.used_count + 1
      FROM held
     WHERE promotion.id = held.id AND promotion.is_active AND promotion.starts_at <= %(now)s
       AND (promotion.ends_at IS NULL OR promotion.ends_at > %(now)s)
       AND (promotion.limit_count IS NULL OR promotion.used_count < promotion.limit_count)
    RETURNING promotion.id
), spent AS (
    UPDATE discounts_discountcode AS code SET used_count = code.used_count + 1
      FROM wanted JOIN counted ON counted.id = wanted.promotion_id
     WHERE code.id = wanted.code_id AND code.promotion_id = wanted.promotion_id
       AND (code.limit_count IS NULL OR code.used_count < code.limit_count)
    RETURNING code.promotion_id
)
SELECT wanted.promotion_id FROM wanted JOIN counted ON counted.id = wanted.promotion_id
 WHERE wanted.code_id IS NULL OR wanted.promotion_id IN (SELECT promotion_id FROM spent)
"""
# A statement of its own, so that it sees what others have used whom the first one waited for.
_WRITE = """
INSERT INTO discounts_discountuse (promotion_id, code_id, order_token, customer_id, amount, order_amount, currency, created_at)
SELECT promotion.id, wanted.code_id, %(order_token)s, %(customer_id)s, wanted.amount, %(order_amount)s, %(currency)s,
       %(now)s
  FROM unnest(%(promotion_ids)s::bigint[], %(code_ids)s::bigint[], %(amounts)s::bigint[])
       AS wanted (promotion_id, code_id, amount)
  JOIN discounts_promotion AS promotion ON promotion.id = wanted.promotion_id
  LEFT JOIN LATERAL (
        SELECT count(*) AS many FROM discounts_discountuse AS used
         WHERE used.promotion_id = promotion.id AND used.customer_id = %(customer_id)s
       ) AS mine ON true
 WHERE (promotion.limit_per_customer IS NULL OR mine.many < promotion.limit_per_customer)
   AND (promotion.audience <> %(first_order)s OR (mine.many = 0 AND NOT EXISTS (
        SELECT FROM customers_customer AS buyer WHERE buyer.id = %(customer_id)s AND buyer.orders_count > 0)))
   AND (promotion.audience <> %(customers)s OR promotion.customer_ids @> to_jsonb(%(customer_id)s::bigint))
RETURNING promotion_id
"""
_GIVE_BACK = """
WITH held AS (
    SELECT id FROM discounts_promotion
     WHERE id IN (SELECT promotion_id FROM discounts_discountuse WHERE order_token = %(order_token)s)
     ORDER BY id FOR UPDATE
), gone AS (
    DELETE FROM discounts_discountuse AS used USING held
     WHERE used.promotion_id = held.id AND used.order_token = %(order_token)s
    RETURNING used.promotion_id, used.code_id
), counted AS (
    UPDATE discounts_promotion AS promotion SET used_count = promotion.used_count - 1
      FROM gone WHERE promotion.id = gone.promotion_id
), spent AS (
    UPDATE discounts_discountcode AS code SET used_count = code.used_count - 1 FROM gone WHERE code.id = gone.code_id
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class WantedUse:
    """A promotion that a quote applied, with the code that gave it; `amount` is what it takes off, in minor units."""

    promotion_id: int
    amount: int
    code_id: int | None = None


def take_uses(
    *,
    order_token: str,
    customer_id: int,
    uses: Sequence[WantedUse],
    currency: str,
    now: datetime,
    order_amount: int = 0,
    replaces: bool = False,
) -> None:
    """Count promotions as used by an order: two queries, none for an order without any.

    `order_amount` is the order's total, for the merchant's list. Call it in the transaction that places the order, after its
    stock is held. With `replaces` what the order held before is given back first, as for one that is written anew; one
    query more.
    Raises: DiscountGone naming those that can no longer be had; the transaction is then to be rolled back.
    """
    if not uses and not replaces:
        return
    with transaction.atomic():
        if replaces:
            give_back_uses(order_token=order_token)
        if not uses:
            return
        wanted: dict[str, Any] = {
            "promotion_ids": [use.promotion_id for use in uses],
            "code_ids": [use.code_id for use in uses],
            "amounts": [use.amount for use in uses],
            "order_token": order_token,
            "customer_id": customer_id,
            "currency": currency,
            "order_amount": order_amount,
            "now": now,
            "first_order": Audience.FIRST_ORDER.value,
            "customers": Audience.CUSTOMERS.value,
        }
        with connection.cursor() as cursor:
            for statement in (_COUNT, _WRITE):
                cursor.execute(statement, wanted)
                taken = {row[0] for row in cursor.fetchall()}
                missing = [use.promotion_id for use in uses if use.promotion_id not in taken]
                if missing:
                    raise _gone(missing)


def take_uses_again(
    *,
    order_token: str,
    customer_id: int,
    records: Iterable[Mapping[str, Any]],
    currency: str,
    order_amount: int,
    now: datetime,
) -> None:
    """Count the promotions that an order keeps in `Order.discounts` as used once more; up to three queries.

    What was taken off by hand is nobody's to count. `now` says by which day they are judged.
    Raises: DiscountGone, also where its code is gone.
    """
    wanted = [one for one in records if one["promotion_id"] is not None]
    codes = [one["code"] for one in wanted if one["code"]]
    known = dict(DiscountCode.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    missing = [one["promotion_id"] for one in wanted if one["code"] and one["code"] not in known]
    if missing:
        raise _gone(missing)
    uses = [WantedUse(one["promotion_id"], one["amount"], known.get(one["code"])) for one in wanted]
    take_uses(
        order_token=order_token,
        customer_id=customer_id,
        uses=uses,
        currency=currency,
        order_amount=order_amount,
        now=now,
    )


def give_back_uses(*, order_token: str) -> int:
    """Count an order's promotions as not used, because nobody paid it; return how many. Twice gives nothing twice.

    One query; call it in the transaction that gives the stock back, after that.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"order_token": order_token})
        return int(cursor.fetchone()[0])


def _gone(promotion_ids: list[int]) -> DiscountGone:
    return DiscountGone(
        _("A discount has just run out. Nothing was charged. Look at the new total and go on."),
        promotion_ids=promotion_ids,
    )
