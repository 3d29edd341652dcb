"""Texts of goods in the store's further languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from core.events import publish
from core.text import one_line
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_product
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.text import sanitize_html

TITLE_LENGTH, DESCRIPTION_LENGTH, OPTION_LENGTH = 255, 500, 120


@dataclass(frozen=True, slots=True)
class ProductTexts:
    """A product in one further language; what is empty is said in the store's own.

    `option_names` is in the product's order. `option_values` says each value of the store's by the place of its option and
    its own words: ``{(0, "Red"): "红色"}``.
    """

    title: str = ""
    description_html: str = ""
    seo_title: str = ""
    seo_description: str = ""
    option_names: Sequence[str] = ()
    option_values: Mapping[tuple[int, str], str] = field(default_factory=dict)


def translate_product(*, product_id: int, texts: Mapping[str, ProductTexts], now: datetime) -> Product:
    """Write a product's texts in the named languages; other languages keep theirs.

    Raises: ProductNotFound.
    """
    with transaction.atomic():
        product = lock_product(product_id)
        variants = list(ProductVariant.objects.filter(product=product).order_by("position", "pk"))
        for language, said in texts.items():
            _put(product.translations, language, _product_words(product, said))
            for variant in variants:
                _put(variant.translations, language, _variant_words(variant, said))
        product.updated_at = now
        product.save(update_fields=["translations", "updated_at"])
        ProductVariant.objects.bulk_update(variants, ["translations"], batch_size=500)
        publish(ProductChanged((product.pk,)))
    return product


def _put(translations: dict[str, Any], language: str, words: dict[str, Any]) -> None:
    """Keep what a form knows nothing of, such as a text of a later release."""
    kept = {**translations.get(language, {}), **words}
    translations[language] = {name: said for name, said in kept.items() if said}
    if not translations[language]:
        del translations[language]


def _product_words(product: Product, said: ProductTexts) -> dict[str, Any]:
    names = [one_line(name, limit=OPTION_LENGTH).strip() for name in said.option_names]
    return {
        "title": one_line(said.title, limit=TITLE_LENGTH).strip(),
        "description_html": sanitize_html(said.description_html),
        "seo_title": one_line(said.seo_title, limit=TITLE_LENGTH).strip(),
        "seo_description": one_line(said.seo_description, limit=DESCRIPTION_LENGTH).strip(),
        "option_names": _beside(product.option_names, names),
    }


def _variant_words(variant: ProductVariant, said: ProductTexts) -> dict[str, Any]:
    values = [
        one_line(said.option_values.get((place, value), ""), limit=OPTION_LENGTH).strip()
        for place, value in enumerate(variant.option_values)
    ]
    return {"option_values": _beside(variant.option_values, values)}


def _beside(own: Sequence[str], said: Sequence[str]) -> list[str]:
    """Return one word for each of the store's own, which stand where nothing was said; nothing where none was."""
    if not any(said):
        return []
    return [translated or mine for mine, translated in zip(own, [*said, *([""] * len(own))], strict=False)]
