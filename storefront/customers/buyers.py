"""Shoppers as people who buy: found or made by their e-mail at checkout, counted when they pay."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest

from core.db.batch import Batch, Made
from storefront.customers.models import Customer


def find_or_create_buyer(*, email: str, name: str, language: str, country: str, now: datetime) -> Customer:
    """Return the customer with this e-mail, or a new guest; what a known one has told before is kept."""
    customer, _created = Customer.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"name": name, "language": language, "country": country, "created_at": now},
    )
    return customer


def add_buyer(batch: Batch, *, email: str, name: str, language: str, country: str, now: datetime) -> Made:
    """Put the same into a batch, and return what stands for the customer's key in its other parts."""
    guest = Customer(email=email.strip().lower(), name=name, language=language, country=country, created_at=now)
    batch.insert("buyer", [guest], unique="email")
    return Made("buyer", "id")


def record_purchase(*, customer_id: int, amount: int, now: datetime) -> None:
    """Count a paid order of this many minor units."""
    Customer.objects.filter(pk=customer_id).update(
        orders_count=F("orders_count") + 1,
        spent_amount=F("spent_amount") + amount,
        last_order_at=Greatest(Coalesce(F("last_order_at"), now), now),
    )
