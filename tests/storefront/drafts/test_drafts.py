"""Orders made for somebody: what they cost, how they become orders, and how they end."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.outbox.models import OutboxMessage
from storefront.carts.models import Cart
from storefront.catalog.models import ProductVariant
from storefront.checkout.errors import CartNotBuyable, TotalChanged
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.events import CustomerDataAsked, CustomerErased, MergeAsked
from storefront.customers.services import merge_customers
from storefront.drafts.answers import add_drafts, compare_drafts, remove_drafts
from storefront.drafts.errors import DraftChanged, DraftClosed, DraftRefused
from storefront.drafts.models import Draft
from storefront.drafts.services import (
    DraftFacts,
    call_off_second,
    cancel_draft,
    close_expired,
    copy_draft,
    draft_order,
    extend_draft,
    mail_link,
    save_draft,
    send_link,
)
from storefront.inventory.models import Stock
from storefront.inventory.services import set_stock
from storefront.orders.models import Order, OrderEvent
from storefront.orders.timeline import list_moments
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import reconcile_open, settle_payment
from storefront.recovery.selectors.looking import list_left
from storefront.shipping.models import ShippingMethod
from tenants.models import Tenant
from tests.storefront.checkout.orders import DETAILS
from tests.storefront.drafts.drafting import RUTH, again, by_hand, by_link, make_draft, total_of
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper
from tests.storefront.till import clock, mug, pay, store

__all__ = ["clock", "mug", "sandbox_server", "shopper", "store"]


def price(variant: ProductVariant, amount: int) -> None:
    ProductVariant.objects.filter(pk=variant.pk).update(price_amount=amount)


def shelf(variant: ProductVariant) -> tuple[int, int]:
    return Stock.objects.filter(variant=variant).values_list("on_hand_count", "reserved_count").get()


def test_a_draft_is_paid_by_its_link_at_the_price_that_was_promised(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = make_draft([(mug, 2)], clock, discount_points=1000, reason="Old friend", note="Pack well")
    price(mug, 9900)
    assert shelf(mug) == (9, 0)
    started = by_link(store, again(draft), clock)
    assert started.redirect_url and shelf(mug) == (9, 2)
    assert by_link(store, again(draft), clock).redirect_url == started.redirect_url
    order = pay(shopper, Payment.objects.get(), clock).order
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.source) == ("open", "paid", "staff")
    assert (order.subtotal_amount, order.discount_amount, order.staff_note) == (3600, 360, "Pack well")
    assert order.total_amount == 3600 - 360 + order.shipping_amount
    assert order.discounts == [
        {"promotion_id": None, "title": "Old friend", "code": "", "amount": 360, "shipping_amount": 0}
    ]
    assert (again(draft).state, again(draft).order) == ("completed", order)
    moment = list_moments(list(order.events.filter(key="placed")), currency="USD")[0]
    assert moment.detail == f"Made from draft {draft.number} by {RUTH}"
    assert by_link(store, draft, clock).order == order
    assert Order.objects.count() == 1 and shelf(mug) == (7, 0)


def test_marked_as_paid_it_is_an_order_once_with_the_way_and_who_said_so(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock)
    order = by_hand(store, draft, clock, way="card_terminal", expected_total=total_of(draft, clock))
    paid = order.payments.get()
    assert (paid.state, paid.provider, paid.method_type, paid.method_label) == (
        "paid",
        "manual",
        "card_terminal",
        "Card at the counter",
    )
    assert OrderEvent.objects.get(order=order, key="paid").actor == RUTH
    assert OrderEvent.objects.get(order=order, key="placed").actor == RUTH
    assert order.payment_status == "paid" and order.customer is not None and order.customer.spent_amount
    with pytest.raises(DraftClosed):
        by_hand(store, draft, clock)
    assert Order.objects.count() == 1 and shelf(mug) == (8, 0)
    assert OutboxMessage.objects.filter(task="storefront.orders.send_confirmation").count() == 1


def test_marked_as_paid_while_somebody_pays_the_page_is_closed_and_late_money_goes_back(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock)
    by_link(store, draft, clock)
    page = Payment.objects.get()
    order = by_hand(store, again(draft), clock)
    page.refresh_from_db()
    assert (page.state, Order.objects.get(), order.payment_status) == (PaymentState.EXPIRED, order, "paid")
    assert shopper.sessions(page.account_id)[0]["status"] == "expired"


def test_paid_at_the_last_moment_it_is_not_marked_as_paid_besides(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock)
    by_link(store, draft, clock)
    page = Payment.objects.get()
    shopper.pay(page.account_id, str(page.stripe_checkout_session_id))
    order = by_hand(store, again(draft), clock)
    assert Payment.objects.get().provider == "stripe" and order.payment_status == "paid"
    assert again(draft).order == order


def test_another_sum_than_was_seen_is_not_taken(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft = make_draft([(mug, 1)], clock)
    seen = again(draft)
    with pytest.raises(TotalChanged):
        by_hand(store, draft, clock, expected_total=1)
    facts = DraftFacts(
        email=DETAILS.email, name=DETAILS.name, address=DETAILS.as_address(), lines={mug.pk: 1}, note="x"
    )
    save_draft(facts=facts, actor=RUTH, now=clock, draft_id=draft.pk)
    with pytest.raises(TotalChanged):
        by_link(store, seen, clock)
    assert not Order.objects.exists()


def test_prices_are_held_until_others_are_asked_for(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft = make_draft([(mug, 1)], clock)
    price(mug, 2500)
    tin = make_variant("Tin", price=700, stock=4)
    facts = DraftFacts(lines={mug.pk: 3, tin.pk: 1})
    draft = save_draft(facts=facts, actor=RUTH, now=clock, draft_id=draft.pk)
    assert draft.prices == {str(mug.pk): 1800, str(tin.pk): 700}
    facts = DraftFacts(lines={mug.pk: 3}, renews=True)
    assert save_draft(facts=facts, actor=RUTH, now=clock, draft_id=draft.pk).prices == {str(mug.pk): 2500}


def test_delivery_is_held_with_the_address(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    method = ShippingMethod.objects.order_by("pk").first()
    assert method is not None
    draft = make_draft([(mug, 1)], clock, method_id=method.pk)
    before = total_of(draft, clock)
    assert draft.delivery_amount is not None
    ShippingMethod.objects.update(price_amount=9900, free_over_amount=None)
    assert total_of(again(draft), clock) == before
    assert make_draft([(mug, 1)], clock, method_id=method.pk).delivery_amount == 9900
    assert make_draft([(mug, 1)], clock, method_id=method.pk, address={}).delivery_amount is None


def test_two_colleagues_do_not_write_over_each_other(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft = make_draft([(mug, 1)], clock)
    version = draft.cart.version
    facts = DraftFacts(lines={mug.pk: 2})
    save_draft(facts=facts, actor=RUTH, now=clock, draft_id=draft.pk, version=version)
    with pytest.raises(DraftChanged):
        save_draft(facts=facts, actor=RUTH, now=clock, draft_id=draft.pk, version=version)


def test_a_form_sent_twice_is_one_draft(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    facts = DraftFacts(lines={mug.pk: 2})
    made = [save_draft(facts=facts, actor=RUTH, now=clock, token="t" * 26) for _time in range(2)]
    assert made[0] == made[1] and Draft.objects.count() == Cart.objects.count() == 1


def test_what_is_sold_out_is_said_before_anybody_pays(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft = make_draft([(mug, 2)], clock)
    set_stock(variant_id=mug.pk, on_hand_count=1, actor="tests", now=clock)
    with pytest.raises(CartNotBuyable):
        by_link(store, draft, clock)
    assert not Order.objects.exists() and shelf(mug) == (1, 0)


def test_changing_a_draft_closes_the_page_where_it_was_paid(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock)
    by_link(store, draft, clock)
    known: dict[str, Any] = {"email": DETAILS.email, "name": DETAILS.name, "address": DETAILS.as_address()}
    save_draft(facts=DraftFacts(**known, lines={mug.pk: 2}), actor=RUTH, now=clock, draft_id=draft.pk)
    assert Payment.objects.get().state == PaymentState.EXPIRED
    by_link(store, again(draft), clock)
    shopper.plant(kind="error_429", match={"method": "POST", "path": "/v1/checkout/sessions"}, times=50)
    with pytest.raises(DraftRefused):
        save_draft(facts=DraftFacts(**known, lines={mug.pk: 3}), actor=RUTH, now=clock, draft_id=draft.pk)
    assert again(draft).cart.lines_count == 2


def test_called_off_nothing_is_taken_and_money_that_comes_goes_back(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    draft = make_draft([(mug, 2)], clock)
    by_link(store, draft, clock)
    cancel_draft(draft_id=draft.pk, actor=RUTH, now=clock)
    assert shelf(mug) == (9, 0)
    assert (again(draft).state, Order.objects.get().status) == ("canceled", "expired")
    with pytest.raises(DraftClosed):
        by_link(store, again(draft), clock)
    with pytest.raises(DraftClosed):
        by_hand(store, draft, clock)
    with pytest.raises(DraftClosed):
        cancel_draft(draft_id=draft.pk, actor=RUTH, now=clock)


@pytest.mark.guard("draft-as-it-was-seen", found="DID NOT RAISE")
def test_called_off_since_it_was_looked_at_it_is_not_ordered(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 2)], clock)
    cancel_draft(draft_id=draft.pk, actor=RUTH, now=clock)
    with pytest.raises(TotalChanged):
        by_link(store, draft, clock)
    assert not Order.objects.exists()


def test_its_time_over_it_closes_by_itself_and_begins_again(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock, days=3)
    other = make_draft([(mug, 1)], clock)
    later = clock + timedelta(days=3)
    with pytest.raises(DraftClosed):
        by_link(store, draft, later)
    assert close_expired(now=later) == 1 and close_expired(now=later) == 0
    assert (again(draft).state, again(other).state) == ("expired", "open")
    with pytest.raises(DraftClosed):
        by_hand(store, draft, later)
    price(mug, 9900)
    extend_draft(draft_id=draft.pk, days=7, actor=RUTH, now=later)
    assert by_hand(store, draft, later).subtotal_amount == 1800
    with pytest.raises(DraftClosed):
        extend_draft(draft_id=draft.pk, days=7, actor=RUTH, now=later)


def test_the_link_is_mailed_once_for_each_time_it_is_asked_for(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 2)], clock, language="en")
    send_link(draft_id=draft.pk, actor=RUTH, now=clock)
    send_link(draft_id=draft.pk, actor=RUTH, now=clock)
    assert [mail_link(draft_id=draft.pk, now=clock) for _time in range(2)] == [True, False]
    (letter,) = mail.outbox
    assert letter.to == [DETAILS.email] and f"/pay/{draft.token}/" in str(letter.body)
    assert again(draft).state == "sent"
    with pytest.raises(DraftRefused):
        send_link(draft_id=make_draft([], clock).pk, actor=RUTH, now=clock)
    with pytest.raises(DraftRefused):
        send_link(draft_id=make_draft([(mug, 1)], clock, email="").pk, actor=RUTH, now=clock)


@pytest.mark.guard("one-order-of-a-draft", found=r"assert \(?\[\]")
def test_an_order_that_comes_of_it_too_late_is_called_off_and_paid_back(
    store: Tenant, mug: ProductVariant, shopper: Shopper, clock: datetime
) -> None:
    """Two payments of one draft: the page of the first one had run out, and its money came nevertheless."""
    draft = make_draft([(mug, 1)], clock)
    by_link(store, draft, clock)
    page = Payment.objects.get()
    shopper.pay(page.account_id, str(page.stripe_checkout_session_id))
    Payment.objects.update(state=PaymentState.EXPIRED)
    Order.objects.update(expires_at=clock - timedelta(hours=1))
    reconcile_open(now=clock)
    assert Order.objects.get().status == "expired"
    first = by_hand(store, draft, clock)
    Payment.objects.filter(pk=page.pk).update(state=PaymentState.WAITING)
    settle_payment(payment_id=page.pk, actor="shopper", now=clock)
    late = Order.objects.exclude(pk=first.pk).get()
    asked = OutboxMessage.objects.filter(task="storefront.drafts.call_off_second").values_list("kwargs", flat=True)
    assert list(asked) == [{"order_id": late.pk}] and late.status == "open"
    assert call_off_second(order_id=late.pk, now=clock) and not call_off_second(order_id=late.pk, now=clock)
    late.refresh_from_db()
    assert (late.status, Refund.objects.get().amount) == ("canceled", page.amount)
    assert (again(draft).order, shelf(mug)) == (first, (8, 0))
    first.refresh_from_db()
    assert first.status == "open"


def test_nobody_is_reminded_of_a_draft_as_of_a_cart_left_behind(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 1)], clock)
    by_link(store, draft, clock)
    Payment.objects.update(state=PaymentState.EXPIRED)
    Order.objects.update(expires_at=clock - timedelta(hours=1))
    reconcile_open(now=clock)
    assert Order.objects.get().status == "expired"
    assert not list_left(now=clock + timedelta(hours=5), after_hours=1)


def test_a_draft_and_an_order_are_made_once_more_at_todays_prices(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    draft = make_draft([(mug, 2)], clock, discount_amount=100, reason="Sorry")
    order = by_hand(store, draft, clock)
    price(mug, 2000)
    copied = copy_draft(draft_id=draft.pk, actor=RUTH, now=clock).draft
    assert (copied.prices, copied.discount_amount, copied.state, copied.email) == (
        {str(mug.pk): 2000},
        100,
        "open",
        draft.email,
    )
    tin = make_variant("Tin", price=700, stock=4)
    order.lines.update(variant=None)
    order.lines.create(variant=tin, product_id=tin.product_id, title="Tin", unit_amount=1, quantity=3, total_amount=3)
    anew = draft_order(order=order, actor=RUTH, now=clock)
    assert (anew.draft.prices, anew.left_out) == ({str(tin.pk): 700}, ("Enamel mug",))
    assert anew.draft.address == order.shipping_address and anew.draft.token != draft.token


def test_somebody_who_leaves_takes_their_drafts_along(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft, other = make_draft([(mug, 1)], clock), make_draft([(mug, 1)], clock, email="june@example.com")
    asked = CustomerDataAsked(customer_id=1, email=DETAILS.email.upper())
    add_drafts(asked)
    assert [row["number"] for row in asked.sections["drafts"]] == [draft.number]
    remove_drafts(CustomerErased(customer_id=1, email=DETAILS.email, now=clock))
    assert list(Draft.objects.all()) == [other] and Cart.objects.count() == 1


def test_whoever_is_merged_brings_their_drafts_along(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft, other = make_draft([(mug, 1)], clock), make_draft([(mug, 1)], clock, email="june@example.com")
    stays, goes = (
        find_or_create_buyer(email=email, name="", language="en", country="US", now=clock)
        for email in ("maya.new@example.com", DETAILS.email)
    )
    merge_customers(stays_id=stays.pk, goes_id=goes.pk, actor=RUTH, now=clock)
    assert [again(one).email for one in (draft, other)] == ["maya.new@example.com", "june@example.com"]


def test_before_two_customers_become_one_their_drafts_are_counted(
    store: Tenant, mug: ProductVariant, clock: datetime
) -> None:
    make_draft([(mug, 1)], clock, email="may@example.com")
    make_draft([(mug, 1)], clock)
    ids = {"stays_id": 1, "goes_id": 2, "stays_email": DETAILS.email, "goes_email": "may@example.com"}
    for permissions, rows in (({"orders.view"}, [("Drafts", "1", "1", "2")]), (set[str](), [])):
        asked = MergeAsked(**ids, permissions=frozenset(permissions))  # type: ignore[arg-type]
        compare_drafts(asked)
        assert [(row.label, row.stays, row.goes, row.after) for row in asked.rows] == rows


def test_the_database_refuses_what_must_never_be(store: Tenant, mug: ProductVariant, clock: datetime) -> None:
    draft = make_draft([(mug, 1)], clock)
    order = by_hand(store, draft, clock)
    other = make_draft([(mug, 1)], clock)
    wrong: list[dict[str, Any]] = [
        {"order": order},
        {"cart": draft.cart},
        {"discount_amount": 1, "discount_points": 1},
        {"discount_points": 10_001},
        {"delivery_amount": -1},
        {"state": "completed"},
        {"ended_at": clock},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.filter(pk=other.pk).update(**values)
