"""The merchant decides on reviews and answers them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import ShopsteadError
from core.text import one_line
from storefront.reviews.enums import PublishMode, ReviewStatus
from storefront.reviews.errors import ReviewRefused, ReviewStateRefused
from storefront.reviews.locks import lock_review
from storefront.reviews.models import Review, ReviewSettings
from storefront.reviews.services.writing import recount
from storefront.reviews.words import clean_lines

MOST_AT_ONCE = 100
MOST_WORDS = 200
LONGEST_REPLY = 2000


def approve_review(*, review_id: int, now: datetime) -> Review:
    """Publish a review; what was reported of it is settled. Raises: ReviewNotFound."""
    with transaction.atomic():
        review = lock_review(review_id)
        review.status, review.hold_reason, review.rejected_because = ReviewStatus.APPROVED, "", ""
        review.reports_count, review.decided_at = 0, now
        review.save(update_fields=["status", "hold_reason", "rejected_because", "reports_count", "decided_at"])
        review.reports.all().delete()
        recount(review.product_id)
    return review


def reject_review(*, review_id: int, reason: str, now: datetime) -> Review:
    """Keep a review from everybody but its writer, who reads the reason. Raises: ReviewNotFound."""
    with transaction.atomic():
        review = lock_review(review_id)
        review.status, review.hold_reason = ReviewStatus.REJECTED, ""
        review.rejected_because, review.decided_at = one_line(reason, limit=300).strip(), now
        review.save(update_fields=["status", "hold_reason", "rejected_because", "decided_at"])
        recount(review.product_id)
    return review


def decide_reviews(*, review_ids: Iterable[int], is_approved: bool, reason: str = "", now: datetime) -> int:
    """Publish or reject several reviews and return how many it were; those that are gone are passed over."""
    count = 0
    for review_id in sorted(set(review_ids))[:MOST_AT_ONCE]:
        try:
            if is_approved:
                approve_review(review_id=review_id, now=now)
            else:
                reject_review(review_id=review_id, reason=reason, now=now)
        except ShopsteadError:
            continue
        count += 1
    return count


def reply_to_review(*, review_id: int, text: str, now: datetime) -> Review:
    """Answer a review for everybody to read; an empty text takes the answer away.

    Raises: ReviewNotFound, ReviewStateRefused for one that nobody sees.
    """
    with transaction.atomic():
        review = lock_review(review_id)
        reply = clean_lines(text, limit=LONGEST_REPLY)
        if reply and review.status != ReviewStatus.APPROVED:
            raise ReviewStateRefused(_("Publish the review first: nobody could read your answer."))
        review.reply, review.replied_at = reply, now if reply else None
        review.save(update_fields=["reply", "replied_at"])
        recount(review.product_id)
    return review


def save_settings(
    *, publish_mode: str, blocked_words: Sequence[str], sends_invitations: bool, invite_after_days: int
) -> ReviewSettings:
    """Set how the store treats reviews from now on. Raises: ReviewRefused."""
    if publish_mode not in PublishMode.values:
        raise ReviewRefused(_("Choose when reviews are published."), field="publish_mode")
    if not 1 <= invite_after_days <= 30:
        raise ReviewRefused(_("Choose 1 to 30 days."), field="invite_after_days")
    words = dict.fromkeys(word for entry in blocked_words if (word := one_line(entry, limit=60).strip()))
    chosen, _made = ReviewSettings.objects.update_or_create(
        pk=1,
        defaults={
            "publish_mode": publish_mode,
            "blocked_words": list(words)[:MOST_WORDS],
            "sends_invitations": sends_invitations,
            "invite_after_days": invite_after_days,
        },
    )
    return chosen
