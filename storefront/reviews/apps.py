from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class ReviewsConfig(AppConfig):
    name = "storefront.reviews"
    label = "reviews"
    schema = "tenant"
    not_on_pages = ("reviews_reviewreport", "reviews_reviewinvitation", "reviews_refusal", "reviews_reviewsettings")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "reviews_review": {"name": Handling.WORDS, "title": Handling.WORDS, "body": Handling.WORDS},
        "reviews_reviewreport": {"note": Handling.WORDS},
        "reviews_refusal": {"email": Handling.EMAIL},
    }

    def ready(self) -> None:
        from storefront.catalog.page_parts import add_page_part
        from storefront.customers.events import (
            CustomerDataAsked,
            CustomerErased,
            CustomerHistoryAsked,
            CustomersMerged,
            HoldGoods,
            MergeAsked,
        )
        from storefront.orders.events import OrderFulfilled
        from storefront.reviews.answers import (
            add_reviews,
            compare_reviews,
            hold_reviewed,
            invite_buyer,
            move_reviews,
            remove_reviews,
            tell_history,
        )
        from storefront.reviews.selectors import REVIEWS_PART

        add_page_part("reviews", REVIEWS_PART)
        subscribe(OrderFulfilled, invite_buyer)
        subscribe(CustomerDataAsked, add_reviews)
        subscribe(CustomerHistoryAsked, tell_history)
        subscribe(HoldGoods, hold_reviewed)
        subscribe(MergeAsked, compare_reviews)
        subscribe(CustomersMerged, move_reviews)
        subscribe(CustomerErased, remove_reviews)
