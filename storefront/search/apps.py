from django.apps import AppConfig

from core.events import subscribe
from storefront.catalog.events import ProductChanged, TextAsked
from tenants.events import StoreCopied


class SearchConfig(AppConfig):
    name = "storefront.search"
    label = "search"
    schema = "tenant"
    # Nobody keeps the pages of a search; lists show documents and settings.
    not_on_pages = (
        "search_searchquery",
        "search_searchclick",
        "search_searchword",
        "search_synonym",
        "search_synonymterm",
    )

    def ready(self) -> None:
        from storefront.customers.events import CustomerErased
        from storefront.search.answers import forget_erased

        subscribe(CustomerErased, forget_erased)
        subscribe(ProductChanged, follow)
        subscribe(TextAsked, answer)
        subscribe(StoreCopied, rewrite)


def follow(event: ProductChanged) -> None:
    """Keep the words of changed products up to date."""
    from storefront.search.services import follow_changes  # models are not loaded when this file is

    follow_changes(product_ids=event.product_ids)


def answer(event: TextAsked) -> None:
    """Fill in the products that have the words."""
    from storefront.search.selectors import list_matching_ids  # models are not loaded when this file is

    event.product_ids = list_matching_ids(text=event.text, limit=event.limit)


def rewrite(_event: StoreCopied) -> None:
    """Write anew what is run as a query: a copy's rows may come from a file that somebody else wrote."""
    from storefront.search.services import write_terms  # models are not loaded when this file is

    write_terms()
