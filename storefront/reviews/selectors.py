"""Read reviews."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from storefront.catalog.models import Product
from storefront.catalog.selectors import active_products
from storefront.orders.enums import OrderStatus, PaymentStatus
from storefront.orders.models import OrderLine
from storefront.reviews.enums import HoldReason, ReviewSort, ReviewStatus
from storefront.reviews.errors import ReviewNotFound
from storefront.reviews.models import Refusal, Review, ReviewInvitation, ReviewReport, ReviewSettings

PER_PAGE = 10
PAID = (PaymentStatus.PAID, PaymentStatus.PARTLY_REFUNDED)
SORTS: dict[str, tuple[str, ...]] = {
    ReviewSort.NEWEST: ("-created_at", "-pk"),
    ReviewSort.BEST: ("-rating", "-created_at", "-pk"),
    ReviewSort.WORST: ("rating", "-created_at", "-pk"),
}
VIEWS: dict[str, Q] = {
    "waiting": Q(status=ReviewStatus.PENDING),
    "published": Q(status=ReviewStatus.APPROVED),
    "reported": Q(reports_count__gt=0) & ~Q(status=ReviewStatus.REJECTED),
    "rejected": Q(status=ReviewStatus.REJECTED),
    "all": Q(),
}
# Read together with the product (`storefront.catalog.page_parts`): how many gave how many stars, and the newest reviews.
REVIEWS_PART = """
    SELECT json_build_object(
        'stars', (SELECT json_object_agg(given.rating, given.reviews)
                    FROM (SELECT r.rating, count(*) AS reviews FROM reviews_review AS r
                           WHERE r.product_id = product.id AND r.status = 'approved' GROUP BY r.rating) AS given),
        'shown', (SELECT json_agg(newest ORDER BY newest.created_at DESC, newest.id DESC)
                    FROM (SELECT r.id, r.rating, r.title, r.body, r.name, r.photos, r.is_verified, r.reply, r.created_at
                            FROM reviews_review AS r WHERE r.product_id = product.id AND r.status = 'approved'
                           ORDER BY r.created_at DESC, r.id DESC LIMIT 5) AS newest))"""


@dataclass(frozen=True, slots=True)
class Rating:
    """What is approved of a product: `average` of 1 to 5, `stars` how many gave how many."""

    count: int
    average: float
    stars: Mapping[int, int]

    @property
    def rows(self) -> list[tuple[int, int]]:
        """(stars, how many), five stars first."""
        return [(number, self.stars.get(number, 0)) for number in range(5, 0, -1)]


@dataclass(frozen=True, slots=True)
class ReviewSlot:
    """What a product's page shows of its reviews."""

    rating: Rating
    reviews: list[dict[str, Any]]


def read_slot(part: Mapping[str, Any] | None) -> ReviewSlot:
    """Return the slot from what REVIEWS_PART read."""
    found = part or {}
    rows = list(found.get("shown") or [])
    for row in rows:
        row["created_at"] = datetime.fromisoformat(str(row["created_at"]))
    return ReviewSlot(
        rating=_rating({int(number): count for number, count in (found.get("stars") or {}).items()}), reviews=rows
    )


def get_slot(product_id: int) -> ReviewSlot:
    """Return the rating and the newest reviews of a product, in one query; nothing in it depends on who looks."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({REVIEWS_PART})::text FROM catalog_product AS product WHERE id = %s", [product_id])  # noqa: S608
        row = cursor.fetchone()
    return read_slot(json.loads(row[0]) if row else None)


def find_rating(product: Product) -> tuple[float, int] | None:
    """Return (average of 1 to 5, how many reviews) as the product's row repeats it, or None without a review.

    For schema.org/AggregateRating: it is there only where somebody has really written.
    """
    if not product.reviews_count:
        return None
    return round(product.rating_sum / product.reviews_count, 2), product.reviews_count


def get_rating(product_id: int) -> Rating:
    """Return how many approved reviews gave how many stars."""
    shown = Review.objects.filter(product_id=product_id, status=ReviewStatus.APPROVED)
    return _rating(dict(shown.values_list("rating").annotate(count=Count("pk"))))


def list_shown(
    product_id: int, *, sort: str = ReviewSort.NEWEST, stars: int | None = None, with_photos: bool = False
) -> QuerySet[Review]:
    """Return the approved reviews of a product, of these stars, with photos only, in an order of `SORTS`."""
    rows = Review.objects.filter(product_id=product_id, status=ReviewStatus.APPROVED)
    if stars is not None:
        rows = rows.filter(rating=stars)
    if with_photos:
        rows = rows.exclude(photos=[])
    return rows.order_by(*SORTS.get(sort, SORTS[ReviewSort.NEWEST]))


def find_shown(review_id: int) -> Review | None:
    """Return an approved review with its product, or None."""
    return Review.objects.select_related("product").filter(pk=review_id, status=ReviewStatus.APPROVED).first()


def find_own(*, customer_id: int, product_id: int) -> Review | None:
    """Return what the customer has said of the product, or None."""
    return Review.objects.filter(customer_id=customer_id, product_id=product_id).first()


def list_own(customer_id: int) -> list[Review]:
    """Return the customer's reviews with their products, newest first."""
    return list(Review.objects.select_related("product").filter(customer_id=customer_id).order_by("-updated_at", "-pk"))


def list_unreviewed(customer_id: int, limit: int = 12) -> list[Product]:
    """Return what the customer bought and has not reviewed yet, newest product first."""
    bought = _bought(customer_id).filter(product_id=OuterRef("pk"))
    said = Review.objects.filter(customer_id=customer_id, product_id=OuterRef("pk"))
    return list(active_products().filter(Exists(bought)).exclude(Exists(said)).order_by("-pk")[:limit])


def has_bought(*, customer_id: int, product_id: int) -> bool:
    """Tell whether the customer paid for the product and has not got all of the money back."""
    return _bought(customer_id).filter(product_id=product_id).exists()


def get_settings() -> ReviewSettings:
    """Return how the store treats reviews, as it is set or as it begins."""
    return ReviewSettings.objects.filter(pk=1).first() or ReviewSettings()


def list_reviews(*, view: str, text: str = "", stars: int | None = None) -> QuerySet[Review]:
    """Return the merchant's rows of a view, found by text, product or name, what waited longest first in the queue."""
    rows = Review.objects.select_related("product", "customer").filter(VIEWS.get(view, VIEWS["all"]))
    if text:
        rows = rows.filter(
            Q(title__icontains=text)
            | Q(body__icontains=text)
            | Q(name__icontains=text)
            | Q(product__title__icontains=text)
        )
    if stars is not None:
        rows = rows.filter(rating=stars)
    return rows.order_by("created_at", "pk") if view == "waiting" else rows.order_by("-created_at", "-pk")


def count_views() -> dict[str, int]:
    """Return how many reviews each view holds, in one query."""
    found: dict[str, int] = Review.objects.aggregate(
        **{name: Count("pk", filter=condition or None) for name, condition in VIEWS.items()}
    )
    return found


def waiting_reviews() -> QuerySet[Review]:
    """Return the reviews that wait for the merchant."""
    return Review.objects.filter(status=ReviewStatus.PENDING)


def get_review(review_id: int) -> Review:
    """Return a review with its product and customer. Raises: ReviewNotFound."""
    review = Review.objects.select_related("product", "customer").filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound(_("This review is gone. Its writer may have deleted it."))
    return review


def list_reports(review: Review) -> list[ReviewReport]:
    """Return what shoppers said against a review, newest first."""
    return list(review.reports.order_by("-pk")[:20])


def list_of_customer(customer_id: int, limit: int = 5) -> tuple[list[Review], int]:
    """Return the customer's newest reviews and how many there are, for the merchant."""
    rows = Review.objects.select_related("product").filter(customer_id=customer_id)
    return list(rows.order_by("-pk")[:limit]), rows.count()


def find_invitation(invitation_id: int, *, now: datetime) -> ReviewInvitation | None:
    """Return an invitation that still counts, with its order, or None."""
    return (
        ReviewInvitation.objects.select_related("order__customer")
        .filter(pk=invitation_id, expires_at__gt=now, order__customer__erased_at__isnull=True)
        .exclude(order__status=OrderStatus.CANCELED)
        .first()
    )


def list_invited(invitation: ReviewInvitation) -> list[tuple[Product, Review | None]]:
    """Return the goods of an invitation's order that are still for sale, each with what was said of it."""
    customer_id = invitation.order.customer_id or 0
    wanted = OrderLine.objects.filter(order=invitation.order_id).values("product_id")
    products = list(active_products().filter(pk__in=Subquery(wanted)).order_by("pk"))
    said = {
        review.product_id: review
        for review in Review.objects.filter(customer_id=customer_id, product__in=[product.pk for product in products])
    }
    return [(product, said.get(product.pk)) for product in products]


def is_refused(email: str) -> bool:
    """Tell whether somebody wants no invitations."""
    return Refusal.objects.filter(email=email.strip().lower()).exists()


def describe_hold(review: Review) -> str:
    """Return in words why the review waits; empty where it does not."""
    if review.status != ReviewStatus.PENDING or not review.hold_reason:
        return ""
    return str(HoldReason(review.hold_reason).label)


def _bought(customer_id: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        order__customer_id=customer_id, order__payment_status__in=PAID, order__status=OrderStatus.OPEN
    )


def _rating(stars: Mapping[int, int]) -> Rating:
    count = sum(stars.values())
    total = sum(number * given for number, given in stars.items())
    return Rating(count=count, average=round(total / count, 1) if count else 0.0, stars=stars)
