"""Payments in the background: accounts, events, reconciling, refunds."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask, TenantTask
from storefront.payments.connect import settle_event
from storefront.payments.services import open_account as open_store_account
from storefront.payments.services import reconcile_open as reconcile_open_payments
from storefront.payments.services import send_refund as send_written_refund
from tenants.models import Tenant


@shared_task(base=PlatformTask, name="storefront.payments.open_account", ignore_result=True)
def open_account(*, tenant_id: int) -> None:
    open_store_account(tenant=Tenant.objects.get(pk=tenant_id), now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.settle", ignore_result=True)
def settle(*, session_id: str = "", payment_intent_id: str = "", order_token: str = "") -> None:
    settle_event(session_id=session_id, payment_intent_id=payment_intent_id, order_token=order_token, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.reconcile_open", ignore_result=True)
def reconcile_open() -> int:
    return reconcile_open_payments(now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.send_refund", ignore_result=True)
def send_refund(*, refund_id: int) -> None:
    send_written_refund(refund_id=refund_id, now=utc_now())
