"""Products as rows of Shopify's current product file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from core.money import to_decimal
from storefront.catalog.bulk import list_written_languages
from storefront.catalog.enums import FieldOwner, MediaKind, ProductStatus
from storefront.catalog.models import (
    Category,
    CollectionProduct,
    CustomField,
    ListPrice,
    PriceList,
    Product,
    ProductImage,
    ProductVariant,
    TaxClass,
)
from storefront.transfer.columns import PRODUCT_FIELD
from storefront.transfer.columns.open_names import match_shopify
from storefront.transfer.exports.writing import Ids
from storefront.transfer.texts import product_texts, text_columns, variant_texts
from tenants.models import Tenant
from tenants.selectors import store_url

_CHUNK = 200

BEGINNING = [
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option1 Linked To",
    "Option2 name",
    "Option2 value",
    "Option2 Linked To",
    "Option3 name",
    "Option3 value",
    "Option3 Linked To",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Charge tax",
    "Tax code",
    "Unit price total measure",
    "Unit price total measure unit",
    "Unit price base measure",
    "Unit price base measure unit",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Weight value (grams)",
    "Weight unit for display",
    "Requires shipping",
    "Fulfillment service",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "Gift card",
    "SEO title",
    "SEO description",
]
GOOGLE = [
    f"Google Shopping / {name}"
    for name in (
        *("Google product category", "Gender", "Age group", "Manufacturer part number (MPN)", "Ad group name"),
        *("Ads labels", "Condition", "Custom product", "Custom label 0", "Custom label 1", "Custom label 2"),
        *("Custom label 3", "Custom label 4"),
    )
]
# Where some product has a video or a 3D model.
MEDIA = ["Video URL", "3D model URL", "3D model URL (USDZ)"]
NUMBERS = {
    *("Price", "Compare-at price", "Cost per item", "Inventory quantity", "Weight value (grams)", "Image position"),
    *("Unit price total measure", "Unit price base measure"),
}
_GOOGLE_KEYS = {(match_shopify(name) or "").removeprefix(PRODUCT_FIELD): name for name in GOOGLE}
_COLLECTIONS = "Collections"
_STATUS = {
    ProductStatus.ACTIVE: "Active",
    ProductStatus.DRAFT: "Draft",
    ProductStatus.SCHEDULED: "Draft",
    ProductStatus.ARCHIVED: "Archived",
}


class ProductsExport:
    """All products of the store, or those with the given ids, in the order they were made."""

    numbers: Collection[str] = NUMBERS

    def __init__(self, tenant: Tenant, ids: Ids) -> None:
        self._currency, self._base = tenant.currency, store_url(tenant, "/").rstrip("/")
        self._products: QuerySet[Product] = Product.objects.order_by("pk")
        if ids is not None:
            self._products = self._products.filter(pk__in=ids)
        self._paths = _category_paths()
        self._tax_codes = dict(TaxClass.objects.values_list("pk", "code"))
        self._fields = {
            owner: [
                (key, _field_header(owner, key, name))
                for key, name in CustomField.objects.filter(owner=owner)
                .order_by("position", "pk")
                .values_list("key", "name")
                if owner != FieldOwner.PRODUCT or key not in _GOOGLE_KEYS
            ]
            for owner in (FieldOwner.PRODUCT, FieldOwner.VARIANT)
        }
        self._lists = list(PriceList.objects.filter(is_enabled=True).order_by("currency").values_list("pk", "currency"))
        self._languages = list_written_languages()
        self._media = MEDIA if _pictures().exclude(kind=MediaKind.IMAGE, model_source_url="").exists() else []
        self.header = [
            *BEGINNING,
            *self._media,
            _COLLECTIONS,
            *(title for owner in self._fields.values() for _key, title in owner),
            *(f"{what} / {code}" for _pk, code in self._lists for what in ("Price", "Compare-at price")),
            *text_columns(self._languages),
            *GOOGLE,
        ]
        self._at = {name: index for index, name in enumerate(self.header)}

    def count(self) -> int:
        """Return how many products there are."""
        return self._products.count()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (how many products are done, a row); a product's first row has all that is its own."""
        done, last = 0, 0
        while chunk := list(self._products.filter(pk__gt=last)[:_CHUNK]):
            last = chunk[-1].pk
            parts = _Parts([product.pk for product in chunk])
            for product in chunk:
                done += 1
                for row in self._rows_of(product, parts):
                    yield done, row

    def _rows_of(self, product: Product, parts: "_Parts") -> Iterator[list[str]]:
        variants, images = parts.variants.get(product.pk, []), parts.images.get(product.pk, [])
        urls = {image.pk: self._url(image) for image in images}
        for index in range(max(len(variants), len(images), 1)):
            cells = {"URL handle": product.handle}
            if index == 0:
                cells |= self._product_cells(product, parts)
            if index < len(variants):
                cells |= self._variant_cells(product, variants[index], urls, parts)
            if index < len(images):
                cells |= self._image_cells(images[index], urls) | {"Image position": str(index + 1)}
            row = [""] * len(self.header)
            for name, text in cells.items():
                row[self._at[name]] = text
            yield row

    def _product_cells(self, product: Product, parts: "_Parts") -> dict[str, str]:
        cells = {
            "Title": product.title,
            "Description": product.description_html,
            "Vendor": product.vendor,
            "Product category": self._paths.get(product.category_id or 0, ""),
            "Type": product.product_type,
            "Tags": ", ".join(product.tags),
            "Published on online store": _flag(product.status == ProductStatus.ACTIVE),
            "Status": _STATUS[ProductStatus(product.status)],
            "Gift card": _flag(any(one.is_gift_card for one in parts.variants.get(product.pk, []))),
            "SEO title": product.seo_title,
            "SEO description": product.seo_description,
            _COLLECTIONS: "; ".join(parts.collections.get(product.pk, [])),
        }
        cells |= {title: _answer(product.custom_fields.get(key)) for key, title in self._fields[FieldOwner.PRODUCT]}
        cells |= {name: _answer(product.custom_fields.get(key)) for key, name in _GOOGLE_KEYS.items()}
        cells |= dict(product_texts(product, self._languages))
        names = product.option_names or ["Title"]
        return cells | {f"Option{number} name": name for number, name in enumerate(names, start=1)}

    def _variant_cells(
        self, product: Product, variant: ProductVariant, urls: Mapping[int, str], parts: "_Parts"
    ) -> dict[str, str]:
        values = variant.option_values if product.option_names else ["Default Title"]
        cells = {
            "SKU": variant.sku,
            "Barcode": variant.barcode,
            "Price": self._money(variant.price_amount),
            "Compare-at price": self._money(variant.compare_at_amount),
            "Cost per item": self._money(variant.cost_amount),
            "Charge tax": _flag(variant.is_taxable),
            "Tax code": self._tax_codes.get(variant.tax_class_id or 0, ""),
            "Unit price total measure": _measure(variant.unit_amount),
            "Unit price total measure unit": variant.unit,
            "Unit price base measure": _measure(variant.base_amount),
            "Unit price base measure unit": variant.base_unit,
            "Inventory tracker": "shopify" if variant.tracks_stock else "",
            "Inventory quantity": str(variant.available_count) if variant.tracks_stock else "",
            "Continue selling when out of stock": "CONTINUE" if variant.sells_when_out else "DENY",
            "Weight value (grams)": str(variant.weight_grams),
            "Weight unit for display": "g",
            "Requires shipping": _flag(variant.requires_shipping),
            "Fulfillment service": "manual",
            "Variant image URL": urls.get(variant.image_id or 0, ""),
        }
        cells |= {f"Option{number} value": value for number, value in enumerate(values, start=1)}
        cells |= {title: _answer(variant.custom_fields.get(key)) for key, title in self._fields[FieldOwner.VARIANT]}
        cells |= dict(variant_texts(variant, self._languages))
        for pk, code in self._lists:
            price = parts.list_prices.get((variant.pk, pk))
            if price is not None:
                cells[f"Price / {code}"] = str(to_decimal(price[0], code))
                cells[f"Compare-at price / {code}"] = "" if price[1] is None else str(to_decimal(price[1], code))
        return cells

    def _image_cells(self, image: ProductImage, urls: Mapping[int, str]) -> dict[str, str]:
        cells = {"Product image URL": urls[image.pk], "Image alt text": image.alt}
        if self._media:
            sources = ((image.model_source_url, image.model_path), (image.usdz_source_url, image.usdz_path))
            shapes = [source or (self._base + default_storage.url(path) if path else "") for source, path in sources]
            cells |= dict(zip(MEDIA, (image.video_url, *shapes), strict=True))
        return cells

    def _money(self, amount: int | None) -> str:
        return "" if amount is None else str(to_decimal(amount, self._currency))

    def _url(self, image: ProductImage) -> str:
        """Return where the picture came from, or where it is here, the widest file of it."""
        if image.source_url:
            return image.source_url
        path, widths = image.path, image.formats.get("webp") or []
        if path.endswith("-800.webp") and widths:
            path = f"{path.removesuffix('-800.webp')}-{max(widths)}.webp"
        return self._base + default_storage.url(path)


class _Parts:
    """What belongs to a chunk of products, read at once."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.variants: dict[int, list[ProductVariant]] = {}
        for variant in ProductVariant.objects.filter(product_id__in=ids).order_by("product_id", "position"):
            self.variants.setdefault(variant.product_id, []).append(variant)
        self.images: dict[int, list[ProductImage]] = {}
        for image in _pictures().filter(product_id__in=ids).order_by("product_id", "position", "pk"):
            self.images.setdefault(image.product_id, []).append(image)
        self.collections: dict[int, list[str]] = {}
        places = CollectionProduct.objects.filter(product_id__in=ids, collection__is_automatic=False)
        for product_id, title in places.order_by("collection__title").values_list("product_id", "collection__title"):
            self.collections.setdefault(product_id, []).append(title.replace(";", ","))
        prices = ListPrice.objects.filter(variant__product_id__in=ids)
        self.list_prices = {
            (variant_id, list_id): (price, compare_at)
            for variant_id, list_id, price, compare_at in prices.values_list(
                "variant_id", "price_list_id", "price_amount", "compare_at_amount"
            )
        }


def _pictures() -> QuerySet[ProductImage]:
    return ProductImage.objects.exclude(path="", source_url="")


def _category_paths() -> dict[int, str]:
    """Return the titles on the way to each category."""
    titles: dict[str, str] = {}
    found = {}
    for pk, path, title in Category.objects.order_by("path").values_list("pk", "path", "title"):
        above = titles.get(path[: -Category.steplen])
        titles[path] = f"{above} > {title}" if above else title
        found[pk] = titles[path]
    return found


def _field_header(owner: FieldOwner, key: str, name: str) -> str:
    return f"{name} ({owner.value}.metafields.{key if '.' in key else f'custom.{key}'})"


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _measure(value: Any) -> str:
    return "" if value is None else format(value.normalize(), "f")


def _answer(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
