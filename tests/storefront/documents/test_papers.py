"""Invoices and packing slips: what stands on them, in which signs, numbered how, and at what cost."""

import re
import threading
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFontFile

from core.events import publish
from core.tenancy import in_tenant
from storefront.customers.events import CustomerErased
from storefront.documents.drawing import BODY, FONT_FILE, draw_pdf, wrap
from storefront.documents.errors import InvoiceRefused, LetterheadRefused
from storefront.documents.models import Invoice, Letterhead
from storefront.documents.papers import invoice_paper, packing_slip
from storefront.documents.selectors import get_letterhead
from storefront.documents.services import Series, issue_invoice, save_letterhead
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import cancel_order
from tenants.models import Tenant
from tests.storefront.orders.making import ADDRESS, make_order

ISSUERS, EACH = 4, 4
NOTES = Series("CN-", 1)
CHINESE = {
    **ADDRESS,
    "name": "欧阳娜娜",
    "line1": "文三路 90 号 𠮷",
    "city": "杭州市",
    "province": "浙江省",
    "country": "CN",
}


def words_of(pdf: bytes) -> str:
    """Return a PDF's text as a reader copies it."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def issue(order: Order, now: datetime) -> Invoice:
    return issue_invoice(order_id=order.pk, actor="ruth@example.com", now=now)


def test_an_invoice_says_who_what_and_how_much(in_acme: Tenant, now: datetime) -> None:
    save_letterhead(
        words={"legal_name": "Acme Outdoor GmbH", "address": "Marktplatz 1\n20095 Hamburg", "vat_id": "DE123456789"},
        invoices=Series("R-", 41),
        notes=NOTES,
    )
    order = make_order(now)
    Order.objects.filter(pk=order.pk).update(
        taxes_included=True,
        tax_amount=2714,
        total_amount=17000,
        taxes=[{"name": "VAT", "rate": "19", "base": 14286, "amount": 2714}],
    )
    invoice = issue(order, now)
    assert invoice.number == "R-41"
    said = words_of(draw_pdf([invoice_paper(invoice)]))
    for words in (
        "Acme Outdoor GmbH",
        "20095 Hamburg",
        "DE123456789",
        "R-41",
        "Maya Lindqvist",
        "Enamel mug",
        "$36.00",
        "$170.00",
    ):
        assert words in said, words
    assert "VAT 19% included, on $142.86" in said
    assert "$27.14" in said


def test_chinese_signs_are_drawn_and_can_be_copied(in_acme: Tenant, now: datetime) -> None:
    title = "珐琅马克杯 · 山脊绿，轻量化羽绒睡袋"
    order = make_order(now, goods=((title, 1800, 2),), language="zh-hans", shipping_address=CHINESE)
    said = words_of(draw_pdf([invoice_paper(issue(order, now)), packing_slip(order, get_letterhead())]))
    for words in ("商业发票", "欧阳娜娜", "浙江省杭州市文三路", "珐琅马克杯", "山脊绿", "装箱单"):
        assert words in said, words
    assert "\ufffd" not in said


def test_every_sign_of_our_own_words_is_in_the_font() -> None:
    """A control for the font: it would be empty boxes that a shopper of a further language sees."""
    known = TTFontFile(str(FONT_FILE)).charToGlyph
    ours = "Łódź Zürich Ñandú Ελλάδα Київ €£¥₩₹ №™ “quoted” – — … 龘𠮷" + "张王李赵欧阳司马诸葛骉昇堃喆玥婳"
    missing = [sign for sign in ours if sign != " " and ord(sign) not in known]
    assert missing == ["𠮷"]  # the rarest of names, beyond the twenty thousand signs of common computers, are boxes


def test_what_was_issued_stays_and_is_numbered_without_gaps(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        orders = [make_order(now + timedelta(seconds=n)) for n in range(ISSUERS * EACH)]
        refused = make_order(now + timedelta(hours=1), is_paid=False)
        cancel_order(order_id=refused.pk, actor="ruth", now=now)
    start, errors = threading.Barrier(ISSUERS), []

    def work(mine: list[Order]) -> None:
        try:
            with in_tenant(committed_store):
                start.wait()
                for order in mine:
                    issue(order, now)
                    issue(order, now)
                with pytest.raises(InvoiceRefused):
                    issue(refused, now)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(orders[n::ISSUERS] + orders[:2],)) for n in range(ISSUERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with in_tenant(committed_store):
        numbers = sorted(int(number[4:]) for number in Invoice.objects.values_list("number", flat=True))
        assert numbers == list(range(1, ISSUERS * EACH + 1))
        first = Invoice.objects.order_by("pk")[0]
        OrderLine.objects.filter(order_id=first.order_id).update(title="Something else")
        save_letterhead(words={"legal_name": "Another name"}, invoices=Series("INV-", 99), notes=NOTES)
        said = words_of(draw_pdf([invoice_paper(issue(first.order, now))]))
        assert "Enamel mug" in said
        assert "Another name" not in said


def test_a_number_is_never_given_back(in_acme: Tenant, now: datetime) -> None:
    issue(make_order(now), now)
    for prefix, number in (("INV-", 1), ("INV-", 0), ("IN 1", 9), ("R<", 5), ("R1", 5)):
        with pytest.raises(LetterheadRefused):
            save_letterhead(words={}, invoices=Series(prefix, number), notes=NOTES)
    save_letterhead(words={}, invoices=Series("R-", 1), notes=NOTES)
    with pytest.raises(LetterheadRefused):
        save_letterhead(words={}, invoices=Series("INV-", 1), notes=NOTES)
    with pytest.raises(LetterheadRefused):
        save_letterhead(words={}, invoices=Series("R-", 1), notes=Series("R-", 7))
    assert Letterhead.objects.get().prefix == "R-"


def test_merchant_and_shopper_get_it_and_nobody_else(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    with in_tenant(acme):
        order, unpaid = make_order(now), make_order(now + timedelta(seconds=1), is_paid=False)
    shopper = store_client(acme)
    path = f"/orders/{order.token}/invoice/"
    assert shopper.get(path).status_code == 404
    assert "Get the invoice (PDF)" in shopper.get(f"/orders/{order.token}/").content.decode()
    answer = shopper.post(path, follow=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "INV-1" in words_of(answer.content)
    shopper.post(f"/orders/{unpaid.token}/invoice/")
    with in_tenant(acme):
        assert Invoice.objects.count() == 1
    assert "INV-1" in words_of(merchant_client.get(f"/dashboard/orders/{order.pk}/invoice/").content)
    merchant_client.post(f"/dashboard/orders/{unpaid.pk}/invoice/")
    slips = merchant_client.post("/dashboard/orders/bulk/packing-slips/", {"pick": [order.pk, unpaid.pk]})
    said = words_of(slips.content)
    assert len(PdfReader(BytesIO(slips.content)).pages) == 2
    assert order.name in said
    assert unpaid.name in said
    assert "$" not in said
    with in_tenant(acme):
        assert set(Invoice.objects.values_list("number", flat=True)) == {"INV-1", "INV-2"}
        publish(CustomerErased(customer_id=order.customer_id, email=order.email, now=now))  # type: ignore[arg-type]
        assert "Maya" not in str(Invoice.objects.get(order=order).content)


def test_a_thousand_lines_cost_little_memory_and_repeat_the_head(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    line = order.lines.first()
    assert line is not None
    OrderLine.objects.bulk_create(
        OrderLine(order=order, title=f"Line {n} 搪瓷杯", unit_amount=1, quantity=1, total_amount=1) for n in range(1000)
    )
    paper = packing_slip(order, get_letterhead())
    draw_pdf([paper])
    tracemalloc.start()
    pdf = draw_pdf([paper])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) > 20
    assert all("Quantity" in page.extract_text() for page in pages[:3])
    assert "Line 999" in pages[-1].extract_text()


@pytest.mark.parametrize(
    "text", ["x" * 5000, "字" * 400, "a b " * 300, "", "\n\n", "<b>&amp;</b>\x07", "很长的句子，有标点。（括号）" * 30]
)
def test_any_words_fit_between_the_edges(text: str) -> None:
    lines = wrap(text, BODY, 120)
    assert all(stringWidth(line, "ShopsteadPaper", BODY) <= 120.01 for line in lines)
    assert "".join(re.sub(r"\s", "", line) for line in lines) == re.sub(r"\s", "", text)
    assert not any(line[:1] in tuple("，。）") for line in lines)
