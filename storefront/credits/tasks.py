"""Credits' work in the background."""

from celery import shared_task

from core.clock import utc_now
from core.tasks import TenantTask
from integrations.mail.again import MAIL_AGAIN
from storefront.credits.services import mail_card, mail_credit_given, mail_due_cards


@shared_task(base=TenantTask, name="storefront.credits.send_card", ignore_result=True, **MAIL_AGAIN)
def send_card(*, card_id: int) -> None:
    mail_card(card_id=card_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.credits.tell_given", ignore_result=True, **MAIL_AGAIN)
def tell_given(*, entry_id: int) -> None:
    mail_credit_given(entry_id=entry_id, now=utc_now())


@shared_task(base=TenantTask, name="storefront.credits.send_due_cards", ignore_result=True)
def send_due_cards() -> None:
    mail_due_cards(now=utc_now())
