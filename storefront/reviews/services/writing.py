"""A shopper writes a review, changes it, takes it back, or reports another's."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from core.tenancy import after_commit
from core.text import one_line
from storefront.catalog.locks import lock_product
from storefront.catalog.services import clear_picture, store_picture, write_rating
from storefront.customers.locks import lock_customer
from storefront.reviews.enums import HoldReason, PublishMode, ReportReason, ReviewStatus
from storefront.reviews.errors import ReviewNotFound, ReviewRefused
from storefront.reviews.locks import lock_review
from storefront.reviews.models import Review, ReviewReport
from storefront.reviews.selectors import get_settings, has_bought
from storefront.reviews.words import clean_lines, find_hold

MOST_PHOTOS = 4
REPORTS_THAT_HOLD = 3
FOLDER = "reviews"


def save_review(
    *,
    customer_id: int,
    product_id: int,
    rating: int,
    title: str,
    body: str,
    name: str,
    language: str,
    now: datetime,
    photos: Sequence[IO[bytes]] = (),
    keep_photos: Sequence[str] = (),
) -> Review:
    """Write the customer's review of a product, or change the one there is; it is published or held by the store's rules.

    `keep_photos` are the paths of those that stay; `photos` are new files, decoded and encoded anew.
    Raises: ReviewRefused, PictureRefused, StorageFull, ProductNotFound, CustomerNotFound; nothing is written then.
    """
    words = _check(rating=rating, title=title, body=body, name=name)
    stored = _store_photos(photos, room=MOST_PHOTOS - min(len(keep_photos), MOST_PHOTOS))
    try:
        with transaction.atomic():
            lock_product(product_id)
            lock_customer(customer_id)
            review = Review.objects.select_for_update().filter(customer_id=customer_id, product_id=product_id).first()
            review = review or Review(customer_id=customer_id, product_id=product_id, created_at=now)
            kept = [photo for photo in review.photos if photo["path"] in set(keep_photos)][:MOST_PHOTOS]
            gone = [photo["path"] for photo in review.photos if photo not in kept]
            for column, value in words.items():
                setattr(review, column, value)
            review.photos = [*kept, *stored][:MOST_PHOTOS]
            review.language, review.updated_at = language, now
            review.is_verified = has_bought(customer_id=customer_id, product_id=product_id)
            hold = _still_held(review) or decide(review)
            review.status = ReviewStatus.PENDING if hold else ReviewStatus.APPROVED
            review.hold_reason, review.rejected_because = hold or "", ""
            review.decided_at = None if hold else now
            review.save()
            recount(product_id)
            after_commit(lambda: _clear(gone))
    except Exception:
        _clear([photo["path"] for photo in stored])
        raise
    return review


def delete_review(*, review_id: int, customer_id: int) -> None:
    """Take the customer's own review back for good. Raises: ReviewNotFound, also for somebody else's."""
    with transaction.atomic():
        review = lock_review(review_id)
        if review.customer_id != customer_id:
            raise ReviewNotFound(_("This review is not there any more."))
        remove(review)


def report_review(*, review_id: int, reporter: str, reason: str, note: str, now: datetime) -> bool:
    """Write that somebody wants a review gone; the third such person holds it. Return whether this person's is new.

    Raises: ReviewNotFound, ReviewRefused.
    """
    if reason not in ReportReason.values:
        raise ReviewRefused(_("Choose what is wrong with it."), field="reason")
    with transaction.atomic():
        review = lock_review(review_id)
        _report, is_new = ReviewReport.objects.get_or_create(
            review=review,
            reporter=reporter,
            defaults={"reason": reason, "note": one_line(note, limit=300).strip(), "created_at": now},
        )
        if is_new:
            review.reports_count += 1
            is_held = review.reports_count >= REPORTS_THAT_HOLD and review.hold_reason != HoldReason.REPORTED
            if is_held and review.status == ReviewStatus.APPROVED:
                review.status, review.hold_reason = ReviewStatus.PENDING, HoldReason.REPORTED
            review.save(update_fields=["reports_count", "status", "hold_reason"])
            recount(review.product_id)
    return is_new


def decide(review: Review) -> HoldReason | None:
    """Return why the review has to wait for the merchant, or None where it is published at once."""
    chosen = get_settings()
    if chosen.publish_mode == PublishMode.HOLD:
        return HoldReason.ALL
    found = find_hold(f"{review.title}\n{review.body}\n{review.name}", blocked=chosen.blocked_words)
    return found or (None if review.is_verified else HoldReason.STRANGER)


def recount(product_id: int) -> None:
    """Write anew what the product's row repeats of its approved reviews; the caller holds the product."""
    found: dict[str, Any] = Review.objects.filter(product_id=product_id, status=ReviewStatus.APPROVED).aggregate(
        total=Sum("rating"), count=Count("pk")
    )
    write_rating(product_id=product_id, rating_sum=found["total"] or 0, reviews_count=found["count"])


def remove(review: Review) -> None:
    """Delete a held review with its photos; the caller holds the product."""
    paths = [photo["path"] for photo in review.photos]
    review.delete()
    recount(review.product_id)
    after_commit(lambda: _clear(paths))


def _still_held(review: Review) -> HoldReason | None:
    """A new wording opens no door that the merchant or other shoppers have closed."""
    if review.status == ReviewStatus.REJECTED:
        return HoldReason.AGAIN
    kept = (HoldReason.AGAIN, HoldReason.REPORTED)
    return HoldReason(review.hold_reason) if review.hold_reason in kept else None


def _check(*, rating: int, title: str, body: str, name: str) -> dict[str, Any]:
    words = {
        "rating": rating,
        "title": one_line(title, limit=120).strip(),
        "body": clean_lines(body),
        "name": one_line(name, limit=60).strip(),
    }
    if not 1 <= rating <= 5:
        raise ReviewRefused(_("Choose one to five stars."), field="rating")
    if not words["body"]:
        raise ReviewRefused(_("Say in a few words how it is."), field="body")
    if not words["name"]:
        raise ReviewRefused(_("Say how you want to be called."), field="name")
    return words


def _store_photos(photos: Sequence[IO[bytes]], *, room: int) -> list[dict[str, Any]]:
    if len(photos) > room:
        raise ReviewRefused(_("A review has at most four photos."), field="photos")
    stored: list[dict[str, Any]] = []
    try:
        for photo in photos:
            path, width, height = store_picture(photo, folder=FOLDER)
            stored.append({"path": path, "width": width, "height": height})
    except Exception:
        _clear([photo["path"] for photo in stored])
        raise
    return stored


def _clear(paths: Sequence[str]) -> None:
    for path in paths:
        clear_picture(path)
