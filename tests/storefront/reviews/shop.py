"""A customer who bought a mug, and what reviews need around them."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.customers.services import register_customer
from storefront.orders.enums import FulfillmentStatus, PaymentStatus
from storefront.orders.models import Order, OrderLine
from tests.storefront.goods import make_variant

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PASSWORD = "two mugs and a kettle"
WORDS: dict[str, Any] = {"rating": 5, "title": "Holds", "body": "It fell on granite and holds.", "name": "Maya L."}


def make_product(title: str = "Enamel mug") -> Product:
    return make_variant(title).product


def make_customer(email: str = "maya@example.com", name: str = "Maya Lindqvist") -> Customer:
    return register_customer(email=email, password=PASSWORD, name=name, language="en", now=NOW)


def buy(customer: Customer, product: Product, *, number: int = 1001, paid: bool = True, sent: bool = False) -> Order:
    order = Order.objects.create(
        name=f"#{number}", token=f"{number}".rjust(26, "t"), customer=customer, email=customer.email, status="open",
        payment_status=PaymentStatus.PAID if paid else PaymentStatus.PENDING, paid_at=NOW if paid else None,
        fulfillment_status=FulfillmentStatus.FULFILLED if sent else FulfillmentStatus.UNFULFILLED,
        currency="USD", subtotal_amount=1800, total_amount=1800, placed_at=NOW, language="en",
        shipping_address={"name": customer.name, "country": "US"},
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, product_id=product.pk, title=product.title, unit_amount=1800, quantity=1, total_amount=1800
    )
    return order


def photo(size: tuple[int, int] = (60, 40)) -> io.BytesIO:
    """Return a JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = "photo.jpg"
    return file
