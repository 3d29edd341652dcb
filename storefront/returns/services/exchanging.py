"""An order for what is sent instead of goods that came back; the first order has paid for it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core.ids import new_token
from storefront.catalog.models import ProductVariant
from storefront.inventory.services import reserve
from storefront.orders.enums import OrderSource, OrderStatus
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import Exchange, NewLine, NewOrder, place_order
from storefront.payments.selectors import FREE
from storefront.payments.services import PaidFacts, complete_order, create_payment
from storefront.payments.services.opening import HOLD
from storefront.pricing.totals import Totals
from storefront.returns.errors import ReturnRefused
from storefront.returns.selectors import ReturnPage


def place_exchange(
    *, page: ReturnPage, counts: Mapping[int, int], versions: Mapping[int, int], actor: str, now: datetime
) -> Order:
    """Place an order of these versions at the prices of what came back, all of it taken off, and take its goods.

    `counts` and `versions` are by the id of the first order's line. Call it with the first order locked.
    Goods are locked before the new order has a number, as in a checkout.
    Raises: ReturnRefused for what is no version of the same product, InsufficientStock.
    """
    lines = [
        _line(line.order_line, counts[line.order_line_id], versions.get(line.order_line_id))
        for line in page.here
        if line.order_line_id in counts
    ]
    token = new_token()
    units = [(line.variant_id, line.quantity) for line in lines]
    reserve(order_token=token, lines=units, now=now, expires_at=now + HOLD)
    order = place_order(new=_order(page, lines), status=OrderStatus.PENDING, actor=actor, now=now, token=token)
    payment = create_payment(order=order, provider_name=FREE, account_id="", now=now)
    facts = PaidFacts(amount=0, currency=order.currency)
    return complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor=actor, now=now)


def _line(old: OrderLine, count: int, variant_id: int | None) -> NewLine:
    variant = ProductVariant.objects.select_related("product").filter(pk=variant_id or old.variant_id or 0).first()
    if variant is None or variant.product_id != old.product_id:
        raise ReturnRefused(_("Choose a version of the same product."), field="versions")
    return NewLine(
        variant_id=variant.pk,
        product_id=variant.product_id,
        title=variant.product.title,
        unit_amount=old.unit_amount,
        quantity=count,
        variant_title=variant.title,
        sku=variant.sku or "",
        requires_shipping=variant.requires_shipping,
        cover=variant.product.cover,
        discount_amount=old.unit_amount * count,
    )


def _order(page: ReturnPage, lines: list[NewLine]) -> NewOrder:
    first = page.found.order
    total = sum(line.discount_amount for line in lines)
    with translation.override(first.language):
        title = _("Exchange for %(number)s") % {"number": page.found.name}
    record = {"promotion_id": None, "title": title, "code": "", "amount": total, "shipping_amount": 0}
    return NewOrder(
        email=first.email,
        currency=first.currency,
        lines=lines,
        totals=Totals(subtotal=total, discount=total, shipping=0, tax=0, total=0, taxes_included=first.taxes_included),
        shipping_address=first.shipping_address,
        exchange=Exchange(first.store_currency, first.rate, 0) if first.rate is not None else None,
        customer_id=first.customer_id,
        shipping_method=first.shipping_method,
        language=first.language,
        source=OrderSource.STAFF,
        discounts=[record] if total else [],
    )
