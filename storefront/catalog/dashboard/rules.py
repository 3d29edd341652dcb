"""The rows of rules on a collection's page: typed, drawn, and what would fit them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import pgettext

from core.errors import InvalidInput
from core.money import minor_digits, to_decimal
from core.tenancy import current_tenant
from storefront.catalog.custom_values import typed_value
from storefront.catalog.enums import FieldType
from storefront.catalog.errors import CollectionRefused
from storefront.catalog.models import Collection
from storefront.catalog.rules import (
    CUSTOM,
    MAXIMUM_RULES,
    RELATION_LABELS,
    Vocabulary,
    clean_rules,
    is_sound,
    read_vocabulary,
)
from storefront.catalog.selectors import list_category_choices, preview_rules
from storefront.catalog.selectors.collections import Preview

_EMPTY = {"field": "title", "relation": "contains", "value": ""}
_DAYS = ("after", "before")


@dataclass
class RuleRows:
    """Rules as boxes hold them: every value a text. `errors` are words by row."""

    rows: list[dict[str, Any]]
    errors: dict[int, str] = field(default_factory=dict)

    @classmethod
    def kept(cls, row: Collection) -> Self:
        """Return the rules of a collection as its page shows them first."""
        currency = current_tenant().currency
        shown = []
        for rule in filter(is_sound, row.rules if isinstance(row.rules, list) else []):
            value = rule.get("value")
            if rule.get("field") in ("price", "compare_at") and value is not None:
                value = f"{to_decimal(int(value), currency):.{minor_digits(currency)}f}"
            shown.append({**rule, "value": typed_value(value)})
        return cls(shown or [dict(_EMPTY)])

    @classmethod
    def typed(cls, data: QueryDict) -> Self:
        """Return the rules that a form sent."""
        lists = (data.getlist("rule_field"), data.getlist("rule_relation"), data.getlist("rule_value"))
        rows = [
            {"field": name, "relation": relation, "value": value}
            for name, relation, value in list(zip(*lists, strict=False))[: MAXIMUM_RULES + 1]
        ]
        return cls(rows)

    def press(self, button: str) -> None:
        """Do what a button beside the rules asks: `add`, `drop:2`; all else only draws them anew."""
        what, _colon, number = button.partition(":")
        if what == "add" and len(self.rows) < MAXIMUM_RULES:
            self.rows.append(dict(_EMPTY))
        elif what == "drop" and number.isdecimal() and int(number) < len(self.rows):
            del self.rows[int(number)]

    def place_error(self, error: InvalidInput) -> bool:
        """Put a refusal beside the rule that it speaks of; False when it speaks of none."""
        name, _line, number = (error.field or "").partition("_")
        if name != "rule" or not number.isdigit():
            return False
        self.errors[int(number)] = str(error)
        return True

    def preview(self, match: str, *, now: datetime) -> Preview | None:
        """Return what would fit; None while a rule is not finished."""
        try:
            return preview_rules(clean_rules(self.rows, self.vocabulary), match, now=now)
        except CollectionRefused:
            return None

    def drawn(self) -> list[dict[str, Any]]:
        """Return the rows for the template: what can be chosen, what is, and how the value is typed."""
        labels = [(name, str(label)) for name, label in self.vocabulary.labels().items()]
        categories = list_category_choices() if any(rule["field"] == "category" for rule in self.rows) else []
        rows = []
        for number, rule in enumerate(self.rows):
            relations = self.vocabulary.relations(rule["field"]) or ("is",)
            relation = rule["relation"] if rule["relation"] in relations else relations[0]
            rows.append(
                {
                    "number": number,
                    "fields": [(name, label, name == rule["field"]) for name, label in labels],
                    "relations": [(name, str(RELATION_LABELS[name]), name == relation) for name in relations],
                    "value": rule["value"],
                    "has_value": relation not in ("set", "not_set"),
                    "error": self.errors.get(number, ""),
                    **self._control(rule, relation, categories),
                }
            )
        return rows

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return read_vocabulary(current_tenant().currency)

    def _control(self, rule: Mapping[str, Any], relation: str, categories: list[tuple[int, str]]) -> dict[str, Any]:
        """Say how a value is typed: a list to choose from, a day, a number with what it counts, or words."""
        name = rule["field"]
        if name == "category":
            return {"choices": [(str(pk), label, str(pk) == rule["value"]) for pk, label in categories]}
        if name.startswith(CUSTOM) and (own := self.vocabulary.fields.get(name.removeprefix(CUSTOM))):
            if own.type == FieldType.CHOICE:
                return {"choices": [(one, one, one == rule["value"]) for one in own.choices]}
            if own.type == FieldType.BOOLEAN:
                is_yes = rule["value"] == "true"
                return {
                    "choices": [
                        ("true", pgettext("custom field", "Yes"), is_yes),
                        ("false", pgettext("custom field", "No"), not is_yes),
                    ]
                }
            if own.type == FieldType.DATE:
                return {"kind": "date"}
        if name in ("price", "compare_at"):
            return {"after": self.vocabulary.currency}
        return {"kind": "date"} if relation in _DAYS else {}
