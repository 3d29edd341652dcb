from typing import ClassVar

from django.apps import AppConfig

from core.events import subscribe
from core.handling import Handling


class PaymentsConfig(AppConfig):
    name = "storefront.payments"
    label = "payments"
    schema = "tenant"
    not_on_pages = (
        "payments_payment",
        "payments_refund",
        "payments_refundline",
        "payments_dispute",
        "payments_difference",
        "payments_comparison",
        "payments_waytopay",
        "payments_taxreport",
    )
    handled: ClassVar[dict[str, dict[str, Handling]]] = {
        "payments_payment": {
            "account_id": Handling.PROVIDER,
            "stripe_checkout_session_id": Handling.PROVIDER,
            "stripe_payment_intent_id": Handling.PROVIDER,
            "redirect_url": Handling.PROVIDER,
        },
        "payments_dispute": {
            "stripe_dispute_id": Handling.PROVIDER,
            "evidence_file_id": Handling.PROVIDER,
            "evidence_text": Handling.WORDS,
        },
        "payments_taxreport": {"stripe_transaction_id": Handling.PROVIDER},
        "payments_difference": {"reference": Handling.PROVIDER},
        "payments_refund": {
            "stripe_refund_id": Handling.PROVIDER,
            "reason": Handling.WORDS,
            "request_token": Handling.TOKEN,
        },
    }

    def ready(self) -> None:
        from integrations.stripe.events import ConnectEventReceived
        from storefront.documents.events import InvoiceIssued
        from storefront.orders.events import MoneyArrived, OrderCanceled, PaymentsAsked, RefundAsked
        from storefront.payments.answers import (
            answer_payments_asked,
            credit_earlier,
            end_arranged,
            give_back,
            give_back_credit,
            take_money,
        )
        from storefront.payments.connect import ask_for_account, note_connect_event
        from storefront.payments.copies import end_open_payments
        from tenants.events import StoreCopied, TenantProvisioned

        subscribe(TenantProvisioned, ask_for_account)
        subscribe(ConnectEventReceived, note_connect_event)
        subscribe(StoreCopied, end_open_payments)
        subscribe(PaymentsAsked, answer_payments_asked)
        subscribe(InvoiceIssued, credit_earlier)
        subscribe(RefundAsked, give_back)
        subscribe(OrderCanceled, give_back_credit)
        subscribe(MoneyArrived, take_money)
        subscribe(OrderCanceled, end_arranged)
