"""Change the posts of a store's blog."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.events import publish
from core.text import one_line
from storefront.catalog.services import clear_picture, sanitize_html, slugify_title, store_picture
from storefront.content.enums import Target
from storefront.content.errors import ContentRefused
from storefront.content.events import ContentChanged
from storefront.content.locks import lock_post
from storefront.content.models import Post
from storefront.content.services.menus import follow_handle
from storefront.content.services.pages import TEXT_LENGTH, choose_handle, tidy_translations

MOST_TAGS = 12
TAG_LENGTH = 40
ALT_LENGTH = 200
# /blog/tags/ is the way to what a tag has.
_TAKEN = frozenset({"tags"})


@dataclass(frozen=True, slots=True)
class PostDraft:
    """What an editor sends of a post; an empty handle is made from the title, no `published_at` is a draft."""

    title: str
    body_html: str = ""
    handle: str = ""
    excerpt: str = ""
    author_name: str = ""
    tags: Sequence[str] = ()
    published_at: datetime | None = None
    seo_title: str = ""
    seo_description: str = ""
    cover_alt: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)


def create_post(*, draft: PostDraft, now: datetime) -> Post:
    """Write a post.

    Raises: ContentRefused.
    """
    with transaction.atomic():
        post = Post(created_at=now)
        _write(post, draft, now=now)
    return post


def update_post(*, post_id: int, draft: PostDraft, now: datetime) -> Post:
    """Write a post anew; its old address leads to the new one.

    Raises: PostNotFound, ContentRefused.
    """
    with transaction.atomic():
        post = lock_post(post_id)
        before = post.handle
        _write(post, draft, now=now)
        if post.handle != before:
            follow_handle(kind=Target.POST, old_handle=before, new_handle=post.handle, now=now)
    return post


def set_post_cover(*, post_id: int, file: IO[bytes] | None, now: datetime) -> Post:
    """Give a post its picture, or take it away.

    Raises: PostNotFound, PictureRefused, StorageFull; it keeps the one it had then.
    """
    fresh: dict[str, Any] = {}
    if file is not None:
        path, width, height = store_picture(file, folder="posts")
        fresh = {"path": path, "width": width, "height": height, "alt": ""}
    try:
        with transaction.atomic():
            post = lock_post(post_id)
            before = post.cover
            post.cover = {**fresh, "alt": before.get("alt", "")} if fresh else {}
            post.updated_at = now
            post.save(update_fields=["cover", "updated_at"])
            _clear(before)
            publish(ContentChanged())
    except Exception:
        if fresh:
            clear_picture(fresh["path"])
        raise
    return post


def save_post(
    *, post_id: int | None, draft: PostDraft, cover: IO[bytes] | None, drops_cover: bool, now: datetime
) -> Post:
    """Write a post and its picture, both or neither; without `cover` it keeps the one it has unless that is dropped.

    Raises: PostNotFound, ContentRefused, PictureRefused, StorageFull.
    """
    with transaction.atomic():
        post = (
            create_post(draft=draft, now=now) if post_id is None else update_post(post_id=post_id, draft=draft, now=now)
        )
        if cover is not None or drops_cover:
            post = set_post_cover(post_id=post.pk, file=cover, now=now)
    return post


def delete_post(*, post_id: int) -> str:
    """Delete a post with its picture and return its title.

    Raises: PostNotFound.
    """
    with transaction.atomic():
        post = lock_post(post_id)
        post.delete()
        _clear(post.cover)
        publish(ContentChanged())
    return post.title


def tidy_tags(words: Sequence[str]) -> list[str]:
    """Return words as tags are kept: each once, in small letters, without a slash, as it stands in an address."""
    tidy = (" ".join(one_line(word).replace("/", " ").split()).lower()[:TAG_LENGTH].strip(" .") for word in words)
    return list(dict.fromkeys(word for word in tidy if word))[:MOST_TAGS]


def _write(post: Post, draft: PostDraft, *, now: datetime) -> None:
    if not draft.title.strip():
        raise ContentRefused(_("Write a title."), field="title")
    if len(draft.body_html) > TEXT_LENGTH:
        raise ContentRefused(_("This text is too long for one post."), field="body_html")
    post.handle = _choose(draft)
    if post.handle in _TAKEN or Post.objects.filter(handle=post.handle).exclude(pk=post.pk).exists():
        raise ContentRefused(_("Another post has this address."), field="handle")
    post.title, post.excerpt = draft.title.strip()[:200], draft.excerpt.strip()[:400]
    post.body_html = sanitize_html(draft.body_html)
    post.author_name, post.tags = draft.author_name.strip()[:120], tidy_tags(draft.tags)
    post.published_at = draft.published_at
    post.seo_title, post.seo_description = draft.seo_title.strip()[:200], draft.seo_description.strip()[:400]
    if post.cover:
        post.cover = {**post.cover, "alt": draft.cover_alt.strip()[:ALT_LENGTH]}
    post.translations = tidy_translations(
        draft.translations, texts=("title", "excerpt", "seo_title", "seo_description"), html="body_html"
    )
    post.updated_at = now
    post.save()
    publish(ContentChanged())


def _choose(draft: PostDraft) -> str:
    handle = choose_handle(draft.handle, draft.title)
    return handle.replace("page-", "post-", 1) if not slugify_title(draft.handle or draft.title) else handle


def _clear(cover: dict[str, Any]) -> None:
    if path := cover.get("path"):
        transaction.on_commit(lambda: clear_picture(path))
