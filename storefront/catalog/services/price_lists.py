"""Price lists: prices in further currencies, and their rates."""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.money import is_currency
from core.tenancy import current_tenant
from storefront.catalog.conversion import fits, usual_rounding
from storefront.catalog.enums import RateSource
from storefront.catalog.errors import PriceListRefused, RatesFailed
from storefront.catalog.locks import lock_price_list
from storefront.catalog.models import PriceList
from storefront.catalog.rates import Quotes, ask_quotes

MOST_LISTS = 30
HIGHEST_RATE = Decimal(1_000_000)
# A currency moves by less in a night; more is a mistake of somebody's, or news that a merchant should hear.
MOST_CHANGE = Decimal("0.2")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PriceListDraft:
    """What a merchant says of a price list; `rate` is needed where it does not come by itself."""

    rate_source: str
    rate: Decimal | None
    adjustment_percent: Decimal
    rounding: str


def add_price_list(*, currency: str, actor: str, now: datetime, rate: Decimal | None = None) -> PriceList:
    """Add a currency, switched off, with the rounding that is usual there; without `rate` the bank is asked for it.

    Raises: PriceListRefused.
    """
    own = current_tenant().currency
    if not is_currency(currency) or currency == own:
        raise PriceListRefused(_("Choose another currency than the one your prices are in."), field="currency")
    source, at = RateSource.MANUAL, now
    if rate is None:
        source, (rate, at) = RateSource.ECB, _ask(own, currency)
    _check_rate(rate)
    try:
        with transaction.atomic():
            if PriceList.objects.count() >= MOST_LISTS:
                raise PriceListRefused(_("A store has at most 30 further currencies."), field="currency")
            row = PriceList.objects.create(
                currency=currency,
                base_currency=own,
                rate=rate,
                rate_source=source,
                rated_at=at,
                rounding=usual_rounding(currency),
            )
    except IntegrityError as error:
        raise PriceListRefused(_("You have prices in this currency already."), field="currency") from error
    logger.info("price list %s (%s) added by %s", row.pk, currency, actor)
    return row


def update_price_list(*, list_id: int, draft: PriceListDraft, actor: str, now: datetime) -> PriceList:
    """Change how a list makes its prices. A rate that is to come by itself is asked for where it did not before.

    Raises: PriceListRefused, PriceListNotFound.
    """
    own = current_tenant().currency
    asked = PriceList.objects.filter(pk=list_id).values_list("currency", "rate_source", "base_currency").first()
    fresh = None
    if asked is not None and draft.rate_source == RateSource.ECB and asked[1:] != (RateSource.ECB, own):
        fresh = _ask(own, asked[0])
    with transaction.atomic():
        row = lock_price_list(list_id)
        if not fits(draft.rounding, row.currency):
            raise PriceListRefused(_("Prices in this currency cannot end like that."), field="rounding")
        if not Decimal(-100) < draft.adjustment_percent <= Decimal(900):
            raise PriceListRefused(_("Write a percentage between −99.99 and 900."), field="adjustment_percent")
        if draft.rate_source == RateSource.MANUAL:
            if draft.rate is None:
                raise PriceListRefused(_("Write the rate."), field="rate")
            _check_rate(draft.rate)
            if draft.rate != row.rate or row.rate_source != RateSource.MANUAL or row.base_currency != own:
                fresh = draft.rate, now
        if fresh is not None:
            _take_rate(row, *fresh)
        row.base_currency = own
        row.rate_source = draft.rate_source
        row.adjustment_percent = draft.adjustment_percent
        row.rounding = draft.rounding
        row.save()
    logger.info("price list %s changed by %s", list_id, actor)
    return row


def switch_price_list(*, list_id: int, is_enabled: bool, actor: str, now: datetime) -> PriceList:
    """Offer a currency to shoppers, or stop that.

    Raises: PriceListRefused where its rate was found for another currency of the store; PriceListNotFound.
    """
    with transaction.atomic():
        row = lock_price_list(list_id)
        if is_enabled and row.base_currency != current_tenant().currency:
            raise PriceListRefused(_("Its rate is for another currency of your store. Write a new one first."))
        row.is_enabled = is_enabled
        row.save(update_fields=["is_enabled"])
    logger.info("price list %s switched %s by %s", list_id, "on" if is_enabled else "off", actor)
    return row


def answer_held_rate(*, list_id: int, is_taken: bool, actor: str, now: datetime) -> PriceList:
    """Take the rate that was held back, or stay with the one there is until the bank names another.

    Raises: PriceListNotFound.
    """
    with transaction.atomic():
        row = lock_price_list(list_id)
        if is_taken and row.held_rate is not None and row.held_at is not None:
            _take_rate(row, row.held_rate, row.held_at)
        row.held_rate = row.held_at = None
        row.save()
    logger.info("held rate of price list %s %s by %s", list_id, "taken" if is_taken else "refused", actor)
    return row


def remove_price_list(*, list_id: int, actor: str, now: datetime) -> str:
    """Remove a currency with the prices that were set by hand in it; return its code. Orders in it stay what they are.

    Raises: PriceListNotFound.
    """
    with transaction.atomic():
        row = lock_price_list(list_id)
        row.delete()
    logger.info("price list %s (%s) removed by %s", list_id, row.currency, actor)
    return row.currency


def refresh_rates(*, now: datetime) -> int:
    """Ask the bank for the rates of the lists that want it and return how many changed.

    A rate that does not come stays as it is, with the reason; one that is more than a fifth away waits for a person.
    """
    rows = list(PriceList.objects.filter(rate_source=RateSource.ECB).order_by("pk"))
    if not rows:
        return 0
    quotes: Quotes | None = None
    failure = ""
    try:
        quotes = ask_quotes()
    except RatesFailed as error:
        failure = error.code
    return sum(_refresh(row.pk, quotes, failure) for row in rows)


def _refresh(list_id: int, quotes: Quotes | None, failure: str) -> bool:
    with transaction.atomic():
        row = PriceList.objects.select_for_update().filter(pk=list_id, rate_source=RateSource.ECB).first()
        if row is None:
            return False
        before = (row.rate, row.rated_at, row.held_rate, row.failure)
        rate = quotes.find(own=current_tenant().currency, other=row.currency) if quotes else None
        if quotes is None or rate is None:
            row.failure = failure or "not_listed"
        elif row.base_currency != current_tenant().currency or abs(rate / row.rate - 1) > MOST_CHANGE:
            row.failure, row.held_rate, row.held_at = "", rate, quotes.at
        elif quotes.at >= row.rated_at:
            _take_rate(row, rate, quotes.at)
        if before == (row.rate, row.rated_at, row.held_rate, row.failure):
            return False
        row.save()
        return before[0] != row.rate


def _take_rate(row: PriceList, rate: Decimal, at: datetime) -> None:
    row.rate, row.rated_at = rate, at
    row.held_rate = row.held_at = None
    row.failure = ""


def _ask(own: str, other: str) -> tuple[Decimal, datetime]:
    """Return the bank's rate.

    Raises: PriceListRefused with words that say what to do.
    """
    try:
        quotes = ask_quotes()
    except RatesFailed as error:
        raise PriceListRefused(
            _("The rates cannot be fetched right now. Write the rate yourself."), field="rate"
        ) from error
    rate = quotes.find(own=own, other=other)
    if rate is None:
        raise PriceListRefused(
            _("The European Central Bank has no rate for %(currency)s. Write the rate yourself.")
            % {"currency": other if own in ("EUR", *quotes.of_a_euro) else own},
            field="rate",
        )
    return rate, quotes.at


def _check_rate(rate: Decimal) -> None:
    if not 0 < rate <= HIGHEST_RATE:
        raise PriceListRefused(_("Write a rate above 0 and below a million."), field="rate")
