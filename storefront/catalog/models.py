"""What a store sells."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.enums import ProductStatus


class Product(StoreModel):
    """A thing on offer, with what its card needs kept on the row itself so that a page of cards is one query.

    `min_price_amount` … `cover` repeat what its variants and images say; only catalog services write them.
    `cover` is `{"path", "width", "height", "alt"}` or empty.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, unique=True)
    description_html = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=ProductStatus, default=ProductStatus.DRAFT, db_index=False)
    vendor = models.CharField(max_length=120, blank=True)
    product_type = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list)
    option_names = models.JSONField(default=list, help_text="Up to three, in order; empty for a single variant.")
    seo_title = models.CharField(max_length=255, blank=True)
    seo_description = models.CharField(max_length=500, blank=True)
    min_price_amount = models.BigIntegerField(default=0)
    max_price_amount = models.BigIntegerField(default=0)
    compare_at_amount = models.BigIntegerField(null=True, blank=True)
    available_count = models.IntegerField(default=0)
    is_available = models.BooleanField(default=False)
    variants_count = models.IntegerField(default=0)
    cover = models.JSONField(default=dict)
    sold_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="product_has_a_title"),
            models.CheckConstraint(condition=Q(min_price_amount__gte=0), name="product_price_is_not_negative"),
        ]
        indexes = [
            models.Index(fields=["status", "-sold_count", "-id"], name="product_best_sellers"),
            models.Index(fields=["status", "-published_at", "-id"], name="product_newest"),
            models.Index(fields=["status", "min_price_amount", "id"], name="product_by_price"),
            models.Index(fields=["handle"], name="product_handle_beginning", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.title


class ProductVariant(StoreModel):
    """One version of a product that can be put in a cart. `available_count` repeats what inventory says."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", db_index=False)
    position = models.IntegerField(default=1)
    title = models.CharField(max_length=255, blank=True, help_text="The option values, such as Red / Large.")
    option_values = models.JSONField(default=list)
    sku = models.CharField(max_length=120, blank=True)
    barcode = models.CharField(max_length=64, blank=True)
    price_amount = models.BigIntegerField()
    compare_at_amount = models.BigIntegerField(null=True, blank=True)
    weight_grams = models.IntegerField(default=0)
    requires_shipping = models.BooleanField(default=True)
    is_taxable = models.BooleanField(default=True)
    tracks_stock = models.BooleanField(default=True)
    sells_when_out = models.BooleanField(default=False)
    available_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="variant_price_is_not_negative"),
            models.CheckConstraint(condition=Q(weight_grams__gte=0), name="variant_weight_is_not_negative"),
            models.UniqueConstraint(fields=["product", "position"], name="variant_position_is_unique"),
            models.UniqueConstraint(fields=["product", "title"], name="variant_title_is_unique"),
        ]
        indexes = [models.Index(fields=["sku"], name="variant_sku")]

    @property
    def is_buyable(self) -> bool:
        return not self.tracks_stock or self.sells_when_out or self.available_count > 0


class ProductImage(StoreModel):
    """A picture; `path` is where media storage keeps it."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    position = models.IntegerField(default=1)
    path = models.CharField(max_length=255)
    source_url = models.CharField(max_length=500, blank=True, help_text="Where an import said the picture is.")
    width = models.IntegerField()
    height = models.IntegerField()
    alt = models.CharField(max_length=500, blank=True)


class Collection(StoreModel):
    """A set of products chosen by hand."""

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, unique=True)
    description_html = models.TextField(blank=True)
    position = models.IntegerField(default=0)
    is_visible = models.BooleanField(default=True)
    cover = models.JSONField(default=dict)
    products = models.ManyToManyField(Product, through="CollectionProduct", related_name="collections")


class CollectionProduct(StoreModel):
    """A product's place in a collection."""

    id = models.BigAutoField(primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "product"], name="collection_holds_a_product_once")
        ]
