"""Gift cards that were bought: made when their order is paid, closed when their price goes back."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from core.outbox.services import enqueue
from storefront.credits.codes import hash_code, make_code
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CreditRefused
from storefront.credits.models import CreditEntry, GiftCard
from storefront.credits.presents import Present, list_presents
from storefront.credits.selectors import list_due_cards
from storefront.credits.services.issuing import mail_card

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SoldCards:
    """A line of an order that is gift cards: so many, each worth what it cost in minor units, and who gets them."""

    line_id: int
    amount: int
    quantity: int
    presents: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class CardBuyer:
    """Who paid for cards, and in which currency; they get the mail of each card that is for nobody else."""

    order_token: str
    customer_id: int | None
    email: str
    currency: str
    language: str


def issue_sold_cards(*, buyer: CardBuyer, lines: Iterable[SoldCards], actor: str, now: datetime) -> int:
    """Make the cards of an order that is paid, a card a unit, and mail each now or on its day; return how many are new.

    Call it with the order locked. A unit has one card: called again it makes nothing.
    """
    with transaction.atomic():
        known = CreditEntry.objects.filter(order_token=buyer.order_token, kind=EntryKind.ISSUED)
        made_before = set(known.values_list("key", flat=True))
        cards: dict[str, GiftCard] = {}
        for line in lines:
            units = [present for one in list_presents(line.presents, line.quantity) for present in [one] * one.count]
            for unit, present in enumerate(units):
                key = f"issue:{buyer.order_token}:{line.line_id}:{unit}"
                if key not in made_before and line.amount > 0:
                    cards[key] = _card(buyer, line, present, now)
        rows = GiftCard.objects.bulk_create(cards.values())
        CreditEntry.objects.bulk_create(
            [
                CreditEntry(
                    gift_card=card,
                    kind=EntryKind.ISSUED,
                    amount=card.initial_amount,
                    balance_amount=card.initial_amount,
                    order_token=buyer.order_token,
                    key=key,
                    actor=actor,
                    created_at=now,
                )
                for key, card in zip(cards, rows, strict=True)
            ]
        )
        for card in rows:
            if card.recipient_email and card.send_at is None:
                enqueue(task="storefront.credits.send_card", kwargs={"card_id": card.pk})
    return len(rows)


def close_sold_cards(*, order_token: str, counts: Mapping[int, int] | None, actor: str, now: datetime) -> int:
    """Close as many cards of an order's lines, by line id, as are given back, or without counts all; return how many.

    Call it with the order and its stock locked.
    Raises: CreditRefused where so many are no longer unspent; nothing is closed then.
    """
    if counts is not None and not any(counts.values()):
        return 0
    with transaction.atomic():
        held, whole = _hold_open(order_token, counts)
        wanted = _choose(whole, counts) if counts is not None else whole if len(whole) == len(held) else None
        if wanted is None:
            raise CreditRefused(
                _("A gift card of this order was spent already, so its price does not go back. Nothing was changed.")
            )
        for card in wanted:
            _close(card, actor=actor, now=now)
    return len(wanted)


def close_uncovered_cards(*, order_token: str, kept_amount: int, actor: str, now: datetime) -> tuple[int, int]:
    """Close cards that what is kept of an order's money does not cover any more, each whose whole price went back.

    The last ones first, which are the buyer's own before anybody else's. Return how many were closed, and how many stay
    although their price, or a part of it, went back: spent ones among them. Call it with the order locked.
    """
    with transaction.atomic():
        held, whole = _hold_open(order_token, None)
        missing, closed = sum(card.initial_amount for card in held) - kept_amount, 0
        for card in reversed(whole):
            if card.initial_amount <= missing:
                _close(card, actor=actor, now=now)
                missing, closed = missing - card.initial_amount, closed + 1
    return closed, len(held) - closed if missing > 0 else 0


def mail_due_cards(*, now: datetime) -> int:
    """Send the cards whose day has come and return how many mails went out; one that nobody takes is tried an hour later."""
    sent = 0
    for card_id in list_due_cards(now=now):
        try:
            sent += mail_card(card_id=card_id, now=now)
        except OSError:
            logger.warning("gift card %s could not be mailed", card_id, exc_info=True)
    return sent


def _card(buyer: CardBuyer, line: SoldCards, present: Present, now: datetime) -> GiftCard:
    nonce = new_token()
    code = make_code(nonce)
    send_at = present.send_at
    return GiftCard(
        code_hash=hash_code(code),
        nonce=nonce,
        last4=code[-4:],
        currency=buyer.currency,
        initial_amount=line.amount,
        balance_amount=line.amount,
        customer_id=buyer.customer_id,
        order_token=buyer.order_token,
        order_line_id=line.line_id,
        recipient_email=present.email or buyer.email.lower(),
        recipient_name=present.name,
        message=present.message,
        language=buyer.language,
        send_at=send_at if send_at is not None and send_at > now else None,
        created_at=now,
    )


def _hold_open(order_token: str, counts: Mapping[int, int] | None) -> tuple[list[GiftCard], list[GiftCard]]:
    """Lock an order's cards that are not closed, those of these lines or all; return them, and which nothing was spent of."""
    own = GiftCard.objects.filter(order_token=order_token, closed_at__isnull=True)
    if counts is not None:
        own = own.filter(order_line_id__in=counts)
    held = list(own.select_for_update(of=("self",)).order_by("pk"))
    spent = set(own.filter(tenders__amount__gt=F("tenders__refunded_amount")).values_list("pk", flat=True))
    return held, [card for card in held if card.pk not in spent and card.balance_amount == card.initial_amount]


def _choose(whole: Sequence[GiftCard], counts: Mapping[int, int]) -> list[GiftCard] | None:
    """Return the last cards of each line, which are the buyer's own before anybody else's; None where there are too few."""
    chosen: list[GiftCard] = []
    for line_id, count in counts.items():
        mine = [card for card in whole if card.order_line_id == line_id]
        if len(mine) < count:
            return None
        chosen += mine[len(mine) - count :]
    return chosen


def _close(card: GiftCard, *, actor: str, now: datetime) -> None:
    amount, card.balance_amount = card.balance_amount, 0
    card.is_active, card.closed_at = False, now
    card.save(update_fields=["balance_amount", "is_active", "closed_at"])
    CreditEntry.objects.create(
        gift_card=card,
        kind=EntryKind.CLOSED,
        amount=-amount,
        balance_amount=0,
        order_token=card.order_token,
        actor=actor,
        created_at=now,
    )
