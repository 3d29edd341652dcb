"""A set: what a product that comes in one version is made of."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.catalog.cards import Card, CardForm, ProductState
from storefront.catalog.models import BundleItem, ProductVariant
from storefront.inventory.services import Part, set_parts

EMPTY_ROWS = 3
SUGGESTIONS = 300
_NUMBER = re.compile(r"#([0-9]{1,18})", re.ASCII)


class SetForm(CardForm):
    """Rows of a part, named by its item number or its own (#12), and how many of it are in a set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variant = self.state.variants[0]
        self.items = list(
            BundleItem.objects.filter(bundle=self.variant)
            .select_related("component__product")
            .order_by("position", "pk")
        )
        for row in range(len(self.items) + EMPTY_ROWS):
            item = self.items[row] if row < len(self.items) else None
            self.fields[f"part_{row}"] = forms.CharField(
                label=_("Part"),
                required=False,
                max_length=120,
                initial=_name(item.component) if item else "",
                widget=forms.TextInput(attrs={"list": "set-parts", "autocomplete": "off"}),
            )
            self.fields[f"units_{row}"] = forms.IntegerField(
                label=_("How many"),
                required=False,
                min_value=1,
                max_value=100,
                initial=item.quantity if item else None,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        parts: list[Part] = []
        for row in range(len(self.items) + EMPTY_ROWS):
            text = (data.get(f"part_{row}") or "").strip()
            if not text:
                continue
            variant_id = _find(text)
            if variant_id is None:
                self.add_error(f"part_{row}", _("There is no version with this item number. Choose one from the list."))
            else:
                parts.append(Part(variant_id, data.get(f"units_{row}") or 1))
        data["parts"] = parts
        return data

    @property
    def is_changed(self) -> bool:
        before = [(item.component_id, item.quantity) for item in self.items]
        return before != [(part.variant_id, part.quantity) for part in self.cleaned_data["parts"]]


class SetCard(Card):
    name = "set"
    template = "inventory/set_card.html"
    form_class = SetForm
    errors_of = {"parts": "part_0"}

    @classmethod
    def shows(cls, state: ProductState) -> bool:
        return not state.has_versions and len(state.variants) == 1

    def save(self, *, actor: str, now: datetime) -> None:
        form = self.form
        if isinstance(form, SetForm) and form.is_changed:
            set_parts(variant_id=form.variant.pk, parts=form.cleaned_data["parts"])

    @property
    def is_open(self) -> bool:
        return bool(getattr(self.form, "items", None)) or bool(self.form.errors)

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows with what each names, for the template."""
        items = getattr(self.form, "items", [])
        return [
            {
                "part": self.form[f"part_{row}"],
                "units": self.form[f"units_{row}"],
                "item": items[row] if row < len(items) else None,
            }
            for row in range(len(items) + EMPTY_ROWS)
        ]

    def suggestions(self) -> list[tuple[str, str]]:
        """Return what a part may be as (what is typed, what it is); asked for when the card is open."""
        own = self.state.variants[0].pk
        rows = ProductVariant.objects.filter(bundle_items=None).exclude(pk=own).select_related("product")
        return [
            (_name(row), f"{row.product.title}, {row.title}" if row.title else row.product.title)
            for row in rows.order_by("product__title", "position")[:SUGGESTIONS]
        ]


def _name(variant: ProductVariant) -> str:
    return variant.sku or f"#{variant.pk}"


def _find(text: str) -> int | None:
    own = _NUMBER.fullmatch(text)
    rows = ProductVariant.objects.filter(pk=int(own[1])) if own else ProductVariant.objects.filter(sku=text)
    return rows.order_by("pk").values_list("pk", flat=True).first()
