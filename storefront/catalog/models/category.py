"""The tree that a store's goods are sorted into."""

from typing import Any, ClassVar

from django.db import models
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from core.db.models import StoreManager, StoreModel, StoreQuerySet
from storefront.catalog.models.columns import EMPTY_OBJECT


class CategoryQuerySet(MP_NodeQuerySet, StoreQuerySet["Category"]):  # type: ignore[misc]
    """Branches of this store's tree."""


class CategoryManager(MP_NodeManager, StoreManager["Category"]):  # type: ignore[misc]
    """The tree in reading order."""

    def get_queryset(self) -> Any:
        hints = StoreManager.get_queryset(self)._hints  # type: ignore[attr-defined]
        return CategoryQuerySet(self.model, using=self._db, hints=hints).order_by("path")


class Category(MP_Node, StoreModel):  # type: ignore[misc]
    """A branch; a product stands in one. `translations` is as a product's.

    `google_category` is a number of Google's product taxonomy.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, unique=True)
    description_html = models.TextField(blank=True)
    seo_title = models.CharField(max_length=255, blank=True)
    seo_description = models.CharField(max_length=500, blank=True)
    is_visible = models.BooleanField(default=True)
    cover = models.JSONField(default=dict)
    google_category = models.IntegerField(null=True, blank=True)
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)

    objects: ClassVar[Any] = CategoryManager()

    def __str__(self) -> str:
        return self.title
