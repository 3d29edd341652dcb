"""What shoppers have asked the demo stores, and what was answered."""

from datetime import datetime, timedelta
from typing import Any

from shopstead.demo.history import shopper_email
from storefront.customers.models import Customer
from storefront.orders.models import Order
from storefront.support.services import add_reply, open_conversation

_HALF_AN_HOUR = timedelta(minutes=30)


def write_questions(store: dict[str, Any], *, now: datetime) -> None:
    """Write the questions of the store's file, some about the asker's last order; call it after the orders are there."""
    for question in store["questions"]:
        at = now - timedelta(hours=question["hours"])
        customer = Customer.objects.get(email=shopper_email(store, question["shopper"]))
        orders = Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")
        conversation = open_conversation(
            email=customer.email,
            name=customer.name,
            subject="",
            body=question["text"],
            order=orders.first() if question.get("is_about_order") else None,
            customer=customer,
            language=store["language"],
            now=at,
        )
        if "reply" in question:
            add_reply(
                conversation_id=conversation.pk,
                body=question["reply"],
                actor=f"merchant@{store['slug']}.example",
                now=at + _HALF_AN_HOUR,
                is_solved=question.get("is_solved", False),
            )
        # They were read long ago: nobody is mailed about them when the store is made.
        conversation.messages.update(emailed_at=at)
