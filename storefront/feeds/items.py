"""One row for each thing that can be bought, with all that a shopping engine asks of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from stdnum import ean

from core.money import to_decimal
from core.tenancy import current_tenant
from core.text import plain_words
from storefront.catalog.models import Category, Product, ProductImage, ProductVariant
from storefront.catalog.selectors import active_products
from storefront.catalog.shown import Prices, own_prices, price_variants
from storefront.catalog.translations import say
from tenants.selectors import store_url

BATCH = 500
MOST_PICTURES = 10
DESCRIPTION_LENGTH = 5000
# What an option is called, in our two languages, and what shopping engines call it.
_KNOWN_OPTIONS = {
    "color": ("color", "colour", "颜色", "色彩", "花色"),
    "size": ("size", "尺码", "尺寸", "大小", "规格"),
    "material": ("material", "材质", "材料", "面料"),
    "pattern": ("pattern", "图案", "花型"),
}
OPTION_NAMES = {name: known for known, names in _KNOWN_OPTIONS.items() for name in names}


class Availability(StrEnum):
    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    BACKORDER = "backorder"


class Gap(StrEnum):
    """Why a shopping engine would refuse a row."""

    NO_PICTURE = "no_picture"
    NO_PRICE = "no_price"
    NO_DESCRIPTION = "no_description"


@dataclass(frozen=True, slots=True)
class Item:
    """A variant in the reader's language. Amounts are minor units of `currency`, addresses are absolute.

    `gap` is None where it can be listed. `options` is {name: value} in the merchant's words, `known` those among them whose
    names shopping engines know. `group_id` is empty for the only variant of a product.
    """

    id: str
    group_id: str
    product_id: int
    product_title: str
    title: str
    description: str
    url: str
    image_url: str
    more_image_urls: list[str]
    model_url: str
    price_amount: int
    compare_at_amount: int | None
    currency: str
    availability: Availability
    brand: str
    sku: str
    gtin: str
    category: str
    google_category: int | None
    weight_grams: int
    requires_shipping: bool
    unit_measure: str
    unit_base: str
    rating_sum: int
    reviews_count: int
    options: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    gap: Gap | None = None


def iterate_items(prices: Prices | None = None) -> Iterator[Item]:
    """Yield what shoppers may see, product by product, in three queries for every 500 products, or four in another currency.

    Gift cards are left out: they are money, which shopping engines do not list.
    """
    prices = prices or own_prices()
    mark = "" if prices.is_own else f"currency={prices.currency}"
    root = store_url(current_tenant(), "")
    pattern = reverse("product", args=["-"]).removesuffix("-/")
    paths = _category_paths()
    last = 0
    while batch := list(active_products().filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        variants, pictures = _variants(batch), _pictures(batch)
        rows = (one for each in variants.values() for one in each)
        amounts = price_variants({one.pk: (one.price_amount, one.compare_at_amount) for one in rows}, prices)
        for product in batch:
            shown = pictures.get(product.pk, [])
            for variant in (one for one in variants.get(product.pk, []) if not one.is_gift_card):
                alone = len(variants[product.pk]) == 1
                address = f"{root}{pattern}{product.handle}/"
                item = _item(product, variant, shown, address, root, paths, alone=alone)
                price, before = amounts[variant.pk]
                yield replace(
                    item,
                    url=_add_query(item.url, mark),
                    price_amount=price,
                    compare_at_amount=before,
                    currency=prices.currency,
                )


def _add_query(address: str, mark: str) -> str:
    """Return an address with a parameter more; a page shows the prices that its line says."""
    return f"{address}{'&' if '?' in address else '?'}{mark}" if mark else address


def list_gaps(limit: int = 20) -> tuple[int, int, list[Item]]:
    """Return how many rows can be listed, how many cannot, and the first of those."""
    listed, refused = 0, 0
    first: list[Item] = []
    for item in iterate_items():
        if item.gap is None:
            listed += 1
            continue
        refused += 1
        if len(first) < limit:
            first.append(item)
    return listed, refused, first


def decimal_text(amount: int, currency: str) -> str:
    """Return minor units as machines write them: ``18.00 USD``."""
    return f"{to_decimal(amount, currency)} {currency}"


def plain_text(html: str, length: int = DESCRIPTION_LENGTH) -> str:
    """Return the words of HTML on one line, at most so long."""
    return plain_words(html)[:length]


def _item(
    product: Product,
    variant: ProductVariant,
    pictures: list[ProductImage],
    address: str,
    root: str,
    paths: dict[int, tuple[str, int | None]],
    *,
    alone: bool,
) -> Item:
    title, description = str(say(product, "title")), plain_text(say(product, "description_html"))
    options = dict(zip(say(product, "option_names"), _values(variant), strict=False))
    path, google_category = paths.get(product.category_id or 0, (product.product_type, None))
    own = next((one for one in pictures if one.pk == variant.image_id), None)
    ordered = [own, *(one for one in pictures if one is not own)] if own else pictures
    addresses = [f"{root}{settings.MEDIA_URL}{one.path}" for one in ordered]
    models = [one.model_path for one in pictures if one.model_path]
    gap = Gap.NO_PICTURE if not addresses else Gap.NO_PRICE if variant.price_amount <= 0 else None
    if gap is None and not description:
        gap = Gap.NO_DESCRIPTION
    return Item(
        id=f"v{variant.pk}",
        group_id="" if alone else f"p{product.pk}",
        product_id=product.pk,
        product_title=title,
        title=title if alone else f"{title} – {' / '.join(options.values()) or variant.title}",
        description=description,
        url=address if alone else f"{address}?variant={variant.pk}",
        image_url=addresses[0] if addresses else "",
        more_image_urls=addresses[1 : MOST_PICTURES + 1],
        model_url=f"{root}{settings.MEDIA_URL}{models[0]}" if models else "",
        price_amount=variant.price_amount,
        compare_at_amount=variant.compare_at_amount,
        currency=current_tenant().currency,
        availability=_availability(variant),
        brand=product.vendor,
        sku=variant.sku,
        gtin=variant.barcode if ean.is_valid(variant.barcode) else "",
        category=path,
        google_category=google_category,
        weight_grams=variant.weight_grams,
        requires_shipping=variant.requires_shipping,
        unit_measure=_measure(variant.unit_amount, variant.unit),
        unit_base=_measure(variant.base_amount, variant.base_unit),
        rating_sum=product.rating_sum,
        reviews_count=product.reviews_count,
        options=options,
        known={OPTION_NAMES[name.lower()]: value for name, value in options.items() if name.lower() in OPTION_NAMES},
        gap=gap,
    )


def _availability(variant: ProductVariant) -> Availability:
    if not variant.tracks_stock or variant.available_count > 0:
        return Availability.IN_STOCK
    return Availability.BACKORDER if variant.sells_when_out else Availability.OUT_OF_STOCK


def _values(variant: ProductVariant) -> list[str]:
    said = (variant.translations.get(translation.get_language()) or {}).get("option_values")
    return [str(value) for value in said or variant.option_values]


def _measure(amount: Any, unit: str) -> str:
    return f"{amount.normalize():f} {unit}" if amount and unit else ""


def _variants(products: list[Product]) -> dict[int, list[ProductVariant]]:
    found: dict[int, list[ProductVariant]] = {}
    for variant in ProductVariant.objects.filter(product__in=products).order_by("position", "id"):
        found.setdefault(variant.product_id, []).append(variant)
    return found


def _pictures(products: list[Product]) -> dict[int, list[ProductImage]]:
    found: dict[int, list[ProductImage]] = {}
    for image in ProductImage.objects.filter(product__in=products).exclude(path="").order_by("position", "id"):
        found.setdefault(image.product_id, []).append(image)
    return found


def _category_paths() -> dict[int, tuple[str, int | None]]:
    """Return each category's way from the root and its number in Google's taxonomy, taken from above where it has none."""
    titles: dict[str, tuple[str, int | None]] = {}
    paths = {}
    for branch in Category.objects.all():
        above = titles.get(branch.path[: -branch.steplen], ("", None))
        here = (f"{above[0]} > {say(branch, 'title')}".removeprefix(" > "), branch.google_category or above[1])
        titles[branch.path] = paths[branch.pk] = here
    return paths
