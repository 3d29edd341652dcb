"""What a product's gallery shows."""

from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.enums import MediaKind, MediaState
from storefront.catalog.models.columns import EMPTY_OBJECT
from storefront.catalog.models.product import Product


class ProductImage(StoreModel):
    """A picture, or the poster of a video or of a 3D model; `path` is where media storage keeps the picture.

    `formats` says which files there are beside it, `{"avif": [400, 800], "webp": [400, 800, 1600]}` by width in pixels;
    empty is what was encoded before that was written down. What an import names by address has its `…source_url` before it
    has its files; a model is a picture until its own has come. `translations` is `{"zh-hans": {"alt"}}`.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    position = models.IntegerField(default=1)
    kind = models.CharField(max_length=8, choices=MediaKind, default=MediaKind.IMAGE, db_default=MediaKind.IMAGE)
    state = models.CharField(max_length=8, choices=MediaState, default=MediaState.READY, db_default=MediaState.READY)
    path = models.CharField(max_length=255)
    formats = models.JSONField(default=dict, db_default=EMPTY_OBJECT)
    source_url = models.CharField(max_length=500, blank=True, help_text="Where an import said the picture is.")
    video_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    model_path = models.CharField(max_length=255, blank=True, default="", db_default="", help_text="A GLB file.")
    usdz_path = models.CharField(max_length=255, blank=True, default="", db_default="")
    model_source_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    usdz_source_url = models.CharField(max_length=500, blank=True, default="", db_default="")
    width = models.IntegerField()
    height = models.IntegerField()
    alt = models.CharField(max_length=500, blank=True)
    translations = models.JSONField(default=dict, db_default=EMPTY_OBJECT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=MediaKind.IMAGE)
                | (Q(kind=MediaKind.VIDEO) & ~Q(video_url=""))
                | (Q(kind=MediaKind.MODEL) & ~Q(model_path="")),
                name="image_has_what_it_is_of",
            )
        ]
