from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class DocumentsConfig(AppConfig):
    name = "storefront.documents"
    label = "documents"
    schema = "tenant"
    not_on_pages = ("documents_letterhead", "documents_invoice", "documents_creditnote")
    handled: ClassVar[dict[str, dict[str, Handling]]] = {"documents_letterhead": {"phone": Handling.PHONE}}

    def ready(self) -> None:
        from storefront.customers.events import CustomerDataAsked, CustomerErased
        from storefront.documents.answers import add_credit_notes, add_invoices, blank_invoices, credit_invoice
        from storefront.orders.events import OrderCanceled

        subscribe(CustomerDataAsked, add_invoices)
        subscribe(CustomerDataAsked, add_credit_notes)
        subscribe(OrderCanceled, credit_invoice)
        subscribe(CustomerErased, blank_invoices)
