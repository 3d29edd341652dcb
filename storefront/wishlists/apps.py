from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class WishlistsConfig(AppConfig):
    name = "storefront.wishlists"
    label = "wishlists"
    schema = "tenant"
    not_on_pages = ("wishlists_wishlist", "wishlists_saveditem")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "wishlists_wishlist": {"guest_token": Handling.TOKEN, "share_token": Handling.TOKEN},
    }

    def ready(self) -> None:
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomerSignedIn,
            CustomersMerged,
            MergeAsked,
        )
        from storefront.wishlists.answers import add_saved, bring_along, compare_saved, move_saved, remove_saved

        subscribe(CustomerSignedIn, bring_along)
        subscribe(CustomerDataAsked, add_saved)
        subscribe(CustomerErased, remove_saved)
        subscribe(MergeAsked, compare_saved)
        subscribe(CustomersMerged, move_saved)
