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
from tenants.languages import list_others

WIDTH, HEIGHT = 800, 1000


def picture_path(name: str) -> str:
    """Return where a demo picture lies in the store's media."""
    return f"demo/{name}.svg"


def write_look(store: dict[str, Any], *, now: datetime) -> None:
    """Write the store's look in place of the one that every new store begins with."""
    told, said = store["theme"], store["texts"]["theme"]
    code = list_others(store["language"])[0]
    settings, sections = first_look(store_name=store["name"], language=store["language"])
    settings |= {"accent": told["accent"], "tint": told["hero_tint"], "announcement": told["announcement"]}
    settings["translations"] = {code: {"announcement": said["announcement"]}}
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
    words = {
        "hero": {name: said[f"hero_{name}"] for name in ("title", "text", "button")},
        "story": {name: said[f"story_{name}"] for name in ("title", "text")},
        "promises": {
            "promises": [{name: one[name] for name in ("title", "text")} for one in said["promises"]],
        },
    }
    for section in sections:
        section["values"] |= values.get(section["kind"], {})
        if section["kind"] in words:
            section["translations"] = {code: words[section["kind"]]}
    ThemeVersion.objects.all().delete()
    write_published(settings=settings, sections=sections, actor="", now=now)


def write_content(store: dict[str, Any], *, now: datetime) -> None:
    """Write the store's policies and the posts of its blog."""
    tenant, said = current_tenant(), store["texts"]
    code = list_others(store["language"])[0]
    for policy in Policy:
        with translation.override(code):
            words = {"title": str(policy.label), "body_html": _paragraphs(said["policies"][policy.value])}
        with translation.override(tenant.language):
            body = _paragraphs(store["policies"][policy.value])
            draft = PageDraft(title=str(policy.label), body_html=body, translations={code: words})
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
            translations={
                code: {"title": words["title"], "excerpt": words["excerpt"], "body_html": _paragraphs(words["text"])}
            },
            published_at=now - timedelta(days=post["days"]),
            created_at=now,
            updated_at=now,
        )
        for number, (post, words) in enumerate(zip(store["posts"], said["posts"], strict=True), start=1)
    )


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
