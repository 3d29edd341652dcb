"""What reviews do when a parcel leaves, and when a customer asks for their data or leaves."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.catalog.locks import hold_products, lock_products, with_sets
from storefront.customers.events import (
    CustomerDataAsked,
    CustomerErased,
    CustomerHistoryAsked,
    CustomersMerged,
    HistoryMoment,
    HoldGoods,
    MergeAsked,
)
from storefront.orders.events import OrderFulfilled
from storefront.reviews.enums import ReviewStatus
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


def hold_reviewed(event: HoldGoods) -> None:
    """Hold the products that the customers wrote about, and then the customers, so that they write about no other meanwhile."""
    written = Review.objects.filter(customer_id__in=event.customer_ids).values_list("product_id", flat=True)
    hold_products(lambda: with_sets(written.all()), then=event.then)


def compare_reviews(question: MergeAsked) -> None:
    """Say how much each of two customers wrote; of two reviews of one product one stays."""
    stays, goes = (set(_written_by(pk)) for pk in (question.stays_id, question.goes_id))
    question.add(_("Reviews"), len(stays), len(goes), len(stays | goes))


def move_reviews(event: CustomersMerged) -> None:
    """Make what one customer wrote the other's; of two reviews of one product the better one to have stays.

    That is the one that everybody sees, then the newer one. Whoever asked for no mails about reviews is asked for none.
    """
    theirs = list(Review.objects.filter(customer_id=event.goes_id).order_by("product_id"))
    kept = {row.product_id: row for row in Review.objects.filter(customer_id=event.stays_id)}
    lock_products([row.product_id for row in theirs])
    for row in theirs:
        other = kept.get(row.product_id)
        if other is not None:
            _better, worse = sorted((row, other), key=_worth, reverse=True)
            remove(worse)
    Review.objects.filter(customer_id=event.goes_id).update(customer_id=event.stays_id)
    if Refusal.objects.filter(email=event.goes_email).exists():
        Refusal.objects.get_or_create(email=event.stays_email, defaults={"created_at": event.now})


def remove_reviews(event: CustomerErased) -> None:
    """Remove what the customer wrote, with its photos; the products' ratings follow."""
    rows = list(Review.objects.filter(customer_id=event.customer_id).order_by("product_id"))
    lock_products([row.product_id for row in rows])
    for row in rows:
        remove(row)
    Refusal.objects.filter(email=event.email).delete()


def _written_by(customer_id: int) -> "QuerySet[Review, int]":
    return Review.objects.filter(customer_id=customer_id).values_list("product_id", flat=True)


def _worth(review: Review) -> tuple[bool, datetime, int]:
    return review.status == ReviewStatus.APPROVED, review.updated_at, review.pk
