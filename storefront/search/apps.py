from django.apps import AppConfig

from core.events import subscribe
from storefront.catalog.events import ProductChanged, TextAsked


class SearchConfig(AppConfig):
    name = "storefront.search"
    label = "search"
    schema = "tenant"
    not_on_pages = ("search_searchquery",)

    def ready(self) -> None:
        subscribe(ProductChanged, follow)
        subscribe(TextAsked, answer)


def follow(event: ProductChanged) -> None:
    """Keep the words of changed products up to date."""
    from storefront.search.services import follow_changes  # models are not loaded when this file is

    follow_changes(product_ids=event.product_ids)


def answer(event: TextAsked) -> None:
    """Fill in the products that have the words."""
    from storefront.search.selectors import list_matching_ids  # models are not loaded when this file is

    event.product_ids = list_matching_ids(text=event.text, limit=event.limit)
