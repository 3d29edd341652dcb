"""Mails about orders."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.orders.services import mail_canceled, mail_confirmation, mail_new_order, mail_order_link, mail_shipped


@shared_task(base=TenantTask, name="storefront.orders.send_confirmation", ignore_result=True, **MAIL_AGAIN)
def send_confirmation(*, order_id: int, again: str = "") -> None:
    mail_confirmation(order_id=order_id, now=utc_now(), again=again)


@shared_task(base=TenantTask, name="storefront.orders.send_canceled", ignore_result=True, **MAIL_AGAIN)
def send_canceled(*, order_id: int) -> None:
    mail_canceled(order_id=order_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.orders.send_shipped", ignore_result=True, **MAIL_AGAIN)
def send_shipped(*, order_id: int, fulfillment_id: int) -> None:
    mail_shipped(order_id=order_id, fulfillment_id=fulfillment_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.orders.send_new_order", ignore_result=True, **MAIL_AGAIN)
def send_new_order(*, order_id: int) -> None:
    mail_new_order(order_id=order_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.orders.send_link", ignore_result=True, **MAIL_AGAIN)
def send_link(*, order_id: int, again: str) -> None:
    mail_order_link(order_id=order_id, again=again, now=utc_now())
