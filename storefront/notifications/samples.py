"""Rows that a mail is shown with; whoever writes them takes the whole transaction back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.ids import new_token
from core.tenancy import current_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product, ProductVariant
from storefront.customers.models import Customer
from storefront.orders.enums import FulfillmentStatus, OrderStatus, PaymentStatus
from storefront.orders.models import Order, OrderLine
from storefront.payments.models import Payment, PaymentState

# Nobody: example.com takes no mail (RFC 2606).
EMAIL = "maya@example.com"
_ADDRESSES = {
    "en": {"name": "Maya Stone", "line1": "12 Alder Street", "city": "Portland", "province": "OR", "postcode": "97209",
           "country": "US"},
    "zh": {"name": "王小雨", "line1": "文三路 12 号", "city": "杭州市", "province": "浙江省", "postcode": "310012",
           "country": "CN"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """What a mail is shown with: a paid order of two kinds of goods and its buyer, who reads `language`."""

    order: Order
    customer: Customer
    payment: Payment
    variant: ProductVariant
    language: str
    now: datetime

    @property
    def name(self) -> str:
        return str(self.order.shipping_address["name"])


def make_sample(*, language: str, now: datetime) -> Sample:
    """Write a buyer, an order and its payment in the current store; call it in a transaction that is taken back."""
    address: dict[str, str] = _ADDRESSES["zh" if language.startswith("zh") else "en"]
    customer = Customer.objects.create(
        email=f"{new_token()}@example.com", name=address["name"], language=language, created_at=now
    )
    variants = _pick_variants(now)
    lines = [(variant, variant.price_amount, 2 - place) for place, variant in enumerate(variants)]
    subtotal = sum(price * count for _variant, price, count in lines)
    order = Order.objects.create(
        name=_free_name(),
        token=new_token(),
        customer=customer,
        email=EMAIL,
        status=OrderStatus.OPEN,
        payment_status=PaymentStatus.PAID,
        fulfillment_status=FulfillmentStatus.UNFULFILLED,
        currency=current_tenant().currency,
        subtotal_amount=subtotal,
        total_amount=subtotal,
        items_count=sum(count for _variant, _price, count in lines),
        shipping_address={"company": "", "line2": "", "phone": "", **address},
        delivery_from_date=now.date() + timedelta(days=3),
        delivery_to_date=now.date() + timedelta(days=5),
        language=language,
        placed_at=now,
        paid_at=now,
    )
    for variant, price, count in lines:
        OrderLine.objects.create(order=order, **_line(variant, price, count))
    payment = Payment.objects.create(
        order=order, state=PaymentState.PAID, amount=subtotal, currency=order.currency, idempotency_key=new_token(),
        method_label="Visa •4242", created_at=now, updated_at=now, paid_at=now,
    )  # fmt: skip
    return Sample(order, customer, payment, variants[0], language, now)


def _line(variant: ProductVariant, price: int, count: int) -> dict[str, Any]:
    return {
        "variant": variant,
        "product_id": variant.product_id,
        "title": variant.product.title,
        "variant_title": variant.title,
        "unit_amount": price,
        "quantity": count,
        "total_amount": price * count,
        "cover": variant.product.cover or {},
    }


def _pick_variants(now: datetime) -> list[ProductVariant]:
    """Return versions of two of the store's own goods that are sent, or of one made up for it."""
    own = ProductVariant.objects.filter(
        product__status=ProductStatus.ACTIVE, requires_shipping=True, price_amount__gt=0
    )
    keys = own.order_by("product_id", "position").distinct("product_id").values_list("pk", flat=True)[:2]
    found = list(ProductVariant.objects.filter(pk__in=list(keys)).select_related("product").order_by("pk"))
    if found:
        return found
    product = Product.objects.create(
        title="—", handle=new_token().lower(), status=ProductStatus.ACTIVE, created_at=now, updated_at=now
    )
    return [ProductVariant.objects.create(product=product, price_amount=1800, position=1, available_count=9)]


def _free_name() -> str:
    number = 1042
    while Order.objects.filter(name=f"#{number}").exists():
        number += 100_000
    return f"#{number}"
