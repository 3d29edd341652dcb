"""The mail that asks for the difference; sent once, the order's timeline remembers it."""

from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format as format_date
from django.utils.translation import gettext as _

from core.money import format_money
from storefront.orders.enums import AmendmentState
from storefront.orders.models import Amendment
from storefront.orders.services.writing import mail_once, write_to_shopper


def mail_difference(*, amendment_id: int, now: datetime) -> bool:
    """Ask the customer for what is added to their order; return whether a mail went out."""
    amendment = Amendment.objects.select_related("order").get(pk=amendment_id)
    order = amendment.order
    if amendment.state != AmendmentState.OPEN or not order.email:
        return False
    key = f"mail.amendment:{amendment.pk}"
    return mail_once(order, key=key, to=order.email, now=now, send=lambda: _write(amendment))


def _write(amendment: Amendment) -> bool:
    order = amendment.order
    with translation.override(order.language):

        def written(amount: int) -> str:
            return format_money(amount, order.currency, order.language)

        sums = [(_("Delivery"), written(amendment.shipping_amount))] if amendment.shipping_amount else []
        if amendment.tax_amount and not amendment.taxes_included:
            sums.append((_("Tax"), written(amendment.tax_amount)))
        words = {"number": order.name, "amount": written(amendment.total_amount)}
        return write_to_shopper(
            order,
            subject=_("Added to your order %(number)s: %(amount)s to pay") % words,
            template="amendments/email/difference",
            part="#added",
            action_label=_("Look at it and pay"),
            context={
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
            },
        )
