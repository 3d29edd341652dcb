"""Price lists for tests, made by the services that make them in the dashboard."""

from datetime import datetime
from decimal import Decimal

from storefront.catalog.enums import RateSource, Rounding
from storefront.catalog.models import PriceList
from storefront.catalog.services.price_lists import (
    PriceListDraft,
    add_price_list,
    switch_price_list,
    update_price_list,
)
from tests.fixtures.tenancy import MADE_AT

ACTOR = "tests"


def make_price_list(
    currency: str = "EUR",
    rate: str = "0.9",
    *,
    rounding: str = Rounding.NONE,
    adjustment: str = "0",
    is_enabled: bool = True,
    now: datetime = MADE_AT,
) -> PriceList:
    """Return a price list with a rate by hand, switched on unless told otherwise."""
    row = add_price_list(currency=currency, rate=Decimal(rate), actor=ACTOR, now=now)
    draft = PriceListDraft(RateSource.MANUAL, Decimal(rate), Decimal(adjustment), rounding)
    update_price_list(list_id=row.pk, draft=draft, actor=ACTOR, now=now)
    return switch_price_list(list_id=row.pk, is_enabled=is_enabled, actor=ACTOR, now=now)
