"""What lies in each warehouse, on the product's page of a store that has several."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from storefront.catalog.cards import Card, CardForm, ProductState
from storefront.catalog.models import BundleItem, ProductVariant
from storefront.inventory.models import Stock, Warehouse
from storefront.inventory.selectors import get_settings, list_shelves, list_warehouses
from storefront.inventory.services import MAXIMUM_ON_HAND, CountChange, change_counts

MOST_BOXES = 400


class PlacesForm(CardForm):
    """A count for each counted version in each warehouse, and from which one on it is low."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouses: list[Warehouse] = list_warehouses()
        self.variants: list[ProductVariant] = []
        self.shelves: dict[int, dict[int, Stock]] = {}
        if len(self.warehouses) > 1:
            keys = [variant.pk for variant in self.state.variants if variant.tracks_stock]
            sets = set(BundleItem.objects.filter(bundle_id__in=keys).values_list("bundle_id", flat=True))
            self.variants = [one for one in self.state.variants if one.tracks_stock and one.pk not in sets]
            self.shelves = list_shelves(one.pk for one in self.variants)
        for variant in self.variants:
            for warehouse in self.warehouses:
                row, name = self.row(variant, warehouse), f"{variant.pk}_{warehouse.pk}"
                said = {"place": warehouse.name, "version": variant.title}
                self.fields[f"lies_{name}"] = _number(_("On hand, %(place)s %(version)s") % said, row.on_hand_count)
                self.fields[f"lay_{name}"] = _number("", row.on_hand_count)
                self.fields[f"low_{name}"] = _number(_("Low from, %(place)s") % said, row.low_threshold)

    def row(self, variant: ProductVariant, warehouse: Warehouse) -> Stock:
        found = self.shelves.get(variant.pk, {}).get(warehouse.pk)
        return found or Stock(variant=variant, warehouse=warehouse)

    def changes(self, warehouse: Warehouse) -> list[CountChange]:
        """Return what was typed for a warehouse, as differences to what the page had shown."""
        found = []
        for variant in self.variants:
            name = f"{variant.pk}_{warehouse.pk}"
            count, before = self.cleaned_data[f"lies_{name}"], self.cleaned_data[f"lay_{name}"]
            row = self.row(variant, warehouse)
            low = self.cleaned_data[f"low_{name}"] if f"low_{name}" in self.data else row.low_threshold
            delta = count - before if count is not None and before is not None else 0
            if delta or low != row.low_threshold:
                found.append(CountChange(variant.pk, delta, low))
        return found


class PlacesCard(Card):
    name = "places"
    template = "inventory/places_card.html"
    form_class = PlacesForm
    errors_of = {}

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return any(variant.tracks_stock for variant in state.variants)

    @property
    def own(self) -> PlacesForm:
        return cast("PlacesForm", self.form)

    @property
    def is_drawn(self) -> bool:
        """Tell whether there is something to tell apart, and few enough boxes to do it here."""
        return 0 < len(self.own.variants) * len(self.own.warehouses) <= MOST_BOXES

    def save(self, *, actor: str, now: datetime) -> None:
        for warehouse in self.own.warehouses if self.own.variants else []:
            changes = self.own.changes(warehouse)
            if changes:
                change_counts(changes=changes, warehouse_id=warehouse.pk, actor=actor, now=now)

    def rows(self) -> list[dict[str, Any]]:
        """Return the versions, each with its boxes by warehouse, for the template."""
        return [
            {
                "variant": variant,
                "places": [
                    {
                        "warehouse": warehouse,
                        "stock": self.own.row(variant, warehouse),
                        "lies": self.form[f"lies_{variant.pk}_{warehouse.pk}"],
                        "lay": self.form[f"lay_{variant.pk}_{warehouse.pk}"],
                        "low": self.form[f"low_{variant.pk}_{warehouse.pk}"],
                    }
                    for warehouse in self.own.warehouses
                ],
            }
            for variant in self.own.variants
        ]

    def low_at(self) -> int:
        return get_settings().low_stock_threshold


def _number(label: str, initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(
        label=label.strip(),
        required=False,
        min_value=0,
        max_value=MAXIMUM_ON_HAND,
        initial=initial,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
