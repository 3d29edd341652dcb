"""Read lists."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from core.http import HttpRequest
from storefront.catalog.models import ProductVariant
from storefront.catalog.selectors import Card, active_products, to_cards
from storefront.catalog.shown import price_variants, shown
from storefront.wishlists.models import SavedItem, Wishlist

SESSION_KEY = "saved_token"


def find_list(request: HttpRequest) -> Wishlist | None:
    """Return the list of who looks: the customer's, or that of the browser's session."""
    if request.customer is not None:
        return Wishlist.objects.filter(customer=request.customer).first()
    token = request.session.get(SESSION_KEY)
    return Wishlist.objects.filter(guest_token=token).first() if token else None


def find_shared(token: str) -> Wishlist | None:
    """Return the list that is shared at this address, with its owner, or None."""
    return Wishlist.objects.select_related("customer").filter(share_token=token).first()


def list_items(wishlist: Wishlist | None) -> list[dict[str, Any]]:
    """Return what is on the list and still shown in the shop, newest first: {item, card, variant, price_amount, is_buyable,
    needs_choice}; amounts in the shown currency."""
    if wishlist is None:
        return []
    variants = ProductVariant.objects.order_by("position", "pk")
    items = list(
        wishlist.items.select_related("product")
        .prefetch_related(Prefetch("product__variants", queryset=variants))
        .order_by("-pk")
    )
    cards = {
        card["id"]: card for card in to_cards(active_products().filter(pk__in=[item.product_id for item in items]))
    }
    rows = [_row(item, cards[item.product_id]) for item in items if item.product_id in cards]
    chosen = {row["variant"].pk: (row["variant"].price_amount, None) for row in rows if row["variant"]}
    amounts = price_variants(chosen, shown())
    for row in rows:
        row["price_amount"] = amounts[row["variant"].pk][0] if row["variant"] else row["card"]["price_amount"]
    return rows


def list_saved_ids(wishlist: Wishlist | None) -> list[int]:
    """Return the products on the list."""
    return list(wishlist.items.values_list("product_id", flat=True)) if wishlist else []


def list_seen_cards(ids: Sequence[int]) -> list[Card]:
    """Return the cards of these products in this order, without those that are not shown any more; one query."""
    found = {card["id"]: card for card in to_cards(active_products().filter(pk__in=list(ids)))}
    return [found[product_id] for product_id in ids if product_id in found]


def count_saved(customer_id: int) -> int:
    """Return how many things a customer has saved."""
    return SavedItem.objects.filter(wishlist__customer_id=customer_id).count()


def _row(item: SavedItem, card: Card) -> dict[str, Any]:
    variants = list(item.product.variants.all())
    chosen = next((one for one in variants if one.pk == item.variant_id), variants[0] if len(variants) == 1 else None)
    return {
        "item": item,
        "card": card,
        "variant": chosen,
        "needs_choice": chosen is None,
        "is_buyable": chosen.is_buyable if chosen else bool(card["is_available"]),
    }
