"""What reviews do when a parcel leaves, and when a customer asks for their data or leaves."""

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.catalog.locks import hold_products, lock_products, with_sets
from storefront.customers.events import (
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    ErasureBegins,
    HistoryMoment,
)
from storefront.customers.locks import lock_customer
from storefront.orders.events import OrderFulfilled
from storefront.reviews.models import Refusal, Review
from storefront.reviews.services import plan_invitation
from storefront.reviews.services.writing import remove


def invite_buyer(event: OrderFulfilled) -> None:
    """Ask for the invitation of an order that is on its way; the store's settings decide."""
    plan_invitation(order_id=event.order_id, now=event.now)


def add_reviews(question: CustomerDataAsked) -> None:
    """Add what the customer wrote."""
    rows = Review.objects.filter(customer_id=question.customer_id).select_related("product").order_by("pk")
    question.sections["reviews"] = [
        {
            "product": row.product.title,
            "rating": row.rating,
            "title": row.title,
            "body": row.body,
            "name": row.name,
            "status": row.status,
            "photos": [photo["path"] for photo in row.photos],
            "created_at": row.created_at,
        }
        for row in rows
    ]


def tell_history(question: CustomerHistoryAsked) -> None:
    """Add what the customer reviewed."""
    rows = Review.objects.filter(customer_id=question.customer_id).select_related("product")
    for row in rows.order_by("-created_at", "-pk")[: question.limit]:
        title = _("Reviewed “%(title)s”: %(rating)s ★") % {"title": row.product.title, "rating": row.rating}
        url = reverse("dashboard_review", args=[row.pk])
        question.moments.append(HistoryMoment(row.created_at, title, row.title, url=url))


def hold_reviewed(event: ErasureBegins) -> None:
    """Hold the products that the customer wrote about, and then the customer, so that they write about no other meanwhile."""
    written = Review.objects.filter(customer_id=event.customer_id).values_list("product_id", flat=True)
    hold_products(lambda: with_sets(written.all()), then=lambda: lock_customer(event.customer_id))


def remove_reviews(event: CustomerErased) -> None:
    """Remove what the customer wrote, with its photos; the products' ratings follow."""
    rows = list(Review.objects.filter(customer_id=event.customer_id).order_by("product_id"))
    lock_products([row.product_id for row in rows])
    for row in rows:
        remove(row)
    Refusal.objects.filter(email=event.email).delete()
