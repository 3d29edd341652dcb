"""How a merchant wants a file to be taken, said before it is checked."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from storefront.transfer.columns import AMOUNTS, MARKET_COMPARE_AT, MARKET_PRICE
from storefront.transfer.enums import ImportKind

_COMMA_ENDS = re.compile(r"^-?[0-9][0-9. ]*,[0-9]{1,2}$", re.ASCII)
_POINT_ENDS = re.compile(r"^-?[0-9][0-9, ]*\.[0-9]{1,2}$", re.ASCII)


class Existing(models.TextChoices):
    """What happens to a product or a customer that is in the store already."""

    UPDATE = "update", _("Update them with what the file says")
    SKIP = "skip", _("Leave them as they are")


class Arrival(models.TextChoices):
    """What becomes of products that are not in the store yet."""

    AS_WRITTEN = "as_written", _("Published or not, as the file says")
    DRAFT = "draft", _("All as drafts, for you to look through")


class Sign(models.TextChoices):
    """What stands before the cents."""

    POINT = "point", _("A point: 1299.90")
    COMMA = "comma", _("A comma: 1.299,90")


class Pictures(models.TextChoices):
    """What becomes of a gallery that a file names by addresses."""

    TAKE = "take", _("Fetch them after the import")
    LEAVE = "leave", _("Leave them out")


@dataclass(frozen=True, slots=True)
class Choices:
    """`language` is whose texts the file holds, empty for the store's own; `warehouse_id` None is the default one."""

    existing: Existing = Existing.UPDATE
    arrival: Arrival = Arrival.AS_WRITTEN
    sign: Sign = Sign.POINT
    pictures: Pictures = Pictures.TAKE
    warehouse_id: int | None = None
    language: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


AS_ALWAYS = Choices()


def read_choices(kept: Mapping[str, Any]) -> Choices:
    """Return choices as they were kept; what is not known of them is as always."""
    values = {one.name: kept[one.name] for one in fields(Choices) if one.name in kept}
    for name, kind in (("existing", Existing), ("arrival", Arrival), ("sign", Sign), ("pictures", Pictures)):
        if name in values:
            values[name] = kind(values[name])
    return Choices(**values)


def offered(kind: ImportKind) -> Sequence[str]:
    """Return which of the choices a file of this kind leaves open."""
    return {
        ImportKind.PRODUCTS: ("existing", "arrival", "language", "sign", "warehouse", "pictures"),
        ImportKind.GROUPS: ("existing",),
        ImportKind.INVENTORY: ("warehouse",),
        ImportKind.CUSTOMERS: ("existing", "sign"),
        ImportKind.ORDERS: ("sign",),
    }[kind]


def is_amount(name: str) -> bool:
    """Tell whether our column holds numbers that may have decimals."""
    return name in AMOUNTS or name.startswith((MARKET_PRICE, MARKET_COMPARE_AT))


def guess_sign(header: Sequence[str], samples: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> Sign:
    """Tell from a file's first rows how it writes its cents."""
    seen: Collection[str] = [
        text
        for name, values in zip(header, samples, strict=False)
        if is_amount(mapping.get(name, ""))
        for text in values
    ]
    if any(_POINT_ENDS.match(text) for text in seen):
        return Sign.POINT
    return Sign.COMMA if any(_COMMA_ENDS.match(text) for text in seen) else Sign.POINT
