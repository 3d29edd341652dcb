"""Mails about returns, each sent once: the order's timeline remembers them."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.orders.selectors import list_spoken_lines
from storefront.orders.services.writing import mail_once, write_to_shopper
from storefront.returns.enums import ReturnState
from storefront.returns.models import Return
from storefront.returns.selectors import get_return
from tenants.selectors import store_url


def mail_return(*, return_id: int, state: str, now: datetime) -> bool:
    """Tell the customer that their return has come to a state; return whether a mail went out."""
    found = get_return(return_id)
    order = found.order
    if not order.email:
        return False
    key = f"mail.return:{found.pk}:{state}"
    return mail_once(order, key=key, to=order.email, now=now, send=lambda: _write_to_shopper(found, state))


def mail_return_notice(*, return_id: int, now: datetime) -> bool:
    """Tell the merchant that somebody wants to send goods back; return whether a mail went out."""
    found, to = get_return(return_id), current_tenant().contact_email
    key = f"mail.return_notice:{found.pk}"
    return mail_once(found.order, key=key, to=to, now=now, send=lambda: _write_to_merchant(found))


def _words(state: str) -> tuple[str, str]:
    """Return the subject and the sentence of a mail about this state."""
    return {
        ReturnState.ASKED.value: (
            _("We have your return %(number)s"),
            _("We look at it and write to you. Please do not send anything yet."),
        ),
        ReturnState.APPROVED.value: (_("Send it back: return %(number)s"), _("You can send this back:")),
        ReturnState.REFUSED.value: (_("About your return %(number)s"), _("We cannot take this back:")),
        ReturnState.CANCELED.value: (
            _("Return %(number)s is called off"),
            _("Please do not send anything. If you think this is a mistake, answer this mail."),
        ),
        ReturnState.RECEIVED.value: (
            _("Your return %(number)s is here"),
            _("Thank you. We look at the goods and write to you when your money or something else is on its way."),
        ),
        ReturnState.CLOSED.value: (_("About your return %(number)s"), _("We have closed this return.")),
    }[state]


def _write_to_shopper(found: Return, state: str) -> bool:
    with translation.override(found.order.language):
        subject, lead = _words(state)
        is_answer = state in (ReturnState.APPROVED, ReturnState.REFUSED, ReturnState.CLOSED)
        return write_to_shopper(
            found.order,
            subject=subject % {"number": found.name},
            template="returns/email/return",
            kind=f"return_{state}",
            part="#returns",
            context={
                "lead": lead,
                "items": _items(found),
                "words": found.answer if is_answer else "",
                "has_label": state == ReturnState.APPROVED and bool(found.label_path),
                "label_url": found.label_url if state == ReturnState.APPROVED else "",
            },
        )


def _write_to_merchant(found: Return) -> bool:
    tenant, order = current_tenant(), found.order
    with translation.override(tenant.language):
        name = order.shipping_address.get("name") or order.email
        items = _items(found)
        count = sum(int(item["count"]) for item in items)
        said = ngettext(
            "%(name)s wants to send %(num)s item back: %(number)s",
            "%(name)s wants to send %(num)s items back: %(number)s",
            count,
        )
        return send_mail(
            to=tenant.contact_email,
            subject=said % {"name": name, "num": count, "number": found.name},
            template="returns/email/return_notice",
            context={
                "sender_name": tenant.name,
                "items": items,
                "reason": found.get_reason_display(),
                "wish": found.get_wish_display(),
                "words": found.note,
                "action_url": store_url(tenant, f"/dashboard/orders/returns/{found.pk}/"),
                "action_label": _("Look at the return"),
            },
            language=tenant.language,
            from_name=tenant.name,
            reply_to=order.email or None,
        )


def _items(found: Return) -> list[dict[str, str | int]]:
    titles = {line.pk: line for line in list_spoken_lines(found.order)}
    return [
        {
            "title": titles[part.order_line_id].title,
            "variant": titles[part.order_line_id].variant_title,
            "count": part.quantity,
        }
        for part in found.lines.order_by("pk")
    ]
