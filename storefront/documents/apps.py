from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class DocumentsConfig(AppConfig):
    name = "storefront.documents"
    label = "documents"
    schema = "tenant"
    not_on_pages = ("documents_letterhead", "documents_invoice")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {"documents_letterhead": {"phone": Handling.PHONE}}

    def ready(self) -> None:
        from storefront.customers.events import CustomerDataAsked, CustomerErased
        from storefront.documents.answers import add_invoices, blank_invoices

        subscribe(CustomerDataAsked, add_invoices)
        subscribe(CustomerErased, blank_invoices)
