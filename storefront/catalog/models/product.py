"""Products and their variants, as a merchant keeps them and as a shopper sees them."""

from django.db import models
from django.db.models import F, Q

from core.db.models import StoreModel
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models.category import Category
from storefront.catalog.models.columns import EMPTY_LIST, EMPTY_OBJECT
from storefront.catalog.models.tax import TaxClass


class Product(StoreModel):
    """A thing on offer, with what its card needs kept on the row itself so that a page of cards is one query.

    `min_price_amount` … `cover` repeat what its variants and images say; only catalog services write them.
    `cover` is `{"path", "width", "height", "alt"}` or empty. Shoppers see a product when, and only when, it is active:
    a scheduled one has its `published_at` ahead and is made active when that has come.

    `translations` is `{"zh-hans": {"title", "description_html", "seo_title", "seo_description", "option_names"}}`, one entry
    for each further language of the store; what is missing is said in the store's own. `custom_fields` is `{key: value}` of
    the store's `CustomField`s. `issue_codes` is what keeps customers from buying, as last looked at.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, unique=True)
    description_html = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=ProductStatus, default=ProductStatus.DRAFT, db_index=False)
    vendor = models.CharField(max_length=120, blank=True)
    product_type = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="products")
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
    rating_sum = models.BigIntegerField(default=0, db_default=0, help_text="Of approved reviews, 1 to 5 each.")
    reviews_count = models.IntegerField(default=0, db_default=0)
    custom_fields = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    issue_codes = models.JSONField(default=list, db_default=EMPTY_LIST)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="product_has_a_title"),
            models.CheckConstraint(condition=Q(min_price_amount__gte=0), name="product_price_is_not_negative"),
            models.CheckConstraint(
                condition=~Q(status=ProductStatus.SCHEDULED) | Q(published_at__isnull=False),
                name="product_scheduled_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("reviews_count"), rating_sum__lte=5 * F("reviews_count")),
                name="product_rating_is_of_its_reviews",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-sold_count", "-id"], name="product_best_sellers"),
            models.Index(fields=["status", "-published_at", "-id"], name="product_newest"),
            models.Index(fields=["status", "min_price_amount", "id"], name="product_by_price"),
            models.Index(fields=["handle"], name="product_handle_beginning", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["published_at"], name="product_due", condition=Q(status=ProductStatus.SCHEDULED)),
        ]

    def __str__(self) -> str:
        return self.title


class ProductVariant(StoreModel):
    """One version of a product that can be put in a cart. `available_count` repeats what inventory says.

    `tax_class` empty is the store's standard class. A unit price needs both measures: 750 ml at a base of 1 l. `hs_code` is six
    to thirteen digits of the Harmonized System, `origin_country` an ISO 3166-1 code. `translations` is
    `{"zh-hans": {"option_values": [...]}}`. One that `is_gift_card` is an amount on a card: neither sent, counted, taxed nor
    reduced.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", db_index=False)
    position = models.IntegerField(default=1)
    title = models.CharField(max_length=255, blank=True, help_text="The option values, such as Red / Large.")
    option_values = models.JSONField(default=list)
    sku = models.CharField(max_length=120, blank=True)
    barcode = models.CharField(max_length=64, blank=True)
    price_amount = models.BigIntegerField()
    compare_at_amount = models.BigIntegerField(null=True, blank=True)
    cost_amount = models.BigIntegerField(null=True, blank=True)
    tax_class = models.ForeignKey(TaxClass, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    weight_grams = models.IntegerField(default=0)
    hs_code = models.CharField(max_length=13, blank=True, default="", db_default="")
    origin_country = models.CharField(max_length=2, blank=True, default="", db_default="")
    unit_amount = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=8, blank=True, default="", db_default="")
    base_amount = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    base_unit = models.CharField(max_length=8, blank=True, default="", db_default="")
    image = models.ForeignKey(
        "ProductImage", on_delete=models.SET_NULL, null=True, blank=True, related_name="variants", db_index=False
    )
    custom_fields = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    requires_shipping = models.BooleanField(default=True)
    is_taxable = models.BooleanField(default=True)
    tracks_stock = models.BooleanField(default=True)
    sells_when_out = models.BooleanField(default=False)
    available_count = models.IntegerField(default=0)
    is_gift_card = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="variant_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(is_gift_card=False)
                | Q(
                    requires_shipping=False,
                    is_taxable=False,
                    tracks_stock=False,
                    compare_at_amount__isnull=True,
                    price_amount__gt=0,
                ),
                name="variant_gift_card_is_money",
            ),
            models.CheckConstraint(condition=Q(weight_grams__gte=0), name="variant_weight_is_not_negative"),
            models.CheckConstraint(
                condition=Q(cost_amount__isnull=True) | Q(cost_amount__gte=0), name="variant_cost_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(unit_amount__isnull=True, base_amount__isnull=True)
                | Q(unit_amount__gt=0, base_amount__gt=0),
                name="variant_unit_price_is_whole",
            ),
            models.UniqueConstraint(fields=["product", "position"], name="variant_position_is_unique"),
            models.UniqueConstraint(fields=["product", "title"], name="variant_title_is_unique"),
        ]
        indexes = [models.Index(fields=["sku"], name="variant_sku")]

    @property
    def is_buyable(self) -> bool:
        return not self.tracks_stock or self.sells_when_out or self.available_count > 0
