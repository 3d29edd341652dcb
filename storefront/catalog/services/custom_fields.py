"""The questions of the merchant's own, and the answers of goods and collections."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.ids import new_token
from core.spelling import spell_plainly
from core.text import one_line
from storefront.catalog.custom_values import clean_value
from storefront.catalog.enums import FieldOwner, FieldType
from storefront.catalog.errors import CustomFieldRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_custom_fields, lock_product
from storefront.catalog.models import CustomField, Product, ProductVariant

MAXIMUM_FIELDS = 50
NAME_LENGTH, KEY_LENGTH, CHOICE_LENGTH, MAXIMUM_CHOICES = 120, 64, 80, 100
# A facet needs few answers that many goods share.
_FILTERABLE = frozenset(
    {FieldType.TEXT, FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN, FieldType.COLOR, FieldType.CHOICE}
)

Step = Literal["up", "down"]

logger = logging.getLogger(__name__)


def create_custom_field(
    *,
    owner: str,
    name: str,
    type: str,  # noqa: A002
    actor: str,
    now: datetime,
    choices: Sequence[str] = (),
    is_shown: bool = True,
    is_filter: bool = False,
) -> CustomField:
    """Ask a new question of every product, version or collection; its key comes from the name and stays.

    Raises: CustomFieldRefused.
    """
    with transaction.atomic():
        rows = lock_custom_fields(owner)
        if len(rows) >= MAXIMUM_FIELDS:
            raise CustomFieldRefused(_("There can be 50 fields of each sort."), field="name")
        row = CustomField(
            owner=FieldOwner(owner), type=FieldType(type), position=max((one.position for one in rows), default=0) + 1
        )
        row.key = _free_key(name, {one.key for one in rows})
        _write(row, name, choices, is_shown, is_filter)
        row.save(force_insert=True)
    logger.info("custom field %s made by %s", row.pk, actor)
    return row


def update_custom_field(
    *,
    field_id: int,
    name: str,
    actor: str,
    now: datetime,
    choices: Sequence[str] = (),
    is_shown: bool = True,
    is_filter: bool = False,
) -> CustomField:
    """Change a question's name, choices and where it is shown; its key and type stay, because answers hang on them.

    Raises: CustomFieldRefused.
    """
    with transaction.atomic():
        row = _lock(field_id)
        _write(row, name, choices, is_shown, is_filter)
        row.save()
    logger.info("custom field %s changed by %s", row.pk, actor)
    return row


def delete_custom_field(*, field_id: int, actor: str, now: datetime) -> str:
    """Take a question away and return its name; answers stay where they are and are not shown any more.

    Raises: CustomFieldRefused when it is gone.
    """
    with transaction.atomic():
        row = _lock(field_id)
        row.delete()
    logger.info("custom field %s deleted by %s", field_id, actor)
    return row.name


def arrange_custom_field(*, field_id: int, step: Step, actor: str, now: datetime) -> None:
    """Move a question one place among those of its sort; at an end it stays.

    Raises: CustomFieldRefused when it is gone.
    """
    with transaction.atomic():
        rows = lock_custom_fields(_lock(field_id).owner)
        here = next(place for place, row in enumerate(rows) if row.pk == field_id)
        there = min(max(here + (-1 if step == "up" else 1), 0), len(rows) - 1)
        rows.insert(there, rows.pop(here))
        for place, row in enumerate(rows, start=1):
            row.position = place
        CustomField.objects.bulk_update(rows, ["position"])
    logger.info("custom field %s moved by %s", field_id, actor)


def answer_for_product(*, product_id: int, answers: Mapping[str, Any], actor: str, now: datetime) -> Product:
    """Write a product's answers, `{key: what was typed}`; empty takes one away, what is not named stays.

    Raises: ProductNotFound, CustomFieldRefused with the field `custom_` and the key; nothing is done then.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        before, product.custom_fields = product.custom_fields, _answered(FieldOwner.PRODUCT, product, answers)
        if product.custom_fields != before:
            product.updated_at = now
            product.save(update_fields=["custom_fields", "updated_at"])
            publish(ProductChanged((product_id,)))
    return product


def answer_for_variant(*, variant_id: int, answers: Mapping[str, Any], actor: str, now: datetime) -> None:
    """The same for a version.

    Raises: ProductNotFound, CustomFieldRefused.
    """
    with transaction.atomic():
        variant = ProductVariant.objects.filter(pk=variant_id).first()
        product = lock_product(variant.product_id if variant else 0)
        variant = ProductVariant.objects.get(pk=variant_id)
        variant.custom_fields = _answered(FieldOwner.VARIANT, variant, answers)
        variant.save(update_fields=["custom_fields"])
        publish(ProductChanged((product.pk,)))


def _answered(owner: str, row: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row answers with these answers laid over."""
    fields = CustomField.objects.filter(owner=owner, key__in=answers)
    held = dict(row.custom_fields)
    for own in fields:
        value = clean_value(own, answers[own.key])
        if value is None:
            held.pop(own.key, None)
        else:
            held[own.key] = value
    return held


def _write(row: CustomField, name: str, choices: Sequence[str], is_shown: bool, is_filter: bool) -> None:
    row.name = " ".join(one_line(name).split())
    if not row.name or len(row.name) > NAME_LENGTH:
        raise CustomFieldRefused(_("Give the field a name of up to 120 characters."), field="name")
    if row.type == FieldType.CHOICE:
        row.choices = _clean_choices(choices)
    row.is_shown = is_shown
    row.is_filter = is_filter and row.owner == FieldOwner.PRODUCT and row.type in _FILTERABLE


def _clean_choices(choices: Sequence[str]) -> list[str]:
    clean = list(dict.fromkeys(text for choice in choices if (text := " ".join(one_line(choice).split()))))
    if not clean or len(clean) > MAXIMUM_CHOICES or max(map(len, clean)) > CHOICE_LENGTH:
        raise CustomFieldRefused(_("Give 1 to 100 choices, one a line, each of up to 80 characters."), field="choices")
    return clean


def _free_key(name: str, taken: set[str]) -> str:
    base = (
        re.sub(r"^[^a-z]+", "", spell_plainly(name).replace("-", "_"))[: KEY_LENGTH - 4] or f"field_{new_token()[:6]}"
    )
    if base not in taken:
        return base
    return next(key for number in range(2, MAXIMUM_FIELDS + 3) if (key := f"{base}_{number}") not in taken)


def _lock(field_id: int) -> CustomField:
    row = CustomField.objects.select_for_update().filter(pk=field_id).first()
    if row is None:
        raise CustomFieldRefused(_("This field is gone. Somebody may have deleted it a moment ago."))
    return row
