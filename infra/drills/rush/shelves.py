"""Inside the platform: what lies on the shelves for a round, and what the books say of it afterwards."""

from typing import Any

from django.db import connection

from core.clock import utc_now
from core.tenancy import in_public, in_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import create_product
from storefront.inventory.models import Reservation, Stock, StockMovement
from storefront.inventory.services import Part, set_parts, set_stock
from storefront.orders.models import Order, OrderLine
from storefront.payments.services.ways import WayDraft, save_way
from tenants.selectors import get_tenant
from tenants.services import set_entitlement


def open_shop(*, slug: str) -> None:
    """Let the store sell."""
    with in_public():
        set_entitlement(tenant_id=get_tenant(slug).pk, key="checkout", value=1, valid_until=None)
    with in_tenant(get_tenant(slug)):
        save_way(kind="bank_transfer", draft=WayDraft(is_on=True, instructions="By hand."))


def stock_up(*, slug: str, kind: str) -> dict[str, Any]:
    """Make the goods of a round: the carts that are bought, what there is of each variant, and how many carts that serves."""
    with in_tenant(get_tenant(slug)):
        if kind in ("last", "five"):
            count = 1 if kind == "last" else 5
            one = make_goods(f"{kind} unit", count)
            return {"carts": [[[one, 1]]], "stock": {one: count}, "most": count}
        if kind == "crossed":
            one, two = make_goods("left", 7), make_goods("right", 7)
            return {"carts": [[[one, 1], [two, 1]], [[two, 1], [one, 1]]], "stock": {one: 7, two: 7}, "most": 7}
        cup, pot, box = make_goods("cup", 9), make_goods("pot", 6), make_goods("box", 0)
        set_parts(variant_id=box, parts=[Part(pot, 1), Part(cup, 2)])
        carts = [[[box, 1]], [[cup, 1]], [[pot, 1], [cup, 1]], [[cup, 1], [box, 1]]]
        return {"carts": carts, "stock": {cup: 9, pot: 6}, "most": 9}


def judge(*, slug: str, goods: dict[str, Any]) -> dict[str, int]:
    """Compare the books of a round's goods: what was sold and what lies there is what there was, in every table."""
    oversold = astray = 0
    with in_tenant(get_tenant(slug)):
        for key, count in goods["stock"].items():
            stock = Stock.objects.get(variant_id=int(key))
            sold = sum(Reservation.objects.filter(stock=stock, state="allocated").values_list("quantity", flat=True))
            moved = sum(StockMovement.objects.filter(stock=stock, reason="sale").values_list("delta", flat=True))
            shown = ProductVariant.objects.get(pk=int(key)).available_count
            oversold += max(0, sold - count) + max(0, -stock.on_hand_count)
            whole = (sold + stock.on_hand_count, -moved, stock.reserved_count, shown)
            astray += whole != (count, sold, 0, stock.on_hand_count)
        variants = {line[0] for cart in goods["carts"] for line in cart}
        bought = OrderLine.objects.filter(variant_id__in=variants).values("order_id")
        orders = Order.objects.filter(pk__in=bought)
        astray += orders.exclude(status="open").count()
        return {"orders": orders.count(), "oversold": oversold, "astray": astray}


def count_deadlocks() -> int:
    """Return how many deadlocks the database has broken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def make_goods(title: str, count: int) -> int:
    """Put so many of a new product on the shelf and return its variant."""
    now = utc_now()
    product = create_product(title=title, price_amount=1000, status="active", actor="drill", now=now)
    variant_id = int(product.variants.get().pk)
    set_stock(variant_id=variant_id, on_hand_count=count, actor="drill", now=now)
    return variant_id
