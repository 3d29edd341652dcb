"""What goes back of an invoiced order is on a credit note: once, to the minor unit, with its tax by rate."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core.events import publish
from core.tenancy import in_tenant
from storefront.customers.events import CustomerDataAsked, CustomerErased
from storefront.documents.credit_papers import credit_note_paper
from storefront.documents.drawing import draw_pdf
from storefront.documents.models import CreditNote, Invoice
from storefront.documents.services import issue_invoice
from storefront.orders.models import Order, OrderEvent
from storefront.orders.services import cancel_order
from storefront.payments.models import Refund, RefundState
from storefront.payments.selectors import get_refundable
from storefront.payments.services import RefundRequest, refund_order, send_refund
from storefront.payments.services.giving_back import _record
from tenants.models import Tenant
from tests.storefront.documents.test_papers import words_of
from tests.storefront.orders.making import make_order

STANDARD, REDUCED = ("VAT", "19"), ("VAT", "7")
GOODS = (("Enamel mug", 1190, 3), ("Field guide", 1070, 2), ("Gift wrap", 250, 1))


def taxed(now: datetime, *, currency: str = "EUR", included: bool = True, keeps: bool = True, **changes: Any) -> Order:
    """Return a paid order of 19 %, 7 % and nothing, with delivery at 19 %; by `keeps` with each part's tax by rate."""
    order = make_order(now, goods=GOODS, currency=currency, is_paid=False, **changes)
    rates: dict[tuple[str, str], list[int]] = {}

    def tax_of(amount: int, key: tuple[str, str]) -> list[dict[str, Any]]:
        rate = int(key[1])
        tax = round(amount * rate / (100 + rate)) if included else round(amount * rate / 100)
        base = amount - tax if included else amount
        sums = rates.setdefault(key, [0, 0])
        sums[0], sums[1] = sums[0] + base, sums[1] + tax
        return [{"name": key[0], "rate": key[1], "base": base, "amount": tax}]

    for line, key in zip(order.lines.order_by("pk"), (STANDARD, REDUCED, None), strict=True):
        line_taxes = tax_of(line.total_amount, key) if key else []
        line.taxes = line_taxes if keeps else None
        line.tax_amount = sum(one["amount"] for one in line_taxes)
        line.save()
    shipping = tax_of(order.shipping_amount, STANDARD)
    order.shipping_taxes = shipping if keeps else None
    order.shipping_tax_amount = shipping[0]["amount"]
    order.taxes = [
        {"name": name, "rate": rate, "base": base, "amount": tax} for (name, rate), (base, tax) in rates.items()
    ]
    order.tax_amount = sum(tax for _base, tax in rates.values())
    order.taxes_included = included
    order.total_amount = order.subtotal_amount + order.shipping_amount + (0 if included else order.tax_amount)
    order.paid_at, order.payment_status = now, "paid"
    order.save()
    return order


def give(order: Order, now: datetime, counts: dict[int, int] | None = None, **more: Any) -> Refund:
    lines = list(order.lines.order_by("pk").values_list("pk", flat=True))
    asked = RefundRequest(counts={lines[n]: count for n, count in (counts or {}).items()}, **more)
    refund = refund_order(order_id=order.pk, asked=asked, actor="ruth@example.com", now=now)
    return send_refund(refund_id=refund.pk, now=now)


def invoice_of(order: Order, now: datetime) -> Invoice:
    return issue_invoice(order_id=order.pk, actor="ruth@example.com", now=now)


def paper_of(note: CreditNote) -> str:
    return words_of(draw_pdf([credit_note_paper(note)]))


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
@pytest.mark.parametrize("included", [True, False])
def test_invoice_less_notes_is_what_was_finally_paid(
    in_acme: Tenant, now: datetime, currency: str, included: bool
) -> None:
    for seed in range(6):
        chance = random.Random(seed)
        order = taxed(now + timedelta(seconds=seed), currency=currency, included=included)
        late = chance.random() < 0.5  # The invoice comes after the first refund: both ways lead to the same papers.
        if not late:
            invoice_of(order, now)
        for turn in range(5):
            refundable = get_refundable(order)
            if not refundable.left:
                break
            counts = {n: chance.randint(0, one.paid.left) for n, one in enumerate(refundable.lines)}
            goods = refundable.sum(
                {one.paid.key: counts[n] for n, one in enumerate(refundable.lines)}, delivery=0, adjustment=0
            ).total
            besides = chance.randint(-goods, refundable.left) if chance.random() < 0.5 else 0
            besides = min(besides, refundable.left - goods)
            if goods + besides > 0:
                give(order, now, counts, adjustment_amount=besides)
            elif turn == 4:
                give(order, now, adjustment_amount=refundable.left)
            if turn == 0:
                invoice_of(order, now)
            order.refresh_from_db()
        notes = list(CreditNote.objects.filter(invoice__order=order))
        invoice = Invoice.objects.get(order=order)
        assert (
            invoice.total_amount - sum(note.total_amount for note in notes)
            == order.total_amount - order.refunded_amount
        )
        assert len(notes) == Refund.objects.filter(payment__order=order).count()
        for rate in invoice.content["taxes"]:
            gone = [tax for note in notes for tax in note.content["taxes"] if tax["rate"] == rate["rate"]]
            assert sum(tax["amount"] for tax in gone) <= rate["amount"]
            if order.refunded_amount == order.total_amount:
                assert sum(tax["amount"] for tax in gone) == rate["amount"]
                assert sum(tax["base"] for tax in gone) == rate["base"]


def test_a_note_names_its_invoice_lines_and_tax_by_rate(in_acme: Tenant, now: datetime) -> None:
    order = taxed(now)
    invoice = invoice_of(order, now)
    assert [line["rates"] for line in invoice.content["lines"]] == [["19"], ["7"], []]
    refund = give(order, now, {0: 1, 1: 2}, delivery_amount=100)
    note = CreditNote.objects.get()
    assert (note.number, note.total_amount) == ("CN-1", refund.amount) == ("CN-1", 1190 + 2140 + 100)
    assert {tax["rate"]: (tax["base"], tax["amount"]) for tax in note.content["taxes"]} == {
        "19": (1084, 206),
        "7": (2000, 140),
    }
    said = paper_of(note)
    for words in (
        "Credit note",
        "CN-1",
        "INV-1",
        "Enamel mug",
        "€11.90",
        "Standard",
        "€34.30",
        "VAT 7% included, on €20.00",
    ):
        assert words in said, words
    assert OrderEvent.objects.filter(order=order, type="credit_note.issued").count() == 1
    send_refund(refund_id=refund.pk, now=now)
    assert CreditNote.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditNote.objects.create(invoice=invoice, number="CN-9", key=note.key, total_amount=1, issued_at=now)


def test_of_an_order_without_tax_by_rate_one_rate_is_derived_and_two_are_one_sum(
    in_acme: Tenant, now: datetime
) -> None:
    old = taxed(now, keeps=False)
    invoice_of(old, now)
    give(old, now, {0: 3})
    note = CreditNote.objects.get()
    assert (note.content["sums"]["tax"], [tax["rate"] for tax in note.content["taxes"]]) == (570, [""])
    said = paper_of(note)
    assert "Tax included" in said
    assert "given as one sum" in said.replace("\n", " ")
    plain = taxed(now + timedelta(seconds=9), keeps=False)
    plain.lines.filter(title="Field guide").update(tax_amount=0)
    plain.taxes = [tax for tax in plain.taxes if tax["rate"] == "19"]
    plain.tax_amount = plain.taxes[0]["amount"]
    plain.save()
    invoice_of(plain, now)
    give(plain, now, {0: 1, 1: 1})
    assert CreditNote.objects.get(number="CN-2").content["taxes"] == [
        {"name": "VAT", "rate": "19", "base": 1000, "amount": 190}
    ]


def test_an_invoiced_order_that_is_called_off(in_acme: Tenant, now: datetime) -> None:
    paid, unpaid = taxed(now), make_order(now + timedelta(seconds=1), is_paid=False)
    invoice_of(paid, now)
    invoice_of(unpaid, now)
    cancel_order(order_id=unpaid.pk, actor="ruth", now=now)
    note = CreditNote.objects.get()
    assert (note.invoice.order_id, note.total_amount) == (unpaid.pk, unpaid.total_amount)
    assert [line["title"] for line in note.content["lines"]] == ["Enamel mug", "Wool blanket", "Standard"]
    give(paid, now, {0: 1})
    cancel_order(order_id=paid.pk, actor="ruth", now=now)
    send_refund(refund_id=Refund.objects.get(state=RefundState.INTENT).pk, now=now)
    first, rest = CreditNote.objects.filter(invoice__order=paid).order_by("pk")
    assert first.total_amount + rest.total_amount == paid.total_amount
    assert [(line["title"], line["quantity"]) for line in rest.content["lines"]] == [
        ("Enamel mug", 2),
        ("Field guide", 2),
        ("Gift wrap", 1),
        ("Standard", 1),
    ]


def test_money_that_comes_back_takes_its_note_back(in_acme: Tenant, now: datetime) -> None:
    order = taxed(now)
    invoice_of(order, now)
    refund = give(order, now, {0: 1})
    for _ in range(2):
        _record(refund.pk, state=RefundState.FAILED, now=now, message="closed account")
    note, reversal = CreditNote.objects.order_by("pk")
    assert (reversal.number, reversal.reverses, reversal.total_amount) == ("CN-2", note, -1190)
    assert reversal.content["taxes"] == [{"name": "VAT", "rate": "19", "base": -1000, "amount": -190}]
    said = paper_of(reversal)
    assert "Reversal of a credit note" in said
    assert "-€11.90" in said.replace("−", "-")
    give(order, now, {0: 3, 1: 2, 2: 1}, delivery_amount=600)
    order.refresh_from_db()
    assert sum(CreditNote.objects.values_list("total_amount", flat=True)) == order.total_amount == order.refunded_amount


def test_notes_are_for_the_merchant_the_buyer_and_nobody_else(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    with in_tenant(acme):
        order, other = taxed(now, language="zh-hans"), taxed(now + timedelta(seconds=1))
        invoice_of(order, now)
        give(order, now, {0: 1})
        note = CreditNote.objects.get()
    shopper = store_client(acme)
    path = f"/orders/{order.token}/credit-notes/{note.pk}/"
    assert path in shopper.get(f"/orders/{order.token}/").content.decode()
    answer = shopper.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "CN-1" in words_of(answer.content)
    assert shopper.get(f"/orders/{other.token}/credit-notes/{note.pk}/").status_code == 404
    assert shopper.get(f"/orders/{'x' * 26}/credit-notes/{note.pk}/").status_code == 404
    page = merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Credit note CN-1" in page
    assert "Credit note CN-1 issued" in page
    assert "CN-1" in words_of(merchant_client.get(f"/dashboard/orders/{order.pk}/credit-notes/{note.pk}/").content)
    assert merchant_client.get(f"/dashboard/orders/{other.pk}/credit-notes/{note.pk}/").status_code == 404
    with in_tenant(acme):
        question = CustomerDataAsked(customer_id=order.customer_id, email=order.email)  # type: ignore[arg-type]
        publish(question)
        assert question.sections["credit_notes"][0]["number"] == "CN-1"
        publish(CustomerErased(customer_id=order.customer_id, email=order.email, now=now))  # type: ignore[arg-type]
        assert "Maya" not in str(CreditNote.objects.get().content)
