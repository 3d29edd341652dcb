from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class CustomersConfig(AppConfig):
    name = "storefront.customers"
    label = "customers"
    schema = "tenant"
    not_on_pages = (
        "customers_customer",
        "customers_address",
        "customers_customerloginlink",
        "customers_customersignin",
        "customers_dataexport",
        "customers_notice",
        "customers_consent",
        "customers_customerevent",
        "customers_erasurereceipt",
        "customers_formercustomer",
        "customers_session",
    )
    stays_behind = (
        "customers_session",
        "customers_customerloginlink",
        "customers_customersignin",
        "customers_dataexport",
        "customers_notice",
    )
    private_leftovers = ("customer-data",)
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "customers_customer": {
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "phone": Handling.PHONE,
            "password": Handling.PASSWORD,
            "note": Handling.WORDS,
        },
        "customers_formercustomer": {
            "email": Handling.EMAIL,
            "name": Handling.WORDS,
            "phone": Handling.PHONE,
        },
        "customers_address": {
            "name": Handling.WORDS,
            "company": Handling.WORDS,
            "line1": Handling.WORDS,
            "line2": Handling.WORDS,
            "postcode": Handling.WORDS,
            "phone": Handling.PHONE,
        },
    }

    def ready(self) -> None:
        from storefront.customers.answers import erase_again
        from tenants.events import ErasuresDue

        subscribe(ErasuresDue, erase_again)
