"""Read what is taxed where, and how."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Prefetch

from core.db.prepared import prepared_cursor
from core.tenancy import current_tenant
from integrations.vat.register import VatState
from storefront.customers.postal.regions import find_region
from storefront.inventory.models import Warehouse
from storefront.pricing.basket import NO_TAXES, STANDARD_CLASS, UNTAXED_CLASS, Taxing, TaxRate, TaxTable
from storefront.taxes import models
from storefront.taxes.asking import TaxAnswer, TaxPlace, TaxService, TaxTerms, read_answer
from storefront.taxes.enums import DeliveryTaxing, TaxProviderName
from storefront.taxes.errors import RegionNotFound
from storefront.taxes.models import Assessment, TaxRegion, TaxSettings, VatCheck
from storefront.taxes.vat_ids import EUROPEAN_UNION

PARTS_OF_A_PERCENT = 10_000
# Rates change at midnight somewhere; an answer is not older than a day when an order is placed by it.
FRESH = timedelta(days=1)
_SETTINGS = (
    "id", "is_on", "prices_include_tax", "delivery_taxing", "charges_at_destination", "removes_elsewhere", "takes_vat_ids",
    "trusts_unchecked_ids", "provider", "falls_back", "tax_codes",
)  # fmt: skip
# The settings' columns in this order, and the rates of some countries with percents as text.
_COUNTED = """
SELECT json_build_object(
        'settings', json_build_array(id, is_on, prices_include_tax, delivery_taxing, charges_at_destination, removes_elsewhere,
                                     takes_vat_ids, trusts_unchecked_ids, provider, falls_back, tax_codes),
        'rates', (SELECT coalesce(json_agg(json_build_object(
                'country', region.country, 'province', region.province, 'tax_class', rate.tax_class_id, 'name', rate.name,
                'percent', rate.percent::text) ORDER BY rate.id), '[]')
            FROM taxes_taxrate AS rate JOIN taxes_taxregion AS region ON region.id = rate.region_id
           WHERE region.country = ANY(%s::text[])))::text
  FROM taxes_taxsettings
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """A rate as the one query brings it."""

    country: str
    province: str
    tax_class: str
    rate: TaxRate


def line_class(*, is_taxable: bool, tax_class_id: int | None) -> str:
    """Return the tax class of a variant as a `pricing.basket.BasketLine` names it."""
    if not is_taxable:
        return UNTAXED_CLASS
    return STANDARD_CLASS if tax_class_id is None else str(tax_class_id)


def find_tax_terms(*, country: str, province: str = "", vat_id: str = "") -> TaxTerms:
    """Return the taxes of a delivery to this place, empty for a place that is not known yet (then as at home).

    One query; with a VAT number (as `check_vat_id` returned it) one more. `NO_TAXES` where the store counts none. Where it does
    not count by its own rates, the service that is to be asked stands beside them.
    """
    home = current_tenant().country
    place = country or home
    settings, found = _settings_with_rates({place, home})
    if settings is None or not settings.is_on:
        return TaxTerms(NO_TAXES)
    table = _table(settings, list(_rows(found)), home=home, place=place, province=province, vat_id=vat_id)
    if settings.provider == TaxProviderName.OWN:
        return TaxTerms(table)
    service = TaxService(
        name=TaxProviderName(settings.provider),
        tax_codes=settings.tax_codes,
        is_included=settings.prices_include_tax,
        falls_back=settings.falls_back,
        vat_id=vat_id if table.is_reverse_charge else "",
    )
    return TaxTerms(table, service)


def find_own_place() -> TaxPlace:
    """Return where the store's goods lie: what nobody sends is taxed there."""
    address = Warehouse.objects.filter(is_default=True).values_list("address", flat=True).first() or {}
    return TaxPlace.from_address(address if address.get("country") else {"country": current_tenant().country})


def find_answer(*, cart_token: str, fingerprint: str, now: datetime) -> TaxAnswer | None:
    """Return what a service answered for a cart to this very question within a day, or None."""
    kept = Assessment.objects.filter(cart_token=cart_token, fingerprint=fingerprint, asked_at__gt=now - FRESH).first()
    return TaxAnswer(kept.fingerprint, kept.calculation_id, read_answer(kept.answer)) if kept else None


def _table(settings: TaxSettings, rows: list[_Row], *, home: str, place: str, province: str, vat_id: str) -> TaxTable:
    of_home = _rates_of(rows, home, "")
    is_between_members = home != place and {home, place} <= EUROPEAN_UNION
    if is_between_members and vat_id and settings.takes_vat_ids and _is_accepted(vat_id, settings):
        return _untaxed(settings, of_home, removes=settings.prices_include_tax, is_reverse_charge=True)
    is_at_home = is_between_members and not settings.charges_at_destination
    rates = of_home if is_at_home else _rates_of(rows, place, find_region(place, province))
    if not rates:
        return _untaxed(settings, of_home, removes=settings.prices_include_tax and settings.removes_elsewhere)
    taxing = Taxing.INCLUDED if settings.prices_include_tax else Taxing.ADDED
    return TaxTable(taxing=taxing, rates=rates, delivery_rates=_delivery(settings, rates))


def find_settings() -> TaxSettings | None:
    """Return how the store counts taxes, or None while it counts none."""
    return TaxSettings.objects.first()


def list_regions() -> list[TaxRegion]:
    """Return the places where the store charges tax, each with its rates, the standard class first."""
    rates = models.TaxRate.objects.select_related("tax_class").order_by(F("tax_class").asc(nulls_first=True), "pk")
    return list(TaxRegion.objects.order_by("country", "province").prefetch_related(Prefetch("rates", queryset=rates)))


def get_region(pk: int) -> TaxRegion:
    """Return a place where the store charges tax.

    Raises: RegionNotFound.
    """
    region = TaxRegion.objects.filter(pk=pk).first()
    if region is None:
        raise RegionNotFound("there is no such place in the list")
    return region


def is_vat_id_accepted(vat_id: str) -> bool:
    """Tell whether a buyer with this number pays no tax here, as it was last checked."""
    settings = find_settings()
    return settings is not None and settings.takes_vat_ids and _is_accepted(vat_id, settings)


def _is_accepted(vat_id: str, settings: TaxSettings) -> bool:
    state = VatCheck.objects.filter(vat_id=vat_id).values_list("state", flat=True).first()
    return state == VatState.VALID or (state == VatState.UNKNOWN and settings.trusts_unchecked_ids)


def _settings_with_rates(countries: Iterable[str]) -> tuple[TaxSettings | None, list[Mapping[str, Any]]]:
    with prepared_cursor() as cursor:
        cursor.execute(_COUNTED, [sorted(countries)])
        row = cursor.fetchone()
    if row is None:
        return None, []
    found = json.loads(row[0])
    return TaxSettings.from_db(DEFAULT_DB_ALIAS, _SETTINGS, found["settings"]), found["rates"]


def _rows(found: Iterable[Mapping[str, Any]]) -> Iterable[_Row]:
    for one in found:
        parts = int(Decimal(str(one["percent"])) * PARTS_OF_A_PERCENT)
        tax_class = STANDARD_CLASS if one["tax_class"] is None else str(one["tax_class"])
        yield _Row(one["country"], one["province"], tax_class, TaxRate(one["name"], parts))


def _rates_of(rows: Iterable[_Row], country: str, province: str) -> dict[str, tuple[TaxRate, ...]]:
    """Return a place's rates by class: its province's where that has any, else those of the whole country."""
    mine = [row for row in rows if row.country == country]
    chosen = [row for row in mine if province and row.province == province] or [row for row in mine if not row.province]
    found: dict[str, list[TaxRate]] = {}
    for row in chosen:
        found.setdefault(row.tax_class, []).append(row.rate)
    return {name: tuple(rates) for name, rates in found.items()}


def _delivery(settings: TaxSettings, rates: Mapping[str, tuple[TaxRate, ...]]) -> tuple[TaxRate, ...] | None:
    if settings.delivery_taxing == DeliveryTaxing.GOODS:
        return None
    return rates.get(STANDARD_CLASS, ()) if settings.delivery_taxing == DeliveryTaxing.STANDARD else ()


def _untaxed(
    settings: TaxSettings, rates: dict[str, tuple[TaxRate, ...]], *, removes: bool, is_reverse_charge: bool = False
) -> TaxTable:
    if not removes:
        return TaxTable(is_reverse_charge=is_reverse_charge)
    return TaxTable(
        taxing=Taxing.REMOVED,
        rates=rates,
        delivery_rates=_delivery(settings, rates),
        is_reverse_charge=is_reverse_charge,
    )
