"""What a merchant types about an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.orders.carriers import CARRIERS
from storefront.orders.models import OrderLine

PREFIX = "line-"


class FulfillForm(forms.Form):
    """How many of each line are in the parcel, who carries it, and whether the shopper is told."""

    tracking_number = forms.CharField(
        label=_("Tracking number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    carrier = forms.ChoiceField(label=_("Carrier"), required=False)
    notify = forms.BooleanField(label=_("E-mail the customer that it is on its way"), required=False, initial=True)

    def __init__(self, *args: Any, left: list[tuple[OrderLine, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Found by the number")), *((key, carrier.name) for key, carrier in CARRIERS.items())]
        self.fields["carrier"].choices = choices  # type: ignore[attr-defined]
        self.rows = []
        for line, count in left:
            name = f"{PREFIX}{line.pk}"
            self.fields[name] = forms.IntegerField(
                label=line.title,
                min_value=0,
                max_value=count,
                initial=count,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.rows.append((line, count, self[name]))

    def quantities(self) -> dict[int, int]:
        """Return how many are in the parcel, by line id."""
        return {
            int(name.removeprefix(PREFIX)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value
        }


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=2000)
