"""What all mails about an order have in common: to its shopper, in their language, and each sent once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.orders.models import Order, OrderEvent
from tenants.selectors import store_url


def mail_once(order: Order, *, key: str, to: str, now: datetime, send: Callable[[], bool]) -> bool:
    """Send in the transaction that writes down that it was sent: a second task waits here, and then does nothing.

    When the mail server refuses, the line of the timeline goes too, and the task is tried again. Of a mail that the store does
    not send no line stays.
    """
    with transaction.atomic():
        facts = {"type": key.partition(":")[0], "actor": "system", "data": {"to": to}, "created_at": now}
        event, is_first = OrderEvent.objects.get_or_create(order=order, key=key, defaults=facts)
        has_left = is_first and send()
        if is_first and not has_left:
            event.delete()
    return has_left


def write_to_shopper(
    order: Order,
    *,
    subject: str,
    template: str,
    context: dict[str, Any],
    kind: str = "",
    part: str = "",
    action_label: str = "",
) -> bool:
    """Send a mail with a button to the order's page, or to a `part` of it; return whether it went out."""
    tenant = current_tenant()
    prefix = "" if order.language == tenant.language else f"/{order.language}"
    with translation.override(order.language):
        return send_mail(
            to=order.email,
            subject=subject,
            template=template,
            kind=kind,
            context={
                "order": order,
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/orders/{order.token}/{part}"),
                "action_label": action_label or _("See your order"),
                "footer_note": _("Questions? Answer this mail."),
                **context,
            },
            language=order.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )
