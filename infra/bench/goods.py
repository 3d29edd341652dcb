"""Fill a store: with the real shop's files where they are at hand, else with made-up ones of the same shape."""

import csv
import gzip
import random
from itertools import islice
from pathlib import Path

from bench.site import SHARED, Site

SOURCE = "UCI Online Retail (doi 10.24432/C5BW33, CC BY 4.0)"
WORDS = (
    "oak",
    "brass",
    "wool",
    "linen",
    "stone",
    "glass",
    "paper",
    "copper",
    "maple",
    "slate",
    "amber",
    "lamp",
    "bowl",
    "tray",
)


def fill(
    site: Site, slug: str, *, products: int, seed: int, with_orders: bool = False, only_so_many: bool = False
) -> str:
    """Import products (and customers and orders) and return where they came from; of real ones all, or only so many."""
    if SHARED.exists() and only_so_many:
        file = site.data_dir / "goods.csv"
        with gzip.open(SHARED / "products.csv.gz", "rt", newline="") as whole, file.open("w", newline="") as part:
            csv.writer(part).writerows(islice(csv.reader(whole), products + 1))
        site.command("import", slug, "products", str(file))
        return f"the first {products} of {SOURCE}"
    if SHARED.exists():
        kinds = ["products", "customers", "orders"] if with_orders else ["products"]
        for kind in kinds:
            site.command("import", slug, kind, str(SHARED / f"{kind}.csv.gz"))
        return SOURCE
    site.command("import", slug, "products", str(_made_up(site.data_dir / "goods.csv", products, seed)))
    return f"{products} made-up products"


def _made_up(path: Path, products: int, seed: int) -> Path:
    chance = random.Random(seed)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Handle", "Title", "Body (HTML)", "Vendor", "Tags", "Published", "Option1 Name", "Option1 Value",
                       "Variant SKU", "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Price", "Status"])  # fmt: skip
        for number in range(products):
            title = " ".join(chance.sample(WORDS, 3)).capitalize()
            rows.writerow([f"good-{number}", title, f"<p>{title}</p>", "Bench", "", "true", "Title", "Default Title",
                           f"SKU{number}", "shopify", 500, f"{chance.randint(100, 9000) / 100:.2f}", "active"])  # fmt: skip
    return path
