"""Tell customers of credit that they were given."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.credits.models import CreditEntry
from tenants.selectors import store_url


def mail_credit_given(*, entry_id: int, now: datetime) -> bool:
    """Tell a customer, once and in their language, that credit was given to them; return whether a mail went out.

    Nobody is told who was deleted meanwhile, or has less of it left than was given.
    """
    with transaction.atomic():
        waiting = CreditEntry.objects.select_for_update(of=("self",)).select_related("store_credit__customer")
        entry = waiting.filter(pk=entry_id, told_at__isnull=True, amount__gt=0, store_credit__isnull=False).first()
        if entry is None or entry.store_credit is None or entry.store_credit.balance_amount < entry.amount:
            return False
        customer, tenant = entry.store_credit.customer, current_tenant()
        if customer.erased_at is not None:
            return False
        language = customer.language or tenant.language
        prefix = "" if language == tenant.language else f"/{language}"
        with translation.override(language):
            given, balance = (
                format_money(amount, entry.store_credit.currency, language)
                for amount in (entry.amount, entry.store_credit.balance_amount)
            )
            is_sent = send_mail(
                to=customer.email,
                subject=gettext("%(amount)s of credit at %(store)s") % {"amount": given, "store": tenant.name},
                template="credits/email/given",
                context={
                    "given": given,
                    "balance": balance,
                    "note": entry.note,
                    "sender_name": tenant.name,
                    "action_url": store_url(tenant, f"{prefix}/account/credit/"),
                    "action_label": gettext("Look at your credit"),
                },
                language=language,
                from_name=tenant.name,
                reply_to=tenant.contact_email,
            )
        if is_sent:
            CreditEntry.objects.filter(pk=entry.pk).update(told_at=now)
    return is_sent
