"""A year of plausible orders and two months of visits, the same on every machine."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analytics.merchant.models import Visit
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product, ProductVariant
from storefront.orders.bulk import HistoricLine, HistoricOrder, insert_historic_orders
from storefront.orders.enums import OrderSource
from storefront.orders.models import Order

CUSTOMERS = 160
DAYS = 365
VISIT_DAYS = 60
GIVEN_NAMES = {
    "en": "Ada Ben Cleo Dan Eve Finn Gus Hana Ivo June Kit Lena Milo Nora Otis Pia Quinn Rosa Sam Tess Uma Vic Wren Zoe",
    "zh-hans": "陈女士 李先生 王女士 张先生 刘女士 赵先生 周女士 吴先生 徐女士 孙先生 马女士 朱先生 胡女士 林先生 郭女士 何先生",
}


@dataclass
class Shopper:
    """Somebody with a taste: two collections they look at first, and what they bought before."""

    email: str
    name: str
    address: dict[str, str]
    taste: tuple[str, str]
    bought: list[dict[str, Any]] = field(default_factory=list)


def shopper_email(store: dict[str, Any], number: int) -> str:
    """Return a shopper's address; the first is the one whose login is printed."""
    return f"shopper-{number:03d}@example.com" if number else f"shopper@{store['slug']}.example"


def write_history(store: dict[str, Any], *, now: datetime) -> int:
    """Write the year's orders into the current store and return how many; the newest few wait to be sent."""
    chance = random.Random(store["slug"])  # noqa: S311  plausible, not secret
    shoppers = [_shopper(store, number, chance) for number in range(CUSTOMERS)]
    orders = list(_orders(store, shoppers, chance, now=now))
    insert_historic_orders(orders=orders, currency=store["currency"], language=store["language"], actor="demo", now=now)
    Order.objects.update(source=OrderSource.DEMO)
    return len(orders)


def write_visits(store: dict[str, Any], *, now: datetime) -> None:
    """Write page views of the last two months, more of them at weekends."""
    chance = random.Random(f"{store['slug']} visits")  # noqa: S311
    products = list(Product.objects.filter(status=ProductStatus.ACTIVE).values_list("id", "handle"))
    rows = []
    for days_ago in range(VISIT_DAYS):
        day = now - timedelta(days=days_ago)
        for number in range(chance.randint(34, 52) + (14 if day.weekday() > 4 else 0) - days_ago // 6):
            visitor = hashlib.sha256(f"{day.date()}{number}".encode()).hexdigest()[:32]
            at = day - timedelta(minutes=chance.randint(1, 900))
            rows.append(Visit(visitor=visitor, kind=Visit.VIEW, path="/", created_at=at))
            for step in range(chance.randint(0, 3)):
                product_id, handle = chance.choice(products)
                later = at + timedelta(minutes=step + 1)
                path = f"/products/{handle}/"
                rows.append(
                    Visit(visitor=visitor, kind=Visit.PRODUCT, path=path, product_id=product_id, created_at=later)
                )
            if chance.random() < 0.11:
                rows.append(
                    Visit(visitor=visitor, kind=Visit.CART, path="/cart/", created_at=at + timedelta(minutes=5))
                )
    Visit.objects.bulk_create(rows, batch_size=2000)


def _shopper(store: dict[str, Any], number: int, chance: random.Random) -> Shopper:
    names = GIVEN_NAMES[store["language"]].split()
    city, province, postcode = chance.choice(store["cities"])
    name = names[number % len(names)]
    handles = [collection["handle"] for collection in store["collections"]]
    first, second = chance.sample(handles, 2)
    address = {
        "name": name,
        "line1": f"{chance.choice(store['streets'])} {chance.randint(2, 180)}",
        "city": city,
        "province": province,
        "postcode": postcode,
        "country": chance.choice(store["countries"]) if number % 9 == 0 else store["country"],
    }
    return Shopper(shopper_email(store, number), name, address, (first, second))


def _orders(
    store: dict[str, Any], shoppers: list[Shopper], chance: random.Random, *, now: datetime
) -> Iterator[HistoricOrder]:
    variants = _variants()
    number = 1000
    for days_ago in range(DAYS, -1, -1):
        day = now - timedelta(days=days_ago)
        growth = 1.0 + (DAYS - days_ago) / DAYS
        season = 1.6 if day.month in (11, 12) else 1.0
        for _ in range(int(chance.gammavariate(2.0, 0.62 * growth * season) + (days_ago < 2))):
            shopper = shoppers[min(int(chance.expovariate(1 / 45)), CUSTOMERS - 1)]
            goods = _basket(store, shopper, chance)
            number += 1
            placed_at = day - timedelta(minutes=chance.randint(5, 600))
            yield _order(store, shopper, goods, variants, f"#{number}", placed_at, chance, is_new=days_ago < 3)


def _basket(store: dict[str, Any], shopper: Shopper, chance: random.Random) -> list[dict[str, Any]]:
    def wish(good: dict[str, Any]) -> float:
        liking = (
            6.0 if good["collection"] == shopper.taste[0] else 3.0 if good["collection"] == shopper.taste[1] else 0.6
        )
        again = 2.2 if good in shopper.bought and good["price"] < 30000 else 1.0
        return float(good["weight"] * liking * again)

    goods = store["goods"]
    chosen: list[dict[str, Any]] = []
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
        good = chance.choices(goods, weights=[wish(good) for good in goods])[0]
        if good not in chosen:
            chosen.append(good)
    shopper.bought.extend(chosen)
    return chosen


def _variants() -> dict[str, list[ProductVariant]]:
    found: dict[str, list[ProductVariant]] = {}
    for variant in ProductVariant.objects.select_related("product").order_by("product_id", "position"):
        found.setdefault(variant.product.handle, []).append(variant)
    return found


def _order(
    store: dict[str, Any],
    shopper: Shopper,
    goods: list[dict[str, Any]],
    variants: dict[str, list[ProductVariant]],
    name: str,
    placed_at: datetime,
    chance: random.Random,
    *,
    is_new: bool,
) -> HistoricOrder:
    lines = []
    for good in goods:
        variant = chance.choice(variants[good["handle"]])
        quantity = chance.choice((1, 1, 1, 2)) if good["price"] < 10000 else 1
        sent = 0 if is_new else quantity
        lines.append(HistoricLine(good["title"], variant.sku, variant.price_amount, quantity, fulfilled_count=sent))
    subtotal = sum(line.unit_amount * line.quantity for line in lines)
    method, rate, free_over, _least, _most = store["shipping"]
    shipping = 0 if subtotal >= free_over else rate
    return HistoricOrder(
        name=name,
        currency=store["currency"],
        placed_at=placed_at,
        paid_at=placed_at,
        subtotal_amount=subtotal,
        shipping_amount=shipping,
        total_amount=subtotal + shipping,
        email=shopper.email,
        fulfillment_status="unfulfilled" if is_new else "fulfilled",
        address=shopper.address,
        shipping_method=method,
        lines=lines,
    )
