"""Discounts to use, made by the services that make them in the dashboard."""

from datetime import datetime, timedelta
from typing import Any

from storefront.discounts.models import Promotion
from storefront.discounts.services import PromotionFacts, add_code, save_promotion


def make_promotion(now: datetime, *, code: str | None = "", **facts: Any) -> Promotion:
    """Return a discount, automatic unless it is given a code or none at all (then codes are made later)."""
    known = {"title": "Ten off", "kind": "percent", "points": 1000, "starts_at": now - timedelta(days=1)}
    promotion = save_promotion(
        facts=PromotionFacts(**{**known, "is_automatic": code == "", **facts}),  # type: ignore[arg-type]
        now=now,
    )
    if code:
        add_code(promotion_id=promotion.pk, text=code, limit_count=None, now=now)
    return promotion
