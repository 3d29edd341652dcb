"""Orders and questions of a store."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.ids import new_token
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from storefront.orders.enums import OrderStatus, PaymentStatus
from storefront.orders.models import Fulfillment, Order, OrderLine
from storefront.support import tasks
from storefront.support.models import Conversation
from storefront.support.services import open_conversation
from tenants.models import Tenant

TASKS = {task.name: task for task in (tasks.classify, tasks.send_reply, tasks.send_question)}


@pytest.fixture
def make_order(now: datetime) -> Callable[..., Order]:
    def make(name: str = "#1042", email: str = "nora@example.com", *, is_sent: bool = False, **fields: Any) -> Order:
        order = Order.objects.create(
            name=name,
            token=new_token(),
            email=email,
            currency="USD",
            subtotal_amount=3600,
            shipping_amount=490,
            total_amount=4090,
            shipping_address={"name": "Nora Weiss", "city": "Bend", "country": "US"},
            placed_at=now - timedelta(days=3),
            **{
                "status": OrderStatus.OPEN,
                "payment_status": PaymentStatus.PAID,
                "paid_at": now,
                "delivery_from_date": (now + timedelta(days=2)).date(),
                "delivery_to_date": (now + timedelta(days=4)).date(),
                **fields,
            },
        )
        line = OrderLine.objects.create(
            order=order, title="Spruce mug", unit_amount=1800, quantity=2, total_amount=3600
        )
        if is_sent:
            Order.objects.filter(pk=order.pk).update(fulfillment_status="fulfilled")
            OrderLine.objects.filter(pk=line.pk).update(fulfilled_count=2)
            order.refresh_from_db()
            Fulfillment.objects.create(
                order=order, carrier="dhl", tracking_number="JJD00990011223344", created_at=now - timedelta(days=2)
            )
        return order

    return make


@pytest.fixture
def ask(now: datetime) -> Callable[..., Conversation]:
    def ask_question(body: str, **fields: Any) -> Conversation:
        given: dict[str, Any] = {
            "email": "nora@example.com",
            "name": "Nora Weiss",
            "subject": "",
            "order": None,
            "customer": None,
            "language": "en",
            "now": now,
            **fields,
        }
        return open_conversation(body=body, **given)

    return ask_question


@pytest.fixture
def run_outbox() -> Callable[[Tenant], list[str]]:
    """Return a function that runs the waiting support tasks of a store as a worker does, and names them."""

    def run(tenant: Tenant) -> list[str]:
        waiting = list(OutboxMessage.objects.filter(schema_name=tenant.schema_name, task__in=TASKS).order_by("pk"))
        for message in waiting:
            TASKS[message.task].apply(kwargs=message.kwargs, headers={SCHEMA_HEADER: message.schema_name}, throw=True)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in waiting]).delete()
        return [message.task for message in waiting]

    return run
