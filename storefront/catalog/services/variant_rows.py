"""Write many variants at once although their places and titles are each a product's own."""

from collections.abc import Sequence

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from storefront.catalog.models import ProductVariant

# No title begins with it: typed texts lose their control characters.
_PARKED = "\x02"


def write_variants(variants: Sequence[ProductVariant], fields: Sequence[str]) -> None:
    """Write these columns of the variants; positions and titles may be swapped among them.

    The database checks uniqueness row by row, so what moves is first put where nothing stands.
    """
    if not variants or not fields:
        return
    rows = ProductVariant.objects.filter(pk__in=[variant.pk for variant in variants])
    if "position" in fields:
        rows.update(position=-F("id"))
    if "title" in fields:
        rows.update(title=Concat(Value(_PARKED), Cast("id", CharField())))
    ProductVariant.objects.bulk_update(variants, list(fields), batch_size=200)
