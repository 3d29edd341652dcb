"""Sets: a variant that is made of so many of other variants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.events import publish
from storefront.catalog.events import ProductChanged
from storefront.catalog.locks import hold_products
from storefront.catalog.models import BundleItem, DigitalFile, ProductVariant
from storefront.inventory.errors import BundleRefused, VariantNotFound
from storefront.inventory.models import Stock
from storefront.inventory.services.writing import repeat_counts, repeat_set_counts

MAXIMUM_PARTS = 20
MAXIMUM_OF_ONE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a variant in each set."""

    variant_id: int
    quantity: int


def set_parts(*, variant_id: int, parts: Sequence[Part]) -> None:
    """Make a variant a set of these parts, in this order; without any it is counted by itself again.

    Its own price stays; what can be had is what its parts allow.
    Raises: BundleRefused for a set in a set, for a part of another set, for goods of its own that still lie somewhere,
    and for numbers out of range; VariantNotFound.
    """
    _check_numbers(variant_id, parts)
    with transaction.atomic():
        keys = {variant_id, *(part.variant_id for part in parts)}
        # Whoever makes a set, or a part of one, holds the products of both: two at once cannot make a set of sets.
        hold_products(lambda: _products(variant_id, keys))
        known = dict(ProductVariant.objects.filter(pk__in=keys).values_list("pk", "product_id"))
        if set(known) != keys:
            raise VariantNotFound(_("One of these is no longer in the catalog. Nothing was changed."))
        _check_nesting(variant_id, parts)
        if parts and ProductVariant.objects.filter(pk__in=keys, is_gift_card=True).exists():
            raise BundleRefused(_("A gift card is neither a set nor a part of one."), field="parts")
        BundleItem.objects.filter(bundle_id=variant_id).delete()
        BundleItem.objects.bulk_create(
            BundleItem(bundle_id=variant_id, component_id=part.variant_id, quantity=part.quantity, position=place)
            for place, part in enumerate(parts, start=1)
        )
        if parts:
            ProductVariant.objects.filter(pk=variant_id).update(tracks_stock=True, sells_when_out=False)
            repeat_set_counts([variant_id])
        else:
            repeat_counts([variant_id])
        publish(ProductChanged((known[variant_id],)))


def _products(variant_id: int, variant_ids: Collection[int]) -> set[int]:
    """Return the products of a set as it is to be, and of the parts that it has now."""
    wanted = ProductVariant.objects.filter(pk__in=variant_ids).values_list("product_id", flat=True)
    now = ProductVariant.objects.filter(bundles__bundle_id=variant_id).values_list("product_id", flat=True)
    return set(wanted.union(now))


def _check_numbers(variant_id: int, parts: Sequence[Part]) -> None:
    if len(parts) > MAXIMUM_PARTS:
        raise BundleRefused(_("A set has at most %(most)s parts.") % {"most": MAXIMUM_PARTS}, field="parts")
    if len({part.variant_id for part in parts}) != len(parts):
        raise BundleRefused(_("A part stands in the set twice. Write how many of it there are instead."), field="parts")
    if any(part.variant_id == variant_id for part in parts):
        raise BundleRefused(_("A set cannot be a part of itself."), field="parts")
    if any(not 1 <= part.quantity <= MAXIMUM_OF_ONE for part in parts):
        raise BundleRefused(
            _("There are between 1 and %(most)s of a part in a set.") % {"most": MAXIMUM_OF_ONE}, field="parts"
        )


def _check_nesting(variant_id: int, parts: Sequence[Part]) -> None:
    if not parts:
        return
    if BundleItem.objects.filter(bundle_id__in=[part.variant_id for part in parts]).exists():
        raise BundleRefused(_("A set cannot hold another set. Choose its parts instead."), field="parts")
    if BundleItem.objects.filter(component_id=variant_id).exists():
        raise BundleRefused(_("This is a part of another set, so it cannot become one."), field="parts")
    if Stock.objects.filter(variant_id=variant_id).exclude(on_hand_count=0, reserved_count=0).exists():
        raise BundleRefused(
            _("This has stock of its own. Set it to 0 first: a set has what its parts allow."), field="parts"
        )
    if DigitalFile.objects.filter(variant_id=variant_id).exists():
        raise BundleRefused(_("This has files to download, so it cannot be a set."), field="parts")
