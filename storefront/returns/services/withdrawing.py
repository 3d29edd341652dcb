"""Take a shopper's withdrawal, confirm it by mail with its time, and look after it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.db.contention import tried_again
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.orders.days import write_moment
from storefront.orders.locks import lock_order
from storefront.orders.models import Order
from storefront.orders.services import note_event
from storefront.returns.errors import TermsRefused
from storefront.returns.locks import lock_withdrawal
from storefront.returns.models import Withdrawal, WithdrawalTerms
from tenants.selectors import store_url

LONGEST_PERIOD = 365


def save_terms(
    *, offer: str, days: int | None, return_days: int | None = None, return_words: str | None = None
) -> WithdrawalTerms:
    """Say to whom withdrawing is offered and for how long, and how goods may be sent back besides that; None stays.

    Raises: TermsRefused.
    """
    if days is not None and not 1 <= days <= LONGEST_PERIOD:
        raise TermsRefused(_("Between 1 and 365 days."), field="days")
    if return_days is not None and not 0 <= return_days <= LONGEST_PERIOD:
        raise TermsRefused(_("Between 0 and 365 days."), field="return_days")
    more = {"return_days": return_days, "return_words": return_words}
    defaults = {"offer": offer, "days": days, **{name: value for name, value in more.items() if value is not None}}
    return WithdrawalTerms.objects.update_or_create(pk=1, defaults=defaults)[0]


@tried_again
def declare_withdrawal(
    *,
    token: str,
    name: str,
    email: str,
    order_number: str,
    words: str,
    order: Order | None,
    language: str,
    now: datetime,
) -> Withdrawal:
    """Write down that somebody withdraws, and ask for both mails; the same form again is the same withdrawal."""
    with transaction.atomic():
        if order is not None:
            order = lock_order(order.pk)
        made, is_new = Withdrawal.objects.get_or_create(
            token=token,
            defaults={
                "order": order,
                "order_number": order_number,
                "name": name,
                "email": email,
                "words": words,
                "language": language,
                "declared_at": now,
            },
        )
        if is_new:
            enqueue(task="storefront.returns.confirm", kwargs={"withdrawal_id": made.pk})
            enqueue(task="storefront.returns.notice", kwargs={"withdrawal_id": made.pk})
            if order is not None:
                note_event(order=order, type="withdrawal.declared", actor="shopper", now=now, data={"words": words})
    return made


@tried_again
def finish_withdrawal(*, withdrawal_id: int, actor: str, now: datetime) -> Withdrawal:
    """Record that a withdrawal was looked after; twice changes nothing.

    Raises: WithdrawalNotFound.
    """
    with transaction.atomic():
        order_id = Withdrawal.objects.filter(pk=withdrawal_id).values_list("order_id", flat=True).first()
        order = lock_order(order_id) if order_id is not None else None
        found = lock_withdrawal(withdrawal_id)
        if found.done_at is None:
            found.done_at, found.done_by = now, actor
            found.save(update_fields=["done_at", "done_by"])
            if order is not None:
                note_event(order=order, type="withdrawal.done", actor=actor, now=now)
    return found


def mail_confirmation(*, withdrawal_id: int, now: datetime) -> bool:
    """Confirm to the shopper what they declared and when; return whether a mail went out."""
    with transaction.atomic():
        found = lock_withdrawal(withdrawal_id)
        if found.confirmed_at is not None or not found.email:
            return False
        tenant = current_tenant()
        with translation.override(found.language):
            is_sent = send_mail(
                to=found.email,
                subject=_("Your withdrawal from order %(number)s") % {"number": found.order_number},
                template="returns/email/confirmation",
                context={
                    "sender_name": tenant.name,
                    "withdrawal": found,
                    "at": write_moment(found.declared_at),
                    "footer_note": _("Questions? Answer this mail."),
                },
                language=found.language,
                from_name=tenant.name,
                reply_to=tenant.contact_email,
            )
        if is_sent:
            found.confirmed_at = now
            found.save(update_fields=["confirmed_at"])
    return is_sent


def mail_notice(*, withdrawal_id: int, now: datetime) -> bool:
    """Tell the merchant that somebody withdraws; return whether a mail went out."""
    with transaction.atomic():
        found = lock_withdrawal(withdrawal_id)
        if found.noticed_at is not None:
            return False
        tenant = current_tenant()
        with translation.override(tenant.language):
            is_sent = send_mail(
                to=tenant.contact_email,
                subject=_("%(name)s withdraws from order %(number)s")
                % {"name": found.name, "number": found.order_number},
                template="returns/email/notice",
                context={
                    "sender_name": tenant.name,
                    "withdrawal": found,
                    "at": write_moment(found.declared_at),
                    "action_url": store_url(tenant, "/dashboard/orders/withdrawals/"),
                    "action_label": _("See the withdrawals"),
                },
                language=tenant.language,
                from_name=tenant.name,
                reply_to=found.email or None,
            )
        if is_sent:
            found.noticed_at = now
            found.save(update_fields=["noticed_at"])
    return is_sent
