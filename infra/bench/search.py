"""Search as a store grows: 1,000 goods beside 10,000, and Chinese among many more; what the web processes hold."""

import argparse
import random
from collections.abc import Sequence
from statistics import median
from urllib.parse import quote

from bench.beside import bare_django, measure_bare
from bench.result import Result, at_most
from bench.site import Load, Site
from bench.storefront import fetch, weigh_workers

SLUG = "bench"
FEW, MANY = 1_000, 10_000
MOST = 100_000
GROWTH = 1.3
ROUNDS, TURNS = 4, 8
CPU_MS, P95_MS = 8.0, 20.0
HEADS = (
    *("青花", "粉彩", "汝窑", "龙泉", "景德镇", "宜兴", "紫砂"),
    *("骨瓷", "玻璃", "竹编", "胡桃木", "不锈钢", "铸铁", "纯棉"),
    *("亚麻", "羊毛", "真丝", "牛皮", "手工", "便携"),
)
THINGS = (
    *("茶壶", "茶杯", "盖碗", "公道杯", "茶盘", "保温杯", "餐盘"),
    *("花瓶", "香炉", "茶叶罐", "围巾", "衬衫", "外套", "背包"),
    *("钱包", "台灯", "蜡烛", "地毯", "抱枕", "砧板"),
)
TAILS = ["礼盒装", "家用", "办公", "旅行", "大号", "小号", "一套三只", "冬季新款", "复古", "简约"]
WORDS = (
    *("oak", "brass", "wool", "linen", "stone", "glass", "paper"),
    *("copper", "maple", "slate", "amber", "lamp", "bowl", "tray"),
    *("mug", "kettle", "candle", "basket"),
)
LATER = (
    *("er", "ing", "wood", "field", "stone", "ford", "ley"),
    *("ton", "worth", "ham", "by", "wick"),
)
ZH_TERMS = (
    *("壶", "茶", "紫砂", "茶壶", "盖碗", "紫砂茶壶", "手工羊毛围巾"),
    *("景德镇青花", "保温杯", "zisha", "冬季外套", "杯", "便携茶壶", "包"),
)
# Of one word, so that the first page is full in both stores; two words fill it with what ten times the goods find only.
ONE_WORD = ("brass", "wool", "candle", "oak", "bowl", "glass", "lamp", "mug")
TWO_WORDS = (
    "oak bowl",
    "glass tray",
    "maple lamp",
    "copper kettle",
    "stone mug",
    "linen basket",
    "slate tray",
    "paper mug",
)


def growth(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return what a search costs in a store with 1,000 goods and in one with 10,000, by turns, beside a bare Django.

    The two take turns because a shared machine is half as fast a minute later.
    """
    stores = {FEW: SLUG, MANY: f"{SLUG}-many"}
    for count, slug in stores.items():
        site.open_store(slug)
        site.inside("bench.search", "fill", slug=slug, count=count, seed=arguments.seed, is_chinese=False)
    arguments.threads = 1
    terms = {"one word": ONE_WORD, "two words": TWO_WORDS}
    with bare_django() as port:
        rounds = [
            (
                {
                    (name, count): _searches(site, arguments, words, slug)
                    for name, words in terms.items()
                    for count, slug in stores.items()
                },
                measure_bare(port, 1000),
            )
            for _ in range(TURNS)
        ][1:]
    results: list[Result] = []
    bare = median(bare for _loads, bare in rounds)
    for name, count in rounds[0][0]:
        cost = _middle([loads[name, count] for loads, _bare in rounds])
        beside = {"web": cost.web_ms, "database": cost.database_ms, "p50": cost.p50_ms, "p95": cost.p95_ms}
        limit = results[0].value * GROWTH if (name, count) == ("one word", MANY) else CPU_MS
        results.append(
            at_most(f"search, {name}, {count:,} goods: CPU", cost.cpu_ms, "ms", limit, **beside, bare_view=bare)
        )
    asked = site.inside("bench.storefront", "count_questions", slug=SLUG, paths={"search": _path(ONE_WORD[0])})
    return [*results, at_most("search: SQL", float(asked["search"]), "", 1)]


def chinese(site: Site, arguments: argparse.Namespace) -> list[Result]:
    """Return how long Chinese searches take among 100,000 goods, one after another, and what the web processes hold."""
    site.open_store(SLUG, currency="CNY")
    count = max(arguments.products, MOST)
    site.inside("bench.search", "fill", slug=SLUG, count=count, seed=arguments.seed, is_chinese=True)
    arguments.threads = 1
    with bare_django() as port:
        found = _typical(site, arguments, ZH_TERMS)
        bare = measure_bare(port, 10 * arguments.requests)
    terms = f"{len(ZH_TERMS)} terms of 1 to 6 letters"
    beside = {"p50": found.p50_ms, "cpu": found.cpu_ms, "web": found.web_ms, "database": found.database_ms}
    return [
        at_most(f"Chinese search, {count:,} goods, {terms}: p95", found.p95_ms, "ms", P95_MS, **beside, bare_view=bare),
        weigh_workers(site),
    ]


def fill(*, slug: str, count: int, seed: int, is_chinese: bool) -> int:
    """Give a store as many made-up goods as it lacks, inside the platform; return how many it has."""
    from django.db import connection

    from core.clock import utc_now
    from core.tenancy import in_tenant
    from storefront.catalog.models import Product, ProductVariant
    from storefront.search.services import index_products, tidy_words
    from tenants.models import Tenant

    chance, now = random.Random(seed), utc_now()
    with in_tenant(Tenant.objects.get(slug=slug)):
        here = Product.objects.count()
        for start in range(here, count, 2000):
            goods = []
            for number in range(start, min(start + 2000, count)):
                title = made_up_title(chance, number, is_chinese=is_chinese)
                price = chance.randrange(900, 90_000)
                goods.append(
                    Product(
                        title=title, handle=f"good-{number}", description_html=f"<p>{title}</p>", status="active",
                        vendor=f"Brand {number % 20}", product_type=f"Kind {number % 12}", tags=[f"tag {number % 30}"],
                        min_price_amount=price, max_price_amount=price, is_available=number % 9 > 0, variants_count=1,
                        available_count=number % 50, sold_count=chance.randrange(500), created_at=now, updated_at=now,
                        published_at=now,
                    )
                )  # fmt: skip
            Product.objects.bulk_create(goods)
            variants = [
                ProductVariant(product=one, price_amount=one.min_price_amount, sku=f"SKU{one.pk}") for one in goods
            ]
            ProductVariant.objects.bulk_create(variants)
            index_products(product_ids=[one.pk for one in goods])
        tidy_words(now=now)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) catalog_product, search_searchdocument, search_searchword")
        return Product.objects.count()


def made_up_title(chance: random.Random, number: int, *, is_chinese: bool) -> str:
    """Return a title. A shop with ten times the goods has four times the words (Heaps' law), so later goods bring new ones."""
    if is_chinese:
        return (
            chance.choice(HEADS)
            + chance.choice(HEADS)
            + chance.choice(THINGS)
            + " "
            + chance.choice(TAILS)
            + str(number)
        )
    known = int(len(WORDS) * max(1.0, number / FEW) ** 0.6)
    words = [chance.randrange(known) for _ in range(3)]
    return " ".join(
        WORDS[n % len(WORDS)] + (LATER[n // len(WORDS) % len(LATER)] if n >= len(WORDS) else "") for n in words
    )


def _typical(site: Site, arguments: argparse.Namespace, terms: Sequence[str]) -> Load:
    """Return the middle one of three loops; the first, in which plans are made, is thrown away."""
    return _middle([_searches(site, arguments, terms, SLUG) for _ in range(ROUNDS)][1:])


def _middle(loads: Sequence[Load]) -> Load:
    return sorted(loads, key=lambda load: load.cpu_ms)[len(loads) // 2]


def _searches(site: Site, arguments: argparse.Namespace, terms: Sequence[str], slug: str) -> Load:
    host = f"{slug}.localhost"
    paths = [_path(term) for term in terms]
    return site.load(
        arguments.requests, arguments.threads, lambda link, n: fetch(site, link, paths[n % len(paths)], host)
    )


def _path(term: str) -> str:
    return f"/search/?q={quote(term)}"


PARTS = {"growth": growth, "chinese": chinese}
