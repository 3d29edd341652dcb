"""The mail that asks for the difference; sent once, the order's timeline remembers it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.orders.enums import AmendmentState
from storefront.orders.models import Amendment, OrderEvent
from tenants.selectors import store_url


def mail_difference(*, amendment_id: int, now: datetime) -> bool:
    """Ask the customer for what is added to their order; return whether a mail went out."""
    amendment = Amendment.objects.select_related("order").get(pk=amendment_id)
    order = amendment.order
    if amendment.state != AmendmentState.OPEN or not order.email:
        return False
    key = f"mail.amendment:{amendment.pk}"
    facts = {"type": "mail.amendment", "actor": "system", "data": {"to": order.email}, "created_at": now}
    with transaction.atomic():
        event, is_first = OrderEvent.objects.get_or_create(order=order, key=key, defaults=facts)
        has_left = is_first and _write(amendment)
        if is_first and not has_left:
            event.delete()
    return has_left


def _write(amendment: Amendment) -> bool:
    tenant, order = current_tenant(), amendment.order
    with translation.override(order.language):

        def written(amount: int) -> str:
            return format_money(amount, order.currency, order.language)

        prefix = "" if order.language == tenant.language else f"/{order.language}"
        sums = [(_("Delivery"), written(amendment.shipping_amount))] if amendment.shipping_amount else []
        if amendment.tax_amount and not amendment.taxes_included:
            sums.append((_("Tax"), written(amendment.tax_amount)))
        words = {"number": order.name, "amount": written(amendment.total_amount)}
        return send_mail(
            to=order.email,
            subject=_("Added to your order %(number)s: %(amount)s to pay") % words,
            template="amendments/email/difference",
            context={
                "order": order,
                "until": format_date(amendment.expires_at),
                "items": [
                    {
                        "title": line["title"],
                        "variant": line["variant_title"],
                        "count": line["quantity"],
                        "total": written(line["unit_amount"] * line["quantity"]),
                    }
                    for line in amendment.lines
                ],
                "sums": sums,
                "total": words["amount"],
                "sender_name": tenant.name,
                "action_url": store_url(tenant, f"{prefix}/orders/{order.token}/#added"),
                "action_label": _("Look at it and pay"),
                "footer_note": _("Questions? Answer this mail."),
            },
            language=order.language,
            from_name=tenant.name,
            reply_to=tenant.contact_email,
        )
