"""Pay an order from cards and credit: never read, decided and written back, but one statement that takes or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Subquery
from django.utils.translation import gettext_lazy as _

from storefront.credits.enums import EntryKind
from storefront.credits.errors import CreditGone, CreditRefused
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit, Tender
from storefront.credits.selectors import plan_refund

# The same statements for cards and for credit; balances are locked, and what was taken is numbered, in the order of their keys.
_TAKE = Template("""
WITH wanted AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(amounts)s::bigint[]) AS wanted (id, amount)
), held AS (
    SELECT balance.id FROM $table AS balance JOIN wanted USING (id) ORDER BY balance.id FOR UPDATE OF balance
), paid AS (
    UPDATE $table AS balance SET balance_amount = balance.balance_amount - wanted.amount
      FROM held JOIN wanted USING (id)
     WHERE balance.id = held.id AND balance.balance_amount >= wanted.amount AND balance.currency = %(currency)s $condition
    RETURNING balance.id, balance.balance_amount, wanted.amount
), written AS (
    INSERT INTO credits_creditentry
           ($column, kind, amount, balance_amount, order_token, actor, note, created_at)
    SELECT id, %(kind)s, -amount, balance_amount, %(order_token)s, %(actor)s, '', %(now)s FROM paid ORDER BY id
), tendered AS (
    INSERT INTO credits_tender (order_token, $column, amount, refunded_amount, created_at)
    SELECT %(order_token)s, id, amount, 0, %(now)s FROM paid ORDER BY id
    ON CONFLICT (order_token, $column) DO UPDATE SET amount = credits_tender.amount + excluded.amount
)
SELECT count(*) FROM paid
""")
_GIVE_BACK = Template("""
WITH held AS (
    SELECT balance.id, balance.balance_amount FROM $table AS balance
     WHERE balance.id IN (SELECT $column FROM credits_tender
                           WHERE order_token = %(order_token)s AND $column IS NOT NULL AND amount > 0)
     ORDER BY balance.id FOR UPDATE
), gone AS (
    UPDATE credits_tender AS tender SET amount = 0, refunded_amount = 0
      FROM held, credits_tender AS before
     WHERE tender.$column = held.id AND tender.order_token = %(order_token)s AND tender.amount > tender.refunded_amount
       AND before.id = tender.id
    RETURNING tender.$column AS id, before.amount - before.refunded_amount AS amount
), returned AS (
    UPDATE $table AS balance SET balance_amount = balance.balance_amount + gone.amount
      FROM gone WHERE balance.id = gone.id
    RETURNING balance.id, balance.balance_amount, gone.amount
), written AS (
    INSERT INTO credits_creditentry
           ($column, kind, amount, balance_amount, order_token, actor, note, created_at)
    SELECT id, %(kind)s, amount, balance_amount, %(order_token)s, %(actor)s, '', %(now)s FROM returned ORDER BY id
)
SELECT coalesce(sum(amount), 0) FROM returned
""")
_CARDS = {
    "table": "credits_giftcard",
    "column": "gift_card_id",
    "condition": "AND balance.is_active AND (balance.expires_at IS NULL OR balance.expires_at > %(now)s)",
}
_CREDIT = {"table": "credits_storecredit", "column": "store_credit_id", "condition": ""}


@dataclass(frozen=True, slots=True)
class WantedTender:
    """So much of a card or of a customer's credit is to pay an order, in minor units; one of the two ids."""

    amount: int
    gift_card_id: int | None = None
    store_credit_id: int | None = None


def take_credit(
    *,
    order_token: str,
    tenders: Sequence[WantedTender],
    currency: str,
    actor: str,
    now: datetime,
    replaces: bool = False,
) -> int:
    """Take what is to pay an order off cards and credit and return how much it is: one query for each of the two kinds.

    Call it in the transaction that places the order, after stock and discounts. With `replaces` what the order held
    before is given back first.
    Raises: CreditGone where a balance is no longer there; the transaction is then to be rolled back.
    """
    if not tenders and not replaces:
        return 0
    with transaction.atomic():
        if replaces:
            give_back_credit(order_token=order_token, actor=actor, now=now)
        wanted = [tender for tender in tenders if tender.amount]
        if min((tender.amount for tender in wanted), default=0) < 0:
            raise ValueError("a tender is never negative")
        facts: dict[str, Any] = {
            "order_token": order_token,
            "currency": currency,
            "actor": actor,
            "now": now,
            "kind": EntryKind.SPENT.value,
        }
        cards = {one.gift_card_id: one.amount for one in wanted if one.gift_card_id is not None}
        credit = {one.store_credit_id: one.amount for one in wanted if one.store_credit_id is not None}
        for names, parts in ((_CARDS, cards), (_CREDIT, credit)):
            if not parts:
                continue
            with connection.cursor() as cursor:
                cursor.execute(_TAKE.substitute(names), {**facts, "ids": list(parts), "amounts": list(parts.values())})
                if cursor.fetchone()[0] != len(parts):
                    raise _gone()
        return sum(cards.values()) + sum(credit.values())


def give_back_credit(*, order_token: str, actor: str, now: datetime) -> int:
    """Put back what an order took, because nobody paid the rest; return how much. Twice gives nothing twice.

    Two queries; call it in the transaction that gives the stock back, after that.
    """
    facts: dict[str, Any] = {"order_token": order_token, "actor": actor, "now": now, "kind": EntryKind.GIVEN_BACK.value}
    total = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for names in (_CARDS, _CREDIT):
            cursor.execute(_GIVE_BACK.substitute(names), facts)
            total += int(cursor.fetchone()[0])
    return total


def take_credit_again(*, order_token: str, amount: int, currency: str, actor: str, now: datetime) -> int:
    """Take from the same cards and the same credit what an order gave back last; up to three queries.

    Raises: CreditGone where it is not this amount (minor units), or a balance is no longer there.
    """
    given = CreditEntry.objects.filter(order_token=order_token, kind=EntryKind.GIVEN_BACK)
    last = given.order_by("-created_at").values("created_at")[:1]
    tenders = [
        WantedTender(one.amount, one.gift_card_id, one.store_credit_id)
        for one in given.filter(created_at=Subquery(last)).order_by("pk")
    ]
    if sum(tender.amount for tender in tenders) != amount:
        raise _gone()
    return take_credit(order_token=order_token, tenders=tenders, currency=currency, actor=actor, now=now)


def refund_credit(*, order_token: str, amount: int, key: str, actor: str, now: datetime) -> int:
    """Give part of what cards and credit paid for an order back to them, credit first, and return how much was given.

    The same key gives once; call it with the order locked, after its stock. Money that was paid otherwise goes back by its
    provider, or with `adjust_store_credit`.
    Raises: CreditRefused for more than they paid.
    """
    with transaction.atomic():
        tenders = list(Tender.objects.select_for_update().filter(order_token=order_token).order_by("gift_card", "pk"))
        if CreditEntry.objects.filter(order_token=order_token, key__startswith=f"refund:{key}:").exists():
            return 0
        try:
            parts = plan_refund(tenders, amount)
        except ValueError:
            parts = []
        if not parts:
            raise CreditRefused(_("Gift cards and store credit did not pay that much of this order."), field="amount")
        for tender, part in sorted(parts, key=lambda one: (one[0].gift_card_id is None, one[0].gift_card_id or 0)):
            Tender.objects.filter(pk=tender.pk).update(refunded_amount=F("refunded_amount") + part)
            _put_back(tender, part, key=f"refund:{key}:{tender.pk}", actor=actor, now=now)
    return amount


def _gone() -> CreditGone:
    return CreditGone(
        _("A gift card or credit has changed since you saw it. Nothing was charged. Look at what is left to pay.")
    )


def _put_back(tender: Tender, amount: int, *, key: str, actor: str, now: datetime) -> None:
    model: Any = GiftCard if tender.gift_card_id is not None else StoreCredit
    pk = tender.gift_card_id or tender.store_credit_id
    model.objects.filter(pk=pk).update(balance_amount=F("balance_amount") + amount)
    CreditEntry.objects.create(
        gift_card_id=tender.gift_card_id,
        store_credit_id=tender.store_credit_id,
        kind=EntryKind.REFUNDED,
        amount=amount,
        balance_amount=model.objects.values_list("balance_amount", flat=True).get(pk=pk),
        order_token=tender.order_token,
        key=key,
        actor=actor,
        created_at=now,
    )
