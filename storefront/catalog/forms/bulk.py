"""What is asked for before many products are changed at once."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.money import parse_amount
from storefront.catalog.models import Collection
from storefront.catalog.selectors.filtering import list_category_choices

MOST_PERCENT = 1000


class BulkForm(forms.Form):
    """One thing done to many; `values` is what the service takes, once the form is valid."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {}


class PriceChangeForm(BulkForm):
    how = forms.ChoiceField(
        label=_("Change"),
        choices=[
            ("percent", _("By percent")),
            ("amount", _("By an amount")),
            ("set", _("To one price")),
        ],
    )
    value = forms.CharField(
        label=_("By or to how much"),
        max_length=20,
        help_text=_("Such as -10 for ten less, 5 for five more."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write a number, such as -10.")},
    )
    ending = forms.ChoiceField(
        label=_("Round"),
        required=False,
        choices=[
            ("", _("As calculated")),
            ("99", _("Ending in .99")),
            ("95", _("Ending in .95")),
            ("0", _("Whole numbers")),
        ],
    )
    keeps_old = forms.BooleanField(
        label=_("Show the price until now struck through, where it gets cheaper"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("value", "").strip().replace("−", "-").removesuffix("%").removeprefix("+").strip()
        if text and "how" in data:
            try:
                data["number"] = self._number(data["how"], text)
            except (InvalidInput, InvalidOperation):
                self.add_error("value", _("Write a number, such as -10."))
        return data

    def _number(self, how: str, text: str) -> Decimal:
        if how != "percent":
            number = Decimal(parse_amount(text, self.currency))
            if how == "set" and number < 0:
                raise InvalidInput(_("A price cannot be below zero."))
            return number
        if not re.fullmatch(r"-?\d{1,4}(\.\d{1,2})?", text, re.ASCII):
            raise InvalidOperation
        number = Decimal(text)
        if not -100 < number <= MOST_PERCENT:
            raise InvalidOperation
        return number

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        ending = int(data["ending"]) if data["ending"] else None
        return {"how": data["how"], "value": str(data["number"]), "ending": ending, "keeps_old": data["keeps_old"]}


class CategoryForm(BulkForm):
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("No category")), *((str(pk), title) for pk, title in list_category_choices())]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        chosen = self.cleaned_data["category"]
        return {"category_id": int(chosen) if chosen else None}


class TagsForm(BulkForm):
    tags = forms.CharField(
        label=_("Tags"),
        max_length=500,
        help_text=_("Separated by commas."),
        error_messages={"required": _("Write at least one tag.")},
    )

    def values(self) -> dict[str, Any]:
        return {"tags": self.cleaned_data["tags"]}

    def clean_tags(self) -> list[str]:
        tags = [tag.strip()[:60] for tag in re.split("[,，]", self.cleaned_data["tags"]) if tag.strip()]
        if not tags:
            raise forms.ValidationError(_("Write at least one tag."))
        return list(dict.fromkeys(tags))


class VendorForm(BulkForm):
    vendor = forms.CharField(label=_("Brand"), required=False, max_length=120, help_text=_("Empty takes it away."))

    def values(self) -> dict[str, Any]:
        return {"vendor": self.cleaned_data["vendor"]}


class CollectionForm(BulkForm):
    collection = forms.ChoiceField(
        label=_("Collection"),
        error_messages={"required": _("Choose a collection.")},
        help_text=_("Those that are filled by hand."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Collection.objects.filter(is_automatic=False).order_by("position", "pk").values_list("pk", "title")[:200]
        self.fields["collection"].choices = [(str(pk), title) for pk, title in rows]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {"collection_id": int(self.cleaned_data["collection"])}


FORMS: dict[str, type[BulkForm]] = {
    "price": PriceChangeForm,
    "category": CategoryForm,
    "tag": TagsForm,
    "untag": TagsForm,
    "vendor": VendorForm,
    "collection": CollectionForm,
    "delete": BulkForm,
}
