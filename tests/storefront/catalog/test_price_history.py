"""What a reduction is measured against, and that no way of changing a price goes without its row."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.bulk import ProductRow, VariantRow, upsert_products
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import PriceChange, ProductVariant
from storefront.catalog.price_history import PricePoint, find_lowest_before, find_start_of_reduction
from storefront.catalog.selectors import list_lowest_prices, lowest_price_30_days
from storefront.catalog.services import add_variant, note_all_prices, update_variant
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

TODAY = datetime(2026, 11, 22, tzinfo=UTC)


def points(*rows: tuple[int, int, int | None]) -> list[PricePoint]:
    """Return points, newest first, of (days ago, price, compare-at)."""
    return [PricePoint(TODAY - timedelta(days=days), price, compare_at) for days, price, compare_at in rows]


@pytest.mark.parametrize(
    ("rows", "lowest"),
    [
        # The plain case: 100 for long, now 80.
        ([(2, 80, 100), (400, 100, None)], 100),
        # A week at 90, twenty days before: that is what 80 is less than.
        ([(2, 80, 100), (15, 100, None), (22, 90, None), (400, 100, None)], 90),
        # 70 was over before the 30 days began; a day later it would have been in force when they did, and counts.
        ([(2, 80, 100), (33, 100, None), (40, 70, None), (400, 60, None)], 100),
        ([(2, 80, 100), (31, 100, None), (40, 70, None)], 70),
        # Exactly thirty days: the older price ended the moment the period began.
        ([(2, 80, 100), (32, 100, None), (40, 70, None)], 100),
        # A reduction that goes on falling is one; the 90 of its first week is not its own measure.
        ([(1, 70, 100), (5, 80, 100), (9, 90, 100), (60, 100, None)], 100),
        # One that rose in between is another: what it cost in the first counts for the second.
        ([(1, 85, 100), (5, 95, 100), (9, 80, 100), (60, 100, None)], 80),
        # Sold for less without announcing it, ten days before.
        ([(1, 90, 120), (10, 75, None), (90, 120, None)], 75),
        # Nothing announced, nothing sold before, no history: nothing to say.
        ([(1, 90, None), (60, 120, None)], None),
        ([(1, 90, 120)], None),
        ([], None),
        # A compare-at that is not above the price announces nothing.
        ([(1, 90, 90), (60, 120, None)], None),
    ],
)
def test_the_lowest_of_the_thirty_days_before_it_began(
    rows: Sequence[tuple[int, int, int | None]], lowest: int | None
) -> None:
    assert find_lowest_before(points(*rows)) == lowest


histories = st.lists(
    st.tuples(st.integers(0, 120), st.integers(1, 500), st.one_of(st.none(), st.integers(1, 600))), max_size=12
).map(lambda rows: points(*sorted(rows, key=lambda row: row[0])))


@given(histories)
def test_it_is_a_price_of_the_time_before_and_no_lower_one_lies_in_the_thirty_days(history: list[PricePoint]) -> None:
    lowest, start = find_lowest_before(history), find_start_of_reduction(history)
    before = [point for point in history if start is not None and point.at < start]
    if lowest is None:
        assert not before
        return
    assert start is not None
    inside = [point.price_amount for point in before if point.at > start - timedelta(days=30)]
    assert lowest in [point.price_amount for point in before]
    assert all(lowest <= price for price in inside)


@pytest.mark.usefixtures("in_acme")
class TestRows:
    def test_every_way_of_changing_a_price_writes_its_row_once(self) -> None:
        product = make_product(price=1800)
        only = ProductVariant.objects.get(product=product)
        update_variant(variant_id=only.pk, price_amount=1500, compare_at_amount=1800, sku="", actor=ACTOR, now=MADE_AT)
        update_variant(variant_id=only.pk, price_amount=1500, compare_at_amount=1800, sku="X", actor=ACTOR, now=MADE_AT)
        row = ProductRow(product.handle, {"title": "Mug"}, variants=[VariantRow("", (), {"price_amount": 1400})])
        upserted = upsert_products(rows=[row], now=MADE_AT)
        from core.events import publish

        publish(ProductChanged(upserted.product_ids))
        assert list(
            PriceChange.objects.order_by("id").values_list("price_amount", "compare_at_amount", "currency")
        ) == [
            (1800, None, "USD"),
            (1500, 1800, "USD"),
            (1400, 1800, "USD"),
        ]

    def test_what_nothing_has_written_down_the_night_does(self, now: datetime) -> None:
        product = make_product(price=1800)
        PriceChange.objects.all()._raw_delete(using="default")
        ProductVariant.objects.filter(product=product).update(price_amount=1)
        assert note_all_prices(actor="", now=now) == 1
        assert note_all_prices(actor="", now=now) == 0

    def test_rows_are_added_and_never_changed(self) -> None:
        make_product()
        row = PriceChange.objects.get()
        with pytest.raises(TypeError):
            PriceChange.objects.update(price_amount=1)
        with pytest.raises(TypeError):
            PriceChange.objects.all().delete()
        with pytest.raises(TypeError):
            row.delete()
        row.price_amount = 1
        with pytest.raises(TypeError):
            row.save()
        assert PriceChange.objects.get().price_amount == 1800

    def test_a_page_of_a_hundred_versions_asks_once(self) -> None:
        product = make_product(price=2000)
        for number in range(20):
            add_variant(
                product_id=product.pk,
                option_names=["N"],
                option_values=[str(number)],
                price_amount=2000,
                actor=ACTOR,
                now=MADE_AT,
            )
        PriceChange.objects.all()._raw_delete(using="default")
        variants = list(ProductVariant.objects.filter(product=product))
        with statements() as seen:
            assert list_lowest_prices(variants) == {}
        assert seen == []
        for days, price, compare_at in ((60, 2000, None), (10, 1700, None), (3, 1800, 2000)):
            PriceChange.objects.bulk_create(
                PriceChange(
                    variant=variant,
                    currency="USD",
                    price_amount=price,
                    compare_at_amount=compare_at,
                    actor=ACTOR,
                    created_at=TODAY - timedelta(days=days),
                )
                for variant in variants
            )
        for variant in variants:
            variant.price_amount, variant.compare_at_amount = 1800, 2000
        with statements() as seen:
            found = list_lowest_prices(variants)
        assert len(seen) == 1
        assert found == {variant.pk: 1700 for variant in variants}
        assert lowest_price_30_days(variants[0]) == 1700
