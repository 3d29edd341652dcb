"""Put things on a list, take them off, carry them to the cart, share the list."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.ids import new_token
from storefront.carts.models import Cart
from storefront.carts.services import CartChange, add_to_cart
from storefront.catalog.errors import ProductNotFound
from storefront.catalog.models import ProductVariant
from storefront.catalog.selectors import active_products
from storefront.customers.models import Customer
from storefront.wishlists.errors import ChooseVersion, ItemNotFound, ListFull
from storefront.wishlists.models import MOST_ITEMS, SavedItem, Wishlist

KEEP_GUESTS = timedelta(days=60)


def get_or_create_list(*, customer: Customer | None, guest_token: str | None, now: datetime) -> Wishlist:
    """Return the customer's list, or that of a browser; a new one where there is none."""
    facts = {"created_at": now, "updated_at": now}
    if customer is not None:
        return Wishlist.objects.get_or_create(customer=customer, defaults=facts)[0]
    found = Wishlist.objects.filter(guest_token=guest_token).first() if guest_token else None
    return found or Wishlist.objects.create(guest_token=new_token(), **facts)


def save_item(*, wishlist: Wishlist, product_id: int, variant_id: int | None, now: datetime) -> SavedItem:
    """Put a product on the list; one that is there already gets the version that is chosen now.

    Raises: ProductNotFound, ListFull.
    """
    if not active_products().filter(pk=product_id).exists():
        raise ProductNotFound(_("This is no longer sold here. Nothing was saved."))
    variant = ProductVariant.objects.filter(pk=variant_id, product_id=product_id).first() if variant_id else None
    with transaction.atomic():
        _lock(wishlist)
        item = wishlist.items.filter(product_id=product_id).first()
        if item is None:
            if wishlist.items.count() >= MOST_ITEMS:
                raise ListFull(_("A list holds at most 200 things. Remove some first."))
            item = SavedItem(wishlist=wishlist, product_id=product_id, created_at=now)
        item.variant = variant or item.variant
        item.save()
        Wishlist.objects.filter(pk=wishlist.pk).update(updated_at=now)
    return item


def remove_item(*, wishlist: Wishlist, product_id: int) -> bool:
    """Take a product off the list and return whether it was there."""
    count, _rows = wishlist.items.filter(product_id=product_id).delete()
    return bool(count)


def move_to_cart(*, wishlist: Wishlist, item_id: int, cart: Cart, now: datetime) -> CartChange:
    """Put one of a saved thing in the cart and take it off the list, both or neither.

    Raises: ItemNotFound, ChooseVersion where no version was chosen, and what `add_to_cart` raises.
    """
    with transaction.atomic():
        _lock(wishlist)
        item = wishlist.items.filter(pk=item_id).select_related("variant").first()
        if item is None:
            raise ItemNotFound(_("This is not on your list any more."))
        variants = list(ProductVariant.objects.filter(product_id=item.product_id)[:2])
        chosen = item.variant or (variants[0] if len(variants) == 1 else None)
        if chosen is None:
            raise ChooseVersion(_("Choose a version on the product's page."))
        change = add_to_cart(cart=cart, variant_id=chosen.pk, quantity=1, now=now)
        item.delete()
    return change


def merge_guest_list(*, guest_token: str, customer_id: int, now: datetime) -> int:
    """Bring what a browser saved into the customer's list and return how many came; the browser's list is gone then."""
    with transaction.atomic():
        guest = Wishlist.objects.select_for_update().filter(guest_token=guest_token).first()
        if guest is None:
            return 0
        own, _made = Wishlist.objects.get_or_create(
            customer_id=customer_id, defaults={"created_at": now, "updated_at": now}
        )
        _lock(own)
        return _pour(guest, own)


def merge_lists(*, stays_id: int, goes_id: int) -> None:
    """Make one list of two customers' lists, at the secret address that either was shared at; call it in a transaction."""
    both = Wishlist.objects.select_for_update().filter(customer_id__in=(stays_id, goes_id)).order_by("pk")
    found = {each.customer_id: each for each in both}
    own, coming = found.get(stays_id), found.get(goes_id)
    if coming is None:
        return
    if own is None:
        Wishlist.objects.filter(pk=coming.pk).update(customer_id=stays_id)
        return
    _pour(coming, own)
    if own.share_token is None and coming.share_token is not None:
        Wishlist.objects.filter(pk=own.pk).update(share_token=coming.share_token)


def set_sharing(*, wishlist: Wishlist, is_shared: bool) -> Wishlist:
    """Open the list at a new secret address, or close the address it has."""
    with transaction.atomic():
        found = _lock(wishlist)
        if is_shared != bool(found.share_token):
            found.share_token = new_token() if is_shared else None
            found.save(update_fields=["share_token"])
    return found


def remove_old_lists(*, now: datetime) -> int:
    """Delete lists of browsers that were not touched for sixty days, and return how many rows went."""
    count, _rows = Wishlist.objects.filter(customer__isnull=True, updated_at__lt=now - KEEP_GUESTS).delete()
    return count


def _pour(source: Wishlist, target: Wishlist) -> int:
    """Put what one held list has into the other as far as there is room, delete it, and return how many came."""
    known = set(target.items.values_list("product_id", flat=True))
    coming = [item for item in source.items.order_by("pk") if item.product_id not in known][: MOST_ITEMS - len(known)]
    SavedItem.objects.filter(pk__in=[item.pk for item in coming]).update(wishlist=target)
    source.delete()
    return len(coming)


def _lock(wishlist: Wishlist) -> Wishlist:
    found = Wishlist.objects.select_for_update().filter(pk=wishlist.pk).first()
    if found is None:
        raise ItemNotFound(_("This list is not there any more."))
    return found
