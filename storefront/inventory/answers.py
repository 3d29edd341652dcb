"""What inventory does when the catalog asks."""

from storefront.catalog.events import StockAsked
from storefront.inventory.services import set_available


def answer_stock_asked(event: StockAsked) -> None:
    """Write the count that a merchant typed beside a variant."""
    set_available(variant_id=event.variant_id, quantity=event.quantity, actor=event.actor, now=event.now)
