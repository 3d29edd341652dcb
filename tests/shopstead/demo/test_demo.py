import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import Client

from core.tenancy import in_tenant
from shopstead.demo.goods import furnish, read_store
from shopstead.demo.history import write_history
from shopstead.demo.kinds import write_kinds
from shopstead.demo.papers import write_pdf
from shopstead.demo.questions import write_questions
from storefront.catalog.models import Category, DigitalFile, Product
from storefront.support.models import Conversation
from tenants.models import Tenant

PICTURES = Path(__file__).parents[3] / "platform" / "shopstead" / "demo" / "pictures"


@pytest.mark.parametrize("name", ["acme", "yunshang"])
def test_a_demo_store_has_goods_of_every_kind(
    acme: Tenant, store_client: Callable[[Tenant], Client], now: datetime, name: str
) -> None:
    store = {**read_store(name), "slug": "acme", "currency": "USD", "currencies": {"EUR": "0.9"}}
    goods = {good["handle"]: good for good in store["goods"]}
    marked = {
        kind: [one for one in goods if kind in goods[one]] for kind in ("set", "file", "sold_out", "publishes_in_days")
    }
    assert all(marked.values())
    for good in goods.values():
        assert all((PICTURES / name / f"{picture}.svg").exists() for picture in good["pictures"]), good["handle"]
    with in_tenant(acme):
        furnish({**store, "slug": name}, now=now)
        write_kinds(store, now=now)
        write_history(store, now=now)
        write_questions(store, now=now)
        rows = {row.handle: row for row in Product.objects.prefetch_related("variants__bundle_items__component")}
        for handle in marked["set"]:
            variant = rows[handle].variants.get()
            parts = [part.component.available_count // part.quantity for part in variant.bundle_items.all()]
            assert rows[handle].available_count == min(parts) > 0
        file = DigitalFile.objects.get(variant__product__handle=marked["file"][0])
        with storages["private"].open(file.path) as content:
            assert content.read() == write_pdf(goods[marked["file"][0]]["file"]["pages"])
        assert rows[marked["file"][0]].is_available
        assert not rows[marked["sold_out"][0]].is_available
        assert Category.objects.filter(depth=2).count() > 5
        assert Conversation.objects.filter(order__isnull=False).exists()
        assert Conversation.objects.filter(status="solved").exists()
    shopper = store_client(acme)
    assert b"EUR" in shopper.get("/").content or "€".encode() in shopper.get("/").content
    for handle, good in goods.items():
        answer = shopper.get(f"/products/{handle}/")
        assert answer.status_code == (404 if "publishes_in_days" in good else 200), handle


@pytest.mark.parametrize("lines", [["Beans", "Naïve (twice)"], ["绿茶", "八十五度水。"]])
def test_a_paper_is_a_pdf_whose_table_leads_to_its_objects(lines: list[str]) -> None:
    data = write_pdf([lines, lines])
    assert data.startswith(b"%PDF-1.")
    table = int(re.search(rb"startxref\n(\d+)", data)[1])
    assert data[table:].startswith(b"xref\n0 8\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", data), start=1):
        assert data[int(place) :].startswith(b"%d 0 obj" % number)
