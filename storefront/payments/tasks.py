"""Payments in the background: accounts, events, reconciling, refunds."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import PlatformTask, TenantTask
from core.tenancy import current_tenant
from integrations.mail.again import MAIL_AGAIN
from storefront.payments.connect import mirror_dispute_event, mirror_event, settle_event
from storefront.payments.services import open_account as open_store_account
from storefront.payments.services import reconcile_open as reconcile_open_payments
from storefront.payments.services import send_refund as send_written_refund
from storefront.payments.services.lapsing import cancel_overdue, remind_due
from storefront.payments.services.mailing import mail_dispute as write_dispute
from storefront.payments.services.mailing import mail_money_arrived as write_money_arrived
from storefront.payments.services.mailing import mail_refund_failed as write_refund_failed
from storefront.payments.services.mailing import mail_refunded as write_refunded
from storefront.payments.services.mailing import mail_transfer_due as write_transfer_due
from storefront.payments.services.reconciling import compare_books
from storefront.payments.services.reporting import send_report
from tenants.models import Tenant
from tenants.selectors import find_payment_account


@shared_task(base=PlatformTask, name="storefront.payments.open_account", ignore_result=True)
def open_account(*, tenant_id: int) -> None:
    open_store_account(tenant=Tenant.objects.get(pk=tenant_id), now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.settle", ignore_result=True)
def settle(*, session_id: str = "", payment_intent_id: str = "", order_token: str = "") -> None:
    settle_event(session_id=session_id, payment_intent_id=payment_intent_id, order_token=order_token, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.reconcile_open", ignore_result=True)
def reconcile_open() -> int:
    return reconcile_open_payments(now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.cancel_unpaid", ignore_result=True)
def cancel_unpaid() -> int:
    return cancel_overdue(now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.remind_unpaid", ignore_result=True)
def remind_unpaid() -> int:
    return remind_due(now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.compare", ignore_result=True)
def compare() -> None:
    """Lay this store's payments beside the provider's; a store without an account has none there."""
    tenant = current_tenant()
    account = find_payment_account(tenant)
    if account is not None:
        compare_books(account_id=account.external_id, schema_name=tenant.schema_name, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.send_refund", ignore_result=True)
def send_refund(*, refund_id: int) -> None:
    send_written_refund(refund_id=refund_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mirror_refunds", ignore_result=True)
def mirror_refunds(*, payment_intent_id: str) -> None:
    mirror_event(payment_intent_id=payment_intent_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mirror_dispute", ignore_result=True)
def mirror_dispute(*, dispute_id: str, payment_intent_id: str) -> None:
    mirror_dispute_event(dispute_id=dispute_id, payment_intent_id=payment_intent_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.report_tax", ignore_result=True)
def report_tax(*, report_id: int) -> None:
    send_report(report_id=report_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mail_dispute", ignore_result=True, **MAIL_AGAIN)
def mail_dispute(*, dispute_pk: int, status: str) -> None:
    write_dispute(dispute_pk=dispute_pk, status=status, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mail_refunded", ignore_result=True, **MAIL_AGAIN)
def mail_refunded(*, refund_id: int) -> None:
    write_refunded(refund_id=refund_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mail_refund_failed", ignore_result=True, **MAIL_AGAIN)
def mail_refund_failed(*, refund_id: int) -> None:
    write_refund_failed(refund_id=refund_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mail_transfer_due", ignore_result=True, **MAIL_AGAIN)
def mail_transfer_due(*, payment_id: int) -> None:
    write_transfer_due(payment_id=payment_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.payments.mail_money_arrived", ignore_result=True, **MAIL_AGAIN)
def mail_money_arrived(*, order_id: int) -> None:
    write_money_arrived(order_id=order_id, now=utc_now())
