"""Read a store's own pages."""

from django.utils.translation import gettext_lazy as _

from storefront.content.errors import PageNotFound
from storefront.content.models import Page


def list_footer_pages() -> list[Page]:
    """Return the pages the footer links to, in order, without their text."""
    return list(
        Page.objects.filter(is_published=True, in_footer=True).order_by("position", "id").only("handle", "title")
    )


def get_page(handle: str) -> Page:
    """Return a published page.

    Raises: PageNotFound.
    """
    page = Page.objects.filter(handle=handle, is_published=True).first()
    if page is None:
        raise PageNotFound(_("There is no such page."))
    return page
