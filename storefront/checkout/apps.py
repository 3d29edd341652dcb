from django.apps import AppConfig

from core.events import subscribe


class CheckoutConfig(AppConfig):
    name = "storefront.checkout"
    label = "checkout"
    schema = "tenant"
    not_on_pages = ("checkout_apiidempotencykey",)
    stays_behind = ("checkout_apiidempotencykey",)

    def ready(self) -> None:
        from storefront.carts.events import HoldsAsked
        from storefront.checkout.answers import answer_holds_asked, forget_erased
        from storefront.customers.events import CustomerErased

        subscribe(HoldsAsked, answer_holds_asked)
        subscribe(CustomerErased, forget_erased)
