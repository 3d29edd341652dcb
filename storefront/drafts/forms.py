"""What a merchant types to make an order for somebody."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.ids import TOKEN_LENGTH, new_token
from core.money import to_decimal
from core.tenancy import current_tenant
from storefront.catalog.shown import list_currencies
from storefront.checkout.details import LIMITS, parse_details
from storefront.checkout.errors import DetailsRefused
from storefront.customers.models import Customer
from storefront.customers.selectors import list_addresses
from storefront.discounts.forms import PercentField
from storefront.drafts.models import Draft
from storefront.drafts.services.paying import WAYS
from storefront.drafts.services.saving import DAYS, USUAL_DAYS, DraftFacts
from storefront.orders.additions import MOST_LINES, MOST_UNITS
from storefront.payments.forms import AmountField
from tenants.languages import name_language

ADDED = "add-"
PLACE = ("company", "line1", "line2", "district", "city", "province", "postcode", "phone")
# What says that an address is written at all: the country alone is chosen from the start.
WRITTEN = ("line1", "city", "postcode")
_OFF = {"autocomplete": "off"}


def _day_choices() -> list[tuple[int, str]]:
    return [(days, ngettext("%(num)d day", "%(num)d days", days) % {"num": days}) for days in DAYS]


class DraftForm(forms.Form):
    """Who buys what, how it gets there, what is taken off, and how long all that is promised.

    `picks` are variants with how many of each, `address` what is typed of it by box, and `method_id` the way of delivery.
    """

    words = forms.CharField(label=_("Find goods"), required=False, max_length=120)
    who = forms.CharField(label=_("Find a customer"), required=False, max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs=_OFF))
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), required=False, max_length=160, widget=forms.TextInput(attrs=_OFF)
    )
    currency = forms.ChoiceField(label=_("Currency"))
    language = forms.ChoiceField(label=_("Language"))
    kind = forms.ChoiceField(
        label=_("Discount"),
        required=False,
        choices=[("", _("None")), ("amount", _("An amount")), ("percent", _("A percentage"))],
    )
    off = forms.CharField(label=_("How much"), required=False, max_length=30, widget=forms.TextInput(attrs=_OFF))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=120,
        help_text=_("The customer reads it beside the discount."),
        widget=forms.TextInput(attrs=_OFF),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        help_text=_("For you and your colleagues; the customer does not see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    days = forms.TypedChoiceField(label=_("Prices are held for"), required=False, coerce=int, empty_value=None)
    renews = forms.BooleanField(label=_("Take today’s prices"), required=False)
    token = forms.CharField(required=False, max_length=TOKEN_LENGTH, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, draft: Draft | None = None) -> None:
        super().__init__(data, initial=_initial(draft))
        tenant = current_tenant()
        languages = [tenant.language, *tenant.further_languages]
        self.draft = draft
        choices: dict[str, list[tuple[Any, Any]]] = {
            "currency": [(code, code) for code in list_currencies()],
            "language": [(code, name_language(code)) for code in languages],
            "days": _day_choices() if draft is None else [("", _("As it is")), *_day_choices()],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.fields["days"].required = draft is None
        self.address: dict[str, str] = {"country": tenant.country, **(draft.address if draft else {})}
        self.method_id = draft.method_id if draft else None
        self.picks = _kept(draft) if draft else {}
        self.address_errors: dict[str, str] = {}
        if data is not None:
            self._read(data)

    @property
    def has_address(self) -> bool:
        """Tell whether the merchant writes where it goes; else the customer does."""
        return any(self.address.get(name) for name in WRITTEN)

    def fill_in(self, customer: Customer) -> None:
        """Take over what is known of a customer."""
        saved = next(iter(list_addresses(customer)), None)
        if saved is not None:
            names = ("name", "company", "line1", "line2", "city", "province", "postcode", "country", "phone")
            self.address = {name: str(getattr(saved, name)) for name in names}
        given = {name: self.data.get(name) for name in self.data}
        given |= {"email": customer.email, "name": customer.name or (saved.name if saved else "")}
        if customer.language in dict(self.fields["language"].choices):  # type: ignore[attr-defined]
            given["language"] = customer.language
        self.data = given

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        return token if len(token) == TOKEN_LENGTH and token.isascii() and token.isalnum() else new_token()

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["currency"] = given.get("currency") or list_currencies()[0]
        given["off_amount"] = given["off_points"] = 0
        if given.get("kind"):
            self._clean_discount(given)
        if self.has_address:
            self._clean_address(given)
        return given

    def facts(self) -> DraftFacts:
        """Return what a form without errors says."""
        given = self.cleaned_data
        return DraftFacts(
            email=given["email"].lower(),
            name=given["name"],
            address=given.get("address", {}),
            lines={pk: count for pk, count in self.picks.items() if count},
            method_id=self.method_id,
            currency=given["currency"],
            language=given["language"] or current_tenant().language,
            discount_amount=given["off_amount"],
            discount_points=given["off_points"],
            reason=given["reason"],
            note=given["note"],
            renews=given["renews"],
            days=given["days"] or (None if self.draft else USUAL_DAYS),
        )

    def _clean_discount(self, given: dict[str, Any]) -> None:
        if not given.get("reason"):
            self.add_error("reason", _("Write what the discount is for: the customer reads it."))
        is_amount = given["kind"] == "amount"
        field: forms.Field = AmountField(currency=given["currency"]) if is_amount else PercentField()
        try:
            value = field.clean(given.get("off") or "")
        except forms.ValidationError as error:
            self.add_error("off", error)
            return
        if not value:
            self.add_error("off", _("Write how much is taken off."))
        given["off_amount" if is_amount else "off_points"] = value

    def _clean_address(self, given: dict[str, Any]) -> None:
        typed = {**self.address, "name": given.get("name") or "", "email": given.get("email") or "nobody@example.com"}
        try:
            given["address"] = parse_details(typed, by_form=True).as_address()
        except DetailsRefused as error:
            self.address_errors = {name: text for name, text in error.errors.items() if name != "name"}
            if "name" in error.errors:
                self.add_error("name", error.errors["name"])
            if self.address_errors:
                self.add_error(None, _("The address needs another look."))

    def _read(self, data: Mapping[str, Any]) -> None:
        self.address = {name: str(data.get(name) or "")[: LIMITS[name]] for name in PLACE}
        self.address["country"] = str(data.get("country") or current_tenant().country)[:2].upper()
        way = str(data.get("way") or "")
        self.method_id = int(way) if _is_number(way, 18) else None
        self.picks = {}
        for name in list(data)[: MOST_LINES * 3]:
            number = name.removeprefix(ADDED)
            if name.startswith(ADDED) and _is_number(number, 18) and len(self.picks) < MOST_LINES:
                typed = str(data.get(name) or "").strip()
                self.picks[int(number)] = min(int(typed), MOST_UNITS) if _is_number(typed, 9) else 1
        picked = str(data.get("pick", ""))
        if _is_number(picked, 18):
            self.picks[int(picked)] = min(self.picks.get(int(picked), 0) + 1, MOST_UNITS)


class PaidForm(forms.Form):
    """How the money of a draft came."""

    way = forms.ChoiceField(label=_("How it was paid"), choices=list(WAYS.items()))


class ExtendForm(forms.Form):
    """For how long a draft is kept from now on."""

    days = forms.TypedChoiceField(label=_("Keep it for"), choices=_day_choices, coerce=int, initial=USUAL_DAYS)


def _initial(draft: Draft | None) -> dict[str, Any]:
    if draft is None:
        return {
            "token": new_token(),
            "days": USUAL_DAYS,
            "language": current_tenant().language,
            "currency": current_tenant().currency,
        }
    off = ""
    if draft.discount_amount:
        off = f"{to_decimal(draft.discount_amount, draft.currency):f}"
    elif draft.discount_points:
        off = PercentField().prepare_value(draft.discount_points)
    return {
        "email": draft.email,
        "name": draft.name,
        "currency": draft.currency,
        "language": draft.language,
        "kind": "amount" if draft.discount_amount else "percent" if draft.discount_points else "",
        "off": off,
        "reason": draft.reason,
        "note": draft.note,
        "days": "",
        "version": draft.cart.version,
    }


def _kept(draft: Draft) -> dict[int, int]:
    return dict(draft.cart.lines.order_by("created_at", "pk").values_list("variant_id", "quantity"))


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most
