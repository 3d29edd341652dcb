"""How goods differ before the tax office."""

from django.db import models

from core.db.models import StoreModel


class TaxClass(StoreModel):
    """A kind of goods that is taxed in its own way, such as books; a variant without one is standard."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
