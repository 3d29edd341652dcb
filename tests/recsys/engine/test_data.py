"""Inputs are checked and turned into codes without losing or inventing purchases."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from recsys.engine.data import CatalogFrame, InteractionFrame, InteractionKind
from recsys.engine.events import encode

from .stores import NOW, catalog_of, orders_of


def frame(**columns):
    given = {"customers": [1], "products": [1], "orders": [1], "times": [NOW]} | columns
    return InteractionFrame.from_columns(**given)


def test_a_data_frame_with_aware_times_is_read_as_utc():
    table = pd.DataFrame(
        {"customer": [1], "product": [2], "order": [3], "time": pd.to_datetime(["2026-01-01T02:00:00+02:00"])}
    )
    assert InteractionFrame.from_frame(table).times[0] == np.datetime64("2026-01-01T00:00:00")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"customers": [1, 2]}, "differ in length"),
        ({"times": [np.datetime64("NaT")]}, "no time"),
        ({"orders": [-1]}, "names no order"),
    ],
)
def test_broken_interactions_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        frame(**columns)


def test_a_product_that_stands_twice_in_the_catalog_is_refused():
    with pytest.raises(ValueError, match="twice"):
        CatalogFrame.from_columns(products=[1, 1], texts=["a", "b"], available=[True, True], created=[NOW, NOW])


def test_a_naive_now_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        encode(orders_of([]), catalog_of(1), now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_rows_after_now_and_of_deleted_products_are_dropped_and_counted():
    interactions = orders_of([(1, 1, 3, [1, 99]), (1, 2, -1, [2])])
    log = encode(interactions, catalog_of(3), now=datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert log.n_dropped == 2
    assert log.product.tolist() == [0]


def test_a_product_twice_in_an_order_counts_once():
    log = encode(orders_of([(1, 1, 3, [2, 2]), (1, 2, 1, [2])]), catalog_of(3), now=NOW)
    assert log.snapshot().counts.toarray().tolist() == [[0, 2, 0]]


def test_guests_count_for_baskets_and_popularity_but_are_no_customers():
    log = encode(orders_of([(-1, 1, 3, [1, 2]), (7, 2, 3, [2])]), catalog_of(3), now=NOW)
    assert log.customer_ids.tolist() == [7]
    assert log.snapshot().popularity(None).tolist() == [1, 2, 0]
    assert log.snapshot().baskets.shape[0] == 2
    assert log.snapshot().counts.toarray().tolist() == [[0, 1, 0]]


def test_ages_count_from_the_last_purchase_so_an_old_import_still_has_recent_best_sellers():
    log = encode(orders_of([(1, 1, 1000, [1]), (2, 2, 1007, [2])]), catalog_of(2), now=NOW)
    assert log.snapshot().popularity(7.0).tolist() == [1.0, 0.5]


def test_carts_views_and_reviews_shape_the_profile_by_their_weight():
    kind = InteractionKind
    interactions = InteractionFrame.from_columns(
        customers=[1] * 5,
        products=[1, 2, 3, 4, 5],
        orders=[1, -1, -1, -1, -1],
        times=[NOW] * 5,
        kinds=[kind.PURCHASE, kind.CART, kind.VIEW, kind.REVIEW, kind.REVIEW],
        weights=[1, 1, 1, 5, 3],
    )
    profile = encode(interactions, catalog_of(5), now=NOW).snapshot().profile.toarray()[0]
    assert profile.tolist() == pytest.approx([1.0, 0.5, 0.1, 0.5, 0.0])


def test_the_latest_review_decides_whether_a_product_is_blocked():
    review = InteractionKind.REVIEW
    interactions = InteractionFrame.from_columns(
        customers=[1, 1, 1, 1],
        products=[1, 1, 2, 2],
        orders=[-1] * 4,
        times=[NOW - np.timedelta64(d, "D") for d in (4, 3, 4, 3)],
        kinds=[review] * 4,
        weights=[1, 5, 5, 2],
    )
    snapshot = encode(interactions, catalog_of(2), now=NOW).snapshot()
    assert snapshot.blocked.toarray().tolist() == [[0.0, 1.0]]
    assert snapshot.profile.toarray()[0][1] == 0.0


def test_the_data_hash_changes_with_any_order_and_with_stock():
    rows = [(1, 1, 3, [1]), (2, 2, 1, [2])]
    first = encode(orders_of(rows), catalog_of(2), now=NOW).data_hash
    assert encode(orders_of(rows[::-1]), catalog_of(2), now=NOW).data_hash == first
    assert encode(orders_of(rows[:1]), catalog_of(2), now=NOW).data_hash != first
    assert encode(orders_of(rows), catalog_of(2, available=[True, False]), now=NOW).data_hash != first
