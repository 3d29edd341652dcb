from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling
from storefront.catalog.events import HandleChanged
from tenants.events import StoreCopied, TenantSeeding


class ContentConfig(AppConfig):
    name = "storefront.content"
    label = "content"
    schema = "tenant"
    not_on_pages = ("content_newsletterconsent",)
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "content_newsletterconsent": {"email": Handling.EMAIL, "address": Handling.WORDS},
    }

    def ready(self) -> None:
        from core.shared_pages import NextChangeAsked
        from storefront.content.answers import (
            add_letters,
            answer_next_change,
            compare_letters,
            end_letters,
            forget_erased,
        )
        from storefront.content.copies import sanitize_copy
        from storefront.customers.events import CustomerDataAsked, CustomerErased, CustomersMerged, MergeAsked

        subscribe(TenantSeeding, furnish)
        subscribe(StoreCopied, sanitize_copy)
        subscribe(HandleChanged, follow)
        subscribe(NextChangeAsked, answer_next_change)
        subscribe(CustomerDataAsked, add_letters)
        subscribe(CustomerErased, forget_erased)
        subscribe(MergeAsked, compare_letters)
        subscribe(CustomersMerged, end_letters)


def furnish(event: TenantSeeding) -> None:
    """Give a new store its first pages."""
    from storefront.content.services import furnish_pages  # models are not loaded when this file is

    tenant = event.tenant
    furnish_pages(store_name=tenant.name, email=tenant.contact_email, language=tenant.language, now=event.now)


def follow(event: HandleChanged) -> None:
    """Lead the former address of something in the catalog to its new one, and the menus with it."""
    from core.clock import utc_now
    from storefront.content.services import follow_handle

    follow_handle(kind=event.kind, old_handle=event.old_handle, new_handle=event.new_handle, now=utc_now())
