"""What can keep a shopper from buying a product, found in plain facts; nothing here asks the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from storefront.catalog.barcodes import WrongCheckDigit, read_barcode

# In the order in which they are said: what stops a sale comes before what only makes it less likely.
STOPS = ("store_closed", "not_for_sale", "planned", "no_payment", "no_rate", "no_stock")
WARNS = ("free", "below_cost", "no_file", "no_photo", "no_text", "wrong_gtin", "hidden_category")
# Those of the product's own, which mark it in the list; the others would mark every product of the store, as a language
# that is not begun does, which has a filter of its own.
OWN = frozenset({"no_stock", "free", "below_cost", "no_file", "no_photo", "wrong_gtin", "hidden_category"})


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What holds for all products; `has_rate` is for the store's own country."""

    is_open: bool
    takes_payments: bool
    has_rate: bool
    languages: Sequence[str] = ()


@dataclass(slots=True)
class ProductFacts:
    """What holds for one; prices are minor units, `languages` those its title is written in beside the store's own.

    `is_below_cost` and `lacks_file` are said of any of its versions: one that costs the store more than it is sold for, one that
    is neither sent nor loaded down.
    """

    is_for_sale: bool
    is_available: bool
    has_photo: bool
    is_category_hidden: bool
    languages: frozenset[str] = frozenset()
    prices: list[int] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)
    needs_delivery: bool = False
    is_planned: bool = False
    is_below_cost: bool = False
    lacks_file: bool = False


def diagnose(store: StoreFacts, product: ProductFacts) -> list[str]:
    """Return the codes of what is wrong, the worst first."""
    found = {
        "store_closed": not store.is_open,
        "not_for_sale": not product.is_for_sale,
        "planned": product.is_planned,
        "no_payment": not store.takes_payments,
        "no_rate": product.needs_delivery and not store.has_rate,
        "no_stock": not product.is_available,
        "free": 0 in product.prices,
        "below_cost": product.is_below_cost,
        "no_file": product.lacks_file,
        "no_photo": not product.has_photo,
        "no_text": any(language not in product.languages for language in store.languages),
        "wrong_gtin": any(_is_wrong(barcode) for barcode in product.barcodes),
        "hidden_category": product.is_category_hidden,
    }
    return [code for code in (*STOPS, *WARNS) if found[code]]


def _is_wrong(barcode: str) -> bool:
    try:
        read_barcode(barcode)
    except WrongCheckDigit:
        return True
    return False
