"""What inventory does when the catalog asks."""

from storefront.catalog.events import ManyStockAsked, StockAsked
from storefront.customers.events import CustomerErased
from storefront.inventory.bulk import set_sellable_stock
from storefront.inventory.models import StockMovement
from storefront.inventory.services import set_available

SHOPPER = "shopper"


def answer_stock_asked(event: StockAsked) -> None:
    """Write the count that a merchant typed beside a variant."""
    set_available(variant_id=event.variant_id, quantity=event.quantity, actor=event.actor, now=event.now)


def answer_many_stock_asked(event: ManyStockAsked) -> None:
    """Write the counts of many variants, such as the grid or an undone import asks for."""
    set_sellable_stock(rows=event.rows, actor=event.actor, now=event.now, reason="adjustment")


def forget_erased(event: CustomerErased) -> None:
    """Take the person out of the log of stock: what they bought still left it."""
    StockMovement.objects.filter(actor__iexact=event.email).update(actor=SHOPPER)
