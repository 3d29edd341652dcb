"""What inventory does when the catalog asks."""

from storefront.catalog.events import ManyStockAsked, StockAsked
from storefront.inventory.bulk import set_sellable_stock
from storefront.inventory.services import set_available


def answer_stock_asked(event: StockAsked) -> None:
    """Write the count that a merchant typed beside a variant."""
    set_available(variant_id=event.variant_id, quantity=event.quantity, actor=event.actor, now=event.now)


def answer_many_stock_asked(event: ManyStockAsked) -> None:
    """Write the counts of many variants, such as the grid or an undone import asks for."""
    set_sellable_stock(rows=event.rows, actor=event.actor, now=event.now, reason="adjustment")
