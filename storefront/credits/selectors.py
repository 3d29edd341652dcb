"""Read cards and credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from storefront.credits.codes import clean_code, hash_code
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CardNotFound
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit, Tender

_NOBODY = frozenset({"", "system", "reconciler", "stripe", "webhook", "shopper"})
VIEWS = ("all", "open", "spent", "off")


@dataclass(frozen=True, slots=True)
class Purse:
    """What can pay: (id, balance in minor units) of cards in the order given, and of the customer's credit if there is one."""

    cards: tuple[GiftCard, ...] = ()
    credit: StoreCredit | None = None


def find_card(code: str, *, currency: str, now: datetime) -> GiftCard | None:
    """Return the card with this code that can pay in this currency now, or None; count wrong codes by `WRONG_CARDS`."""
    clean = clean_code(code)
    if not clean:
        return None
    return _usable(now).filter(code_hash=hash_code(clean), currency=currency).first()


def find_purse(*, card_ids: Sequence[int], customer_id: int | None, currency: str, now: datetime) -> Purse:
    """Return what of these cards and of a customer's credit can pay in this currency: up to two queries."""
    cards = {}
    if card_ids:
        cards = _usable(now).filter(pk__in=card_ids, currency=currency, balance_amount__gt=0).in_bulk()
    credit = None
    if customer_id is not None:
        mine = StoreCredit.objects.filter(customer_id=customer_id, currency=currency, balance_amount__gt=0)
        credit = mine.first()
    return Purse(tuple(cards[pk] for pk in card_ids if pk in cards), credit)


def list_tenders(order_token: str) -> list[Tender]:
    """Return what pays an order besides money, with each one's card or credit."""
    rows = Tender.objects.filter(order_token=order_token, amount__gt=0)
    return list(rows.select_related("gift_card", "store_credit").order_by("pk"))


def plan_refund(tenders: Sequence[Tender], amount: int) -> list[tuple[Tender, int]]:
    """Return how much of a sum goes back to which tender, store credit first, up to what each of them paid and has not back.

    Raises: ValueError for more than they paid.
    """
    left, parts = amount, []
    for tender in sorted(tenders, key=lambda one: (one.store_credit_id is None, one.pk)):
        part = min(left, tender.amount - tender.refunded_amount)
        left -= part
        if part:
            parts.append((tender, part))
    if left or amount < 0:
        raise ValueError(f"{amount} is more than cards and credit paid")
    return parts


def list_given_back(order_token: str, *, key: str) -> list[CreditEntry]:
    """Return where a refund with this key went, with each one's card or credit."""
    rows = CreditEntry.objects.filter(order_token=order_token, key__startswith=f"refund:{key}:")
    return list(rows.select_related("gift_card", "store_credit").order_by("pk"))


def list_cards(*, view: str, text: str, now: datetime) -> QuerySet[GiftCard]:
    """Return the cards of a view, newest first, found by their last four letters, a name or an e-mail."""
    rows = GiftCard.objects.filter(_condition(view, now))
    if text:
        found = Q(recipient_email__icontains=text) | Q(recipient_name__icontains=text) | Q(note__icontains=text)
        found |= Q(last4=text.upper()[-4:])
        rows = rows.filter(found)
    return rows.order_by("-created_at", "-pk")


def count_views(now: datetime) -> dict[str, int]:
    """Return how many cards stand in each view, in one query."""
    return GiftCard.objects.aggregate(**{view: Count("pk", filter=_condition(view, now)) for view in VIEWS})


def get_card(pk: int) -> GiftCard:
    """Return a card.

    Raises: CardNotFound.
    """
    card = GiftCard.objects.select_related("customer").filter(pk=pk).first()
    if card is None:
        raise CardNotFound("there is no such gift card")
    return card


def list_order_cards(order_token: str) -> list[GiftCard]:
    """Return the cards that an order bought, in the order of its lines."""
    return list(GiftCard.objects.filter(order_token=order_token).exclude(order_token="").order_by("pk"))


def list_due_cards(*, now: datetime, limit: int = 500) -> list[int]:
    """Return the ids of cards whose day to be sent has come and that were not sent."""
    due = GiftCard.objects.filter(send_at__lte=now, mailed_at__isnull=True, is_active=True).exclude(recipient_email="")
    return list(due.order_by("send_at", "pk").values_list("pk", flat=True)[:limit])


def list_entries(card: GiftCard) -> QuerySet[CreditEntry]:
    """Return a card's moves, newest first."""
    return card.entries.order_by("-created_at", "-pk")


def list_credits(customer_id: int) -> list[StoreCredit]:
    """Return what a customer has with the store, by currency, also where it is spent."""
    return list(StoreCredit.objects.filter(customer_id=customer_id).order_by("currency"))


def list_credit_entries(customer_id: int) -> QuerySet[CreditEntry]:
    """Return the moves of a customer's credit in all currencies, newest first."""
    entries = CreditEntry.objects.filter(store_credit__customer_id=customer_id).select_related("store_credit")
    return entries.order_by("-created_at", "-pk")


def who_moved(entry: CreditEntry) -> str:
    """Return the colleague who moved a balance; nothing where it moved by itself or its owner spent it."""
    return "" if entry.actor in _NOBODY or entry.kind == EntryKind.SPENT else entry.actor


def _usable(now: datetime) -> QuerySet[GiftCard]:
    return GiftCard.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), is_active=True)


def _condition(view: str, now: datetime) -> Q:
    is_over = Q(expires_at__isnull=False, expires_at__lte=now)
    if view == "open":
        return Q(is_active=True, balance_amount__gt=0) & ~is_over
    if view == "spent":
        return Q(balance_amount=0)
    if view == "off":
        return Q(is_active=False) | is_over
    return Q()
