"""Lists of products: similar, bought together, trending."""

import numpy as np

from recsys.engine.content import ContentIndex
from recsys.engine.popularity import trending
from recsys.engine.similarity import bought_together, similar_products

from .stores import Store, catalog_of, orders_of

BASKETS = [
    *[(c, c, 30, [1, 2]) for c in range(1, 6)],
    *[(c, 100 + c, 20, [1, 3]) for c in range(1, 5)],
    (9, 200, 10, [1, 4]),
]


def built(rows, *, n=5, texts=None, available=None):
    store = Store(orders_of(rows), catalog_of(n, texts=texts, available=available))
    return store.log().snapshot(), ContentIndex(store.catalog), store.catalog.available


def test_bought_together_ranks_by_common_orders_and_counts_them():
    table = bought_together(*built(BASKETS, texts=["mug", "tray", "lamp", "fork", "spoon"]), 3)
    assert table.codes[0].tolist() == [1, 2, -1]
    assert table.counts[0].tolist() == [5, 4, 0]


def test_below_three_common_orders_text_fills_the_list():
    table = bought_together(*built(BASKETS, texts=["red mug", "tray", "lamp", "fork", "red cup"]), 3)
    assert table.codes[0].tolist() == [1, 2, 4]
    assert table.counts[0].tolist() == [5, 4, 0]


def test_an_order_of_hundreds_of_products_does_not_speak_for_pairs():
    everything = list(range(1, 451))
    table = bought_together(*built([(c, c, 3, everything) for c in range(4)], n=450, texts=["x"] + ["y"] * 449), 3)
    assert table.codes[0].tolist() == [-1, -1, -1]


def test_similar_products_come_from_common_customers_and_never_from_the_product_itself():
    table = similar_products(*built(BASKETS, texts=["mug", "tray", "lamp", "fork", "spoon"]), 4)
    assert table.codes[0].tolist() == [1, 2, 3, -1]
    assert table.counts[0].tolist() == [5, 4, 1, 0]
    assert all(code not in row for code, row in enumerate(table.codes.tolist()))


def test_a_product_nobody_bought_has_similar_products_by_its_text():
    table = similar_products(*built(BASKETS, texts=["mug", "tray", "lamp", "fork", "blue mug"]), 4)
    assert table.codes[4].tolist() == [0, -1, -1, -1]
    assert table.counts[4].tolist() == [0, 0, 0, 0]


def test_what_cannot_be_bought_is_on_no_product_list():
    data = built(BASKETS, available=[True, False, True, True, False])
    for table in (similar_products(*data, 4), bought_together(*data, 4)):
        assert not np.isin(table.codes, [1, 4]).any()
        assert (table.codes[1] != -1).any()


def test_trending_windows_differ_by_how_fast_old_orders_fade():
    rows = [*[(c, c, 90, [1]) for c in range(1, 9)], (1, 50, 0, [2]), (2, 51, 0, [2])]
    lists = trending(*built(rows, n=4)[::2], 4)
    assert lists["all"].codes.tolist() == [0, 1, 3, 2]
    assert lists["7d"].codes.tolist() == [1, 0, 3, 2]
    assert lists["all"].scores.tolist() == [8.0, 2.0, 0.0, 0.0]


def test_without_orders_trending_shows_the_newest_first():
    assert trending(*built([], n=4, available=[True, True, True, False])[::2], 3)["7d"].codes.tolist() == [2, 1, 0]
