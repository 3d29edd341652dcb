"""A zone's places."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.customers.postal.regions import list_regions
from storefront.shipping.continents import list_codes, list_parts
from storefront.shipping.countries import country_name, list_countries
from storefront.shipping.models import ShippingZone
from storefront.shipping.services.zones import MAXIMUM_HANDLING_DAYS


class HandlingForm(forms.Form):
    """How long a parcel is made ready."""

    days = forms.IntegerField(
        label=_("Working days until a parcel leaves"),
        min_value=0,
        max_value=MAXIMUM_HANDLING_DAYS,
        help_text=_("Counted on top of every delivery time that shoppers see. 0 means it leaves the same day."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class ZoneForm(forms.Form):
    """A zone: countries, of some of them only certain provinces, or everywhere else.

    A button `add` with a group's key chooses the group's countries and changes nothing else, `more` only shows the provinces.
    """

    name = forms.CharField(label=_("Name of the zone"), max_length=120, help_text=_("Only you and your staff see it."))
    is_rest = forms.BooleanField(
        label=_("Everywhere else"), required=False, help_text=_("Every country that no other zone names.")
    )

    def __init__(self, data: Any = None, *, zone: ShippingZone | None = None) -> None:
        initial = {"name": zone.name, "is_rest": not zone.countries} if zone else {}
        super().__init__(data, initial=initial)
        known = {code for code, _name in list_countries("en")}
        if data is None:
            self.chosen = set(zone.countries) if zone else set()
            self.regions = {country: set(codes) for country, codes in (zone.regions if zone else {}).items()}
        else:
            self.chosen = {code for code in data.getlist("countries") if code in known}
            self.chosen |= list_codes(data["add"]) if "add" in data else set()
            self.regions = {code: set(data.getlist(f"regions_{code}")) for code in self.chosen}

    @property
    def is_tried(self) -> bool:
        """Tell whether a button was pressed that saves nothing."""
        return "add" in self.data or "more" in self.data

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("is_rest") and not self.chosen:
            raise forms.ValidationError(_("Choose at least one country, or “Everywhere else”."))
        return data

    def places(self) -> tuple[list[str], Mapping[str, list[str]]]:
        """Return countries and the regions that narrow them down, as `save_zone` takes them."""
        if self.cleaned_data["is_rest"]:
            return [], {}
        return sorted(self.chosen), {country: sorted(codes) for country, codes in self.regions.items() if codes}

    def parts(self) -> list[dict[str, Any]]:
        """Return the parts of the world with their countries, for the page."""
        found = []
        for key, name, countries in list_parts():
            rows = [(code, label, code in self.chosen) for code, label in countries]
            found.append({"key": key, "name": name, "rows": rows, "count": sum(chosen for *_both, chosen in rows)})
        return found

    def divided(self) -> list[dict[str, Any]]:
        """Return the chosen countries that can be narrowed down, with their provinces, for the page."""
        found = []
        for country in sorted(self.chosen, key=country_name):
            chosen = self.regions.get(country) or set()
            rows = [(one.code, one.name, one.code in chosen) for one in list_regions(country)]
            if rows:
                found.append({"code": country, "name": country_name(country), "rows": rows, "count": len(chosen)})
        return found
