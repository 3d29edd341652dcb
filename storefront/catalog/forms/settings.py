"""What the settings of goods send: fields of the merchant's own, and tax classes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.models import CustomField


class CustomFieldForm(forms.Form):
    """A question; its sort and type are asked once."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=120, help_text=_("Such as Material, or Capacity in ml.")
    )
    type = forms.ChoiceField(label=_("Type"), choices=FieldType.choices)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line. Only for a choice from a list."),
    )
    is_shown = forms.BooleanField(label=_("Show it among the facts on the page"), required=False, initial=True)
    is_filter = forms.BooleanField(label=_("Shoppers can filter by it"), required=False)

    def __init__(self, *args: Any, own: CustomField | None = None, owner: str = "", **kwargs: Any) -> None:
        self.own = own
        if own is not None:
            kwargs.setdefault(
                "initial",
                {
                    "name": own.name,
                    "choices": "\n".join(own.choices),
                    "is_shown": own.is_shown,
                    "is_filter": own.is_filter,
                },
            )
        kwargs["prefix"] = f"f{own.pk}" if own else "new"
        super().__init__(*args, **kwargs)
        if own is not None:
            del self.fields["type"]
            if own.type != FieldType.CHOICE:
                del self.fields["choices"]
        if (own.owner if own else owner) != FieldOwner.PRODUCT:
            del self.fields["is_filter"]

    def answers(self) -> dict[str, Any]:
        """Return what the services take; the form has to be valid."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "choices": data.get("choices", "").splitlines(),
            "is_shown": data["is_shown"],
            "is_filter": data.get("is_filter", False),
        }


class TaxClassForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120, help_text=_("Such as Books, or Food."))

    def __init__(self, *args: Any, pk: int | None = None, **kwargs: Any) -> None:
        self.pk = pk
        kwargs["prefix"] = f"t{pk}" if pk else "new"
        super().__init__(*args, **kwargs)
