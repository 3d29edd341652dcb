"""Sets: what each version of a product is made of."""

import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from storefront.catalog.cards import Card, CardForm, ProductState
from storefront.catalog.models import BundleItem, ProductVariant
from storefront.inventory.services import Part, set_parts

EMPTY_ROWS = 3
MOST_VERSIONS = 24
SUGGESTIONS = 300
_NUMBER = re.compile(r"#([0-9]{1,18})", re.ASCII)


class SetForm(CardForm):
    """Rows of a part for each version, named by its item number or its own (#12), and how many of it are in a set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items: dict[int, list[BundleItem]] = {variant.pk: [] for variant in self.state.variants}
        rows = BundleItem.objects.filter(bundle_id__in=self.items).select_related("component__product")
        for item in rows.order_by("position", "pk"):
            self.items[item.bundle_id].append(item)
        for variant_id, items in self.items.items():
            for row in range(len(items) + EMPTY_ROWS):
                item_here = items[row] if row < len(items) else None
                self._add_row(f"{variant_id}_{row}", item_here)

    def _add_row(self, key: str, item: BundleItem | None) -> None:
        self.fields[f"part_{key}"] = forms.CharField(
            label=_("Part"),
            required=False,
            max_length=120,
            initial=_name(item.component) if item else "",
            widget=forms.TextInput(attrs={"list": "set-parts", "autocomplete": "off"}),
        )
        self.fields[f"units_{key}"] = forms.IntegerField(
            label=_("How many"),
            required=False,
            min_value=1,
            max_value=100,
            initial=item.quantity if item else None,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["parts"] = {}
        for variant_id, items in self.items.items():
            parts = data["parts"].setdefault(variant_id, [])
            for row in range(len(items) + EMPTY_ROWS):
                text = (data.get(f"part_{variant_id}_{row}") or "").strip()
                if not text:
                    continue
                part_id = _find(text)
                if part_id is None:
                    words = _("There is no version with this item number. Choose one from the list.")
                    self.add_error(f"part_{variant_id}_{row}", words)
                else:
                    parts.append(Part(part_id, data.get(f"units_{variant_id}_{row}") or 1))
        return data

    def changed(self) -> dict[int, list[Part]]:
        """Return the parts of the versions whose parts are not what they were."""
        return {
            variant_id: parts
            for variant_id, parts in self.cleaned_data["parts"].items()
            if [(item.component_id, item.quantity) for item in self.items[variant_id]]
            != [(part.variant_id, part.quantity) for part in parts]
        }


class SetCard(Card):
    name = "set"
    template = "inventory/set_card.html"
    form_class = SetForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saving = 0

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return 0 < len(state.variants) <= MOST_VERSIONS and not state.is_gift_card

    @classmethod
    def names_products(cls, product_id: int, data: QueryDict) -> set[int]:
        """Return the products of the parts that the product's sets have and of those that were typed."""
        sent = {str(data[name]).strip() for name in data if name.startswith("part_")}
        typed = {text for text in sent if text and "\0" not in text}
        numbers = {int(own[1]) for text in typed if (own := _NUMBER.fullmatch(text))}
        variants = ProductVariant.objects.values_list("product_id", flat=True)
        now, by_number = variants.filter(bundles__bundle__product_id=product_id), variants.filter(pk__in=numbers)
        return set(now.union(by_number, variants.filter(sku__in=typed)))

    @property
    def own(self) -> SetForm:
        return cast("SetForm", self.form)

    def save(self, *, actor: str, now: datetime) -> None:
        changed = self.own.changed()
        # A version that was ticked for removal is gone by now.
        left = set(ProductVariant.objects.filter(pk__in=changed).values_list("pk", flat=True)) if changed else set()
        for variant_id, parts in changed.items():
            if variant_id in left:
                self.saving = variant_id
                set_parts(variant_id=variant_id, parts=parts)

    def place_error(self, error: InvalidInput) -> bool:
        """Put a refusal beside the first part of the version that it is about."""
        if error.field != "parts" or self.saving not in self.own.items:
            return False
        self.form.add_error(f"part_{self.saving}_0", str(error))
        return True

    @property
    def is_open(self) -> bool:
        return any(self.own.items.values()) or any(version["is_open"] for version in self.versions())

    def versions(self) -> list[dict[str, Any]]:
        """Return the versions with their rows and what each row names, for the template."""
        return [self._version(variant) for variant in self.state.variants]

    def _version(self, variant: ProductVariant) -> dict[str, Any]:
        """Return a version; it stands open where it is a set, where something was typed and where something is wrong."""
        rows, is_set = self._rows(variant.pk), bool(self.own.items[variant.pk])
        is_open = is_set or any(box.errors or box.value() for row in rows for box in (row["part"], row["units"]))
        return {"variant": variant, "rows": rows, "is_set": is_set, "is_open": is_open}

    def _rows(self, variant_id: int) -> list[dict[str, Any]]:
        items = self.own.items[variant_id]
        return [
            {
                "part": self.form[f"part_{variant_id}_{row}"],
                "units": self.form[f"units_{variant_id}_{row}"],
                "item": items[row] if row < len(items) else None,
            }
            for row in range(len(items) + EMPTY_ROWS)
        ]

    def suggestions(self) -> list[tuple[str, str]]:
        """Return what a part may be as (what is typed, what it is); asked for when the card is open."""
        rows = ProductVariant.objects.filter(bundle_items=None).exclude(pk__in=self.own.items)
        return [
            (_name(row), f"{row.product.title}, {row.title}" if row.title else row.product.title)
            for row in rows.select_related("product").order_by("product__title", "position")[:SUGGESTIONS]
        ]


def _name(variant: ProductVariant) -> str:
    return variant.sku or f"#{variant.pk}"


def _find(text: str) -> int | None:
    own = _NUMBER.fullmatch(text)
    rows = ProductVariant.objects.filter(pk=int(own[1])) if own else ProductVariant.objects.filter(sku=text)
    return rows.order_by("pk").values_list("pk", flat=True).first()
