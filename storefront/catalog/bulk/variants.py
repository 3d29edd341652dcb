"""Write the versions of many products."""

from collections.abc import Mapping, Sequence

from storefront.catalog.bulk.rows import ProductRow
from storefront.catalog.bulk.sorting import Sorting
from storefront.catalog.gift_cards import GIFT_CARD
from storefront.catalog.models import ProductVariant


def write_variants(
    rows: Sequence[ProductRow], ids: Mapping[str, int], sorting: Sorting
) -> list[tuple[int, int | None]]:
    """Write the variants and return what stock each should have."""
    held: dict[int, dict[str, ProductVariant]] = {}
    for variant in ProductVariant.objects.filter(product_id__in=ids.values()).order_by("product_id", "position"):
        held.setdefault(variant.product_id, {})[variant.title] = variant
    wanted: list[ProductVariant] = []
    quantities: dict[tuple[int, str], tuple[int | None, bool]] = {}
    for row in rows:
        product_id = ids[row.handle]
        mine = held.get(product_id, {})
        _rename_only_variant(row, mine)
        last = max((variant.position for variant in mine.values()), default=0)
        for new in row.variants:
            before = mine.get(new.title)
            if before is None:
                last += 1
            values = {"price_amount": before.price_amount if before else 0, **new.fields}
            if new.tax_class is not None:
                values["tax_class_id"] = sorting.tax_class_id(new.tax_class)
            if new.custom is not None:
                values["custom_fields"] = sorting.answers("variant", before.custom_fields if before else {}, new.custom)
            if any(one.is_gift_card for one in mine.values()):
                values |= {**GIFT_CARD, "compare_at_amount": None}
                values["price_amount"] = values["price_amount"] or (before.price_amount if before else 1)
            wanted.append(
                ProductVariant(
                    product_id=product_id,
                    title=new.title,
                    option_values=list(new.option_values),
                    position=before.position if before else last,
                    **values,
                )
            )
            quantities[product_id, new.title] = (new.quantity, before is None)
    named = {name for row in rows for variant in row.variants for name in variant.fields}
    named |= {"tax_class"} if any(one.tax_class is not None for row in rows for one in row.variants) else set()
    named |= {"custom_fields"} if any(one.custom is not None for row in rows for one in row.variants) else set()
    ProductVariant.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["product", "title"],
        update_fields=sorted(named | {"option_values"}),
    )
    stock = []
    for pk, product_id, title in ProductVariant.objects.filter(product_id__in=ids.values()).values_list(
        "pk", "product_id", "title"
    ):
        if (product_id, title) in quantities:
            quantity, is_new = quantities[product_id, title]
            stock.append((pk, 0 if quantity is None and is_new else quantity))
    return stock


def _rename_only_variant(row: ProductRow, mine: dict[str, ProductVariant]) -> None:
    """Let the first version named take over the unnamed one, so that a product that gains options keeps no ghost."""
    if set(mine) != {""} or not row.variants or not row.variants[0].title:
        return
    only = mine.pop("")
    only.title = row.variants[0].title
    ProductVariant.objects.filter(pk=only.pk).update(title=only.title)
    mine[only.title] = only
