"""What content adds to the storefront's templates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from storefront.catalog.jinja import picture
from storefront.catalog.translations import say
from storefront.content.models import Post


def long_date(at: datetime) -> str:
    """Return the day in words, as the reader writes it and in the store's time zone."""
    return date_format(timezone.localtime(at), "DATE_FORMAT")


def shown_posts(posts: Iterable[Post]) -> list[dict[str, Any]]:
    """Return posts as the list macro draws them."""
    return [
        {
            "url": reverse("post", args=[post.handle]),
            "title": say(post, "title"),
            "excerpt": say(post, "excerpt"),
            "picture": picture(post.cover),
            "published_at": post.published_at,
        }
        for post in posts
    ]
