"""Discount codes and gift cards of a cart: what a shopper types into one box."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from storefront.carts.errors import CodeRefused
from storefront.carts.models import MAXIMUM_CODES, Cart
from storefront.carts.services.reading import lock_open
from storefront.catalog.shown import find_prices
from storefront.credits.codes import WRONG_CARDS
from storefront.credits.selectors import find_card
from storefront.discounts.codes import WRONG_CODES, clean_code
from storefront.discounts.selectors import find_promotions
from storefront.discounts.words import explain_code

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Typed:
    """Who types a code: the address is counted, so that nobody tries them through."""

    address: str
    customer_id: int | None


def enter_code(*, cart: Cart, text: str, who: Typed, now: datetime) -> None:
    """Put a discount code or a gift card into the cart; one that is there already stays.

    Raises: CodeRefused with a sentence for one that gives nothing to anybody, or too many wrong ones; CartNotFound.
    """
    if not text.strip():
        raise CodeRefused(_("Write the code first."), field="code")
    if any(limit.is_reached(cart=cart.token, address=who.address) for limit in (WRONG_CODES, WRONG_CARDS)):
        raise CodeRefused(_("Too many codes were tried. Wait a quarter of an hour, then try again."), field="code")
    text = text[:LONGEST]
    prices = find_prices(cart.currency)
    card = find_card(text, currency=prices.currency, now=now)
    if card is not None:
        _keep(cart, card_ids=[card.pk], now=now)
        return
    found = find_promotions(codes=[text], customer_id=who.customer_id, prices=prices, now=now)
    if found.refused:
        WRONG_CODES.count(cart=cart.token, address=who.address)
        raise CodeRefused(explain_code(found.refused[0]), field="code")
    _keep(cart, codes=[clean_code(text)], now=now)


def drop_code(*, cart: Cart, code: str = "", card_id: int | None = None, now: datetime) -> None:
    """Take a code or a gift card out of the cart; one that is not in it changes nothing.

    Raises: CartNotFound.
    """
    with transaction.atomic():
        locked = lock_open(cart)
        codes = [one for one in locked.codes if one != code]
        cards = [one for one in locked.card_ids if one != card_id]
        Cart.objects.filter(pk=locked.pk).update(
            codes=codes, card_ids=cards, version=locked.version + 1, updated_at=now
        )
    cart.codes, cart.card_ids = codes, cards


def _keep(cart: Cart, *, codes: Sequence[str] = (), card_ids: Sequence[int] = (), now: datetime) -> None:
    with transaction.atomic():
        locked = lock_open(cart)
        all_codes = list(dict.fromkeys([*locked.codes, *codes]))
        all_cards = list(dict.fromkeys([*locked.card_ids, *card_ids]))
        if max(len(all_codes), len(all_cards)) > MAXIMUM_CODES:
            raise CodeRefused(_("A cart takes five codes. Take one out first."), field="code")
        Cart.objects.filter(pk=locked.pk).update(
            codes=all_codes, card_ids=all_cards, version=locked.version + 1, updated_at=now
        )
    cart.codes, cart.card_ids = all_codes, all_cards
