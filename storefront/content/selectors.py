"""Read what a store says besides its goods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from storefront.content.enums import Consent, Place
from storefront.content.errors import PageNotFound, PostNotFound
from storefront.content.models import Menu, NewsletterConsent, Page, Post, Redirect
from storefront.content.paths import normalize
from storefront.customers.models import Consent as CustomerConsent

POSTS_A_PAGE = 12
FEED_POSTS = 20


def get_page(handle: str) -> Page:
    """Return a published page.

    Raises: PageNotFound.
    """
    page = Page.objects.filter(handle=handle, is_published=True).first()
    if page is None:
        raise PageNotFound(_("There is no such page."))
    return page


def get_policy(policy: str) -> Page:
    """Return a published policy.

    Raises: PageNotFound.
    """
    page = Page.objects.filter(policy=policy, is_published=True).exclude(policy="").first()
    if page is None:
        raise PageNotFound(_("There is no such page."))
    return page


def get_any_page(page_id: int) -> Page:
    """Return a page of the store's own, published or not, for the merchant.

    Raises: PageNotFound.
    """
    page = Page.objects.filter(pk=page_id, policy="").first()
    if page is None:
        raise PageNotFound(_("There is no such page. Somebody may have deleted it a moment ago."))
    return page


def list_pages(*, query: str = "") -> QuerySet[Page]:
    """Return the merchant's pages that are no policies, in the footer's order."""
    pages = Page.objects.filter(policy="").order_by("position", "id").defer("body_html")
    return pages.filter(Q(title__icontains=query) | Q(handle__icontains=query)) if query else pages


def list_policies() -> dict[str, Page]:
    """Return the policies that are written, by their name."""
    return {page.policy: page for page in Page.objects.exclude(policy="").defer("body_html")}


def find_policy(policy: str, *, locked: bool = False) -> Page | None:
    """Return a policy, published or not, for the merchant; None where it was never written."""
    pages = Page.objects.select_for_update() if locked else Page.objects.all()
    return pages.filter(policy=policy).exclude(policy="").first()


def published_posts(*, now: datetime) -> QuerySet[Post]:
    """Return the posts that shoppers may read, newest first."""
    return Post.objects.filter(published_at__lte=now).order_by("-published_at", "-id")


def list_posts(*, now: datetime, tag: str = "", page: int = 1) -> tuple[list[Post], int, int]:
    """Return one page of posts without their text, its number and how many pages there are."""
    posts = published_posts(now=now).defer("body_html")
    if tag:
        posts = posts.filter(tags__contains=[tag])
    count = max(1, -(-posts.count() // POSTS_A_PAGE))
    number = min(max(1, page), count)
    return list(posts[(number - 1) * POSTS_A_PAGE : number * POSTS_A_PAGE]), number, count


def get_post(handle: str, *, now: datetime) -> Post:
    """Return a post that shoppers may read.

    Raises: PostNotFound.
    """
    post = published_posts(now=now).filter(handle=handle).first()
    if post is None:
        raise PostNotFound(_("There is no such post."))
    return post


def get_any_post(post_id: int) -> Post:
    """Return a post in whatever state it is, for the merchant.

    Raises: PostNotFound.
    """
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(_("There is no such post. Somebody may have deleted it a moment ago."))
    return post


def all_posts(*, query: str = "") -> QuerySet[Post]:
    """Return the merchant's posts: drafts first, then by date."""
    posts = Post.objects.order_by("-published_at", "-id").defer("body_html")
    return posts.filter(Q(title__icontains=query) | Q(author_name__icontains=query)) if query else posts


def find_menu(place: Place, *, locked: bool = False) -> Menu | None:
    """Return what the merchant put into a menu; None where the store's own links stand."""
    menus = Menu.objects.select_for_update() if locked else Menu.objects.all()
    return menus.filter(place=place).first()


def find_redirect(path: str) -> str | None:
    """Return where an old path of this store leads now."""
    if "\x00" in path:
        return None
    return Redirect.objects.filter(from_path=normalize(path)).values_list("to_path", flat=True).first()


def list_redirects(*, query: str = "") -> QuerySet[Redirect]:
    """Return the redirects, newest first."""
    rows = Redirect.objects.order_by("-created_at", "-id")
    return rows.filter(Q(from_path__icontains=query) | Q(to_path__icontains=query)) if query else rows


def find_consent(email: str) -> str | None:
    """Return the latest line of the newsletter's ledger for an address: one of `Consent`."""
    return (
        NewsletterConsent.objects.filter(email=email.lower()).order_by("-id").values_list("consent", flat=True).first()
    )


def list_consent_lines(*, text: str = "", said: str = "", email: str = "") -> "QuerySet[Any, dict[str, Any]]":
    """Return the ledger of who may be written to, newest first: of accounts and of letters together.

    Each row has email, kind (of `ConsentKind`, or ``letters``), said (of `Consent`), place, words and created_at. `text` is
    looked for in the address, `said` keeps lines that say this, `email` those of one person.
    """
    accounts = CustomerConsent.objects.annotate(
        at=F("created_at"),
        email=F("customer__email"),
        said=Case(When(is_given=True, then=Value(Consent.GIVEN.value)), default=Value(Consent.TAKEN_BACK.value)),
        about=F("kind"),
        where=F("place"),
        read=F("words"),
    )
    letters = NewsletterConsent.objects.annotate(
        at=F("created_at"),
        said=F("consent"),
        about=Value("letters", CharField()),
        where=F("source"),
        read=F("wording"),
    )
    names = ("at", "email", "said", "about", "where", "read")
    asked = Q(email__icontains=text) if text else Q()
    asked &= Q(said=said) if said else Q()
    asked &= Q(email=email) if email else Q()
    lines: QuerySet[Any, dict[str, Any]] = accounts.filter(asked).values(*names)
    return lines.union(letters.filter(asked).values(*names), all=True).order_by("-at")


def list_given_consents(emails: Sequence[str] | None = None) -> QuerySet[NewsletterConsent]:
    """Return the latest line of each address that wants letters now, newest first."""
    latest = NewsletterConsent.objects.order_by("email", "-id").distinct("email").values("pk")
    rows = NewsletterConsent.objects.filter(pk__in=latest, consent=Consent.GIVEN).order_by("-id")
    return rows.filter(email__in=emails) if emails is not None else rows
