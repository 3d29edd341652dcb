"""Texts of goods in further languages, of many products at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Func

from storefront.catalog.bulk.rows import ProductRow
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services.translating import clean_product_words, clean_variant_words, put_words

_KEYS = Func(F("translations"), function="jsonb_object_keys")


def write_texts(rows: Sequence[ProductRow], ids: Mapping[str, int]) -> None:
    """Write what the rows say in further languages; a text that a row does not name stays as it is."""
    said = {ids[row.handle]: row for row in rows if row.texts or any(one.texts for one in row.variants)}
    if not said:
        return
    products = list(Product.objects.filter(pk__in=said))
    for product in products:
        for language, words in said[product.pk].texts.items():
            put_words(product.translations, language, clean_product_words(product, words))
    variants = list(ProductVariant.objects.filter(product_id__in=said))
    texts = {(pk, one.title): one.texts for pk, row in said.items() for one in row.variants}
    for variant in variants:
        for language, values in texts.get((variant.product_id, variant.title), {}).items():
            put_words(variant.translations, language, clean_variant_words(variant, values))
    Product.objects.bulk_update(products, ["translations"], batch_size=500)
    ProductVariant.objects.bulk_update(variants, ["translations"], batch_size=500)


def list_written_languages() -> list[str]:
    """Return the languages that some product or version says something in besides the store's own."""
    found: set[Any] = set()
    for model in (Product, ProductVariant):
        said = model.objects.exclude(translations={}).annotate(language=_KEYS).order_by()
        found |= set(said.values_list("language", flat=True).distinct())
    return sorted(found)
