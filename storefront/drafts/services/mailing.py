"""The mail that brings a draft's link."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import format_money
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.carts.quoting import Quote
from storefront.drafts.enums import RUNNING, DraftState
from storefront.drafts.errors import DraftRefused
from storefront.drafts.locks import lock_draft
from storefront.drafts.models import Draft
from storefront.drafts.selectors import get_buyer, get_draft, is_over, quote_draft
from storefront.drafts.services.closing import check_running
from tenants.selectors import store_url


def send_link(*, draft_id: int, actor: str, now: datetime) -> Draft:
    """Ask for the mail with a draft's link; asked twice at once it is one mail.

    Raises: DraftNotFound, DraftClosed; DraftRefused for a draft without goods or without an e-mail.
    """
    with transaction.atomic():
        cart, draft = lock_draft(draft_id)
        check_running(cart, draft)
        if not cart.lines_count:
            raise DraftRefused(gettext_lazy("There is nothing in this draft yet. Add goods first."))
        if not draft.email:
            raise DraftRefused(gettext_lazy("Write the customer’s e-mail into the draft first, or copy the link."))
        if is_over(draft, now=now):
            raise DraftRefused(gettext_lazy("This draft is over. Extend it first. Nothing was changed."))
        draft.state, draft.sent_at, draft.sent_by, draft.updated_at = DraftState.SENT, now, actor, now
        draft.save(update_fields=["state", "sent_at", "sent_by", "updated_at"])
        enqueue(task="storefront.drafts.mail_link", kwargs={"draft_id": draft.pk})
    return draft


def mail_link(*, draft_id: int, now: datetime) -> bool:
    """Send a draft's link where that was asked for and has not happened since; return whether a mail went out."""
    with transaction.atomic():
        _cart, draft = lock_draft(draft_id)
        is_due = draft.sent_at is not None and (draft.mailed_at is None or draft.mailed_at < draft.sent_at)
        if draft.state not in RUNNING or not draft.email or not is_due:
            return False
        Draft.objects.filter(pk=draft_id).update(mailed_at=now)
        has_left = _write(get_draft(draft_id), now=now)
        if not has_left:
            Draft.objects.filter(pk=draft_id).update(mailed_at=draft.mailed_at)
    return has_left


def link_of(draft: Draft) -> str:
    """Return the address where a draft is paid, in its customer's language."""
    tenant = current_tenant()
    prefix = "" if draft.language == tenant.language else f"/{draft.language}"
    return store_url(tenant, f"{prefix}/pay/{draft.token}/")


def _write(draft: Draft, *, now: datetime) -> bool:
    tenant = current_tenant()
    with translation.override(draft.language):
        buyer = get_buyer(draft, otherwise=tenant.country)
        quote = quote_draft(draft, buyer=buyer, method_id=draft.method_id, now=now)
        return send_mail(
            to=draft.email,
            subject=_("Your order at %(store)s is ready to be paid") % {"store": tenant.name},
            template="drafts/email/link",
            context={
                "name": draft.name,
                "until": format_date(draft.expires_at),
                **_sums(quote, draft),
                "sender_name": tenant.name,
                "action_url": link_of(draft),
                "action_label": _("Look at it and pay"),
                "footer_note": _("Questions? Answer this mail."),
            },
            language=draft.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )


def _sums(quote: Quote, draft: Draft) -> dict[str, object]:
    """Return the goods, and the total where nothing is missing for it."""

    def written(amount: int) -> str:
        return format_money(amount, draft.currency, draft.language)

    totals = quote.totals
    sums = [(one.title, written(-one.amount)) for one in quote.priced.promotions]
    is_final = not quote.is_tax_open and (not quote.needs_delivery or draft.delivery_amount is not None)
    if is_final and quote.rate is not None:
        sums.append((quote.rate.name, written(totals.shipping)))
    if is_final and totals.tax and not totals.taxes_included:
        sums.append((_("Tax"), written(totals.tax)))
    return {
        "items": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "count": line.quantity,
                "total": written(priced.amount),
            }
            for line, priced in zip(quote.view.lines, quote.priced.lines, strict=True)
        ],
        "sums": sums,
        "total": written(totals.due) if is_final else "",
        "is_final": is_final,
    }
