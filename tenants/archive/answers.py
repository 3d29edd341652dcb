"""What this part answers when others say what they are about to do."""

from django.utils.translation import gettext_lazy as _

from tenants.archive.selectors import find_held_address
from tenants.errors import AddressTaken
from tenants.events import AddressWanted


def keep_address(event: AddressWanted) -> None:
    """Keep the address of a store that is gone from being somebody else's too soon.

    Raises: AddressTaken.
    """
    if find_held_address(event.slug, now=event.now) is not None:
        raise AddressTaken(_("“%(slug)s” is taken. Choose another address.") % {"slug": event.slug}, field="slug")
