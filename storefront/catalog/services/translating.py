"""Texts of goods in the store's further languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from core.events import publish
from core.text import one_line
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import lock_category_tree, lock_collection, lock_product
from storefront.catalog.models import Category, Collection, Product, ProductVariant
from storefront.catalog.services.categories import get_locked, tell_of_goods
from storefront.catalog.services.text import sanitize_html

PRODUCT_TEXTS = ("title", "description_html", "seo_title", "seo_description")
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
            put_words(product.translations, language, clean_product_words(product, _named(said)))
            for variant in variants:
                put_words(variant.translations, language, clean_variant_words(variant, _values(variant, said)))
        product.updated_at = now
        product.save(update_fields=["translations", "updated_at"])
        ProductVariant.objects.bulk_update(variants, ["translations"], batch_size=500)
        publish(ProductChanged((product.pk,)))
    return product


def translate_category(*, category_id: int, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Write a category's title, description and search listing in the named languages.

    Raises: CategoryNotFound.
    """
    with transaction.atomic():
        lock_category_tree()
        row = get_locked(category_id)
        before = _titles(row)
        _translate_group(row, texts)
        if _titles(row) != before:
            tell_of_goods(row)


def translate_collection(*, collection_id: int, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Write a collection's title, description and search listing in the named languages.

    Raises: CollectionNotFound.
    """
    with transaction.atomic():
        _translate_group(lock_collection(collection_id), texts)


def _translate_group(row: Category | Collection, texts: Mapping[str, Mapping[str, str]]) -> None:
    before = {code: dict(words) for code, words in row.translations.items()}
    for language, said in texts.items():
        words = {
            "title": one_line(said.get("title", ""), limit=TITLE_LENGTH).strip(),
            "description_html": sanitize_html(said.get("description_html", "")),
            "seo_title": one_line(said.get("seo_title", ""), limit=TITLE_LENGTH).strip(),
            "seo_description": one_line(said.get("seo_description", ""), limit=DESCRIPTION_LENGTH).strip(),
        }
        put_words(row.translations, language, words)
    if row.translations != before:
        row.save(update_fields=["translations"])


def _titles(row: Category) -> dict[str, str]:
    return {language: words.get("title", "") for language, words in row.translations.items()}


def put_words(translations: dict[str, Any], language: str, words: dict[str, Any]) -> None:
    """Put words beside the store's own; what is not named stays, what is empty goes."""
    kept = {**translations.get(language, {}), **words}
    translations[language] = {name: said for name, said in kept.items() if said}
    if not translations[language]:
        del translations[language]


def clean_product_words(product: Product, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named texts as they are kept: of one line, HTML sanitized, names of options for each of the store's own."""
    words: dict[str, Any] = {}
    for name, text in said.items():
        if name == "option_names":
            words[name] = _beside(product.option_names, [_line(one, OPTION_LENGTH) for one in text])
        elif name == "description_html":
            words[name] = sanitize_html(text)
        else:
            words[name] = _line(text, DESCRIPTION_LENGTH if name == "seo_description" else TITLE_LENGTH)
    return words


def clean_variant_words(variant: ProductVariant, values: Sequence[str]) -> dict[str, Any]:
    """Return the values of options as they are kept, one for each of the store's own."""
    return {"option_values": _beside(variant.option_values, [_line(one, OPTION_LENGTH) for one in values])}


def _named(said: ProductTexts) -> dict[str, Any]:
    return {name: getattr(said, name) for name in (*PRODUCT_TEXTS, "option_names")}


def _values(variant: ProductVariant, said: ProductTexts) -> list[str]:
    return [said.option_values.get((place, value), "") for place, value in enumerate(variant.option_values)]


def _line(text: str, limit: int) -> str:
    return one_line(text, limit=limit).strip()


def _beside(own: Sequence[str], said: Sequence[str]) -> list[str]:
    """Return one word for each of the store's own, which stand where nothing was said; nothing where none was."""
    if not any(said):
        return []
    return [translated or mine for mine, translated in zip(own, [*said, *([""] * len(own))], strict=False)]
