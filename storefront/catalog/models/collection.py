"""Sets of products."""

from django.db import models

from core.db.models import StoreModel
from storefront.catalog.enums import Match
from storefront.catalog.models.columns import EMPTY_LIST, EMPTY_OBJECT
from storefront.catalog.models.product import Product


class Collection(StoreModel):
    """A set of products chosen by hand, or by rules: then `CollectionProduct` holds those that fit now.

    `rules` is `[{"field", "relation", "value"}]`. `sort` is by hand, or a key of `selectors.SORTS`.
    `translations` is as a product's.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, unique=True)
    description_html = models.TextField(blank=True)
    position = models.IntegerField(default=0)
    is_visible = models.BooleanField(default=True)
    cover = models.JSONField(default=dict)
    is_automatic = models.BooleanField(default=False, db_default=False)
    rules = models.JSONField(default=list, db_default=EMPTY_LIST)
    match = models.CharField(max_length=3, choices=Match, default=Match.ALL, db_default=Match.ALL)
    sort = models.CharField(max_length=16, default="best", db_default="best")
    seo_title = models.CharField(max_length=255, blank=True, default="", db_default="")
    seo_description = models.CharField(max_length=500, blank=True, default="", db_default="")
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
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
