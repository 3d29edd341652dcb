"""What a merchant types about a discount."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.money import to_decimal
from storefront.customers.models import Customer
from storefront.discounts.enums import Audience, DiscountKind
from storefront.discounts.models import Promotion
from storefront.discounts.services import PromotionFacts, TierFacts
from storefront.discounts.services.saving import check_facts
from storefront.shipping.forms.fields import AmountField

STEPS = 5
_LAST_MOMENT = time(23, 59, 59)
_BY_AMOUNT, _BY_QUANTITY = "amount", "quantity"
_DAY = {"type": "date"}


class PercentField(forms.DecimalField):
    """A percentage with up to two decimals, kept in basis points."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal("0.01"), max_value=Decimal(100), decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{(Decimal(value) / 100).normalize():f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number * 100)


class DiscountForm(forms.Form):
    """A discount of one kind in the store's currency; what the kind does not ask for is not on the form."""

    title = forms.CharField(
        label=pgettext_lazy("discount", "Name"),
        max_length=120,
        help_text=_("Shoppers see it in their cart and on their order."),
    )
    is_automatic = forms.TypedChoiceField(
        label=_("How it is given"),
        choices=[("", _("With a code")), ("1", _("By itself, to whoever fits"))],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=pgettext_lazy("discount", "Code"),
        max_length=60,
        required=False,
        help_text=_("Such as WELCOME10. You can add more codes, and 500 that work once, after saving."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    customers = forms.CharField(
        label=_("E-mails of the customers"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "maya@example.com"}),
        help_text=_("One on each line. Only for named customers."),
    )
    limit_count = forms.IntegerField(
        label=_("How often in all"), required=False, min_value=1, max_value=1_000_000, help_text=_("Empty: no limit.")
    )
    limit_per_customer = forms.IntegerField(
        label=_("How often per customer"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: no limit."),
    )
    combines_with_goods = forms.BooleanField(label=_("Discounts on goods"), required=False)
    combines_with_order = forms.BooleanField(label=_("Discounts on the order"), required=False)
    combines_with_delivery = forms.BooleanField(label=_("Discounts on delivery"), required=False)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text=_("Empty: until you switch it off."),
    )

    def __init__(self, *args: Any, kind: str, currency: str, promotion: Promotion | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(promotion, currency))
        super().__init__(*args, **kwargs)
        self.kind, self.currency, self.promotion = kind, currency, promotion
        for name, field in _value_fields(kind, currency).items():
            self.fields[name] = field
        if promotion is not None:
            del self.fields["code"]

    @property
    def steps(self) -> list[tuple[Any, Any]]:
        """Return the pairs of fields of each step."""
        return [(self[f"start_{at}"], self[f"off_{at}"]) for at in range(STEPS)]

    @property
    def value_fields(self) -> list[Any]:
        """Return the fields of what the discount takes off, without goods and steps."""
        names = ("amount", "points", "buy_quantity", "get_quantity", "most_times", "most_delivery_amount", "is_each")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.kind == DiscountKind.TIERS:
            self._clean_steps(data)
        if data.get("customers") is not None:
            data["customer_ids"] = self._find_customers(data)
        is_new = self.promotion is None and "code" in self.fields
        if is_new and not data.get("is_automatic") and not (data.get("code") or "").strip():
            self.add_error("code", gettext("Write the code that shoppers type."))
        return data

    def facts(self, chosen: dict[str, list[int]]) -> PromotionFacts:
        """Return what was typed with the goods that were chosen (`product_ids` and the like).

        Raises: DiscountRefused.
        """
        data, before = self.cleaned_data, self.promotion
        names = set(PromotionFacts.__dataclass_fields__) & set(data)
        known = {name: data[name] for name in names if data[name] not in (None, "")}
        known["is_automatic"] = bool(data.get("is_automatic"))
        facts = PromotionFacts(
            **{
                **known,
                **chosen,
                "kind": self.kind,
                "starts_at": self._moment(data["starts_on"], time.min, before.starts_at if before else None),
                "ends_at": self._moment(data.get("ends_on"), _LAST_MOMENT, before.ends_at if before else None),
                "tiers": data.get("tiers", ()),
                "customer_ids": data.get("customer_ids", ()),
            }
        )
        check_facts(facts)
        return facts

    def _moment(self, day: date | None, at: time, before: datetime | None) -> Any:
        if day is None:
            return None
        if before is not None and timezone.localdate(before) == day:
            return before
        return timezone.make_aware(datetime.combine(day, at))

    def _clean_steps(self, data: dict[str, Any]) -> None:
        tiers = []
        for at in range(STEPS):
            start, off = data.get(f"start_{at}"), data.get(f"off_{at}")
            if not start and not off:
                continue
            try:
                tiers.append(self._step(str(start or ""), str(off or ""), data))
            except forms.ValidationError as error:
                self.add_error(f"start_{at}", error)
        data["tiers"] = tiers
        if not tiers and not self.errors:
            self.add_error("start_0", gettext("Write at least one step."))

    def _step(self, start: str, off: str, data: dict[str, Any]) -> TierFacts:
        field = AmountField(currency=self.currency, required=False)
        facts: dict[str, int] = {}
        if data.get("tiers_by") == _BY_QUANTITY:
            facts["minimum_quantity"] = forms.IntegerField(min_value=1).clean(start)
        else:
            facts["minimum_amount"] = field.clean(start) or 0
        if data.get("tiers_off") == "points":
            facts["off_points"] = PercentField().clean(off)
        else:
            facts["off_amount"] = field.clean(off) or 0
        return TierFacts(**facts)

    def _find_customers(self, data: dict[str, Any]) -> list[int]:
        if data.get("audience") != Audience.CUSTOMERS:
            return []
        wanted = list(dict.fromkeys(line.strip().lower() for line in data["customers"].splitlines() if line.strip()))
        known = dict(Customer.objects.filter(email__in=wanted[:500]).values_list("email", "pk"))
        missing = [email for email in wanted if email not in known]
        if missing:
            self.add_error(
                "customers",
                gettext("No customer of this store has this e-mail: %(emails)s.") % {"emails": ", ".join(missing[:5])},
            )
        return [known[email] for email in wanted if email in known]


def _value_fields(kind: str, currency: str) -> dict[str, forms.Field]:
    amount = AmountField(label=_("From this amount on"), currency=currency, required=False)
    quantity = forms.IntegerField(label=_("From so many items on"), required=False, min_value=0, max_value=10_000)
    minimums: dict[str, forms.Field] = {"minimum_amount": amount, "minimum_quantity": quantity}
    if kind == DiscountKind.PERCENT:
        return {"points": PercentField(label=_("Percent off")), **minimums}
    if kind == DiscountKind.AMOUNT:
        each = forms.BooleanField(label=_("Off each item, not once"), required=False)
        return {
            "amount": AmountField(label=_("Amount off"), currency=currency),
            "is_each": each,
            **minimums,
        }
    if kind == DiscountKind.FREE_DELIVERY:
        most = AmountField(
            label=_("Only where delivery costs at most"), currency=currency, required=False,
            help_text=_("Empty: however much it costs."),
        )  # fmt: skip
        return {"most_delivery_amount": most, **minimums}
    if kind == DiscountKind.BUY_GET:
        return {
            "buy_quantity": forms.IntegerField(label=_("Buy"), min_value=1, max_value=1000, initial=2),
            "get_quantity": forms.IntegerField(label=_("Get"), min_value=1, max_value=1000, initial=1),
            "points": PercentField(label=_("Percent off what they get"), help_text=_("100 is free.")),
            "most_times": forms.IntegerField(
                label=_("How often in one order"), required=False, min_value=0, max_value=1000, help_text=_("Empty: no limit.")
            ),
        }  # fmt: skip
    steps: dict[str, forms.Field] = {
        "tiers_by": forms.ChoiceField(
            label=_("Steps begin at"), choices=[(_BY_AMOUNT, _("an amount")), (_BY_QUANTITY, _("a number of items"))]
        ),
        "tiers_off": forms.ChoiceField(
            label=_("and take off"), choices=[(_BY_AMOUNT, _("an amount")), ("points", _("a percentage"))]
        ),
        "repeats": forms.BooleanField(label=_("Each time the highest step is filled"), required=False),
    }  # fmt: skip
    for at in range(STEPS):
        attrs = {"inputmode": "decimal"}
        steps[f"start_{at}"] = forms.CharField(
            label=pgettext_lazy("discount step", "From"),
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs=attrs),
        )
        steps[f"off_{at}"] = forms.CharField(
            label=pgettext_lazy("discount step", "Off"),
            required=False,
            max_length=20,
            widget=forms.TextInput(attrs=attrs),
        )
    return steps


def _initial(promotion: Promotion | None, currency: str) -> dict[str, Any]:
    if promotion is None:
        return {
            "audience": Audience.EVERYBODY, "is_automatic": "", "points": 1000, "starts_on": timezone.localdate(),
            "tiers_by": _BY_AMOUNT, "tiers_off": "amount",
        }  # fmt: skip

    def written(amount: int | None) -> str:
        return "" if not amount else f"{to_decimal(amount, currency)}"

    names = (
        *("title", "audience", "points", "is_each", "buy_quantity", "get_quantity", "repeats", "limit_count"),
        *("limit_per_customer", "combines_with_goods", "combines_with_order", "combines_with_delivery"),
    )
    emails = Customer.objects.filter(pk__in=promotion.customer_ids).order_by("email").values_list("email", flat=True)
    first = promotion.tiers[0] if promotion.tiers else {}
    return {
        **{name: getattr(promotion, name) for name in names},
        "is_automatic": "1" if promotion.is_automatic else "",
        "amount": written(promotion.amount),
        "minimum_amount": written(promotion.minimum_amount),
        "minimum_quantity": promotion.minimum_quantity or None,
        "most_times": promotion.most_times or None,
        "most_delivery_amount": written(promotion.most_delivery_amount),
        "customers": "\n".join(emails) if promotion.customer_ids else "",
        "starts_on": timezone.localdate(promotion.starts_at),
        "ends_on": timezone.localdate(promotion.ends_at) if promotion.ends_at else None,
        "tiers_by": _BY_QUANTITY if first.get("minimum_quantity") else _BY_AMOUNT,
        "tiers_off": "points" if first.get("off_points") else "amount",
        **_steps(promotion.tiers, written),
    }


def _steps(tiers: Sequence[dict[str, int]], written: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, tier in enumerate(tiers[:STEPS]):
        found[f"start_{at}"] = str(tier["minimum_quantity"] or written(tier["minimum_amount"]))
        points = tier["off_points"]
        found[f"off_{at}"] = f"{(Decimal(points) / 100).normalize():f}" if points else written(tier["off_amount"])
    return found
