"""Training from orders to lists: quality, safety, small stores, and the same result every time."""

import dataclasses

import numpy as np
import pytest

from recsys.engine.config import EngineConfig
from recsys.engine.data import InteractionFrame
from recsys.engine.enums import Slot, Source, Tier
from recsys.engine.gate import GateRules
from recsys.engine.split import Protocol
from recsys.engine.train import UnsafeListsError, evaluate, refuse_faults, train

from .stores import NOW, Store, catalog_of, orders_of, taste_store

SMALL_FULL = EngineConfig(full_repeat_customers=50, full_pairs=500, svd_factors=16, svd_epochs=10)


def trained(store, **options):
    return train(store.interactions, store.catalog, now=NOW, **({"seed": 1} | options))


@pytest.fixture(scope="module")
def store():
    return taste_store(available=np.arange(120) % 10 != 0)


@pytest.fixture(scope="module")
def result(store):
    return trained(store, config=SMALL_FULL)


def test_a_store_with_clear_tastes_gets_a_model_that_beats_best_sellers(result):
    assert result.tier is Tier.FULL
    assert result.evaluation.protocol is Protocol.GLOBAL_CUT
    assert result.decision.promoted
    assert str(result.decision.headline).startswith("Better than showing best-sellers: ")
    assert {m.name for m in result.evaluation.methods} >= {"blend", "svd", "pop", "pop3", "pop7", "pop30", "personal"}
    assert result.next_tier is None


def test_for_you_holds_only_new_products_and_buy_again_only_bought_ones(store, result):
    bought = {}
    for customer, product in zip(store.interactions.customers, store.interactions.products, strict=True):
        bought.setdefault(int(customer), set()).add(int(product))
    for customer, entries in result.for_you:
        assert not {entry.product_id for entry in entries} & bought[customer]
    for customer, entries in result.buy_again:
        assert {entry.product_id for entry in entries} <= bought[customer]
        assert all(entry.source is Source.REPEAT for entry in entries)


def test_no_list_holds_a_product_that_cannot_be_bought_or_one_product_twice(store, result):
    gone = store.catalog.products[~store.catalog.available]
    tables = [result.for_you.product_ids, result.buy_again.product_ids]
    tables += [result.similar.neighbor_ids, result.bought_together.neighbor_ids]
    tables += [ranking.product_ids[None, :] for ranking in result.trending.values()]
    for table in tables:
        assert (table > 0).any()
        assert not np.isin(table, gone).any()
        for row in table.tolist():
            listed = [product for product in row if product != -1]
            assert len(set(listed)) == len(listed)


def test_lists_are_ranked_and_padded_at_the_end(result):
    for table in (result.for_you, result.buy_again):
        filled = table.product_ids != -1
        assert (np.diff(filled.astype(int), axis=1) <= 0).all()
        drop = np.diff(table.scores, axis=1)[filled[:, 1:]]
        assert (drop <= 1e-6).all()


def test_a_reason_names_a_product_the_customer_bought(store, result):
    pairs = set(zip(store.interactions.customers.tolist(), store.interactions.products.tolist(), strict=True))
    reasons = [(c, e.because_id) for c, entries in result.for_you for e in entries if e.because_id is not None]
    assert len(reasons) > 100
    assert set(reasons) <= pairs


def test_a_customer_and_a_product_can_be_looked_up_by_id(result):
    assert [entry.product_id for entry in result.for_you.for_customer(5)] == [
        entry.product_id for entry in dict(result.for_you)[5]
    ]
    assert result.for_you.for_customer(99_999) == []
    assert result.similar.for_product(99_999) == []
    assert len(result.similar.for_product(7)) == 20


def test_the_same_seed_gives_the_same_lists_and_another_seed_another_model(store, result):
    again = trained(store, config=SMALL_FULL)
    for name in ("for_you", "buy_again", "similar", "bought_together"):
        for column, value in vars(getattr(result, name)).items():
            assert np.array_equal(value, getattr(getattr(again, name), column)), (name, column)
    assert again.evaluation == result.evaluation
    assert again.data_hash == result.data_hash
    other = trained(store, config=SMALL_FULL, seed=2)
    assert other.evaluation.method("svd") != result.evaluation.method("svd")


def test_the_order_of_the_rows_changes_nothing(store, result):
    shuffled = np.random.default_rng(0).permutation(len(store.interactions))
    columns = {name: column[shuffled] for name, column in vars(store.interactions).items()}
    again = trained(Store(InteractionFrame(**columns), store.catalog), config=SMALL_FULL)
    assert np.array_equal(again.for_you.product_ids, result.for_you.product_ids)


def test_evaluate_measures_what_train_reports(store, result):
    alone = evaluate(store.interactions, store.catalog, now=NOW, seed=1, config=SMALL_FULL)
    assert alone == result.evaluation


def test_a_model_that_does_not_beat_best_sellers_leaves_best_sellers(store):
    strict = dataclasses.replace(SMALL_FULL, gate=GateRules(min_ratio_new=1_000.0))
    fallen = trained(store, config=strict)
    assert not fallen.decision.promoted
    assert str(fallen.decision.headline) == "Showing best-sellers, because the model does not beat them yet."
    filled = fallen.for_you.product_ids != -1
    assert set(fallen.for_you.sources[filled].tolist()) <= {Source.BEST_SELLER, Source.NEWEST}
    assert set(fallen.parameters.weights_new) == {fallen.evaluation.best_popularity}


def test_the_champion_is_measured_on_the_same_customers(store, result):
    again = trained(store, config=SMALL_FULL, champion=result.parameters)
    assert again.evaluation.method("champion").new_items == again.evaluation.method("blend").new_items
    assert again.evaluation.champion_lower_bound == 0.0
    assert again.decision.promoted


def test_a_small_store_gets_the_blend_without_matrix_factors(store):
    small = trained(store)
    assert small.tier is Tier.SMALL
    assert "svd" not in small.parameters.algorithms
    assert str(small.next_tier) == "Customers with a second order still missing for the full model: 140."


def test_a_large_catalog_uses_sparse_neighbors_instead_of_ease(store):
    large = trained(store, config=dataclasses.replace(SMALL_FULL, ease_max_products=100))
    assert {m.name for m in large.evaluation.methods} >= {"cooc"}
    assert "ease" not in large.evaluation.weights_all


def test_a_badly_reviewed_product_is_not_recommended_to_that_customer(result, store):
    product = result.for_you.for_customer(5)[0].product_id
    columns = {name: column.tolist() for name, column in vars(store.interactions).items()}
    review = {"customers": 5, "products": product, "orders": -1, "times": NOW, "kinds": 3, "weights": 1.0}
    reviewed = InteractionFrame.from_columns(**{name: [*columns[name], review[name]] for name in columns})
    again = trained(Store(reviewed, store.catalog), config=SMALL_FULL)
    assert product not in [entry.product_id for entry in again.for_you.for_customer(5)]


EMPTY_STORES = {
    "nothing at all": Store(orders_of([]), catalog_of(0)),
    "no orders": Store(orders_of([]), catalog_of(5)),
    "orders but no catalog": Store(orders_of([(1, 1, 2, [1])]), catalog_of(0)),
    "one order": Store(orders_of([(1, 1, 2, [1, 2])]), catalog_of(5)),
    "one guest order": Store(orders_of([(-1, 1, 2, [1, 2])]), catalog_of(5)),
    "one customer": Store(orders_of([(1, k, 90 - k, [1 + k % 5]) for k in range(60)]), catalog_of(8)),
    "one product": Store(orders_of([(c, c, c, [1]) for c in range(60)]), catalog_of(1)),
    "nothing available": Store(orders_of([(c, c, c, [1]) for c in range(60)]), catalog_of(3, available=[False] * 3)),
    "no text": Store(orders_of([(c, c, c, [1, 2]) for c in range(60)]), catalog_of(3, texts=[""] * 3)),
    "guests only": Store(orders_of([(-1, c, c, [1, 2]) for c in range(60)]), catalog_of(3)),
    "only deleted products": Store(orders_of([(c, c, c, [77]) for c in range(60)]), catalog_of(3)),
}


@pytest.mark.parametrize("kind", EMPTY_STORES)
def test_a_store_with_almost_nothing_gets_lists_without_a_model(kind):
    store = EMPTY_STORES[kind]
    lists = trained(store)
    assert not lists.decision.promoted
    available = store.catalog.products[store.catalog.available]
    for ranking in lists.trending.values():
        assert sorted(ranking.product_ids.tolist()) == sorted(available.tolist())
    assert len(lists.similar.product_ids) == len(store.catalog)
    assert len(lists.for_you.customer_ids) == lists.counts.n_customers


def test_without_orders_the_newest_products_lead():
    assert trained(EMPTY_STORES["no orders"]).trending["7d"].product_ids.tolist() == [5, 4, 3, 2, 1]


def test_after_one_order_the_buyer_sees_what_is_like_it_then_the_newest():
    texts = ["red mug", "green lamp", "red mug large", "fork"]
    lists = trained(Store(orders_of([(1, 1, 2, [1])]), catalog_of(4, texts=texts)))
    entries = lists.for_you.for_customer(1)
    assert [entry.product_id for entry in entries] == [3, 4, 2]
    assert [entry.source for entry in entries] == [Source.CONTENT, Source.NEWEST, Source.NEWEST]
    assert [entry.because_id for entry in entries] == [1, None, None]
    assert [entry.product_id for entry in lists.buy_again.for_customer(1)] == [1]
    assert str(lists.next_tier) == "Orders still missing before a first model can learn: 49."


def test_when_all_products_are_new_the_newest_lead_and_old_taste_still_matters_by_text():
    rows = [(c, c, 5, [1]) for c in range(1, 61)]
    texts = ["red mug", "blue lamp", "red cup", "fork"]
    lists = trained(Store(orders_of(rows), catalog_of(4, texts=texts, available=[False, True, True, True])))
    assert lists.trending["7d"].product_ids.tolist() == [4, 3, 2]
    assert sorted(entry.product_id for entry in lists.for_you.for_customer(1)) == [2, 3, 4]
    assert [n.product_id for n in lists.similar.for_product(1)] == [3]


def test_lists_with_a_product_that_cannot_be_bought_are_refused(store):
    refuse_faults(store.catalog, [np.array([2, 3, -1])])
    with pytest.raises(UnsafeListsError, match="cannot be bought: 2"):
        refuse_faults(store.catalog, [np.array([1, 2]), np.array([[999, -1]])])


def test_progress_rises_to_one_and_names_its_stages(store):
    told = []
    trained(store, config=SMALL_FULL, progress=lambda share, stage: told.append((share, stage)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(stage for _, stage in told)


def test_a_run_says_what_it_was_made_of(result):
    assert result.versions["scikit-surprise"] == "1.1.5"
    assert len(result.data_hash) == 64
    assert result.counts.n_customers == 160
    assert result.counts.n_orders == 800
    assert result.counts.n_order_lines == 2400
    assert set(result.seconds) == {"prepare", "evaluate", "fit", "lists", "total"}
    assert result.parameters.seed == 1
    assert set(Slot) == {"for_you", "buy_again"}
