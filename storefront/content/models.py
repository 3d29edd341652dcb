"""A store's own pages: about, delivery, returns, privacy."""

from django.db import models

from core.db.models import StoreModel


class Page(StoreModel):
    id = models.BigAutoField(primary_key=True)
    handle = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    body_html = models.TextField(blank=True)
    is_published = models.BooleanField(default=True)
    in_footer = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    updated_at = models.DateTimeField()
