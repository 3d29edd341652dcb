"""What a merchant types about taxes."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import TaxClass
from storefront.customers.postal.regions import list_regions
from storefront.pricing.basket import STANDARD_CLASS
from storefront.shipping.countries import list_countries
from storefront.taxes.asking import GOODS_CODE
from storefront.taxes.enums import DeliveryTaxing, TaxProviderName
from storefront.taxes.models import TaxRegion, TaxSettings
from storefront.taxes.presets import INCLUDED_IN, PROVINCES
from storefront.taxes.services import RateFacts, SettingsFacts
from storefront.taxes.vat_ids import EUROPEAN_UNION

EMPTY_ROWS, MOST_ROWS = 3, 30


class SettingsForm(forms.Form):
    """How taxes are counted; what only shops in the European Union need is left out elsewhere."""

    is_on = forms.BooleanField(label=_("Charge taxes"), required=False)
    prices_include_tax = forms.TypedChoiceField(
        label=_("Your prices"),
        choices=[("1", _("include tax, as on a shelf in Europe or China")), ("", _("are without tax; it is added at checkout"))],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    provider = forms.ChoiceField(
        label=_("Who counts"),
        choices=TaxProviderName.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Stripe charges you for counting, by its own prices, and counts only where you registered in your Stripe account. "
            "It is asked at checkout, and told of each paid order and each refund."
        ),
    )
    falls_back = forms.TypedChoiceField(
        label=_("While Stripe does not answer"),
        choices=[
            ("", _("nobody checks out, and a sentence says why")),
            ("1", _("your own rates count, and the order says so")),
        ],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )
    delivery_taxing = forms.ChoiceField(
        label=_("Tax on delivery"), choices=DeliveryTaxing.choices, widget=forms.RadioSelect
    )
    removes_elsewhere = forms.BooleanField(
        label=_("Where you charge no tax, prices are lower by the tax they include"), required=False
    )
    charges_at_destination = forms.BooleanField(
        label=_("Charge each EU country's own rate (One Stop Shop)"),
        required=False,
        help_text=_("Without it, customers in the whole EU pay your country's rates, as small shops may."),
    )
    takes_vat_ids = forms.BooleanField(
        label=_("Businesses in other EU countries buy without tax by their VAT number"), required=False
    )
    trusts_unchecked_ids = forms.BooleanField(
        label=_("Also while the register (VIES) does not answer"),
        required=False,
        help_text=_("You then answer for the number yourself: write down how you checked it."),
    )

    def __init__(self, *args: Any, country: str, settings: TaxSettings | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(country, settings))
        super().__init__(*args, **kwargs)
        if country not in EUROPEAN_UNION:
            for name in ("charges_at_destination", "takes_vat_ids", "trusts_unchecked_ids"):
                del self.fields[name]
        codes = settings.tax_codes if settings else {}
        for key, name in [
            (STANDARD_CLASS, gettext("Standard")),
            *((str(pk), name) for pk, name in TaxClass.objects.order_by("name").values_list("pk", "name")),
        ]:
            self.fields[f"code_{key}"] = forms.CharField(
                label=gettext("Tax code of “%(name)s”") % {"name": name},
                required=False,
                max_length=13,
                initial=codes.get(key, ""),
                widget=forms.TextInput(attrs={"placeholder": GOODS_CODE, "spellcheck": "false"}),
            )

    @property
    def codes(self) -> list[Any]:
        """Return the fields of the tax codes."""
        return [self[name] for name in self.fields if name.startswith("code_")]

    def facts(self) -> SettingsFacts:
        """Return what was typed."""
        data = dict(self.cleaned_data)
        codes = {name.removeprefix("code_"): data.pop(name).strip() for name in list(data) if name.startswith("code_")}
        flags = {name: bool(data[name]) for name in ("prices_include_tax", "falls_back")}
        provider = data["provider"] or TaxProviderName.OWN
        return SettingsFacts(**{**data, **flags, "provider": provider, "tax_codes": codes})


class RegionForm(forms.Form):
    """A place to charge tax in."""

    country = forms.ChoiceField(label=_("Country"))
    province = forms.ChoiceField(
        label=_("State or province"), required=False, help_text=_("For the United States and Canada.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries, provinces = (cast("forms.ChoiceField", self.fields[name]) for name in ("country", "province"))
        countries.choices = [("", gettext("Choose a country")), *list_countries()]
        groups = [
            (name, [(f"{name}-{one.code}", one.name) for one in list_regions(name) if one.code in PROVINCES[name]])
            for name in ("US", "CA")
        ]
        provinces.choices = [("", gettext("The whole country")), *groups]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        country, _dash, code = (data.get("province") or "").partition("-")
        if code and country != data.get("country"):
            self.add_error("province", gettext("This is a part of another country."))
        elif data.get("country") in PROVINCES and not code:
            self.add_error("province", gettext("Tax differs by state or province there. Choose one."))
        data["province"] = code
        return data


class RatesForm(forms.Form):
    """The rates of a place, row by row; an emptied row goes."""

    def __init__(self, *args: Any, region: TaxRegion, **kwargs: Any) -> None:
        rows = list(region.rates.all())
        kwargs["initial"] = {
            f"{name}_{at}": value
            for at, row in enumerate(rows)
            for name, value in {
                "name": row.name, "percent": f"{row.percent.normalize():f}", "class": row.tax_class_id or "",
            }.items()
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        classes = [("", gettext("Standard")), *TaxClass.objects.order_by("name").values_list("pk", "name")]
        self.count = min(len(rows) + EMPTY_ROWS, MOST_ROWS)
        for at in range(self.count):
            self.fields[f"name_{at}"] = forms.CharField(label=_("Tax"), required=False, max_length=40)
            self.fields[f"percent_{at}"] = forms.DecimalField(
                label=_("Percent"), required=False, min_value=Decimal(0), max_value=Decimal(100), decimal_places=4
            )
            self.fields[f"class_{at}"] = forms.TypedChoiceField(
                label=_("On"), required=False, choices=classes, coerce=int, empty_value=None
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the three fields of each row."""
        return [(self[f"name_{at}"], self[f"percent_{at}"], self[f"class_{at}"]) for at in range(self.count)]

    def facts(self) -> list[RateFacts]:
        """Return the rows that say something."""
        data = self.cleaned_data
        return [
            RateFacts(name=data[f"name_{at}"], percent=data[f"percent_{at}"] or Decimal(0), tax_class_id=data[f"class_{at}"])
            for at in range(self.count)
            if data[f"name_{at}"] or data[f"percent_{at}"] is not None
        ]  # fmt: skip


def _initial(country: str, settings: TaxSettings | None) -> dict[str, Any]:
    if settings is None:
        return {
            "is_on": False,
            "prices_include_tax": "1" if country in INCLUDED_IN else "",
            "delivery_taxing": DeliveryTaxing.STANDARD,
            "provider": TaxProviderName.OWN,
            "falls_back": "",
        }
    names = ("is_on", "provider", "delivery_taxing", "removes_elsewhere", "charges_at_destination", "takes_vat_ids")
    known = {name: getattr(settings, name) for name in (*names, "trusts_unchecked_ids")}
    flags = {name: "1" if getattr(settings, name) else "" for name in ("prices_include_tax", "falls_back")}
    return {**known, **flags}
