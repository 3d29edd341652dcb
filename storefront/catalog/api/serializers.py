"""Products as the storefront API shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.money import Money
from core.tenancy import current_tenant
from storefront.catalog.jinja import picture
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.shown import Prices, own_prices, price_variants, read_prices
from tenants.selectors import store_url


def describe_context(products: Iterable[Product], currency: str) -> dict[str, Any]:
    """Return what the serializers need for these products, whose variants are read: addresses, and prices in a currency.

    An empty currency is the store's own. Raises: CurrencyNotOffered.
    """
    prices = read_prices(currency)
    context: dict[str, Any] = {"base_url": store_url(current_tenant(), ""), "prices": prices}
    if not prices.is_own:
        variants = [variant for product in products for variant in product.variants.all()]
        rows = {one.pk: (one.price_amount, one.compare_at_amount) for one in variants}
        context["amounts"] = price_variants(rows, prices)
    return context


class MoneySerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField(help_text="Minor units: cents, fen, yen.")
    currency = serializers.CharField(help_text="ISO 4217.")


class PictureSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(allow_blank=True)


class VariantSerializer(serializers.ModelSerializer[ProductVariant]):
    price = serializers.SerializerMethodField()
    compare_at_price = serializers.SerializerMethodField()
    available = serializers.BooleanField(source="is_buyable", read_only=True)

    class Meta:
        model = ProductVariant
        fields = ("id", "sku", "title", "option_values", "price", "compare_at_price", "available")

    def get_price(self, variant: ProductVariant) -> dict[str, int | str]:
        amount, _before = self._amounts(variant)
        return Money(amount, self._prices.currency).as_json()

    def get_compare_at_price(self, variant: ProductVariant) -> dict[str, int | str] | None:
        _amount, before = self._amounts(variant)
        return Money(before, self._prices.currency).as_json() if before else None

    @property
    def _prices(self) -> Prices:
        asked: Prices | None = self.context.get("prices")
        return asked or own_prices()

    def _amounts(self, variant: ProductVariant) -> tuple[int, int | None]:
        known: Mapping[int, tuple[int, int | None]] = self.context.get("amounts", {})
        return known.get(variant.pk) or (variant.price_amount, variant.compare_at_amount)


class ProductSerializer(serializers.ModelSerializer[Product]):
    url = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ("id", "handle", "title", "url", "image", "vendor", "product_type", "tags", "option_names", "variants")

    def get_url(self, product: Product) -> str:
        return f"{self.context['base_url']}/products/{product.handle}/"

    def get_image(self, product: Product) -> dict[str, Any] | None:
        shown = picture(product.cover)
        if shown is None:
            return None
        keys = ("width", "height", "alt")
        return {"url": f"{self.context['base_url']}{shown['src']}", **{key: shown[key] for key in keys}}

    def get_variants(self, product: Product) -> list[dict[str, Any]]:
        rows = sorted(product.variants.all(), key=lambda variant: (variant.position, variant.pk))
        return [dict(row) for row in VariantSerializer(rows, many=True, context=self.context).data]


class ProductDetailSerializer(ProductSerializer):
    description_html = serializers.CharField(read_only=True)
    images = serializers.SerializerMethodField()

    class Meta(ProductSerializer.Meta):
        fields = (*ProductSerializer.Meta.fields, "description_html", "images")  # type: ignore[assignment]

    def get_images(self, product: Product) -> list[dict[str, Any]]:
        shown = []
        for image in sorted(product.images.all(), key=lambda row: (row.position, row.pk)):
            one = picture({"path": image.path, "width": image.width, "height": image.height, "alt": image.alt})
            if one is not None:
                shown.append(
                    {
                        "url": f"{self.context['base_url']}{one['src']}",
                        **{key: one[key] for key in ("width", "height", "alt")},
                    }
                )
        return shown
