"""What makes a product part of a collection by rule: `{"field", "relation", "value"}`, read, checked and asked of the database.

Amounts in a rule are minor units of the store's currency, days are ISO dates, a category is its id, a field of the merchant's own
is `custom:` and its key.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import InvalidInput
from core.money import parse_amount
from core.text import one_line
from storefront.catalog.enums import FieldOwner, FieldType, Match
from storefront.catalog.errors import CollectionRefused
from storefront.catalog.models import Category, CustomField

MAXIMUM_RULES = 20
VALUE_LENGTH = 255
_KEY = re.compile(r"^[a-z][a-z0-9_.-]*$", re.ASCII)
CUSTOM = "custom:"

Rule = dict[str, Any]

_TEXT = ("is", "is_not", "contains", "contains_not", "begins", "ends")
_NUMBER = ("above", "below")
_SET = ("set", "not_set")
RELATIONS: dict[str, tuple[str, ...]] = {
    "title": _TEXT,
    "product_type": _TEXT,
    "vendor": _TEXT,
    "tag": ("is", "is_not"),
    "category": ("is", "is_not"),
    "price": (*_NUMBER, "is"),
    "compare_at": (*_SET, *_NUMBER),
    "stock": (*_SET, *_NUMBER),
    "created": ("within", "after", "before"),
}
_CUSTOM_RELATIONS: dict[str, tuple[str, ...]] = {
    FieldType.TEXT: ("is", "is_not", "contains", *_SET),
    FieldType.LONG_TEXT: ("contains", *_SET),
    FieldType.INTEGER: ("is", "is_not", *_NUMBER, *_SET),
    FieldType.DECIMAL: ("is", "is_not", *_NUMBER, *_SET),
    FieldType.BOOLEAN: ("is",),
    FieldType.DATE: ("is", "after", "before", *_SET),
    FieldType.URL: _SET,
    FieldType.COLOR: ("is", "is_not", *_SET),
    FieldType.CHOICE: ("is", "is_not", *_SET),
}
FIELD_LABELS: dict[str, str | Promise] = {
    "title": _("Title"),
    "product_type": _("Kind"),
    "vendor": _("Brand"),
    "tag": pgettext_lazy("rule", "Tag"),
    "category": _("Category"),
    "price": _("Price"),
    "compare_at": _("Compare-at price"),
    "stock": _("Stock"),
    "created": pgettext_lazy("rule", "Added"),
}
RELATION_LABELS: dict[str, str | Promise] = {
    "is": pgettext_lazy("rule", "is"),
    "is_not": pgettext_lazy("rule", "is not"),
    "contains": pgettext_lazy("rule", "contains"),
    "contains_not": pgettext_lazy("rule", "does not contain"),
    "begins": pgettext_lazy("rule", "begins with"),
    "ends": pgettext_lazy("rule", "ends with"),
    "above": pgettext_lazy("rule", "is above"),
    "below": pgettext_lazy("rule", "is below"),
    "set": pgettext_lazy("rule", "is there"),
    "not_set": pgettext_lazy("rule", "is not there"),
    "within": pgettext_lazy("rule", "in the last days"),
    "after": pgettext_lazy("rule", "after"),
    "before": pgettext_lazy("rule", "before"),
}
# These fit or not as time goes by or goods are sold, without anybody changing the product.
DRIFTING = frozenset({"stock", "created"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may speak of in this store: its currency and its own fields, by key."""

    currency: str
    fields: Mapping[str, CustomField]

    def relations(self, field: str) -> tuple[str, ...]:
        """Return the relations a field has; none for one that there is not."""
        if field.startswith(CUSTOM):
            own = self.fields.get(field.removeprefix(CUSTOM))
            return _CUSTOM_RELATIONS[own.type] if own else ()
        return RELATIONS.get(field, ())

    def labels(self) -> dict[str, str | Promise]:
        """Return what each field is called."""
        return FIELD_LABELS | {f"{CUSTOM}{key}": own.name for key, own in self.fields.items()}


def read_vocabulary(currency: str) -> Vocabulary:
    """Return what rules may speak of, in one query."""
    return Vocabulary(currency, {one.key: one for one in CustomField.objects.filter(owner=FieldOwner.PRODUCT)})


def clean_rules(rules: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> list[Rule]:
    """Return typed rules as they are kept; those without a value where one is needed are refused.

    Raises: CollectionRefused with the field `rule_0`, `rule_1`, ….
    """
    if len(rules) > MAXIMUM_RULES:
        raise CollectionRefused(_("A collection has at most 20 rules."), field="rules")
    cleaned = []
    for number, rule in enumerate(rules):
        field, relation = str(rule.get("field", "")), str(rule.get("relation", ""))
        if relation not in vocabulary.relations(field):
            raise CollectionRefused(_("Choose what this rule compares, and how."), field=f"rule_{number}")
        try:
            value = _clean_value(field, relation, rule.get("value"), vocabulary)
        except InvalidInput as error:
            raise CollectionRefused(error.message, field=f"rule_{number}") from error
        cleaned.append({"field": field, "relation": relation, "value": value})
    return cleaned


def build_question(rules: Sequence[Mapping[str, Any]], match: str, *, now: datetime) -> Q:
    """Return what the products of a collection have in common, for `Product.objects.filter`; no rules fit nothing."""
    parts = [
        _ask(rule["field"], rule["relation"], rule.get("value"), now) if is_sound(rule) else Q(pk__in=[])
        for rule in rules
    ]
    if not parts:
        return Q(pk__in=[])
    question = parts[0]
    for part in parts[1:]:
        question = question | part if match == Match.ANY else question & part
    return question


def is_sound(rule: Any) -> bool:
    """Tell whether a kept rule can be asked: rows may come from a file that somebody else wrote."""
    if (
        not isinstance(rule, dict)
        or not isinstance(rule.get("field"), str)
        or not isinstance(rule.get("relation"), str)
    ):
        return False
    field, relation, value = rule["field"], rule["relation"], rule.get("value")
    if field.startswith(CUSTOM):
        known: Sequence[str] = sorted({one for each in _CUSTOM_RELATIONS.values() for one in each})
        if not _KEY.match(field.removeprefix(CUSTOM)):
            return False
    else:
        known = RELATIONS.get(field, ())
    if relation not in known:
        return False
    if relation in _SET:
        return True
    if field in ("price", "compare_at", "stock", "category") or relation == "within":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31 * 1000
    if field == "created":
        return isinstance(value, str) and _is_day(value)
    if isinstance(value, float):
        return isfinite(value) and field.startswith(CUSTOM)
    return isinstance(value, str) or (field.startswith(CUSTOM) and isinstance(value, int))


def is_drifting(rules: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the answer changes by itself."""
    return any(is_sound(rule) and rule["field"] in DRIFTING for rule in rules)


def _clean_value(field: str, relation: str, value: Any, vocabulary: Vocabulary) -> Any:
    if relation in _SET:
        return None
    text = " ".join(one_line("" if value is None else value).split())
    if not text:
        raise CollectionRefused(_("Give this rule a value."))
    if len(text) > VALUE_LENGTH:
        raise CollectionRefused(_("A value has at most 255 characters."))
    if field in ("price", "compare_at"):
        amount = parse_amount(text, vocabulary.currency)
        if amount < 0:
            raise CollectionRefused(_("A price cannot be below zero."))
        return amount
    if field == "stock" or relation == "within":
        return _integer(text, 100_000_000)
    if field == "category":
        pk = _integer(text, 2**62)
        if not Category.objects.filter(pk=pk).exists():
            raise CollectionRefused(_("This category is gone. Choose another one."))
        return pk
    if field == "created":
        return _day(text)
    return _clean_custom(vocabulary.fields[field.removeprefix(CUSTOM)], text) if field.startswith(CUSTOM) else text


def _clean_custom(own: CustomField, text: str) -> Any:
    if own.type == FieldType.BOOLEAN:
        return text.lower() in ("true", "1", "yes", "on")
    if own.type == FieldType.DATE:
        return _day(text)
    if own.type in (FieldType.INTEGER, FieldType.DECIMAL):
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise CollectionRefused(_("Write a number, such as 12.")) from error
        if not number.is_finite() or abs(number) >= 10**15:
            raise CollectionRefused(_("Write a number, such as 12."))
        return int(number) if number == number.to_integral_value() else float(number)
    return text


def _integer(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19) or int(text) > most:
        raise CollectionRefused(_("Write a whole number, such as 12."))
    return int(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise CollectionRefused(_("Write a day like 2026-11-22.")) from error


def _ask(field: str, relation: str, value: Any, now: datetime) -> Q:
    if field.startswith(CUSTOM):
        return _ask_custom(field.removeprefix(CUSTOM), relation, value)
    if field in ("title", "product_type", "vendor"):
        return _ask_text(field, relation, str(value))
    if field == "tag":
        return Q(tags__contains=[value]) if relation == "is" else ~Q(tags__contains=[value])
    if field == "category":
        return _ask_category(relation, value)
    if field == "created":
        return _ask_created(relation, value, now)
    return _ask_number(field, relation, value)


def _ask_text(column: str, relation: str, value: str) -> Q:
    lookups = {"contains": "icontains", "begins": "istartswith", "ends": "iendswith"}
    lookup = lookups.get(relation.removesuffix("_not"), "iexact")
    asked = Q(**{f"{column}__{lookup}": value})
    return ~asked if relation.endswith("_not") else asked


def _ask_category(relation: str, pk: Any) -> Q:
    top = Category.objects.filter(pk=pk).order_by().values("path")[:1]
    inside = Q(category__in=Category.objects.filter(path__startswith=top).order_by().values("pk"))
    return inside if relation == "is" else Q(category__isnull=True) | ~inside


def _ask_created(relation: str, value: Any, now: datetime) -> Q:
    if relation == "within":
        return Q(created_at__gte=now - timedelta(days=min(int(value), 36_500)))
    start = datetime.combine(date.fromisoformat(str(value)), time.min, UTC)
    return Q(created_at__lt=start) if relation == "before" else Q(created_at__gte=start + timedelta(days=1))


def _ask_number(field: str, relation: str, value: Any) -> Q:
    column = {"price": "min_price_amount", "compare_at": "compare_at_amount", "stock": "available_count"}[field]
    if relation in _SET:
        there = Q(is_available=True) if field == "stock" else Q(compare_at_amount__gt=F("min_price_amount"))
        if relation == "set":
            return there
        return Q(is_available=False) if field == "stock" else Q(compare_at_amount__isnull=True) | ~there
    return Q(**{f"{column}{ {'above': '__gt', 'below': '__lt'}.get(relation, '') }": value})


class _Fits(Func):
    """Ask a JSON column by a path of PostgreSQL's, which compares like with like and is false for all else."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _ask_custom(key: str, relation: str, value: Any) -> Q:
    own, said = f'$."{key}"', json.dumps(value, ensure_ascii=False)
    signs = {"is": "==", "is_not": "==", "above": ">", "after": ">", "below": "<", "before": "<"}
    if relation in _SET:
        path = f"exists({own})"
    elif relation == "contains":
        path = f'{own} like_regex {json.dumps(str(value), ensure_ascii=False)} flag "iq"'
    else:
        path = f"{own} {signs[relation]} {said}"
    fits = Coalesce(_Fits(F("custom_fields"), Func(Value(path), template="CAST(%(expressions)s AS jsonpath)")), False)
    return ~Q(fits) if relation in ("is_not", "not_set") else Q(fits)
