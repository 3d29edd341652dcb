"""What a cart costs where it goes: goods, discounts, delivery, taxes, and what cards and credit pay of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from storefront.carts.deals import Deal
from storefront.carts.models import Cart
from storefront.carts.selectors import CartView, get_cart_view
from storefront.catalog.shown import find_prices
from storefront.credits.selectors import Purse, find_purse
from storefront.credits.services import WantedTender
from storefront.discounts.selectors import FoundPromotions, find_promotions, with_collections
from storefront.discounts.services import WantedUse
from storefront.discounts.words import explain_code, explain_refused
from storefront.pricing.assessing import add_assessed
from storefront.pricing.basket import BY_HAND, NO_TAXES, Basket, BasketLine
from storefront.pricing.quote import Quote as Priced
from storefront.pricing.quote import price_basket
from storefront.pricing.tenders import spend
from storefront.pricing.totals import Totals
from storefront.shipping.enums import Refusal
from storefront.shipping.rates import Parcel, Rate, Row, find_pickup, make_offer, price_ways
from storefront.shipping.selectors import get_delivery
from storefront.taxes.asking import TaxPlace, TaxQuestion, TaxTerms, complete, make_question
from storefront.taxes.errors import TaxUnavailable
from storefront.taxes.selectors import find_answer, find_own_place, find_tax_terms
from storefront.taxes.services import assess_taxes


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys and where it goes: an ISO 3166-1 country, a province as typed, a VAT number as `check_vat_id` returned it.

    The rest of the `address` matters where a service counts the taxes.
    """

    country: str
    region: str = ""
    customer_id: int | None = None
    vat_id: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """All that decides a price besides the cart's lines; read before anything is locked, and used up within its limits later.

    With a `deal` its prices and its discount stand in the place of the store's.
    """

    delivery: Row
    taxes: TaxTerms
    promotions: FoundPromotions
    purse: Purse
    codes: tuple[str, ...]
    card_ids: tuple[int, ...]
    currency: str
    deal: Deal | None = None


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

    `hints` are sentences on codes that take nothing off, and on discounts that are nearly reached. Where a service counts the
    taxes `tax_question` is what it is asked, and `calculation_id` is of its answer: without one there is no tax in it yet.
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
    tax_question: TaxQuestion | None = None
    calculation_id: str = ""

    @property
    def is_tax_open(self) -> bool:
        """Tell whether taxes still have to be counted by somebody else."""
        return self.tax_question is not None and not self.calculation_id and self.tax_question.has_worth

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
            if one.promotion_id != BY_HAND
        ]

    @property
    def tenders(self) -> list[WantedTender]:
        """What `take_credit` takes for the order."""
        return [WantedTender(one.amount, one.card_id, one.credit_id) for one in self.paying]


def read_terms(*, cart: Cart, buyer: Buyer, method_id: int | None, now: datetime, deal: Deal | None = None) -> Terms:
    """Return what a cart's price depends on besides its lines: three queries, more where cards or credit pay.

    What is picked up is taxed where that is.
    """
    prices = find_prices(cart.currency)
    delivery = get_delivery()
    pickup = find_pickup(delivery, method_id)
    place = pickup["place"]["address"] if pickup else {"country": buyer.country, "province": buyer.region}
    taxes = find_tax_terms(
        country=place.get("country") or "",
        province=place.get("province") or "",
        vat_id="" if pickup else buyer.vat_id,
    )
    if deal is not None:
        offers = FoundPromotions(offers=(deal.discount,) if deal.discount else ())
        return Terms(delivery, taxes, offers, Purse(), tuple(cart.codes), tuple(cart.card_ids), cart.currency, deal)
    return Terms(
        delivery=delivery,
        taxes=taxes,
        promotions=find_promotions(codes=cart.codes, customer_id=buyer.customer_id, prices=prices, now=now),
        purse=find_purse(card_ids=cart.card_ids, customer_id=buyer.customer_id, currency=prices.currency, now=now),
        codes=tuple(cart.codes),
        card_ids=tuple(cart.card_ids),
        currency=cart.currency,
    )


def is_about(terms: Terms, cart: Cart) -> bool:
    """Tell whether terms that were read for this cart still are what it asks for."""
    if terms.deal is not None and terms.deal.version != cart.version:
        return False
    return (terms.codes, terms.card_ids, terms.currency) == (tuple(cart.codes), tuple(cart.card_ids), cart.currency)


def get_quote(*, cart: Cart, buyer: Buyer, method_id: int | None, now: datetime, asks: bool = False) -> Quote:
    """Return today's sum of a cart delivered to a place by a method, or by the first one offered.

    Taxes that a service counts are in it where it has been asked, or by `asks` is asked now, outside transactions.
    Raises: TaxUnavailable where it is asked and does not answer.
    """
    terms = read_terms(cart=cart, buyer=buyer, method_id=method_id, now=now)
    view = get_cart_view(cart)
    if terms.taxes.service is not None:
        terms = settle_taxes(view, terms, buyer=buyer, method_id=method_id, now=now, asks=asks)
    return make_quote(view, terms, buyer=buyer, method_id=method_id, now=now)


def settle_taxes(
    view: CartView, terms: Terms, *, buyer: Buyer, method_id: int | None, now: datetime, asks: bool
) -> Terms:
    """Return the terms with a service's answer on these lines, the one that is kept or by `asks` a new one.

    Raises: TaxUnavailable where there is none, unless the store's own rates hold then.
    """
    service = terms.taxes.service
    question = make_quote(view, terms, buyer=buyer, method_id=method_id, now=now).tax_question
    if service is None or question is None or not question.has_worth:
        return terms
    answer = find_answer(cart_token=view.token, fingerprint=question.fingerprint, now=now)
    if answer is None and asks and question.place.is_enough:
        try:
            answer = assess_taxes(cart_token=view.token, question=question, service=service, now=now)
        except TaxUnavailable:
            if not service.falls_back:
                raise
            return replace(terms, taxes=TaxTerms(terms.taxes.table, is_fallback=True))
    return replace(terms, taxes=replace(terms.taxes, answer=answer))


def make_quote(view: CartView, terms: Terms, *, buyer: Buyer, method_id: int | None, now: datetime) -> Quote:
    """Return the sum of these lines on these terms; a query where a discount is about collections."""
    if terms.deal is not None:
        view = terms.deal.hold_prices(view)
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
        if rate is not None and terms.deal is not None:
            rate = terms.deal.hold_delivery(rate)
    priced = price_basket(
        Basket(
            currency=view.currency,
            lines=tuple(with_collections(_basket_lines(view), terms.promotions)),
            delivery_amount=rate.amount if rate else None,
            promotions=terms.promotions.offers,
            taxes=terms.taxes.table if terms.taxes.service is None else NO_TAXES,
        )
    )
    question = _ask(view, terms, priced, rate, buyer) if view.lines else None
    answer = terms.taxes.answer_to(question) if question else None
    if answer is not None:
        priced = add_assessed(priced, complete(answer.assessed, [line.key for line in priced.lines]))
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
        tax_question=question,
        calculation_id=answer.calculation_id if answer else "",
    )


def _ask(view: CartView, terms: Terms, priced: Priced, rate: Rate | None, buyer: Buyer) -> TaxQuestion | None:
    """Return what a service is asked about these goods, or None where the store's own rates count.

    What nobody sends is taxed where the store is, what is picked up where that is.
    """
    if terms.taxes.service is None:
        return None
    if not any(line.requires_shipping for line in view.lines):
        place = find_own_place()
    elif rate is not None and rate.place is not None:
        place = TaxPlace.from_address(rate.place.address)
    else:
        place = TaxPlace.from_address({**buyer.address, "country": buyer.country, "province": buyer.region})
    classes = {line.variant_id: line.tax_class for line in view.lines}
    return make_question(priced, classes, place=place, service=terms.taxes.service)


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
