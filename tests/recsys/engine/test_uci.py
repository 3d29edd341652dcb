"""On real orders of a gift shop the blend is better than any best-seller list."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.engine.data import CatalogFrame, InteractionFrame
from recsys.engine.train import evaluate

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "uci_online_retail"
NOW = np.datetime64("2011-12-10T00:00:00")

pytestmark = pytest.mark.skipif(
    not (FOLDER / "orders.csv.gz").exists(), reason="../shared/data/uci_online_retail is absent"
)


@pytest.fixture(scope="module")
def shop():
    """Return the orders of about a third of the customers, and the whole catalog."""
    products = pd.read_csv(FOLDER / "products.csv.gz", usecols=["Title", "Variant SKU"])
    columns = ["Name", "Email", "Created at", "Lineitem sku"]
    lines = pd.read_csv(FOLDER / "orders.csv.gz", usecols=columns, dtype=str)
    lines["Email"] = lines.groupby("Name")["Email"].transform("first")
    customers = lines["Email"].str.extract(r"c(\d+)@")[0].astype(float)
    kept = lines[customers.notna() & (customers % 3 == 0)]
    ids = pd.Series(np.arange(1, len(products) + 1), index=products["Variant SKU"])
    interactions = InteractionFrame.from_frame(
        pd.DataFrame(
            {
                "customer": customers[kept.index].astype(int),
                "product": kept["Lineitem sku"].map(ids).astype(int),
                "order": kept["Name"].str.lstrip("#").astype(int),
                "time": pd.to_datetime(kept["Created at"]),
            }
        )
    )
    catalog = CatalogFrame.from_columns(
        products=ids.to_numpy(),
        texts=products["Title"].tolist(),
        available=np.ones(len(products), dtype=bool),
        created=np.full(len(products), np.datetime64("2010-12-01T00:00:00")),
    )
    return interactions, catalog


def test_the_blend_beats_best_sellers_surprise_alone_and_personal_frequency(shop):
    measured = evaluate(*shop, now=NOW, seed=1)
    assert measured.n_test_customers > 300
    assert measured.tuned
    blend = measured.method("blend")
    for name in ("pop", "pop3", "pop7", "pop30", "svd", "ease"):
        assert blend.new_items.ndcg_10 > 1.05 * measured.method(name).new_items.ndcg_10, name
        assert blend.all_items.ndcg_10 > 1.05 * measured.method(name).all_items.ndcg_10, name
    assert blend.all_items.ndcg_10 >= measured.method("personal").all_items.ndcg_10
    assert blend.new_items.hit_rate_10 > measured.method("pop").new_items.hit_rate_10
