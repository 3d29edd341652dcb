"""A way of delivery: sent, or picked up."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.inventory.models import Warehouse
from storefront.shipping.enums import Basis
from storefront.shipping.forms.fields import AmountField, WeightField, write_amount, write_weight
from storefront.shipping.models import ShippingMethod
from storefront.shipping.services.methods import LENGTHS, MAXIMUM_DAYS, MAXIMUM_STEPS, MethodDraft, Step
from tenants.languages import name_language

_FEWEST_ROWS, _MORE_ROWS = 3, 4
_DAYS: dict[str, Any] = {
    "min_value": 0,
    "max_value": MAXIMUM_DAYS,
    "widget": forms.TextInput(attrs={"inputmode": "numeric"}),
}


class _WayForm(forms.Form):
    """What every way of delivery has; `languages` are the store's further ones, `currencies` those with a price list."""

    name = forms.CharField(
        label=pgettext_lazy("delivery", "Name"),
        max_length=LENGTHS["name"],
        help_text=_("Shoppers see this at checkout."),
        error_messages={"required": _("Give it a name that shoppers understand, such as “Standard delivery”.")},
    )
    text = forms.CharField(
        label=pgettext_lazy("delivery", "One more line"),
        required=False,
        max_length=LENGTHS["text"],
        help_text=_("For example who brings it, or that somebody has to sign."),
    )
    minimum_days = forms.IntegerField(label=_("Working days, at least"), initial=2, **_DAYS)
    maximum_days = forms.IntegerField(label=_("Working days, at most"), initial=5, **_DAYS)
    is_active = forms.BooleanField(label=_("Offer it to shoppers"), required=False, initial=True)
    said: tuple[str, ...] = ("name", "text")

    def __init__(
        self,
        data: Any = None,
        *,
        currency: str,
        languages: Sequence[str],
        currencies: Sequence[str] = (),
        method: ShippingMethod | None = None,
    ) -> None:
        super().__init__(data)
        self.currency, self.languages, self.currencies, self.method = currency, languages, currencies, method
        self.fields["price_amount"] = AmountField(label=_("Price"), currency=currency)
        for language in languages:
            for name in self.said:
                own = self.fields[name]
                said = {"label": own.label, "language": name_language(language)}
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=_("%(label)s, %(language)s") % said, required=False, max_length=LENGTHS[name]
                )
        if method is not None:
            self.initial = self._initial(method)

    def texts(self) -> list[BoundField]:
        """Return the boxes of the other languages."""
        return [self[f"{name}_{language}"] for language in self.languages for name in self.said]

    def _initial(self, method: ShippingMethod) -> dict[str, Any]:
        own = {name: getattr(method, name) for name in (*self.said, "minimum_days", "maximum_days", "is_active")}
        said = {
            f"{name}_{language}": method.translations.get(language, {}).get(name, "")
            for language in self.languages
            for name in self.said
        }
        return {**own, **said, "price_amount": write_amount(method.price_amount, self.currency)}

    def _common(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = dict(self.method.translations) if self.method else {}
        for language in self.languages:
            kept[language] = {name: data.get(f"{name}_{language}", "") for name in self.said}
        own = {name: data.get(name) or "" for name in self.said}
        numbers = {name: data[name] for name in ("minimum_days", "maximum_days", "is_active")}
        return {**own, **numbers, "translations": kept}


class PickupForm(_WayForm):
    """A place where orders are picked up."""

    hours = forms.CharField(
        label=_("Opening hours"),
        required=False,
        max_length=LENGTHS["hours"],
        help_text=_("For example: Monday to Friday, 10 am to 6 pm."),
    )
    text = forms.CharField(
        label=_("What to know"),
        required=False,
        max_length=LENGTHS["text"],
        help_text=_("For example which door it is, or what to bring along."),
    )
    said = ("name", "hours", "text")

    def __init__(self, data: Any = None, *, warehouses: Sequence[Warehouse], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(one.pk, one.name) for one in warehouses]
        self.fields["warehouse_id"] = forms.TypedChoiceField(label=_("Warehouse"), choices=choices, coerce=int)
        self.without_address = {one.pk for one in warehouses if not one.address.get("line1")}
        self.fields["minimum_days"].label = _("Ready after working days, at least")
        self.fields["maximum_days"].label = _("Ready after working days, at most")
        if self.method is not None:
            self.initial["warehouse_id"] = self.method.warehouse_id
        else:
            self.initial.update(minimum_days=0, maximum_days=1, price_amount="0")

    def clean_warehouse_id(self) -> int:
        chosen = int(self.cleaned_data["warehouse_id"])
        if chosen in self.without_address:
            raise forms.ValidationError(
                _("This warehouse has no address. Write one first, so that shoppers know where to go.")
            )
        return chosen

    def draft(self) -> MethodDraft:
        data = self.cleaned_data
        return MethodDraft(**self._common(), price_amount=data["price_amount"] or 0, warehouse_id=data["warehouse_id"])


class MethodForm(_WayForm):
    """A way to send an order, at one price or at one that grows by weight or value.

    A button `more` adds empty steps and changes nothing else.
    """

    basis = forms.ChoiceField(
        label=_("The price is"), choices=Basis.choices, initial=Basis.FLAT, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["price_amount"].required = not self.is_bound or self.data.get("basis") == Basis.FLAT
        self.fields["price_amount"].error_messages["required"] = _("Write a price, or 0 for free.")
        self.fields["free_over_amount"] = AmountField(
            label=_("Free from"),
            currency=self.currency,
            required=False,
            help_text=_("Orders of this much or more are delivered free. Leave empty for never."),
        )
        for code in self.currencies:
            said = {"code": code}
            self.fields[f"price_{code}"] = AmountField(
                label=_("Price in %(code)s") % said, currency=code, required=False
            )
            self.fields[f"free_{code}"] = AmountField(
                label=_("Free from, in %(code)s") % said, currency=code, required=False
            )
        self.rows_count = self._count_rows()
        for row in range(self.rows_count):
            number = {"number": row + 1}
            self.fields[f"kg_{row}"] = WeightField(label=_("Step %(number)s: up to kg") % number, required=False)
            self.fields[f"below_{row}"] = AmountField(
                label=_("Step %(number)s: orders below") % number, currency=self.currency, required=False
            )
            for code in ("", *self.currencies):
                label = code or _("Step %(number)s: price") % number
                self.fields[f"step_{row}_{code}"] = AmountField(
                    label=label, currency=code or self.currency, required=False
                )

    @property
    def is_tried(self) -> bool:
        """Tell whether a button was pressed that saves nothing."""
        return "more" in self.data

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the steps' boxes, for the page."""
        for row in range(self.rows_count):
            boxes = [(code, self[f"step_{row}_{code}"]) for code in self.currencies]
            yield {
                "kg": self[f"kg_{row}"],
                "below": self[f"below_{row}"],
                "price": self[f"step_{row}_"],
                "others": boxes,
            }

    def others(self) -> list[tuple[str, BoundField, BoundField]]:
        """Return the boxes of the other currencies, for the page."""
        return [(code, self[f"price_{code}"], self[f"free_{code}"]) for code in self.currencies]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("basis") == Basis.FLAT:
            return data
        for row in range(self.rows_count):
            ends = data.get(self._end_of(row)) is not None
            if ends and data.get(f"step_{row}_") is None and f"step_{row}_" not in self.errors:
                self.add_error(f"step_{row}_", _("Write a price, or 0 for free."))
        return data

    def draft(self, zone_id: int | None) -> MethodDraft:
        data = self.cleaned_data
        return MethodDraft(
            **self._common(),
            zone_id=zone_id,
            basis=data["basis"],
            price_amount=data["price_amount"] or 0,
            free_over_amount=data["free_over_amount"],
            amounts=self._by_hand("price"),
            free_over_amounts=self._by_hand("free"),
            steps=[
                Step(
                    up_to=data[self._end_of(row)],
                    amount=data[f"step_{row}_"],
                    amounts={
                        code: data[f"step_{row}_{code}"]
                        for code in self.currencies
                        if data[f"step_{row}_{code}"] is not None
                    },
                )
                for row in range(self.rows_count)
                if data[f"step_{row}_"] is not None
            ],
        )

    def _by_hand(self, what: str) -> dict[str, int]:
        data = self.cleaned_data
        return {code: data[f"{what}_{code}"] for code in self.currencies if data[f"{what}_{code}"] is not None}

    def _end_of(self, row: int) -> str:
        return f"kg_{row}" if self.cleaned_data.get("basis") == Basis.WEIGHT else f"below_{row}"

    def _count_rows(self) -> int:
        if self.is_bound:
            sent = sum(1 for row in range(MAXIMUM_STEPS) if f"step_{row}_" in self.data)
            return min(sent + (_MORE_ROWS if "more" in self.data else 0), MAXIMUM_STEPS)
        kept = self.method.bands.count() if self.method else 0
        return min(max(kept + 1, _FEWEST_ROWS), MAXIMUM_STEPS)

    def _initial(self, method: ShippingMethod) -> dict[str, Any]:
        found = {
            **super()._initial(method),
            "basis": method.basis,
            "free_over_amount": write_amount(method.free_over_amount, self.currency),
        }
        for code in self.currencies:
            found[f"price_{code}"] = write_amount(method.amounts.get(code), code)
            found[f"free_{code}"] = write_amount(method.free_over_amounts.get(code), code)
        steps = sorted(method.bands.all(), key=lambda one: (one.up_to is None, one.up_to or 0))
        for row, step in enumerate(steps):
            if method.basis == Basis.WEIGHT:
                found[f"kg_{row}"] = write_weight(step.up_to)
            else:
                found[f"below_{row}"] = write_amount(step.up_to, self.currency)
            found[f"step_{row}_"] = write_amount(step.amount, self.currency)
            for code in self.currencies:
                found[f"step_{row}_{code}"] = write_amount(step.amounts.get(code), code)
        return found
