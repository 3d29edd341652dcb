"""Discounts, gift cards, credit and taxes on the way from the cart to the order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.carts.errors import CodeRefused
from storefront.carts.models import Cart
from storefront.carts.services import Typed, drop_code, enter_code
from storefront.checkout.errors import TotalChanged
from storefront.checkout.services import start_checkout
from storefront.credits.models import CreditEntry, GiftCard, Tender
from storefront.credits.services import issue_card
from storefront.customers.models import Customer
from storefront.discounts.models import DiscountUse, Promotion
from storefront.discounts.selectors import used_amounts
from storefront.discounts.services import PromotionFacts, add_code, save_promotion
from storefront.inventory.models import Stock
from storefront.orders.models import Order
from storefront.payments.models import Payment, PaymentState, Refund
from storefront.payments.services import PaidFacts, complete_order, open_account
from storefront.payments.services.settling import end_payment, reconcile_open
from storefront.taxes.services import RateFacts, SettingsFacts, add_region, save_rates, save_settings
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart, open_store
from tests.storefront.checkout.test_pages import form, page
from tests.storefront.goods import make_variant
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]
WHO = Typed("203.0.113.7", None)


def make_code(now: datetime, code: str = "WELCOME10", **facts: object) -> Promotion:
    wanted = {"title": "Ten percent", "kind": "percent", "points": 1000, "starts_at": now - timedelta(days=1), **facts}
    promotion = save_promotion(facts=PromotionFacts(**wanted), now=now)  # type: ignore[arg-type]
    if code:
        add_code(promotion_id=promotion.pk, text=code, limit_count=None, now=now)
    return promotion


@pytest.fixture
def store(in_acme: Tenant, now: datetime) -> Tenant:
    return open_store(in_acme, now)


def test_a_code_takes_off_is_counted_and_written_with_every_share(store: Tenant, now: datetime) -> None:
    promotion = make_code(now)
    cart = fill_cart([(make_variant("Mug", price=1000), 2), (make_variant("Pot", price=333), 1)], now)
    enter_code(cart=cart, text=" welcome 10 ", who=WHO, now=now)
    order = start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    order = Order.objects.get(pk=order.pk)
    assert (order.subtotal_amount, order.discount_amount, order.total_amount) == (2333, 233, 2333 - 233 + 490)
    assert sum(line.discount_amount for line in order.lines.all()) == 233
    assert [one["code"] for one in order.discounts] == ["WELCOME10"]
    use = DiscountUse.objects.get()
    assert (use.promotion_id, use.order_token, use.customer_id) == (promotion.pk, order.token, order.customer_id)
    assert (use.amount, use.order_amount) == (233, order.total_amount)
    assert used_amounts([promotion], "USD") == {promotion.pk: (order.total_amount, 233)}


def test_a_gift_card_pays_what_it_holds_and_the_rest_is_asked_for(store: Tenant, now: datetime) -> None:
    made = issue_card(amount=1000, currency="USD", actor="x", now=now)
    cart = fill_cart([(make_variant("Mug", price=1800), 1)], now)
    enter_code(cart=cart, text=made.code, who=WHO, now=now)
    assert "codes" not in str(cart.codes)
    assert made.code not in str(Cart.objects.values_list()), "its code is kept nowhere"
    order = start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    order = Order.objects.get(pk=order.pk)
    assert (order.total_amount, order.credit_amount) == (2290, 1000)
    assert Payment.objects.get().amount == 1290
    assert GiftCard.objects.get().balance_amount == 0


def test_a_gift_card_that_pays_all_opens_the_order_at_once(store: Tenant, now: datetime) -> None:
    open_store(store, now, account_id="acct_ready")
    made = issue_card(amount=5000, currency="USD", actor="x", now=now)
    cart = fill_cart([(make_variant("Mug", price=1800), 1)], now)
    enter_code(cart=cart, text=made.code, who=WHO, now=now)
    started = start_checkout(tenant=store, cart=cart, details=DETAILS, now=now, base_url=BASE_URL)
    assert started.redirect_url is None
    order = Order.objects.get()
    assert (order.status, order.payment_status, order.credit_amount) == ("open", "paid", 2290)
    assert GiftCard.objects.get().balance_amount == 5000 - 2290


def test_what_nobody_pays_gives_code_and_card_back(in_acme: Tenant, shopper: Shopper) -> None:
    now = utc_now()
    open_account(tenant=in_acme, now=now)
    store = open_store(in_acme, now)
    promotion, made = make_code(now), issue_card(amount=1000, currency="USD", actor="x", now=now)
    cart = fill_cart([(make_variant("Mug", price=1800), 1)], now)
    for text in ("WELCOME10", made.code):
        enter_code(cart=cart, text=text, who=WHO, now=now)
    start_checkout(tenant=store, cart=cart, details=DETAILS, now=now, base_url=BASE_URL)
    promotion.refresh_from_db()
    assert (promotion.used_count, GiftCard.objects.get().balance_amount) == (1, 0)
    Payment.objects.update(state="expired")
    Order.objects.update(expires_at=now - timedelta(hours=1))
    assert reconcile_open(now=now) >= 1
    promotion.refresh_from_db()
    assert (Order.objects.get().status, promotion.used_count) == ("expired", 0)
    assert GiftCard.objects.get().balance_amount == 1000


@pytest.fixture
def expired(in_acme: Tenant, shopper: Shopper) -> tuple[Order, Payment]:
    """An order with a code for one alone, a card and the last unit, which gave all of them back; and its payment."""
    now = utc_now()
    open_account(tenant=in_acme, now=now)
    store = open_store(in_acme, now)
    promotion, made = make_code(now, limit_count=1), issue_card(amount=1000, currency="USD", actor="x", now=now)
    cart = fill_cart([(make_variant("Mug", price=1800, stock=1), 1)], now)
    for text in ("WELCOME10", made.code):
        enter_code(cart=cart, text=text, who=WHO, now=now)
    start_checkout(tenant=store, cart=cart, details=DETAILS, now=now, base_url=BASE_URL)
    payment = Payment.objects.get()
    end_payment(payment_id=payment.pk, state=PaymentState.EXPIRED, message="", actor="stripe", now=now)
    order = Order.objects.get()
    assert (order.status, GiftCard.objects.get().balance_amount) == ("expired", 1000)
    assert not DiscountUse.objects.filter(promotion=promotion).exists()
    return order, payment


def pay_late(order: Order, payment: Payment, now: datetime) -> Order:
    facts = PaidFacts(amount=payment.amount, currency=payment.currency, payment_intent_id="pi_late")
    return complete_order(order_id=order.pk, payment_id=payment.pk, facts=facts, actor="stripe", now=now)


def test_late_money_takes_code_and_card_once_more(expired: tuple[Order, Payment]) -> None:
    order, payment = expired
    now = order.placed_at
    Promotion.objects.update(ends_at=now + timedelta(minutes=10))  # over by now, not when the order was placed
    late = now + timedelta(hours=1)
    for _time in range(2):
        assert pay_late(order, payment, late).status == "open"
    assert (GiftCard.objects.get().balance_amount, Promotion.objects.get().used_count) == (0, 1)
    assert list(Tender.objects.values_list("amount", flat=True)) == [1000]
    assert DiscountUse.objects.get().order_amount == order.total_amount
    entries = CreditEntry.objects.order_by("pk").values_list("kind", "amount")
    assert list(entries)[1:] == [("spent", -1000), ("given_back", 1000), ("spent", -1000)]
    assert Refund.objects.count() == 0


def count_held() -> tuple[int, int, int]:
    """Return how often the code is used, what the card holds, and what lies on the shelf."""
    return (
        Promotion.objects.get().used_count,
        GiftCard.objects.get().balance_amount,
        Stock.objects.get().on_hand_count,
    )


@pytest.mark.parametrize("gone", ["code", "card", "goods"])
def test_late_money_goes_back_where_code_card_or_goods_are_gone(expired: tuple[Order, Payment], gone: str) -> None:
    order, payment = expired
    if gone == "code":
        Promotion.objects.update(used_count=1)
    elif gone == "card":
        GiftCard.objects.update(balance_amount=999)
    else:
        Stock.objects.update(on_hand_count=0)
    before = count_held()
    assert pay_late(order, payment, order.placed_at + timedelta(hours=1)).status == "canceled"
    assert Refund.objects.get().amount == payment.amount
    assert count_held() == before, "nothing of it is taken"


def test_wrong_codes_are_explained_and_too_many_are_stopped(store: Tenant, now: datetime) -> None:
    make_code(now, "OLD", ends_at=now - timedelta(hours=1))
    cart = fill_cart([(make_variant(), 1)], now)
    with pytest.raises(CodeRefused, match="“OLD” ended on"):
        enter_code(cart=cart, text="old", who=WHO, now=now)
    with pytest.raises(CodeRefused, match="Write the code first"):
        enter_code(cart=cart, text=" ", who=WHO, now=now)
    for number in range(9):
        with pytest.raises(CodeRefused, match="is no code of this store"):
            enter_code(cart=cart, text=f"guess{number}", who=WHO, now=now)
    make_code(now, "GOOD")
    with pytest.raises(CodeRefused, match="Too many codes"):
        enter_code(cart=cart, text="GOOD", who=WHO, now=now)
    cart.refresh_from_db()
    assert cart.codes == []


def test_a_code_that_came_into_the_cart_elsewhere_is_seen_before_it_counts(store: Tenant, now: datetime) -> None:
    make_code(now)
    cart = fill_cart([(make_variant(), 1)], now)
    other = Cart.objects.get(pk=cart.pk)
    enter_code(cart=other, text="WELCOME10", who=WHO, now=now)
    with pytest.raises(TotalChanged, match="another window"):
        start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL)
    drop_code(cart=other, code="WELCOME10", now=now)
    order = start_checkout(tenant=store, cart=other, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    assert order.discount_amount == 0


def test_the_tax_of_the_place_is_added_or_inside_and_written_with_the_order(store: Tenant, now: datetime) -> None:
    save_settings(facts=SettingsFacts(is_on=True, prices_include_tax=False), now=now)
    region = add_region(country="US", province="OR")
    save_rates(region_id=region.pk, rates=[RateFacts(name="Sales tax", percent=Decimal(10))])
    cart = fill_cart([(make_variant(price=1000), 1)], now)
    order = start_checkout(tenant=store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    assert (order.tax_amount, order.total_amount, order.taxes_included) == (149, 1000 + 490 + 149, False)
    elsewhere = replace(BY_TRANSFER, province="Nevada")
    cart = fill_cart([(make_variant(price=1000), 1)], now)
    assert start_checkout(tenant=store, cart=cart, details=elsewhere, now=now, base_url=BASE_URL).order.tax_amount == 0


# ---- the page


@pytest.fixture
def client(acme: Tenant, store_client: Callable[[Tenant], Client], shopper: Shopper) -> Client:
    now = utc_now()
    with in_tenant(acme):
        open_account(tenant=acme, now=now)
        open_store(acme, now)
        mug = make_variant("Mug", price=1800)
        make_code(now)
    client = store_client(acme)
    client.post("/cart/add/", {"variant_id": mug.pk, "quantity": "1"})
    return client


def test_a_code_is_typed_applied_shown_and_taken_out_again(client: Client, acme: Tenant) -> None:
    seen = page(client)
    assert "Ten percent" not in seen.get_text()
    answer = client.post("/checkout/", {**form(client), "code": "welcome10"})
    shown = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200
    assert "Your discount is $1.80 now instead of $0.00. Your total is $21.10 now; it was $22.90." in shown.get_text()
    assert shown.select_one("[name=line1]")["value"] == "2214 NW Quimby Street", "what was typed stays"
    assert "-$1.80" in client.get("/cart/").content.decode()
    wrong = client.post("/checkout/", {**form(client), "code": "nothing"})
    assert wrong.status_code == 422
    assert "“NOTHING” is no code of this store." in wrong.content.decode()
    client.post("/checkout/", {**form(client), "drop_code": "WELCOME10"})
    assert "Ten percent" not in page(client).get_text()
    with in_tenant(acme):
        assert not Order.objects.exists()


def test_the_api_takes_codes_and_says_which_gives_nothing(acme: Tenant, client: Client) -> None:
    with in_tenant(acme):
        now = utc_now()
        made = issue_card(amount=500, currency="USD", actor="x", now=now)
        cart = fill_cart([(make_variant("Pot", price=1000), 1)], now)
    body = {
        "email": "maya@example.com",
        "shipping_address": {key: value for key, value in BY_TRANSFER.as_address().items() if value},
        "payment": {"method": "manual"},
    }
    path = f"/api/storefront/v1/carts/{cart.token}/checkout"
    wrong = client.post(path, {**body, "discount_codes": ["WELCOME10", "XX9"]}, content_type="application/json")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/discount_codes/1"
    good = {**body, "discount_codes": ["WELCOME10"], "gift_cards": [made.code]}
    answer = client.post(path, good, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["order"]["total"] == {"amount": 1390, "currency": "USD"}
    with in_tenant(acme):
        assert Order.objects.get().credit_amount == 500
        assert Customer.objects.count() == 1
