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
        from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomerSignedIn
        from storefront.wishlists.answers import add_saved, bring_along, remove_saved

        subscribe(CustomerSignedIn, bring_along)
        subscribe(CustomerDataAsked, add_saved)
        subscribe(CustomerErased, remove_saved)
