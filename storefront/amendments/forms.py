"""What a merchant types to change the goods of an order."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import TOKEN_LENGTH, new_token
from storefront.amendments.services.adding import AmendmentRequest
from storefront.orders.additions import MOST_LINES, MOST_UNITS, Additions
from storefront.orders.models import Order, OrderLine
from storefront.payments.forms import AmountField

LINE, ADDED = "line-", "add-"


class GoodsForm(forms.Form):
    """How many of each line there are to be, what is added, and what the customer pays for it.

    `picks` are variants that are in the form already, by id with their number.
    """

    words = forms.CharField(label=_("Find goods"), required=False, max_length=120)
    is_free = forms.BooleanField(
        label=_("The customer pays nothing for it"),
        required=False,
        help_text=_("What is added is on the house, and is in the order at once."),
    )
    token = forms.CharField(required=False, max_length=TOKEN_LENGTH, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, order: Order, lines: list[OrderLine]) -> None:
        super().__init__(data, initial={"token": new_token()})
        self.order, self.lines = order, lines
        self.is_unpaid = order.paid_at is None
        self.fields["delivery"] = AmountField(currency=order.currency, label=_("More for delivery"))
        self.counts = {line.pk: line.kept_count for line in lines}
        self.picks: dict[int, int] = {}
        if data is not None:
            self._read_counts(data)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the order's lines with how many are wanted and the fewest there can be."""
        return [
            {
                "line": line,
                "name": f"{LINE}{line.pk}",
                "count": self.counts[line.pk],
                "least": line.fulfilled_count if self.is_unpaid else line.kept_count,
                "can_grow": line.variant_id is not None,
            }
            for line in self.lines
        ]

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"])
        return token if len(token) == TOKEN_LENGTH and token.isascii() and token.isalnum() else new_token()

    def clean(self) -> dict[str, Any]:
        for line in self.lines:
            if self.counts[line.pk] < line.kept_count and not self.is_unpaid:
                self.add_error(None, _("To take goods out of an order that is paid, refund them."))
                break
        return dict(self.cleaned_data)

    def asked(self, *, expected_amount: int | None) -> AmendmentRequest:
        """Return what a form without errors asks for."""
        changed = {line.pk: self.counts[line.pk] - line.kept_count for line in self.lines}
        given = self.cleaned_data
        return AmendmentRequest(
            additions=Additions(
                variants={pk: count for pk, count in self.picks.items() if count},
                lines={pk: more for pk, more in changed.items() if more > 0},
                delivery_amount=given["delivery"],
                is_free=given["is_free"],
            ),
            kept={line.pk: line.quantity + changed[line.pk] for line in self.lines if changed[line.pk] < 0},
            token=given["token"],
            expected_amount=expected_amount,
        )

    def _read_counts(self, data: Mapping[str, Any]) -> None:
        for line in self.lines:
            self.counts[line.pk] = _count(data.get(f"{LINE}{line.pk}"), line.kept_count)
        for name in list(data)[: MOST_LINES * 3]:
            number = name.removeprefix(ADDED)
            if name.startswith(ADDED) and _is_number(number, 18) and len(self.picks) < MOST_LINES:
                self.picks[int(number)] = _count(data.get(name), 1)
        picked = str(data.get("pick", ""))
        if _is_number(picked, 18):
            self.picks[int(picked)] = self.picks.get(int(picked), 0) + 1


def _count(text: Any, otherwise: int) -> int:
    typed = str(text or "").strip()
    return min(int(typed), MOST_UNITS) if _is_number(typed, 9) else otherwise


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most
