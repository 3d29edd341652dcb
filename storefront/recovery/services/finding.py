"""Look for carts left behind, and decide for each whether its shopper is reminded."""

from datetime import datetime

from django.db import transaction

from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from storefront.carts.selectors import get_cart_view
from storefront.recovery.enums import Outcome
from storefront.recovery.locks import lock_settings
from storefront.recovery.models import AbandonedCart, RecoverySettings
from storefront.recovery.selectors import Left, find_objections, list_left

TASK = "storefront.recovery.send_reminder"


def find_left_carts(*, now: datetime) -> int:
    """Write down which carts were left behind, ask for the mails that may go out, and return how many that are.

    Two that look at once wait for each other; the second finds the carts written down.
    """
    asked = 0
    with transaction.atomic():
        settings = lock_settings()
        found = list_left(now=now, after_hours=settings.after_hours)
        known = {one.customer.pk for one in found if one.reached_payment}
        people = list({one.customer.pk: one.customer for one in found}.values())
        objections = find_objections(people, rule=settings.rule, known_ids=known, now=now) if people else {}
        waiting = AbandonedCart.objects.filter(customer__in=people, outcome=Outcome.WAITING)
        objections |= dict.fromkeys(waiting.values_list("customer_id", flat=True), Outcome.LATELY)
        for one in found:
            outcome = _judge(one, settings, objections)
            row = _write(one, outcome, now=now)
            if row.outcome == Outcome.WAITING:
                objections[one.customer.pk] = Outcome.LATELY
                enqueue(task=TASK, kwargs={"abandoned_id": row.pk})
                asked += 1
    return asked


def _judge(one: Left, settings: RecoverySettings, objections: dict[int, Outcome]) -> Outcome:
    if not settings.is_on or settings.switched_on_at is None or one.left_at < settings.switched_on_at:
        return Outcome.OFF
    return objections.get(one.customer.pk, Outcome.WAITING)


def _write(one: Left, outcome: Outcome, *, now: datetime) -> AbandonedCart:
    view = get_cart_view(one.cart)
    if outcome == Outcome.WAITING and all(line.problem for line in view.lines):
        outcome = Outcome.GONE
    facts = {
        "customer": one.customer,
        "email": one.customer.email,
        "language": one.language or current_tenant().language,
        "title": view.lines[0].own_title[:255] if view.lines else "",
        "items_count": view.items_count,
        "amount": view.subtotal_amount,
        "currency": view.currency,
        "outcome": outcome,
        "left_at": one.left_at,
        "found_at": now,
    }
    row, _made = AbandonedCart.objects.update_or_create(
        cart=one.cart, defaults=facts, create_defaults={**facts, "nonce": new_token()}
    )
    return row
