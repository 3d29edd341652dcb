from django.apps import AppConfig

from core.events import subscribe


class PaymentsConfig(AppConfig):
    name = "storefront.payments"
    label = "payments"
    schema = "tenant"

    def ready(self) -> None:
        from integrations.stripe.events import ConnectEventReceived
        from storefront.orders.events import PaymentsAsked
        from storefront.payments.answers import answer_payments_asked
        from storefront.payments.connect import ask_for_account, note_connect_event
        from tenants.events import TenantProvisioned

        subscribe(TenantProvisioned, ask_for_account)
        subscribe(ConnectEventReceived, note_connect_event)
        subscribe(PaymentsAsked, answer_payments_asked)
