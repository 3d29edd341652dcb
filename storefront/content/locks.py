"""Hold what two people may change at once."""

from django.db import connection
from django.utils.translation import gettext as _

from core.tenancy import current_schema
from storefront.content.enums import Place
from storefront.content.errors import PageNotFound, PostNotFound
from storefront.content.models import Page, Post


def lock_page(page_id: int) -> Page:
    """Lock a page of the store's own; a policy is none: it is written by `save_policy` alone.

    Raises: PageNotFound.
    """
    page = Page.objects.select_for_update().filter(pk=page_id, policy="").first()
    if page is None:
        raise PageNotFound(_("There is no such page. Somebody may have deleted it a moment ago."))
    return page


def lock_post(post_id: int) -> Post:
    """Lock a post.

    Raises: PostNotFound.
    """
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise PostNotFound(_("There is no such post. Somebody may have deleted it a moment ago."))
    return post


def lock_menu(place: Place) -> None:
    """Let nobody else write this menu until the transaction ends, also while it has no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('content.menu'), hashtext(%s))",
            [f"{current_schema()} {place.value}"],
        )
