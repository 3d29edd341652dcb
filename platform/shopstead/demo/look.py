"""A demo store's look and what it says besides its goods."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.html import escape

from core.tenancy import current_tenant
from storefront.content.enums import Policy
from storefront.content.models import Post
from storefront.content.services import PageDraft, save_policy
from storefront.theme.first_look import first_look
from storefront.theme.models import ThemeVersion
from storefront.theme.services import write_published

WIDTH, HEIGHT = 800, 1000


def picture_path(name: str) -> str:
    """Return where a demo picture lies in the store's media."""
    return f"demo/{name}.svg"


def write_look(store: dict[str, Any], *, now: datetime) -> None:
    """Write the store's look in place of the one that every new store begins with."""
    told = store["theme"]
    settings, sections = first_look(store_name=store["name"], language=store["language"])
    settings |= {"accent": told["accent"], "tint": told["hero_tint"], "announcement": told["announcement"]}
    values = {
        "hero": {
            **{name: told[f"hero_{name}"] for name in ("title", "text", "button", "link")},
            "wide": picture_path("hero-wide"),
            "tall": picture_path("hero-tall"),
        },
        "story": {
            **{name: told[f"story_{name}"] for name in ("title", "text", "link")},
            "picture": picture_path("story"),
        },
        "promises": {"promises": told["promises"]},
    }
    for section in sections:
        section["values"] |= values.get(section["kind"], {})
    ThemeVersion.objects.all().delete()
    write_published(settings=settings, sections=sections, actor="", now=now)


def write_content(store: dict[str, Any], *, now: datetime) -> None:
    """Write the store's policies and the posts of its blog."""
    tenant = current_tenant()
    for policy in Policy:
        with translation.override(tenant.language):
            draft = PageDraft(title=str(policy.label), body_html=_paragraphs(store["policies"][policy.value]))
        save_policy(policy=policy, draft=draft, tenant=tenant, now=now)
    Post.objects.bulk_create(
        Post(
            handle=f"post-{number}",
            title=post["title"],
            excerpt=post["excerpt"],
            body_html=_paragraphs(post["text"]),
            cover={"path": picture_path(post["cover"]), "width": WIDTH, "height": HEIGHT, "alt": ""},
            tags=post["tags"],
            author_name=post["author"],
            published_at=now - timedelta(days=post["days"]),
            created_at=now,
            updated_at=now,
        )
        for number, post in enumerate(store["posts"], start=1)
    )


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
