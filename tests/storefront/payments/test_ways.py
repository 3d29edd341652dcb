"""What the merchant arranges: bank transfer and cash on delivery, from the settings to the mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.checkout.errors import WayToPayRefused
from storefront.checkout.services import start_checkout
from storefront.discounts.models import Promotion
from storefront.inventory.models import Stock
from storefront.orders.models import Order
from storefront.orders.services import cancel_order, hold_order, receive_money
from storefront.orders.services.mailing import mail_confirmation
from storefront.payments.models import Payment, WayToPay
from storefront.payments.selectors import takes_payments
from storefront.payments.services.lapsing import cancel_overdue, remind_due
from storefront.payments.services.mailing import mail_money_arrived, mail_transfer_due
from storefront.payments.services.ways import WayDraft, save_way
from tenants.models import Tenant
from tenants.services import set_entitlement
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart
from tests.storefront.discounts.making import make_promotion
from tests.storefront.goods import make_variant

BANK = WayDraft(is_on=True, instructions="IBAN GB00 0000\nAcme <b>Ltd</b>", days_to_pay=7)
CASH = WayDraft(is_on=True, text="Cash or card at the door", most_amount=10_000, countries=["US"])
BY_CASH = replace(DETAILS, payment_method="cash_on_delivery")
HIDDEN = "#checkout-form input[type=hidden], #checkout-form input[checked]"


@pytest.fixture
def store(in_acme: Tenant, now: datetime) -> Tenant:
    """A store that sells and has no account at Stripe."""
    set_entitlement(tenant_id=in_acme.pk, key="checkout", value=1, valid_until=None)
    save_way(kind="bank_transfer", draft=BANK)
    save_way(kind="cash_on_delivery", draft=CASH)
    return in_acme


def place(store: Tenant, now: datetime, variant: ProductVariant, **changes: str) -> Order:
    cart, details = fill_cart([(variant, 1)], now), replace(BY_TRANSFER, **changes)  # type: ignore[arg-type]
    return start_checkout(tenant=store, cart=cart, details=details, now=now, base_url=BASE_URL).order


def on_hand(variant: ProductVariant) -> int:
    return Stock.objects.get(variant=variant).on_hand_count


def test_cash_is_taken_only_where_and_up_to_what_the_merchant_says_and_only_for_what_is_brought(
    store: Tenant, now: datetime
) -> None:
    near = make_variant("Mug", price=1800)
    order = place(store, now, near, payment_method="cash_on_delivery")
    payment = order.payments.get()
    assert (order.status, order.payment_status, on_hand(near)) == ("open", "pending", 4)
    assert (payment.provider, payment.state, payment.method_type) == ("manual", "waiting", "cash_on_delivery")
    assert (payment.method_label, payment.due_at, payment.account_id) == ("Cash on delivery", None, "")
    dear, file = make_variant("Tent", price=10_001), make_variant("Map", price=500)
    ProductVariant.objects.filter(pk=file.pk).update(requires_shipping=False)
    for variant, changes in (
        (dear, {}),
        (file, {}),
        (near, {"country": "CA", "province": "Ontario", "postcode": "K1A 0B1"}),
    ):
        with pytest.raises(WayToPayRefused):
            place(store, now, variant, payment_method="cash_on_delivery", **changes)
        assert place(store, now, variant, **changes).status == "open", "by bank transfer it is taken"
    save_way(kind="cash_on_delivery", draft=replace(CASH, most_amount=None, countries=()))
    assert place(store, now, dear, payment_method="cash_on_delivery").status == "open"


def test_what_is_off_is_refused_whoever_asks_and_nothing_is_held(
    store: Tenant, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    variant = make_variant("Mug", price=1800)
    save_way(kind="bank_transfer", draft=replace(BANK, is_on=False))
    assert place(store, now, variant, payment_method="manual").payments.get().method_type == "cash_on_delivery"
    for method in ("bank_transfer", "stripe"):
        with pytest.raises(WayToPayRefused):
            place(store, now, variant, payment_method=method)
    assert (Order.objects.count(), on_hand(variant), takes_payments(store)) == (1, 4, True)
    WayToPay.objects.all().delete()
    assert not takes_payments(store)
    response = store_client(store).get("/checkout/")
    assert "cannot take payments yet" in response.content.decode()


def test_money_that_does_not_come_in_time_frees_the_goods_and_nothing_else_does(store: Tenant, now: datetime) -> None:
    variant = make_variant("Mug", price=1800, stock=5)
    late, paid, held, cash = (
        place(store, now, variant),
        place(store, now, variant),
        place(store, now, variant),
        place(store, now, variant, payment_method="cash_on_delivery"),
    )
    assert late.payments.get().due_at == now + timedelta(days=7)
    receive_money(order_id=paid.pk, actor="ann", now=now)
    hold_order(order_id=held.pk, reason="calls the bank", actor="ann", now=now)
    assert cancel_overdue(now=now + timedelta(days=7)) == 0
    after = now + timedelta(days=7, minutes=1)
    assert (cancel_overdue(now=after), cancel_overdue(now=after)) == (1, 0)
    states = dict(Order.objects.values_list("pk", "status"))
    assert states == {late.pk: "canceled", paid.pk: "open", held.pk: "open", cash.pk: "open"}
    assert (late.payments.get().state, on_hand(variant)) == ("expired", 2)
    assert late.events.get(type="order.canceled").actor == "system"


@pytest.mark.guard("uses-come-back", found="== 0")
def test_a_discount_of_an_order_that_nobody_paid_is_there_for_the_next_one(store: Tenant, now: datetime) -> None:
    variant, promotion = make_variant("Mug", price=1800), make_promotion(now, limit_count=1)
    after = now + timedelta(days=7, minutes=1)
    for call_off in (
        lambda order: cancel_overdue(now=after),
        lambda order: cancel_order(order_id=order.pk, actor="ann", now=now, restock=False, refund=False),
    ):
        order = place(store, now, variant)
        assert (order.discount_amount, Promotion.objects.get().used_count) == (180, 1)
        call_off(order)
        order.refresh_from_db()
        assert order.status == "canceled" and Promotion.objects.get(pk=promotion.pk).used_count == 0
    paid = place(store, now, variant)
    receive_money(order_id=paid.pk, actor="ann", now=now)
    cancel_order(order_id=paid.pk, actor="ann", now=now)
    assert Promotion.objects.get().used_count == 1, "what was paid for stays used"


def test_the_order_page_and_the_mail_say_where_the_money_goes_and_until_when(
    store: Tenant, store_client: Callable[[Tenant], Client], merchant_client: Client, now: datetime
) -> None:
    order, by_cash = (
        place(store, now, make_variant("Mug", price=1800)),
        place(store, now, make_variant("Pot", price=1800), payment_method="cash_on_delivery"),
    )
    client = store_client(store)
    page = client.get(f"/orders/{order.token}/").content.decode()
    for said in ("Bank transfer", "$22.90", order.name, "IBAN GB00 0000<br>Acme &lt;b&gt;Ltd&lt;/b&gt;", "Until"):
        assert said in page, said
    assert "You pay $22.90 when it is brought to you." in client.get(f"/orders/{by_cash.token}/").content.decode()
    with in_tenant(store):
        mail_confirmation(order_id=order.pk, now=now)
    sent = mail.outbox[-1]
    assert "IBAN GB00 0000\nAcme <b>Ltd</b>" in sent.body
    assert "Reference: " + order.name in sent.body
    assert "Acme &lt;b&gt;Ltd&lt;/b&gt;" in str(sent.alternatives[0][0])
    seen = merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Bank transfer: Waiting" in seen
    assert "then it is canceled" in seen
    merchant_client.post(f"/dashboard/orders/{order.pk}/paid/")
    assert "Paid with Bank transfer" in merchant_client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "IBAN" not in client.get(f"/orders/{order.token}/").content.decode()


def test_a_store_without_stripe_sells_by_its_page_and_the_button_says_what_happens(
    store: Tenant, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    variant = make_variant("Mug", price=1800)
    client = store_client(store)
    client.post("/cart/add/", {"variant_id": variant.pk, "quantity": "1"})
    seen = BeautifulSoup(client.get("/checkout/").content, "html.parser")
    radios = {str(one["value"]): "checked" in one.attrs for one in seen.select("[name=payment_method]")}
    assert radios == {"bank_transfer": True, "cash_on_delivery": False}
    assert "Cash or card at the door" in seen.get_text()
    assert "Buy now · $22.90" in seen.select_one("#checkout-form button.wide").get_text()  # type: ignore[union-attr]
    typed = {str(one["name"]): str(one["value"]) for one in seen.select(HIDDEN)}
    address = {name: text for name, text in DETAILS.as_address().items() if text} | {"email": DETAILS.email}
    response = client.post("/checkout/", {**typed, **address, "payment_method": "cash_on_delivery"})
    with in_tenant(store):
        order, payment = Order.objects.get(), Payment.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/orders/{order.token}/")
    assert (payment.method_type, order.status) == ("cash_on_delivery", "open")


def test_a_way_to_pay_is_set_in_every_language_and_a_transfer_needs_an_account(
    merchant_client: Client, acme: Tenant
) -> None:
    address = "/dashboard/settings/payments/ways/bank_transfer/"
    assert merchant_client.get("/dashboard/settings/payments/ways/gold/").status_code == 404
    refused = merchant_client.post(address, {"is_on": "on", "days_to_pay": "7"})
    assert (refused.status_code, "Write the account" in refused.content.decode()) == (422, True)
    assert "1 to 90" not in refused.content.decode()
    assert (
        merchant_client.post(address, {"is_on": "on", "instructions": "IBAN", "days_to_pay": "91"}).status_code == 422
    )
    words = {"is_on": "on", "title": " Wire\x07 transfer ", "instructions": "IBAN\r\nAcme\x07", "days_to_pay": "14"}
    saved = merchant_client.post(
        address, {**words, "title_zh-hans": "转账", "instructions_zh-hans": "账号"}, follow=True
    )
    assert "Goods are kept for 14 days" in saved.content.decode()
    with in_tenant(acme):
        row = WayToPay.objects.get()
        assert (row.title, row.instructions, row.days_to_pay) == ("Wire transfer", "IBAN\nAcme", 14)
        assert row.translations == (
            {"zh-hans": {"title": "转账", "instructions": "账号"}} if acme.further_languages else {}
        )
    cash = "/dashboard/settings/payments/ways/cash_on_delivery/"
    merchant_client.post(cash, {"is_on": "on", "most_amount": "100", "where": "home"})
    with in_tenant(acme):
        row = WayToPay.objects.get(kind="cash_on_delivery")
        assert (row.is_on, row.most_amount, row.countries) == (True, 10_000, [acme.country])


def test_a_transfer_is_reminded_of_once_half_way_and_its_coming_is_told(store: Tenant, now: datetime) -> None:
    variant = make_variant("Mug", price=1800, stock=9)
    slow, paid, held = (place(store, now, variant) for _order in range(3))
    receive_money(order_id=paid.pk, actor="ann", now=now)
    hold_order(order_id=held.pk, reason="calls the bank", actor="ann", now=now)
    place(store, now, variant, payment_method="cash_on_delivery")
    assert remind_due(now=now + timedelta(days=3, hours=11)) == 0
    half = now + timedelta(days=3, hours=13)
    assert remind_due(now=half) == 1
    payment = slow.payments.get()
    assert [mail_transfer_due(payment_id=payment.pk, now=half) for _time in range(2)] == [1, 0]
    (reminder,) = mail.outbox
    assert (reminder.to, "IBAN GB00 0000" in reminder.body) == (["maya@example.com"], True)
    assert remind_due(now=half) == 0
    assert mail_transfer_due(payment_id=paid.payments.get().pk, now=half) == 0
    assert OutboxMessage.objects.filter(task="storefront.payments.mail_money_arrived").count() == 1
    assert [mail_money_arrived(order_id=paid.pk, now=half) for _time in range(2)] == [1, 0]
    assert "$22.90" in mail.outbox[-1].body
    assert mail_money_arrived(order_id=slow.pk, now=half) == 0


def test_money_that_is_handed_over_needs_no_mail(store: Tenant, now: datetime) -> None:
    cash = place(store, now, make_variant("Mug", price=1800), payment_method="cash_on_delivery")
    receive_money(order_id=cash.pk, actor="ann", now=now)
    assert not OutboxMessage.objects.filter(task="storefront.payments.mail_money_arrived").exists()
