"""Counts as rows of Shopify's inventory file: each version in each warehouse."""

from collections.abc import Collection, Iterator

from storefront.catalog.models import ProductVariant
from storefront.inventory.models import Stock, Warehouse
from storefront.transfer.exports.writing import Ids
from storefront.transfer.inventory import NOT_STOCKED
from tenants.models import Tenant

_CHUNK = 500
HEADER = [
    "Handle",
    "Title",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "SKU",
    "HS Code",
    "COO",
    "Location",
    "Bin name",
    "Incoming (not editable)",
    "Unavailable (not editable)",
    "Committed (not editable)",
    "Available (not editable)",
    "On hand (current)",
    "On hand (new)",
]


class InventoryExport:
    """Every counted version, one row a warehouse. `On hand (new)` repeats the count, to be written over."""

    header = HEADER
    numbers: Collection[str] = frozenset(HEADER[13:])

    def __init__(self, _tenant: Tenant, ids: Ids) -> None:
        self._variants = ProductVariant.objects.filter(tracks_stock=True).select_related("product")
        if ids is not None:
            self._variants = self._variants.filter(product_id__in=ids)
        self._warehouses = list(Warehouse.objects.order_by("-is_default", "position", "pk").values_list("pk", "name"))

    def count(self) -> int:
        """Return how many versions there are."""
        return self._variants.count()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (how many versions are done, a row)."""
        done, last = 0, (0, 0)
        ordered = self._variants.order_by("product_id", "pk")
        while True:
            after = ordered.filter(product_id=last[0], pk__gt=last[1]) | ordered.filter(product_id__gt=last[0])
            chunk = list(after.order_by("product_id", "pk")[:_CHUNK])
            if not chunk:
                return
            last = (chunk[-1].product_id, chunk[-1].pk)
            stock = {(row.variant_id, row.warehouse_id): row for row in Stock.objects.filter(variant__in=chunk)}
            for variant in chunk:
                done += 1
                for pk, name in self._warehouses:
                    yield done, _row(variant, name, stock.get((variant.pk, pk)))


def _row(variant: ProductVariant, warehouse: str, stock: Stock | None) -> list[str]:
    product = variant.product
    names = product.option_names or ["Title"]
    values = variant.option_values if product.option_names else ["Default Title"]
    options = [text for pair in zip([*names, "", "", ""][:3], [*values, "", "", ""][:3], strict=True) for text in pair]
    counts = ["", "", "", "", NOT_STOCKED, NOT_STOCKED]
    if stock is not None:
        on_hand, held = stock.on_hand_count, stock.reserved_count
        counts = ["0", "0", str(held), str(on_hand - held), str(on_hand), str(on_hand)]
    return [
        *(product.handle, product.title, *options, variant.sku, variant.hs_code, variant.origin_country, warehouse),
        *("", *counts),
    ]
