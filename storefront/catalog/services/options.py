"""The options of a product and the table of variants that they make."""

import itertools
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from core.events import publish
from core.text import one_line
from storefront.catalog.errors import VariantRefused
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.summary import refresh_product_summary
from storefront.catalog.services.variant_rows import write_variants
from storefront.catalog.services.variants import MAXIMUM_OPTIONS, MAXIMUM_VARIANTS

NAME_LENGTH, VALUE_LENGTH, TITLE_LENGTH = 40, 80, 255
SEPARATOR = " / "
# What a new version has in common with the one it is most like.
_INHERITED = (
    *("price_amount", "compare_at_amount", "cost_amount", "tax_class_id", "weight_grams", "hs_code", "origin_country"),
    *("unit_amount", "unit", "base_amount", "base_unit", "image_id", "requires_shipping", "is_taxable"),
    *("tracks_stock", "sells_when_out", "is_gift_card"),
)

Values = tuple[str, ...]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """An option as it is to be. `was` is its place among the options there are, from 0, or None for a new one.

    `values` are in the order wanted; `renamed` says what a value was called before, `{"Crimson": "Red"}`.
    """

    name: str
    values: Sequence[str]
    was: int | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OptionsOutcome:
    """What became of the table: ids that stayed, are new, are gone."""

    kept: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


def set_options(*, product_id: int, options: Sequence[OptionDraft], actor: str, now: datetime) -> OptionsOutcome:
    """Give a product these options and make its table of variants anew.

    A combination that exists stays, with its price, stock and numbers. A new option gives its first value to what exists.
    A combination that was taken away on purpose stays away; one with a new value is added, like the variant it is nearest to,
    with nothing in stock. No options at all leave the first variant.
    Raises: ProductNotFound, VariantRefused (more than 3 options or 100 variants, a name or value that is missing, doubled or
    too long, a variant that a set of goods holds); nothing is done then.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        wanted = [_clean(option, len(product.option_names)) for option in options]
        _check(wanted)
        variants = list(ProductVariant.objects.filter(product=product).order_by("position", "id"))
        table = _Table(product, variants, wanted)
        outcome = _write(product, table)
        _rename_options(product, wanted)
        product.updated_at = now
        product.save(update_fields=["option_names", "translations", "updated_at"])
        refresh_product_summary([product.pk])
        publish(ProductChanged((product.pk,)))
    logger.info(
        "options of product %s set by %s: %s added, %s removed",
        *(product.pk, actor, len(outcome.added), len(outcome.removed)),
    )
    return outcome


def count_combinations(options: Sequence[Sequence[str]]) -> int:
    """Return how many variants these lists of values make at most."""
    return math.prod(len(values) for values in options)


class _Table:
    """Which variant stands where in the new table, and which combinations are to be made."""

    def __init__(self, product: Product, variants: Sequence[ProductVariant], wanted: Sequence[OptionDraft]) -> None:
        self.wanted, self.variants = wanted, variants
        self.has_names = bool(product.option_names)
        self.kept: dict[Values, ProductVariant] = {}
        for variant in variants:
            place = self._place(variant)
            if place is not None:
                self.kept.setdefault(place, variant)

    def cells(self) -> list[Values]:
        """Return the combinations that are to be, in order."""
        every = list(itertools.product(*(option.values for option in self.wanted)))
        return [place for place in every if place in self.kept or self._is_new(place)]

    def _place(self, variant: ProductVariant) -> Values | None:
        """Return where a variant goes; None when one of its values is no more."""
        place = []
        for option in self.wanted:
            if option.was is None or not self.has_names:
                place.append(option.values[0])
                continue
            old = str(variant.option_values[option.was]) if option.was < len(variant.option_values) else ""
            now_called = next((new for new, before in option.renamed.items() if before == old), old)
            if now_called not in option.values:
                return None
            place.append(now_called)
        return tuple(place)

    def _is_new(self, place: Values) -> bool:
        """Tell whether a combination has something in it that was not there: a value of an option, or a new option's."""
        if not self.has_names:
            return True
        old = [index for index, option in enumerate(self.wanted) if option.was is not None]
        known = {index: {cell[index] for cell in self.kept} for index in old}
        if any(place[index] not in known[index] for index in old):
            return True
        if len(old) == len(self.wanted):
            return False
        return any(all(cell[index] == place[index] for index in old) for cell in self.kept)

    def nearest(self, place: Values) -> ProductVariant | None:
        """Return the variant that has most in common with a combination."""
        likeness = [
            (sum(mine == theirs for mine, theirs in zip(place, cell, strict=True)), -one.position, cell)
            for cell, one in self.kept.items()
        ]
        return self.kept[max(likeness)[2]] if likeness else next(iter(self.variants), None)


def _write(product: Product, table: _Table) -> OptionsOutcome:
    cells = table.cells()
    said = _said_values(table)
    keep, fresh = [], []
    for position, place in enumerate(cells, start=1):
        variant = table.kept.get(place)
        if variant is None:
            model = table.nearest(place)
            inherited = {name: getattr(model, name) for name in _INHERITED} if model else {"price_amount": 0}
            variant = ProductVariant(product=product, **inherited)
            fresh.append(variant)
        else:
            keep.append(variant)
        variant.position, variant.option_values, variant.title = position, list(place), SEPARATOR.join(place)
        variant.translations = _translate(variant.translations, place, said)
    outcome = OptionsOutcome(kept=[variant.pk for variant in keep])
    outcome.removed = [one.pk for one in table.variants if one.pk not in set(outcome.kept)]
    try:
        ProductVariant.objects.filter(pk__in=outcome.removed).delete()
    except ProtectedError as error:
        raise VariantRefused(
            _("A set of goods holds one of the versions that would go. Take it out of the set first."), field="option"
        ) from error
    write_variants(keep, ["position", "title", "option_values", "translations"])
    outcome.added = [variant.pk for variant in ProductVariant.objects.bulk_create(fresh)]
    return outcome


def _said_values(table: _Table) -> dict[str, list[dict[str, str]]]:
    """Return how each value of each wanted option is said in each further language, from the variants that say it."""
    said: dict[str, list[dict[str, str]]] = {}
    for cell, variant in table.kept.items():
        for language, texts in variant.translations.items():
            values = texts.get("option_values") or []
            by_option = said.setdefault(language, [{} for _ in table.wanted])
            for index, option in enumerate(table.wanted):
                if option.was is not None and option.was < len(values) and cell[index] not in option.renamed:
                    by_option[index].setdefault(cell[index], values[option.was])
    return said


def _translate(
    translations: dict[str, Any], place: Values, said: Mapping[str, Sequence[Mapping[str, str]]]
) -> dict[str, Any]:
    """Return a variant's translations with the values of its new place; what nobody has translated is the value itself."""
    return {
        **translations,
        **{
            language: {
                **translations.get(language, {}),
                "option_values": [words.get(value, value) for words, value in zip(by_option, place, strict=True)],
            }
            for language, by_option in said.items()
        },
    }


def _rename_options(product: Product, wanted: Sequence[OptionDraft]) -> None:
    names = product.option_names
    for texts in product.translations.values():
        said = texts.get("option_names")
        if isinstance(said, list):
            texts["option_names"] = [
                said[option.was]
                if option.was is not None and option.was < len(said) and option.name == names[option.was]
                else option.name
                for option in wanted
            ]
    product.option_names = [option.name for option in wanted]


def _clean(option: OptionDraft, options_count: int) -> OptionDraft:
    was = option.was if option.was is not None and 0 <= option.was < options_count else None
    values = [_line(value) for value in option.values]
    return OptionDraft(
        name=_line(option.name),
        values=values,
        was=was,
        renamed={_line(new): old for new, old in option.renamed.items()} if was is not None else {},
    )


def _line(text: str) -> str:
    return " ".join(one_line(text).split())


def _check(wanted: Sequence[OptionDraft]) -> None:
    names = [option.name.casefold() for option in wanted]
    places = [option.was for option in wanted if option.was is not None]
    if len(wanted) > MAXIMUM_OPTIONS or not all(names) or len(set(names)) != len(names):
        raise VariantRefused(_("Name one to three options, each once: Color, Size."), field="option")
    if len(set(places)) != len(places):
        raise VariantRefused(_("An option can only be in one place."), field="option")
    for option in wanted:
        folded = [value.casefold() for value in option.values]
        if not folded or not all(folded):
            raise VariantRefused(_("Give “%(name)s” at least one value.") % {"name": option.name}, field="option")
        if len(set(folded)) != len(folded):
            raise VariantRefused(_("“%(name)s” has a value twice.") % {"name": option.name}, field="option")
        if len(option.name) > NAME_LENGTH or max(map(len, option.values)) > VALUE_LENGTH:
            raise VariantRefused(_("An option’s name has at most 40 signs, a value at most 80."), field="option")
        if any(SEPARATOR in value for value in option.values):
            raise VariantRefused(_("A value cannot have “ / ” in it: that stands between the values."), field="option")
    count = count_combinations([option.values for option in wanted])
    if count > MAXIMUM_VARIANTS:
        raise VariantRefused(
            _(
                "These values make %(count)s versions. A product has at most 100: take some values out, or make two products."
            )
            % {"count": count},
            field="option",
        )
