"""What a cart costs where it goes: goods, discounts, delivery, taxes, and what cards and credit pay of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from storefront.carts.models import Cart
from storefront.carts.selectors import CartView, get_cart_view
from storefront.catalog.shown import find_prices
from storefront.credits.selectors import Purse, find_purse
from storefront.credits.services import WantedTender
from storefront.discounts.selectors import FoundPromotions, find_promotions, with_collections
from storefront.discounts.services import WantedUse
from storefront.discounts.words import explain_code, explain_refused
from storefront.pricing.basket import Basket, BasketLine, TaxTable
from storefront.pricing.quote import Quote as Priced
from storefront.pricing.quote import price_basket
from storefront.pricing.tenders import spend
from storefront.pricing.totals import Totals
from storefront.shipping.enums import Refusal
from storefront.shipping.rates import Parcel, Rate, Row, find_pickup, make_offer, price_ways
from storefront.shipping.selectors import get_delivery
from storefront.taxes.selectors import find_tax_table


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where it goes: an ISO 3166-1 country, a province as typed, a VAT number as `check_vat_id` returned it."""

    country: str
    region: str = ""
    customer_id: int | None = None
    vat_id: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides a price besides the cart's lines; read before anything is locked, and used up within its limits later."""

    delivery: Row
    taxes: TaxTable
    promotions: FoundPromotions
    purse: Purse
    codes: tuple[str, ...]
    card_ids: tuple[int, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Paying:
    """So much of a gift card, or of the customer's credit (no `card_id`), pays an order, in minor units."""

    amount: int
    last4: str
    card_id: int | None
    credit_id: int | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A cart delivered or picked up, added up in its currency; `rates` and `pickups` are what there is to choose from.

    Where nothing can be sent there, `rate` is None and `refusal` says why; `can_be_sent` is False where nothing is sent
    anywhere.

    `hints` are sentences on codes that take nothing off, and on discounts that are nearly reached.
    """

    view: CartView
    rates: tuple[Rate, ...]
    pickups: tuple[Rate, ...]
    rate: Rate | None
    priced: Priced
    totals: Totals
    paying: tuple[Paying, ...]
    code_ids: dict[int, int]
    hints: tuple[str, ...]
    needs_delivery: bool
    refusal: Refusal | None = None
    can_be_sent: bool = True

    @property
    def is_sent(self) -> bool:
        """Tell whether there is something to send, and it is not picked up."""
        return self.needs_delivery and not (self.rate is not None and self.rate.is_pickup)

    @property
    def uses(self) -> list[WantedUse]:
        """What `take_uses` counts for the order."""
        return [
            WantedUse(one.promotion_id, one.amount, self.code_ids.get(one.promotion_id))
            for one in self.priced.promotions
        ]

    @property
    def tenders(self) -> list[WantedTender]:
        """What `take_credit` takes for the order."""
        return [WantedTender(one.amount, one.card_id, one.credit_id) for one in self.paying]


def read_terms(*, cart: Cart, buyer: Buyer, method_id: int | None, now: datetime) -> Terms:
    """Return what a cart's price depends on besides its lines: three queries, more where cards or credit pay.

    What is picked up is taxed where that is.
    """
    prices = find_prices(cart.currency)
    delivery = get_delivery()
    pickup = find_pickup(delivery, method_id)
    place = pickup["place"]["address"] if pickup else {"country": buyer.country, "province": buyer.region}
    return Terms(
        delivery=delivery,
        taxes=find_tax_table(
            country=place.get("country") or "",
            province=place.get("province") or "",
            vat_id="" if pickup else buyer.vat_id,
        ),
        promotions=find_promotions(codes=cart.codes, customer_id=buyer.customer_id, prices=prices, now=now),
        purse=find_purse(card_ids=cart.card_ids, customer_id=buyer.customer_id, currency=prices.currency, now=now),
        codes=tuple(cart.codes),
        card_ids=tuple(cart.card_ids),
        currency=cart.currency,
    )


def is_about(terms: Terms, cart: Cart) -> bool:
    """Tell whether terms that were read for this cart still are what it asks for."""
    return (terms.codes, terms.card_ids, terms.currency) == (tuple(cart.codes), tuple(cart.card_ids), cart.currency)


def get_quote(*, cart: Cart, buyer: Buyer, method_id: int | None, now: datetime) -> Quote:
    """Return today's sum of a cart delivered to a place by a method, or by the first one offered."""
    terms = read_terms(cart=cart, buyer=buyer, method_id=method_id, now=now)
    return make_quote(get_cart_view(cart), terms, buyer=buyer, method_id=method_id, now=now)


def make_quote(view: CartView, terms: Terms, *, buyer: Buyer, method_id: int | None, now: datetime) -> Quote:
    """Return the sum of these lines on these terms; a query where a discount is about collections."""
    needs_delivery = any(line.requires_shipping for line in view.lines)
    rates: tuple[Rate, ...] = ()
    pickups: tuple[Rate, ...] = ()
    rate = refusal = None
    if needs_delivery:
        parcel = Parcel(
            buyer.country, buyer.region, subtotal_amount=view.subtotal_amount, weight_grams=view.weight_grams
        )
        today = timezone.localdate(now)
        offer = make_offer(terms.delivery, parcel, prices=view.prices, today=today)
        rates, refusal = offer.rates, offer.refusal
        pickups = tuple(price_ways(terms.delivery["pickups"] or (), parcel, prices=view.prices, today=today))
        fetched = find_pickup(terms.delivery, method_id)
        wanted = fetched["id"] if fetched else method_id
        rate = next((one for one in (*rates, *pickups) if one.method_id == wanted), next(iter(rates), None))
    priced = price_basket(
        Basket(
            currency=view.currency,
            lines=tuple(with_collections(_basket_lines(view), terms.promotions)),
            delivery_amount=rate.amount if rate else None,
            promotions=terms.promotions.offers,
            taxes=terms.taxes,
        )
    )
    paying = _pay(terms.purse, priced.totals.total, view.gift_cards_amount)
    return Quote(
        view=view,
        rates=rates,
        pickups=pickups,
        rate=rate,
        priced=priced,
        totals=replace(priced.totals, credit=sum(one.amount for one in paying)),
        paying=paying,
        code_ids=dict(terms.promotions.code_ids),
        hints=(*_hints(terms.promotions, priced), *_card_hints(view, terms.purse)),
        needs_delivery=needs_delivery,
        refusal=refusal,
        can_be_sent=any(zone["ways"] for zone in terms.delivery["zones"] or ()),
    )


def _basket_lines(view: CartView) -> Sequence[BasketLine]:
    return [
        BasketLine(
            key=line.variant_id,
            unit_amount=line.unit_amount,
            quantity=line.quantity,
            product_id=line.product_id,
            tax_class=line.tax_class,
            requires_shipping=line.requires_shipping,
            is_discountable=not line.is_gift_card,
        )
        for line in view.lines
    ]


def _pay(purse: Purse, total: int, gift_cards_amount: int) -> tuple[Paying, ...]:
    """Say what of the cards, in the order given, and then of the credit pays a total; cards do not pay for cards."""
    sources: list[tuple[int, str, int | None, int | None]] = [
        (card.balance_amount, card.last4, card.pk, None) for card in purse.cards
    ]
    parts = spend(total - gift_cards_amount, [source[0] for source in sources])
    if purse.credit is not None:
        sources.append((purse.credit.balance_amount, "", None, purse.credit.pk))
        parts = [*parts, *spend(total - sum(parts), [purse.credit.balance_amount])]
    return tuple(
        Paying(part, last4, card_id, credit_id)
        for part, (_balance, last4, card_id, credit_id) in zip(parts, sources, strict=True)
        if part
    )


def _hints(found: FoundPromotions, priced: Priced) -> tuple[str, ...]:
    said = [explain_code(one) for one in found.refused]
    said += [explain_refused(one, currency=priced.currency) for one in priced.refused]
    return tuple(said)


def _card_hints(view: CartView, purse: Purse) -> tuple[str, ...]:
    is_mixed = view.gift_cards_amount and purse.cards
    return (_("A gift card does not pay for other gift cards."),) if is_mixed else ()
