"""Words to find products by."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from core.db.models import StoreModel
from storefront.catalog.models import Product


class SearchDocument(StoreModel):
    """A product's words, Chinese ones cut by jieba, weighted: A title, B type, vendor, tags, sku, C description."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="search_vector")]


class SearchQuery(StoreModel):
    """What was asked and how much was found, without who asked."""

    id = models.BigAutoField(primary_key=True)
    text = models.CharField(max_length=200)
    results_count = models.IntegerField()
    created_at = models.DateTimeField(db_index=True)
