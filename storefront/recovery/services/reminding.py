"""The one mail about a cart left behind."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.money import format_money
from core.tenancy import current_tenant
from integrations.mail.services import send_mail
from storefront.carts.selectors import CartView, get_cart_view
from storefront.catalog.shown import find_prices
from storefront.discounts.selectors import find_promotions
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.recovery.enums import Outcome
from storefront.recovery.locks import lock_abandoned
from storefront.recovery.models import AbandonedCart
from storefront.recovery.selectors import find_bought_at, find_objections, get_settings
from storefront.recovery.selectors.looking import is_just_bought
from storefront.recovery.tokens import RETURN, STOP, make_token
from tenants.selectors import store_url

LINK_LIFE = timedelta(days=14)
MOST_LINES = 10


def send_reminder(*, abandoned_id: int, now: datetime) -> bool:
    """Mail a reminder that is still right, and return whether it went out; a second call does nothing.

    Whoever came back, bought, or said no since the cart was found gets none.
    """
    with transaction.atomic():
        row = lock_abandoned(abandoned_id)
        if row is None or row.outcome != Outcome.WAITING:
            return False
        if _is_touched(row):
            row.delete()  # looked at anew once it is left again
            return False
        with translation.override(row.language):
            view = get_cart_view(row.cart)
            outcome = _judge(row, view, now=now)
            if outcome == Outcome.MAILED and not _send(row, view, now=now):
                outcome = Outcome.UNREACHABLE
        is_mailed = outcome == Outcome.MAILED
        AbandonedCart.objects.filter(pk=row.pk).update(
            outcome=outcome,
            mailed_at=now if is_mailed else None,
            expires_at=now + LINK_LIFE if is_mailed else None,
        )
    return is_mailed


def _is_touched(row: AbandonedCart) -> bool:
    """Tell whether the cart was changed, or is being paid for, since it was found."""
    cart = row.cart
    if cart.ordered_at is not None:
        return False
    pending = Order.objects.filter(token=cart.order_token, status=OrderStatus.PENDING)
    return cart.updated_at > row.left_at or (bool(cart.order_token) and pending.exists())


def _judge(row: AbandonedCart, view: CartView, *, now: datetime) -> Outcome:
    settings, customer = get_settings(), row.customer
    if not settings.is_on:
        return Outcome.OFF
    bought_at = find_bought_at([customer.pk]).get(customer.pk)
    if row.cart.ordered_at is not None or is_just_bought(bought_at, row.left_at):
        return Outcome.BOUGHT
    known = [customer.pk] if row.cart.order_token else []
    objection = find_objections([customer], rule=settings.rule, known_ids=known, now=now).get(customer.pk)
    if customer.erased_at is not None or objection is not None:
        return objection or Outcome.REFUSED
    return Outcome.GONE if all(line.problem for line in view.lines) else Outcome.MAILED


def _send(row: AbandonedCart, view: CartView, *, now: datetime) -> bool:
    """Send the mail and return whether it left: a sandbox writes to nobody, nor does anybody where no mail arrives."""
    tenant = current_tenant()
    prefix = "" if row.language == tenant.language else f"/{row.language}"
    links = {purpose: make_token(abandoned_id=row.pk, nonce=row.nonce, purpose=purpose) for purpose in (RETURN, STOP)}
    stop_url = store_url(tenant, f"{prefix}/cart/reminders/{links[STOP]}/stop/")
    return send_mail(
        to=row.email,
        subject=_("Your cart at %(store)s is still here") % {"store": tenant.name},
        template="recovery/email/reminder",
        context={
            **_goods(row, view),
            "code": find_code(customer_id=row.customer_id, currency=row.cart.currency, now=now),
            "days": LINK_LIFE.days,
            "sender_name": tenant.name,
            "action_url": store_url(tenant, f"{prefix}/cart/return/{links[RETURN]}/"),
            "action_label": _("Back to my cart"),
            "stop_url": stop_url,
        },
        language=row.language,
        from_name=tenant.name,
        reply_to=tenant.contact_email,
        unsubscribe_url=stop_url,
    )


def find_code(*, customer_id: int | None, currency: str, now: datetime) -> str:
    """Return the discount code that reminders bring, where it gives this customer something now; else nothing."""
    code = get_settings().code
    if not code:
        return ""
    prices = find_prices(currency)
    found = find_promotions(codes=[code], customer_id=customer_id, prices=prices, now=now)
    return "" if found.refused else code


def _goods(row: AbandonedCart, view: CartView) -> dict[str, Any]:
    lines = [line for line in view.lines if not line.problem]
    return {
        "items": [
            {
                "title": line.title,
                "variant": line.variant_title,
                "count": line.quantity,
                "total": format_money(line.total_amount, view.currency, row.language),
            }
            for line in lines[:MOST_LINES]
        ],
        "more_count": max(0, len(lines) - MOST_LINES),
    }
