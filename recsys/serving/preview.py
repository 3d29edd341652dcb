"""The row as a product's page or a customer would get it, for the merchant to look at."""

from dataclasses import dataclass
from typing import Any

from recsys.serving.selectors import list_best_sellers, list_for_customer, list_for_product
from storefront.catalog.jinja import picture
from storefront.catalog.selectors import Card, active_products
from storefront.customers.models import Customer

SHOWN, OFFERED = 6, 40
PRODUCT, CUSTOMER = "product", "customer"


@dataclass(frozen=True, slots=True)
class Preview:
    """What may be chosen, what is, and its row; `options` are (id, words)."""

    kind: str
    options: list[tuple[int, str]]
    chosen_id: int | None
    cards: list[dict[str, Any]]


def make_preview(*, kind: str, chosen: str) -> Preview:
    """Return the row of the chosen product or customer, by default of the first one offered."""
    kind = CUSTOMER if kind == CUSTOMER else PRODUCT
    options = _customers() if kind == CUSTOMER else _products()
    offered = [option_id for option_id, _words in options]
    wanted = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 16 else None
    chosen_id = wanted if wanted in offered else next(iter(offered), None)
    if chosen_id is None:
        cards = list_best_sellers(SHOWN)
    elif kind == CUSTOMER:
        cards = list_for_customer(chosen_id, SHOWN)
    else:
        cards = list_for_product(chosen_id, SHOWN)
    return Preview(kind, options, chosen_id, [_shown(card) for card in cards])


def _products() -> list[tuple[int, str]]:
    return list(active_products().order_by("-sold_count", "-id").values_list("pk", "title")[:OFFERED])


def _customers() -> list[tuple[int, str]]:
    rows = Customer.objects.filter(orders_count__gt=0).order_by("-orders_count", "-id")
    return [(pk, name or email) for pk, name, email in rows.values_list("pk", "name", "email")[:OFFERED]]


def _shown(card: Card) -> dict[str, Any]:
    return {**card, "picture": picture(card["cover"]), "edit_url": f"/dashboard/products/{card['id']}/"}
