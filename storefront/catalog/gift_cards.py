"""What a version is that is sold as an amount on a gift card."""

from typing import Any

# Money is neither sent nor counted nor taxed; the database holds a gift card's row to it.
GIFT_CARD: dict[str, Any] = {
    "is_gift_card": True,
    "requires_shipping": False,
    "is_taxable": False,
    "tracks_stock": False,
}
