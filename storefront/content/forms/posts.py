"""What the editor of a blog post sends."""

import re
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storefront.catalog.forms.fields import ACCEPTED
from storefront.catalog.forms.text import html_from_text, text_from_html
from storefront.catalog.forms.translated import SaidText
from storefront.content.forms.pages import HIDDEN, LATER, NOW, SAID, PlannedForm
from storefront.content.models import Post
from storefront.content.services import PostDraft

_COMMAS = re.compile(r"[,，、;；\n]")


class PostForm(PlannedForm):
    """A post: words, picture, and when shoppers see it."""

    said: ClassVar[tuple[SaidText, ...]] = (
        SAID[0],
        SaidText("excerpt", _("In one or two sentences"), 400, rows=2),
        *SAID[1:],
    )
    excerpt = forms.CharField(
        label=_("In one or two sentences"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in lists and under the title."),
    )
    handle = forms.CharField(
        label=_("Address"), required=False, max_length=100, help_text=_("Empty makes one of the title.")
    )
    author_name = forms.CharField(
        label=_("Written by"), required=False, max_length=120, help_text=_("Shown to shoppers. Empty shows nobody.")
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=500,
        help_text=_("With commas between: care, coffee, behind the scenes"),
    )
    cover = forms.FileField(label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}))
    cover_alt = forms.CharField(
        label=_("What the picture shows"), required=False, max_length=200, help_text=_("For those who cannot see it.")
    )

    def draft(self, post: Post, *, now: datetime) -> PostDraft:
        """Return what was typed as the services take it; a post that shoppers see keeps its day."""
        data = self.cleaned_data
        return PostDraft(
            title=data["title"],
            body_html=html_from_text(data["body"]),
            handle=data["handle"],
            excerpt=data["excerpt"],
            author_name=data["author_name"],
            tags=_COMMAS.split(data["tags"]),
            published_at=self._moment(post, now=now),
            seo_title=data["seo_title"],
            seo_description=data["seo_description"],
            cover_alt=data["cover_alt"],
            translations=self.translations(),
        )

    def _moment(self, post: Post, *, now: datetime) -> datetime | None:
        state: str = self.cleaned_data["state"]
        if state == LATER:
            typed: datetime | None = self.cleaned_data["published_at"]
            return typed
        if state == NOW:
            is_shown = post.published_at is not None and post.published_at <= now
            return post.published_at if is_shown else now
        return None


def first_values(post: Post, *, now: datetime) -> dict[str, Any]:
    """Return what the post's fields hold before anybody types."""
    moment = post.published_at
    state = HIDDEN if moment is None else NOW if moment <= now else LATER
    return {
        "title": post.title,
        "excerpt": post.excerpt,
        "body": text_from_html(post.body_html),
        "handle": post.handle,
        "author_name": post.author_name,
        "tags": ", ".join(post.tags),
        "cover_alt": post.cover.get("alt", ""),
        "state": state,
        "published_at": timezone.localtime(moment) if moment and state == LATER else None,
        "seo_title": post.seo_title,
        "seo_description": post.seo_description,
    }
