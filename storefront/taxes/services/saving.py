"""Write down what a store taxes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tenancy import current_tenant
from storefront.catalog.models import TaxClass
from storefront.catalog.services import ensure_tax_class
from storefront.shipping.countries import is_country
from storefront.taxes.enums import DeliveryTaxing, TaxProviderName
from storefront.taxes.errors import RegionNotFound, TaxRefused
from storefront.taxes.models import TaxRate, TaxRegion, TaxSettings
from storefront.taxes.presets import preset_rates
from tenants.selectors import find_payment_account

MOST_REGIONS = 400
MOST_RATES = 60
REDUCED = "reduced"
_CODE = re.compile(r"txcd_[0-9]{8}", re.ASCII)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """How taxes are counted; fields are those of `models.TaxSettings`."""

    is_on: bool
    prices_include_tax: bool
    delivery_taxing: str = DeliveryTaxing.STANDARD
    charges_at_destination: bool = False
    removes_elsewhere: bool = False
    takes_vat_ids: bool = False
    trusts_unchecked_ids: bool = False
    provider: str = TaxProviderName.OWN
    falls_back: bool = False
    tax_codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateFacts:
    """A tax on a class of goods, the standard one without an id, in percent."""

    name: str
    percent: Decimal
    tax_class_id: int | None = None


def save_settings(*, facts: SettingsFacts, now: datetime) -> TaxSettings:
    """Write down how taxes are counted; carts and orders from now on are counted so, those of before stay.

    Raises: TaxRefused.
    """
    if facts.delivery_taxing not in DeliveryTaxing.values:
        raise TaxRefused(_("Choose how delivery is taxed."), field="delivery_taxing")
    if facts.provider != TaxProviderName.OWN:
        _check_provider(facts)
    codes = {key: code for key, code in facts.tax_codes.items() if code}
    values = {**asdict(facts), "tax_codes": codes, "updated_at": now}
    return TaxSettings.objects.update_or_create(pk=1, defaults=values)[0]


def _check_provider(facts: SettingsFacts) -> None:
    if facts.provider not in TaxProviderName.values:
        raise TaxRefused(_("Choose who counts taxes."), field="provider")
    account = find_payment_account(current_tenant())
    if account is None or not account.charges_enabled:
        raise TaxRefused(
            _("Stripe Tax needs your Stripe account. Finish that in Settings → Payments first."), field="provider"
        )
    for key, code in facts.tax_codes.items():
        if code and not _CODE.fullmatch(code):
            raise TaxRefused(_("A tax code looks like txcd_99999999."), field=f"code_{key}")


def add_region(*, country: str, province: str = "") -> TaxRegion:
    """Charge tax in a country, or in a province of it, at the rates that are known of it; the merchant changes them.

    Raises: TaxRefused for a place that is on the list already, or none at all.
    """
    if not is_country(country):
        raise TaxRefused(_("Choose a country from the list."), field="country")
    with transaction.atomic():
        if TaxRegion.objects.count() >= MOST_REGIONS:
            raise TaxRefused(_("A store charges tax in at most %(most)s places.") % {"most": MOST_REGIONS})
        region, is_new = TaxRegion.objects.get_or_create(country=country, province=province.strip().upper()[:10])
        if not is_new:
            raise TaxRefused(_("This place is on the list already."), field="country")
        known = preset_rates(country, region.province)
        has_reduced = any(is_reduced for _name, _percent, is_reduced in known)
        reduced = ensure_tax_class(code=REDUCED, name=gettext("Reduced rate")) if has_reduced else None
        TaxRate.objects.bulk_create(
            TaxRate(region=region, tax_class=reduced if is_reduced else None, name=name, percent=percent)
            for name, percent, is_reduced in known
        )
    return region


def save_rates(*, region_id: int, rates: Sequence[RateFacts]) -> TaxRegion:
    """Write a place's rates anew.

    Raises: TaxRefused, RegionNotFound.
    """
    if len(rates) > MOST_RATES:
        raise TaxRefused(_("A place has at most %(most)s rates.") % {"most": MOST_RATES}, field="rates")
    keys = [(rate.tax_class_id, rate.name.strip()) for rate in rates]
    if len(set(keys)) != len(keys):
        raise TaxRefused(_("Two taxes on the same goods need different names."), field="rates")
    for rate in rates:
        if not 1 <= len(rate.name.strip()) <= 40:
            raise TaxRefused(_("Give each tax a name, such as VAT."), field="rates")
        if not 0 <= rate.percent <= _HUNDRED or rate.percent != round(rate.percent, 4):
            raise TaxRefused(_("A rate is between 0 and 100 percent, with up to four decimals."), field="rates")
    with transaction.atomic():
        region = _lock(region_id)
        wanted = {rate.tax_class_id for rate in rates if rate.tax_class_id is not None}
        if TaxClass.objects.filter(pk__in=wanted).count() != len(wanted):
            raise TaxRefused(_("This tax class is gone. Choose another one."), field="rates")
        region.rates.all().delete()
        TaxRate.objects.bulk_create(
            TaxRate(region=region, tax_class_id=rate.tax_class_id, name=rate.name.strip(), percent=rate.percent)
            for rate in rates
        )
    return region


def remove_region(*, region_id: int) -> TaxRegion:
    """Charge no tax in a place any more.

    Raises: RegionNotFound.
    """
    with transaction.atomic():
        region = _lock(region_id)
        TaxRegion.objects.filter(pk=region.pk).delete()
    return region


def _lock(region_id: int) -> TaxRegion:
    region = TaxRegion.objects.select_for_update().filter(pk=region_id).first()
    if region is None:
        raise RegionNotFound(_("This place is no longer on the list."))
    return region
