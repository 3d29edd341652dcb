"""Read a demo store's file and put its goods, pictures and look into the store."""

import shutil
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from core.events import publish
from core.tenancy import current_schema
from shopstead.demo.look import picture_path, write_content, write_look
from shopstead.demo.shapes import teapot, tent
from storefront.catalog.bulk import ProductRow, VariantRow, upsert_products
from storefront.catalog.enums import MediaKind
from storefront.catalog.events import ProductChanged
from storefront.catalog.models import (
    Category,
    Collection,
    CollectionProduct,
    Product,
    ProductImage,
    ProductVariant,
)
from storefront.catalog.services import refresh_product_summary
from storefront.inventory.bulk import set_sellable_stock
from storefront.payments.services.ways import WayDraft, save_way
from storefront.shipping.models import ShippingMethod
from tenants.languages import list_others

HERE = Path(__file__).parent
ACTOR = "demo"
WIDTH, HEIGHT = 800, 1000
MODELS = {"tent": tent, "teapot": teapot}


def read_store(name: str) -> dict[str, Any]:
    """Return a demo store's file: facts, theme, collections, goods; prices in minor units.

    `texts` is what it says in its other language, from a file of its own.
    """
    store = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    code = other_language(store)
    store["texts"] = tomllib.loads((HERE / f"{name}.{code}.toml").read_text(encoding="utf-8"))
    return store


def other_language(store: dict[str, Any]) -> str:
    """Return the language besides its own that a demo store is kept in."""
    return list_others(store["language"])[0]


def furnish(store: dict[str, Any], *, now: datetime) -> None:
    """Write the look, pictures, collections, goods, ways to pay and delivery; call it inside the store, in a transaction."""
    _copy_pictures(store["slug"])
    write_look(store, now=now)
    write_content(store, now=now)
    products = _write_goods(store, now=now)
    _write_collections(store, products)
    _name_categories(store)
    for way in store["ways_to_pay"]:
        save_way(kind=way["kind"], draft=_draft_way(way, other_language(store)))
    name, amount, free_over, least, most = store["shipping"]
    ShippingMethod.objects.update(
        name=name, price_amount=amount, free_over_amount=free_over, minimum_days=least, maximum_days=most
    )


def _draft_way(way: dict[str, Any], other: str) -> WayDraft:
    words = {name: way[name] for name in ("title", "text", "instructions") if name in way}
    said = {other: way["other"]} if "other" in way else {}
    return WayDraft(is_on=True, **words, translations=said, days_to_pay=way.get("days_to_pay"))


def _copy_pictures(slug: str) -> None:
    target = Path(settings.MEDIA_ROOT) / current_schema() / "demo"
    target.mkdir(parents=True, exist_ok=True)
    for file in (HERE / "pictures" / slug).glob("*.svg"):
        shutil.copyfile(file, target / file.name.removeprefix("tea-") if "hero" in file.name else target / file.name)
    if (target / "tea-story.svg").exists():
        shutil.copyfile(target / "tea-story.svg", target / "story.svg")


def _write_goods(store: dict[str, Any], *, now: datetime) -> dict[str, Product]:
    rows = [_row(good, other_language(store), store["texts"]["goods"][good["handle"]]) for good in store["goods"]]
    written = upsert_products(rows=rows, now=now)
    set_sellable_stock(rows=written.stock, actor=ACTOR, now=now, reason="demo")
    products = {product.handle: product for product in Product.objects.all()}
    images = [
        ProductImage(
            product=products[good["handle"]],
            position=position,
            path=picture_path(name),
            width=WIDTH,
            height=HEIGHT,
            alt=good["alt"] if position == 1 else "",
        )
        for good in store["goods"]
        for position, name in enumerate(good["pictures"], start=1)
    ]
    ProductImage.objects.bulk_create([*images, *_models(store, products)])
    _show_versions(store, products)
    refresh_product_summary(written.product_ids)
    publish(ProductChanged(product_ids=written.product_ids))
    return products


def _show_versions(store: dict[str, Any], products: dict[str, Product]) -> None:
    """Give each version the picture that shows it, where the file names some."""
    for good in store["goods"]:
        for position, name in enumerate(good.get("variant_pictures", []), start=1):
            product = products[good["handle"]]
            image = ProductImage.objects.get(product=product, path=picture_path(name), kind=MediaKind.IMAGE)
            ProductVariant.objects.filter(product=product, position=position).update(image=image)


def _models(store: dict[str, Any], products: dict[str, Product]) -> list[ProductImage]:
    """Write the 3D models and return their places, behind the pictures."""
    rows = []
    for good in store["goods"]:
        if "model" in good:
            path = f"demo/{good['model']}.glb"
            (Path(settings.MEDIA_ROOT) / current_schema() / path).write_bytes(MODELS[good["model"]]())
            rows.append(
                ProductImage(
                    product=products[good["handle"]],
                    position=len(good["pictures"]) + 1,
                    kind=MediaKind.MODEL,
                    path=picture_path(good["pictures"][0]),
                    model_path=path,
                    width=WIDTH,
                    height=HEIGHT,
                    alt=good["model_alt"],
                )
            )
    return rows


def _row(good: dict[str, Any], code: str, said: dict[str, Any]) -> ProductRow:
    price = {"price_amount": good["price"], "compare_at_amount": good.get("compare_at")}
    names = good.get("variants") or [""]
    variants = [
        VariantRow(
            title=name,
            option_values=(name,) if name else (),
            fields={**price, "sku": f"{good['handle'][:24].upper()}-{number}"},
            quantity=_quantity(good, is_last_of_many=number == len(names) > 3),
            texts={code: [said["variants"][number - 1]]} if name else {},
        )
        for number, name in enumerate(names, start=1)
    ]
    return ProductRow(
        handle=good["handle"],
        fields={
            "title": good["title"],
            "description_html": f"<p>{good['text']}</p>",
            "product_type": good["type"],
            "tags": good["tags"],
            "status": "active",
        },
        option_names=(good["option"],) if good.get("option") else (),
        variants=variants,
        category=tuple(good["category"]),
        texts={
            code: {
                "title": said["title"],
                "description_html": f"<p>{said['text']}</p>",
                "option_names": [said["option"]] if "option" in said else [],
            }
        },
    )


def _quantity(good: dict[str, Any], *, is_last_of_many: bool) -> int | None:
    """Return how many there are to sell; sets have what their parts allow, and files are not counted."""
    if "set" in good or "file" in good:
        return None
    return 0 if good.get("sold_out") or is_last_of_many else 20 + 7 * int(good["weight"])


def _name_categories(store: dict[str, Any]) -> None:
    """Write what categories are called in the other language; they were made with their goods."""
    rows = list(Category.objects.all())
    for row in rows:
        row.translations = {other_language(store): {"title": store["texts"]["categories"][row.title]}}
    Category.objects.bulk_update(rows, ["translations"])


def _write_collections(store: dict[str, Any], products: dict[str, Product]) -> None:
    for position, wanted in enumerate(store["collections"]):
        cover = {"path": picture_path(wanted["cover"]), "width": WIDTH, "height": HEIGHT, "alt": ""}
        collection = Collection.objects.create(
            title=wanted["title"],
            handle=wanted["handle"],
            position=position,
            cover=cover,
            translations={other_language(store): {"title": store["texts"]["collections"][wanted["handle"]]}},
        )
        inside = [good for good in store["goods"] if good["collection"] == wanted["handle"]]
        CollectionProduct.objects.bulk_create(
            CollectionProduct(collection=collection, product=products[good["handle"]], position=number)
            for number, good in enumerate(inside)
        )
