"""Change a store's own pages and policies."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.html import escape
from django.utils.translation import gettext as _

from core.events import publish
from core.ids import new_token
from core.outbox.services import enqueue
from core.tenancy import current_tenant
from storefront.catalog.services import sanitize_html, slugify_title
from storefront.content.default_pages import DEFAULT_PAGES
from storefront.content.enums import Policy, Target
from storefront.content.errors import ContentRefused
from storefront.content.events import ContentChanged
from storefront.content.locks import lock_page
from storefront.content.models import Page
from storefront.content.policies import find_gaps, write_template
from storefront.content.services.menus import follow_handle
from tenants.languages import list_others

PUBLISH_TASK = "storefront.content.publish_due"
LATEST = timedelta(days=5 * 366)
_WAKES_WITHIN = timedelta(days=1)
HANDLE_LENGTH = 100
TEXT_LENGTH = 200_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageDraft:
    """What an editor sends of a page; an empty handle is made from the title, `planned_at` shows a hidden page by itself."""

    title: str
    body_html: str
    handle: str = ""
    is_published: bool = True
    in_footer: bool = True
    seo_title: str = ""
    seo_description: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    planned_at: datetime | None = None


def create_page(*, draft: PageDraft, now: datetime) -> Page:
    """Make a page, the last of the footer.

    Raises: ContentRefused.
    """
    with transaction.atomic():
        last = Page.objects.filter(policy="").aggregate(last=Max("position"))["last"] or 0
        page = Page(position=last + 1)
        _write(page, draft, now=now)
    return page


def update_page(*, page_id: int, draft: PageDraft, now: datetime) -> Page:
    """Write a page anew; its old address leads to the new one.

    Raises: PageNotFound, ContentRefused.
    """
    with transaction.atomic():
        page = lock_page(page_id)
        before = page.handle
        _write(page, draft, now=now)
        if page.handle != before:
            follow_handle(kind=Target.PAGE, old_handle=before, new_handle=page.handle, now=now)
    return page


def set_page_published(*, page_id: int, is_published: bool, now: datetime) -> None:
    """Show a page to shoppers, or put it away.

    Raises: PageNotFound.
    """
    with transaction.atomic():
        page = lock_page(page_id)
        Page.objects.filter(pk=page.pk).update(is_published=is_published, planned_at=None, updated_at=now)
        publish(ContentChanged())


def publish_due(*, now: datetime) -> int:
    """Show the pages whose moment has come and return how many there were; twice shows nothing twice."""
    with transaction.atomic():
        due = Page.objects.filter(is_published=False, planned_at__lte=now)
        pages = list(due.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        if pages:
            Page.objects.filter(pk__in=pages).update(is_published=True, planned_at=None, updated_at=now)
            publish(ContentChanged())
            logger.info("%s planned pages published", len(pages))
    return len(pages)


def delete_page(*, page_id: int) -> str:
    """Delete a page and return its title.

    Raises: PageNotFound.
    """
    with transaction.atomic():
        page = lock_page(page_id)
        page.delete()
        publish(ContentChanged())
    return page.title


def write_policy(*, policy: Policy, tenant: Any, now: datetime, is_published: bool = False) -> Page:
    """Begin a policy from the template for the store's country and language; one that is there stays as it is."""
    title, body = write_template(
        policy, language=tenant.language, country=tenant.country, store=tenant.name, email=tenant.contact_email
    )
    defaults = {
        "handle": f"policy-{policy.value}", "title": title, "body_html": body, "is_published": is_published,
        "in_footer": True, "position": 100 + list(Policy).index(policy), "updated_at": now,
    }  # fmt: skip
    with transaction.atomic():
        page, made = Page.objects.get_or_create(policy=policy, defaults=defaults)
        if made:
            publish(ContentChanged())
    return page


def save_policy(*, policy: Policy, draft: PageDraft, tenant: Any, now: datetime) -> Page:
    """Write a policy, the first time or anew; one that shoppers are to see has none of its template's gaps left.

    Raises: ContentRefused.
    """
    spoken = [draft.translations.get(language, {}) for language in tenant.further_languages]
    texts = [draft.body_html, *(words.get("body_html", "") for words in spoken)]
    gaps = [gap for text in texts for gap in find_gaps(policy, text)]
    if draft.is_published and gaps:
        raise ContentRefused(
            _("Fill in %(gap)s first, or keep the policy hidden until you know.") % {"gap": gaps[0]}, field="body_html"
        )
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=write_policy(policy=policy, tenant=tenant, now=now).pk)
        _write(page, draft, now=now)
    return page


def furnish_pages(*, store_name: str, email: str, language: str, now: datetime) -> None:
    """Give a new store its About, Delivery, Returns and Privacy pages, in all languages; pages that are there stay."""
    others = {code: _first_texts(code, store_name, email) for code in list_others(language)}
    Page.objects.bulk_create(
        [
            Page(
                handle=handle,
                title=title,
                body_html=body,
                translations={
                    code: {"title": texts[handle][0], "body_html": sanitize_html(texts[handle][1])}
                    for code, texts in others.items()
                    if handle in texts
                },
                position=position,
                updated_at=now,
            )
            for position, (handle, (title, body)) in enumerate(
                _first_texts(language, store_name, email).items(), start=1
            )
        ],
        ignore_conflicts=True,
    )


def _first_texts(language: str, store_name: str, email: str) -> dict[str, tuple[str, str]]:
    """Return the title and the text of the pages that a store begins with, by handle."""
    words = {"store": escape(store_name), "email": escape(email)}
    written = DEFAULT_PAGES.get(language, DEFAULT_PAGES["en"])
    return {handle: (title, body.format(**words)) for handle, title, body in written}


def tidy_translations(
    told: dict[str, dict[str, str]], *, texts: tuple[str, ...], html: str
) -> dict[str, dict[str, str]]:
    """Keep the fields that have a text in another language; what is shown as HTML is cleaned."""
    tidy = {}
    for language, words in told.items():
        kept = {name: str(words.get(name, "")).strip()[:400] for name in texts}
        kept[html] = sanitize_html(str(words.get(html, ""))[:TEXT_LENGTH])
        if kept := {name: text for name, text in kept.items() if text}:
            tidy[language] = kept
    return tidy


def choose_handle(handle: str, title: str) -> str:
    """Return an address made from what was typed, or from the title."""
    return (slugify_title(handle) or slugify_title(title) or f"page-{new_token()[:8]}")[:HANDLE_LENGTH].strip("-")


def _write(page: Page, draft: PageDraft, *, now: datetime) -> None:
    if not draft.title.strip():
        raise ContentRefused(_("Write a title."), field="title")
    if len(draft.body_html) > TEXT_LENGTH:
        raise ContentRefused(_("This text is too long for one page."), field="body_html")
    if not page.policy:
        page.handle = choose_handle(draft.handle, draft.title)
        if Page.objects.filter(handle=page.handle).exclude(pk=page.pk).exists():
            raise ContentRefused(_("Another page has this address."), field="handle")
    before, page.body_html = page.body_html, sanitize_html(draft.body_html)
    page.title = draft.title.strip()[:200]
    page.is_published, page.in_footer = draft.is_published, draft.in_footer
    page.planned_at = None if draft.is_published else draft.planned_at
    if page.planned_at is not None:
        _wake(page.planned_at, now)
    page.seo_title, page.seo_description = draft.seo_title.strip()[:200], draft.seo_description.strip()[:400]
    page.translations = tidy_translations(
        draft.translations, texts=("title", "seo_title", "seo_description"), html="body_html"
    )
    if sanitize_html(before) != page.body_html:
        _drop_first_texts(page)
    page.updated_at = now
    page.save()
    publish(ContentChanged())


def _drop_first_texts(page: Page) -> None:
    """Take away the texts in other languages that came with the store: they say what the merchant has just changed."""
    tenant = current_tenant()
    for code, words in page.translations.items():
        _title, first = _first_texts(code, tenant.name, tenant.contact_email).get(page.handle, ("", ""))
        if first and words.get("body_html") == sanitize_html(first):
            del words["body_html"]


def _wake(moment: datetime, now: datetime) -> None:
    """Have the page shown at its moment; one that is far away is found by the hourly look.

    Raises: ContentRefused.
    """
    if moment > now + LATEST:
        raise ContentRefused(_("Choose a moment within the next five years."), field="published_at")
    if moment <= now + _WAKES_WITHIN:
        enqueue(task=PUBLISH_TASK, available_at=moment)
