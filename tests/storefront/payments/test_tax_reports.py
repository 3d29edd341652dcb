"""Sales and refunds in Stripe Tax's reports: each once, by line, and never more than the order was."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import stripe

from integrations.stripe.client import client, silence
from integrations.stripe.errors import StripeUnavailable
from storefront.amendments.services.adding import AmendmentRequest, amend_order
from storefront.catalog.models import ProductVariant
from storefront.orders.additions import Additions
from storefront.orders.errors import AmendmentRefused
from storefront.orders.models import Order, OrderEvent
from storefront.payments.models import Refund, RefundState, ReportState, TaxReport
from storefront.payments.services import open_account, receive_payment, reconcile_open, refund_order, send_refund
from storefront.payments.services.giving_back import _record
from storefront.payments.services.reporting import send_report
from storefront.taxes.models import TaxSettings
from tenants.models import PaymentAccount, Tenant
from tests.storefront.checkout.orders import fill_cart, open_store
from tests.storefront.checkout.test_start import start
from tests.storefront.checkout.test_taxes import BY_STRIPE, THERE, use_stripe_tax
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import asked
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
LATER = timedelta(minutes=3)
REPORTING = {"method": "POST", "path": "/v1/tax/transactions"}


@pytest.fixture
def store(in_acme: Tenant, shopper: Shopper, now: datetime) -> Tenant:
    open_account(tenant=in_acme, now=now)
    open_store(in_acme, now)
    use_stripe_tax(in_acme, now)
    return in_acme


@pytest.fixture
def order(store: Tenant, now: datetime) -> Order:
    """Three mugs for 14.99 with tax on top, and an untaxed card; its money has come."""
    mug, card = make_variant("Mug", price=1499, stock=5), make_variant("Card", price=900, stock=5)
    ProductVariant.objects.filter(pk=card.pk).update(is_taxable=False)
    placed = start(store, fill_cart([(mug, 3), (card, 1)], now), now, details=THERE).order
    assert not TaxReport.objects.exists()  # what nobody paid is no sale
    return receive_payment(order_id=placed.pk, actor="ann@acme.example", now=now)


def tell(now: datetime) -> list[TaxReport]:
    return [send_report(report_id=one.pk, now=now) for one in TaxReport.objects.order_by("pk")]


def give_back(order: Order, now: datetime, *counts: int, **more: Any) -> Refund:
    refund = refund_order(order_id=order.pk, asked=asked(order, *counts, **more), actor="ann@acme.example", now=now)
    return send_refund(refund_id=refund.pk, now=now)


def there(report: TaxReport) -> stripe.tax.Transaction:
    account = PaymentAccount.objects.get(tenant__schema_name__startswith="t_", provider="stripe").external_id
    return client().v1.tax.transactions.retrieve(
        str(report.stripe_transaction_id), {"expand": ["line_items"]}, {"stripe_account": account}
    )


def reported(shopper: Shopper) -> list[dict[str, Any]]:
    """Return what Stripe was told, without what it was told again."""
    told = [one for one in shopper.requests() if str(one["path"]).startswith("/v1/tax/transactions/create")]
    return list({one["idempotency_key"]: one for one in told}.values())


def test_a_paid_order_is_reported_once(store: Tenant, shopper: Shopper, order: Order, now: datetime) -> None:
    (report,) = tell(now)
    tell(now)
    sale = there(report)
    assert (report.state, sale.reference, sale.type) == ("done", f"order-{order.token}", "transaction")
    assert sale.line_items is not None
    assert [(line.amount, line.amount_tax) for line in sale.line_items.data] == [(4497, 422), (900, 0)]
    assert sorted(report.lines) == sorted(str(line.variant_id) for line in order.lines.all())
    assert len(reported(shopper)) == 1


def test_units_are_taken_back_by_line_with_their_tax(
    store: Tenant, shopper: Shopper, order: Order, now: datetime
) -> None:
    mug, card = order.lines.order_by("pk")
    assert (mug.tax_amount, card.tax_amount) == (422, 0)
    first = give_back(order, now, 1)
    second = give_back(order, now, 2, 1, delivery_amount=490)
    sale, *back = tell(now)
    bodies = [one["params"] for one in reported(shopper)[1:]]
    assert [one["mode"] for one in bodies] == ["partial", "partial"]
    lines = [line for body in bodies for line in body["line_items"]]
    assert [line["original_line_item"] for line in lines] == [
        sale.lines[str(one.variant_id)] for one in (mug, mug, card)
    ]
    assert sum(int(line["amount"]) for line in lines) == -(4497 + 900)
    assert sum(int(line["amount_tax"]) for line in lines) == -422
    assert bodies[1]["shipping_cost"] == {"amount": "-490", "amount_tax": "0"}
    assert [one.reference for one in back] == [first.idempotency_key, second.idempotency_key]


def test_all_of_an_order_is_taken_back_as_one(store: Tenant, shopper: Shopper, order: Order, now: datetime) -> None:
    give_back(order, now, 3, 1, delivery_amount=490)
    tell(now)
    assert reported(shopper)[1]["params"]["mode"] == "full"


def test_a_sum_that_is_no_line_s_is_taken_back_over_all(
    store: Tenant, shopper: Shopper, order: Order, now: datetime
) -> None:
    give_back(order, now, adjustment_amount=300)
    give_back(order, now, 1)
    tell(now)
    bodies = [one["params"] for one in reported(shopper)[1:]]
    assert [body.get("flat_amount") for body in bodies] == ["-300", str(-(1499 + 141))]


@pytest.mark.guard("tax-is-reported-under-one-name", found="assert 2 == 1")
def test_told_by_many_at_once_and_after_a_lost_answer_it_is_one_sale(
    store: Tenant, shopper: Shopper, order: Order, now: datetime
) -> None:
    report = TaxReport.objects.get()
    shopper.plant(kind="reset", match=REPORTING, times=2, after=True)
    with pytest.raises(StripeUnavailable):
        send_report(report_id=report.pk, now=now)
    shopper.repair()
    silence.note_answer(shopper.server.url)
    assert reconcile_open(now=now + LATER) == 1
    assert len({one["params"]["reference"] for one in reported(shopper)}) == 1


def test_a_refusal_stands_in_the_timeline_and_is_not_repeated(
    store: Tenant, shopper: Shopper, order: Order, now: datetime
) -> None:
    Order.objects.filter(pk=order.pk).update(tax_calculation_id="taxcalc_unknown")
    give_back(order, now, 1)
    assert [one.state for one in tell(now)] == [ReportState.FAILED, ReportState.FAILED]
    assert OrderEvent.objects.filter(order=order, type="tax.not_reported").count() == 2
    assert reconcile_open(now=now + LATER) == 0


def test_money_that_comes_back_after_all_is_said(store: Tenant, order: Order, now: datetime) -> None:
    refund = give_back(order, now, 1)
    assert TaxReport.objects.filter(refund=refund).count() == 1
    _record(refund.pk, state=RefundState.FAILED, now=now, message="closed")
    assert OrderEvent.objects.filter(order=order, type="tax.not_reported").count() == 1


def test_an_order_by_own_rates_is_reported_to_nobody(store: Tenant, shopper: Shopper, now: datetime) -> None:
    use_stripe_tax(store, now, replace(BY_STRIPE, provider="own"))
    placed = start(store, fill_cart([(make_variant(price=1000, stock=5), 1)], now), now, details=THERE).order
    order = receive_payment(order_id=placed.pk, actor="ann@acme.example", now=now)
    give_back(order, now, 1)
    assert not TaxReport.objects.exists() and not reported(shopper)


@pytest.mark.parametrize("provider", ["stripe", "own"])
def test_nothing_is_added_to_an_order_whose_tax_was_counted_as_a_whole(
    store: Tenant, order: Order, now: datetime, provider: str
) -> None:
    TaxSettings.objects.update(provider=provider)
    more = AmendmentRequest(Additions(lines={order.lines.order_by("pk")[0].pk: 1}), token="form-1")
    with pytest.raises(AmendmentRefused, match="counts the taxes of an order once"):
        amend_order(order_id=order.pk, asked=more, actor="ann@acme.example", now=now)
