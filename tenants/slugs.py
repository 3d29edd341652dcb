"""Which store addresses may exist."""

import re

from django.utils.translation import gettext_lazy as _

from core.spelling import spell_plainly
from tenants.errors import AddressRefused

MINIMUM_LENGTH, MAXIMUM_LENGTH = 3, 40
_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)

RESERVED = frozenset(
    """
    about abuse account accounts admin administrator analytics api app apps assets auth autoconfig autodiscover billing blog
    broadcasthost cdn chat checkout console contact dashboard demo dev developer developers dns docs domain domains download
    email events example feed feeds files forum ftp git health healthz help host hostmaster imap information-schema invoice
    invoices internal isatap jobs localdomain localhost login logout mail mailer-daemon media metrics mobile mta-sts mx
    newsletter noc nobody noreply ns ns1 ns2 null oauth owner pay payment payments pg ping platform pop pop3 postgres
    postmaster pricing privacy public readyz register root sales search secure security server service shop shopstead signin
    signup smtp ssl sso staff staging static status store stores stripe support system team tenant tenants terms test testing
    undefined update upload usenet uucp webhook webhooks webmail webmaster wpad www www1 www2 wwww
    """.split()  # noqa: SIM905  a list of words reads best as words
)


def suggest_slug(name: str) -> str:
    """Return an address made from a store name, Chinese by its sounds."""
    slug = spell_plainly(name)[:MAXIMUM_LENGTH].strip("-")
    return slug if len(slug) >= MINIMUM_LENGTH else f"{slug}-store".strip("-")


def clean_slug(text: str) -> str:
    """Return the address in its one allowed form.

    Raises: AddressRefused with the reason in words.
    """
    slug = text.strip().lower()
    if not MINIMUM_LENGTH <= len(slug) <= MAXIMUM_LENGTH:
        raise AddressRefused(
            _("Use %(least)s to %(most)s characters.") % {"least": MINIMUM_LENGTH, "most": MAXIMUM_LENGTH}, field="slug"
        )
    if not _SHAPE.fullmatch(slug):
        raise AddressRefused(
            _("Use only the letters a to z, digits and hyphens, with no hyphen at the ends."), field="slug"
        )
    if slug in RESERVED or slug[2:4] == "--":
        raise AddressRefused(_("This address is kept for the platform. Choose another."), field="slug")
    return slug
