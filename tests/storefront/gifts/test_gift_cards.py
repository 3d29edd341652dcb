"""Gift cards as goods: sold without tax, delivery or discount, made once when they are paid, closed when their price goes back."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.carts.models import Cart, CartLine
from storefront.carts.quoting import Buyer, get_quote
from storefront.carts.services import add_for_shopper, enter_code
from storefront.carts.services.codes import Typed
from storefront.catalog.errors import PriceRefused, VariantRefused
from storefront.catalog.models import Product, ProductVariant
from storefront.catalog.services import edit_variants, start_gift_card
from storefront.checkout.services import start_checkout
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CreditRefused
from storefront.credits.models import CreditEntry, GiftCard
from storefront.credits.presents import Present, list_presents, read_present
from storefront.credits.services import (
    WantedTender,
    issue_card,
    mail_card,
    mail_due_cards,
    switch_card,
    take_credit,
)
from storefront.customers.events import CustomerErased
from storefront.feeds.items import iterate_items
from storefront.gifts.services import issue_order_cards
from storefront.inventory.errors import BundleRefused
from storefront.inventory.services import Part, set_parts
from storefront.orders.answers import blank_orders
from storefront.orders.enums import FulfillmentStatus, OrderStatus
from storefront.orders.models import Order
from storefront.orders.services import cancel_order
from storefront.payments.errors import RefundRefused
from storefront.payments.models import Refund
from storefront.payments.services import RefundRequest, refund_order
from storefront.payments.services.completing import receive_payment
from storefront.taxes.services import SettingsFacts, add_region, save_settings
from tenants.models import Tenant
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, open_store
from tests.storefront.discounts.making import make_promotion
from tests.storefront.goods import make_variant

ANA = Present("ana@example.com", "Ana", "Happy birthday!")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield


def sell_cards(now: datetime, *amounts: int) -> list[ProductVariant]:
    product = start_gift_card(title="Gift card", amounts=amounts, pictures=[], status="active", actor="ada", now=now)
    return list(product.variants.order_by("position"))


def put(token: str, variant: ProductVariant, quantity: int, now: datetime, present: Present | None = None) -> str:
    return add_for_shopper(
        token=token, customer=None, variant_id=variant.pk, quantity=quantity, now=now, currency="", present=present
    )[0]


def order(tenant: Tenant, token: str, now: datetime, *, is_paid: bool = True) -> Order:
    cart = Cart.objects.get(token=token)
    placed = start_checkout(tenant=tenant, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL).order
    return receive_payment(order_id=placed.pk, actor="ada", now=now) if is_paid else placed


def asked_mails() -> int:
    return OutboxMessage.objects.filter(task="storefront.credits.send_card").count()


def test_a_gift_card_is_made_of_title_and_amounts_alone(in_acme: Tenant, now: datetime) -> None:
    small, large = sell_cards(now, 5000, 2500, 5000)
    assert [small.price_amount, large.price_amount] == [2500, 5000]
    assert [small.title, large.title] == ["$25.00", "$50.00"]
    for variant in (small, large):
        assert variant.is_gift_card and variant.is_buyable
        assert not (variant.requires_shipping or variant.is_taxable or variant.tracks_stock)
    only = sell_cards(now, 1000)
    assert [one.option_values for one in only] == [[]]
    for amounts in ([], [0], [-5], list(range(1, 22))):
        with pytest.raises(PriceRefused):
            start_gift_card(title="x", amounts=amounts, pictures=[], status="active", actor="ada", now=now)
    assert Product.objects.count() == 2


def test_a_gift_card_stays_money(in_acme: Tenant, now: datetime) -> None:
    (variant,) = sell_cards(now, 2500)
    edits = (
        {"requires_shipping": True},
        {"is_taxable": True},
        {"tracks_stock": True},
        {"price_amount": 0},
        {"compare_at_amount": 9900},
    )
    for edit in edits:
        with pytest.raises((VariantRefused, PriceRefused)):
            edit_variants(edits={variant.pk: edit}, actor="ada", now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            ProductVariant.objects.filter(pk=variant.pk).update(**edit)
    edit_variants(edits={variant.pk: {"price_amount": 3000}}, actor="ada", now=now)
    with pytest.raises(BundleRefused):
        set_parts(variant_id=variant.pk, parts=[Part(make_variant().pk, 1)])
    with pytest.raises(BundleRefused):
        set_parts(variant_id=make_variant("Box", stock=None).pk, parts=[Part(variant.pk, 1)])


def test_it_is_neither_taxed_nor_sent_nor_discounted(in_acme: Tenant, now: datetime) -> None:
    (card,) = sell_cards(now, 5000)
    make_promotion(now, points=5000)
    save_settings(facts=SettingsFacts(is_on=True, prices_include_tax=True), now=now)
    add_region(country="DE")
    token = put("", card, 2, now)
    quote = get_quote(cart=Cart.objects.get(token=token), buyer=Buyer("DE"), method_id=None, now=now)
    assert not quote.needs_delivery
    assert (quote.totals.total, quote.totals.tax, quote.totals.discount) == (10000, 0, 0)
    put(token, make_variant(price=2000), 1, now)
    mixed = get_quote(cart=Cart.objects.get(token=token), buyer=Buyer("DE"), method_id=None, now=now)
    card_line, mug_line = mixed.priced.lines
    assert (mixed.totals.discount, card_line.discount, card_line.tax) == (1000, 0, 0)
    assert mug_line.tax > 0


def test_a_gift_card_does_not_pay_for_gift_cards(in_acme: Tenant, now: datetime) -> None:
    (card,) = sell_cards(now, 5000)
    mug = make_variant(price=1800)
    old = issue_card(amount=10000, currency="USD", actor="ada", now=now)
    token = put(put("", card, 1, now), mug, 1, now)
    cart = Cart.objects.get(token=token)
    enter_code(cart=cart, text=old.code, who=Typed("192.0.2.1", None), now=now)
    quote = get_quote(cart=cart, buyer=Buyer("US"), method_id=None, now=now)
    assert quote.totals.credit == quote.totals.total - 5000
    assert quote.totals.due == 5000
    assert "A gift card does not pay for other gift cards." in quote.hints


def test_a_card_a_unit_is_made_when_the_money_is_here_and_only_once(in_acme: Tenant, now: datetime) -> None:
    open_store(in_acme, now)
    (card,) = sell_cards(now, 2500)
    token = put(put("", card, 1, now), card, 2, now, ANA)
    placed = order(in_acme, token, now, is_paid=False)
    assert not GiftCard.objects.exists()
    paid = receive_payment(order_id=placed.pk, actor="ada", now=now)
    assert paid.fulfillment_status == FulfillmentStatus.FULFILLED
    cards = list(GiftCard.objects.order_by("pk"))
    assert [one.recipient_email for one in cards] == ["ana@example.com", "ana@example.com", "maya@example.com"]
    assert {(one.initial_amount, one.balance_amount, one.currency) for one in cards} == {(2500, 2500, "USD")}
    assert {one.order_token for one in cards} == {placed.token}
    assert asked_mails() == 3
    for _again in range(2):
        assert issue_order_cards(order_id=placed.pk, now=now) == 0
    assert (GiftCard.objects.count(), asked_mails()) == (3, 3)
    assert placed.events.filter(type="order.cards_issued").count() == 1
    assert mail_card(card_id=cards[0].pk, now=now)
    assert "Happy birthday!" in mail.outbox[-1].body


def test_a_chosen_day_is_waited_for(in_acme: Tenant, now: datetime) -> None:
    open_store(in_acme, now)
    (card,) = sell_cards(now, 2500)
    day = (now + timedelta(days=10)).date().isoformat()
    placed = order(in_acme, put("", card, 1, now, Present("ana@example.com", day=day)), now)
    made = GiftCard.objects.get(order_token=placed.token)
    assert made.send_at is not None and asked_mails() == 0
    assert not mail_card(card_id=made.pk, now=now)
    assert mail_due_cards(now=now + timedelta(days=9)) == 0
    assert mail_due_cards(now=now + timedelta(days=11)) == 1
    assert mail_due_cards(now=now + timedelta(days=11)) == 0
    assert [one.to for one in mail.outbox] == [["ana@example.com"]]


def test_its_price_goes_back_while_it_is_unspent_and_it_is_closed_then(in_acme: Tenant, now: datetime) -> None:
    open_store(in_acme, now)
    (card,) = sell_cards(now, 2500)
    placed = order(in_acme, put(put("", card, 1, now), card, 1, now, ANA), now)
    line = placed.lines.get()
    refund_order(order_id=placed.pk, asked=RefundRequest(counts={line.pk: 1}), actor="ada", now=now)
    closed, kept = GiftCard.objects.get(closed_at__isnull=False), GiftCard.objects.get(closed_at__isnull=True)
    assert (closed.recipient_email, closed.balance_amount, closed.is_active) == ("maya@example.com", 0, False)
    assert CreditEntry.objects.filter(gift_card=closed, kind=EntryKind.CLOSED, amount=-2500).count() == 1
    with pytest.raises(CreditRefused):
        switch_card(card_id=closed.pk, is_active=True, actor="ada", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCard.objects.filter(pk=closed.pk).update(balance_amount=5)
    tender = WantedTender(100, gift_card_id=kept.pk)
    take_credit(order_token="t" * 26, tenders=[tender], currency="USD", actor="shopper", now=now)
    with pytest.raises(RefundRefused):
        refund_order(order_id=placed.pk, asked=RefundRequest(counts={line.pk: 1}), actor="ada", now=now)
    assert [one.amount for one in Refund.objects.filter(payment__order=placed)] == [2500]


def test_an_order_is_called_off_only_with_all_of_its_cards_unspent(in_acme: Tenant, now: datetime) -> None:
    open_store(in_acme, now)
    (card,) = sell_cards(now, 2500)
    whole = order(in_acme, put("", card, 2, now), now)
    assert cancel_order(order_id=whole.pk, actor="ada", now=now).status == OrderStatus.CANCELED
    assert GiftCard.objects.filter(order_token=whole.token, closed_at__isnull=False).count() == 2
    spent = order(in_acme, put("", card, 1, now), now)
    tender = WantedTender(100, gift_card_id=GiftCard.objects.get(order_token=spent.token).pk)
    take_credit(order_token="t" * 26, tenders=[tender], currency="USD", actor="shopper", now=now)
    with pytest.raises(CreditRefused):
        cancel_order(order_id=spent.pk, actor="ada", now=now)
    spent.refresh_from_db()
    assert spent.status == OrderStatus.OPEN and not Refund.objects.filter(payment__order=spent).exists()


def test_what_is_typed_about_a_present_is_looked_at(now: datetime) -> None:
    assert read_present({}, now=now) is None
    today = now.date().isoformat()
    typed = {"present_email": " Ana@Example.com ", "present_name": "Ana\0", "present_day": today}
    assert read_present(typed, now=now) == Present("ana@example.com", "Ana")
    bad = (
        {"present_name": "Ana"},
        {"present_email": "ana"},
        {"present_email": "ana@example.com", "present_message": "x" * 501},
        {"present_email": "ana@example.com", "present_day": "2020-01-01"},
        {"present_email": "ana@example.com", "present_day": "9999-12-31"},
        {"present_email": "ana@example.com", "present_day": "tomorrow"},
    )
    for one in bad:
        with pytest.raises(CreditRefused):
            read_present(one, now=now)
    rows = [Present("a@example.com", count=2).as_row(), Present("b@example.com", count=2).as_row()]
    assert [(one.email, one.count) for one in list_presents(rows, 3)] == [("a@example.com", 2), ("b@example.com", 1)]
    assert [(one.email, one.count) for one in list_presents(rows, 6)][-1] == ("", 2)


def test_erasure_knows_of_presents(in_acme: Tenant, now: datetime) -> None:
    open_store(in_acme, now)
    (card,) = sell_cards(now, 2500)
    placed = order(in_acme, put("", card, 1, now, ANA), now, is_paid=False)
    assert placed.lines.get().presents[0]["email"] == "ana@example.com"
    assert placed.customer_id is not None
    blank_orders(CustomerErased(customer_id=placed.customer_id, email=placed.email, words=(), now=now))
    assert placed.lines.get().presents == []


def test_shopping_engines_do_not_list_it(in_acme: Tenant, now: datetime) -> None:
    sell_cards(now, 2500, 5000)
    mug = make_variant()
    assert [item.product_id for item in iterate_items()] == [mug.product_id]


def test_a_shopper_names_who_gets_it_and_the_cart_says_so(
    acme: Tenant, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    with in_tenant(acme):
        open_store(acme, now)
        small, _large = sell_cards(now, 2500, 5000)
        handle = small.product.handle
    client = store_client(acme)
    page = BeautifulSoup(client.get(f"/products/{handle}/").content, "html.parser")
    names = {str(one["name"]) for one in page.select("#buy [name]")}
    assert {"present_email", "present_name", "present_message", "present_day"} <= names
    assert "not paid for with other gift cards" in page.text
    assert "You can send it back" not in page.text
    typed = {"variant_id": small.pk, "quantity": "1", "present_email": "nobody"}
    assert client.post("/cart/add/", typed).status_code == 422
    client.post("/cart/add/", {**typed, "present_email": "ana@example.com", "present_name": "<b>Ana</b>"})
    cart = client.get("/cart/").content.decode()
    assert "1 × for &lt;b&gt;Ana&lt;/b&gt;" in cart


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"present_email": "nobody"}, "present_email"),
        ({"present_email": ""}, "present_email"),
        ({"present_day": "2020-01-01"}, "present_day"),
        ({"quantity": "many"}, None),
    ],
)
def test_what_was_typed_about_a_present_comes_back_with_what_is_wrong(
    acme: Tenant, store_client: Callable[[Tenant], Client], now: datetime, wrong: dict[str, str], field: str | None
) -> None:
    with in_tenant(acme):
        open_store(acme, now)
        _small, large = sell_cards(now, 2500, 5000)
    client = store_client(acme)
    typed = {
        "variant_id": str(large.pk),
        "quantity": "3",
        "present_email": "Ana@example.com",
        "present_name": "<b>Ana</b>",
    }
    typed |= {"present_message": "Happy\nbirthday!", "present_day": "2031-01-01", **wrong}
    answer = client.post("/cart/add/", typed)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    form = page.select_one("form#buy")
    assert form is not None and form.select_one("details.present[open]")
    shown = {
        str(one["name"]): str(one["value"])
        for one in form.select("input[type=radio][checked], input:not([type=radio])")
    }
    shown["present_message"] = form.select_one("textarea").text  # type: ignore[union-attr]
    assert {name: shown[name] for name in typed} == typed
    assert [one["name"] for one in form.select("[aria-invalid]")] == ([field] if field else [])
    links = [one["href"] for one in page.select("[role=alert] a")]
    assert links == ([f"#id_{field}"] if field else [])
    for link in page.select("nav.tongues a"):
        assert client.get(link["href"]).status_code == 200, link["href"]
    with in_tenant(acme):
        assert not CartLine.objects.exists()


def test_a_merchant_makes_one_and_sees_the_cards_of_an_order(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    client = merchant_client
    assert client.get("/dashboard/products/gift-card/").status_code == 200
    assert client.post("/dashboard/products/gift-card/", {"title": "", "amounts": "0"}).status_code == 422
    made = client.post("/dashboard/products/gift-card/", {"title": "Gift card", "amounts": "25, 50"})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert 'id="delivery"' not in page and 'id="files"' not in page
    with in_tenant(acme):
        open_store(acme, now)
        variant = ProductVariant.objects.order_by("price_amount").first()
        assert variant is not None
        placed = order(acme, put("", variant, 1, now, ANA), now)
        card = GiftCard.objects.get()
    shown = client.get(f"/dashboard/orders/{placed.pk}/").content.decode()
    assert card.last4 in shown and f"/dashboard/gift-cards/{card.pk}/" in shown
    own = client.get(f"/dashboard/gift-cards/{card.pk}/").content.decode()
    assert f"/dashboard/orders/{placed.pk}/" in own
    seen = client.get(f"/orders/{placed.token}/").content.decode()
    assert "Your gift card" in seen and "We are packing it" not in seen
