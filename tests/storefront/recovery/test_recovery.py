"""Carts left behind: whose shopper is reminded, once, and how the link brings the cart back to whoever opens it."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.carts.models import Cart
from storefront.carts.services import add_to_cart, get_or_create_cart, mark_ordered
from storefront.catalog.models import Product
from storefront.content.models import NewsletterConsent
from storefront.customers.enums import ConsentKind
from storefront.customers.models import Consent, Customer
from storefront.customers.services import erase_customer, set_consent
from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order
from storefront.orders.services import expire_order
from storefront.recovery.enums import Outcome, Rule
from storefront.recovery.models import AbandonedCart, CartReturn, RecoverySettings
from storefront.recovery.selectors import get_figures, list_abandoned
from storefront.recovery.services import find_left_carts, save_settings, send_reminder
from tenants.models import Tenant
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import make_order

HOUR = timedelta(hours=1)


def switch_on(now: datetime, rule: Rule = Rule.CONSENT, code: str = "") -> None:
    save_settings(is_on=True, rule=rule, after_hours=4, code=code, now=now - timedelta(days=9))


def shopper(name: str, now: datetime, **facts: object) -> Customer:
    email = f"{name.lower()}@example.com"
    return Customer.objects.create(email=email, name=name, created_at=now - timedelta(days=30), **facts)


def leave_cart(customer: Customer | None, at: datetime, *, count: int = 2, title: str = "Enamel mug") -> Cart:
    cart = get_or_create_cart(token=None, customer=customer, now=at)
    variant = make_variant(f"{title} {at.timestamp()} {customer.pk if customer else 0}")
    add_to_cart(cart=cart, variant_id=variant.pk, quantity=count, now=at)
    return Cart.objects.get(pk=cart.pk)


def leave_payment(name: str, at: datetime) -> Cart:
    """Leave a cart as a guest does who went to the payment page and did not pay."""
    cart = leave_cart(None, at)
    order = make_order(
        at, email=f"{name.lower()}@example.com", status=OrderStatus.PENDING, is_paid=False, cart_token=cart.token
    )
    Cart.objects.filter(pk=cart.pk).update(order_token=order.token)
    return cart


def run(now: datetime) -> list[str]:
    """Look for carts and send what was asked for, as the tasks do; return who got a mail."""
    mail.outbox.clear()
    find_left_carts(now=now)
    for row in AbandonedCart.objects.filter(outcome=Outcome.WAITING).order_by("pk"):
        send_reminder(abandoned_id=row.pk, now=now)
    return sorted(sent.to[0].partition("@")[0] for sent in mail.outbox)


def outcomes() -> dict[str, str]:
    return {row.customer.name: row.outcome for row in AbandonedCart.objects.select_related("customer")}


def link(purpose: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/\S*cart/{purpose}/\S+/)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_nobody_is_reminded_until_the_merchant_says_so_nor_of_what_was_left_before(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        leave_cart(shopper("Ann", now, accepts_marketing=True), now - 5 * HOUR)
        assert run(now) == []
        assert outcomes() == {"Ann": Outcome.OFF}
        save_settings(is_on=True, rule=Rule.KNOWN, after_hours=4, code="", now=now)
        leave_cart(shopper("Bo", now, accepts_marketing=True), now - 4.5 * HOUR)
        assert run(now + HOUR) == []
        leave_cart(shopper("Cid", now, accepts_marketing=True), now + HOUR)
        assert run(now + 4 * HOUR) == []
        assert run(now + 6 * HOUR) == ["cid"]
        assert outcomes() == {"Ann": Outcome.OFF, "Bo": Outcome.OFF, "Cid": Outcome.MAILED}


@pytest.mark.parametrize("rule", list(Rule))
def test_what_people_said_decides_and_the_rule_where_they_said_nothing(acme: Tenant, now: datetime, rule: Rule) -> None:
    at = now - 5 * HOUR
    with in_tenant(acme):
        switch_on(now, rule)
        people = {
            "Yes": shopper("Yes", now, wants_reminders=True),
            "News": shopper("News", now, accepts_marketing=True),
            "Letters": shopper("Letters", now),
            "No": shopper("No", now, wants_reminders=False, accepts_marketing=True, orders_count=3),
            "Left": shopper("Left", now, orders_count=3, accepts_marketing=True),
            "Unlisted": shopper("Unlisted", now, orders_count=3),
            "Buyer": shopper("Buyer", now, orders_count=1),
            "Nobody": shopper("Nobody", now),
        }
        for name, consents in {"Letters": ["asked", "given"], "Unlisted": ["given", "taken_back"]}.items():
            for consent in consents:
                NewsletterConsent.objects.create(
                    email=people[name].email, consent=consent, language="en", source="footer", created_at=at
                )
        set_consent(
            customer_id=people["Left"].pk,
            kind=ConsentKind.MARKETING,
            is_given=False,
            words="No",
            place="account",
            now=at,
        )
        for person in people.values():
            leave_cart(person, at)
        leave_payment("Guest", at)
        guest = Order.objects.get()
        expire_order(order_id=guest.pk, actor="system", now=at + HOUR)
        Customer.objects.filter(pk=guest.customer_id).update(name="Guest")
        known = ["buyer", "guest"] if rule == Rule.KNOWN else []
        assert run(now) == sorted(["yes", "news", "letters", *known])
        told = outcomes()
    assert {name for name, outcome in told.items() if outcome == Outcome.REFUSED} == {"No", "Left", "Unlisted"}
    assert told["Nobody"] == Outcome.NO_CONSENT


def test_a_cart_is_reminded_of_once_and_a_person_once_a_week(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        switch_on(now)
        ann = shopper("Ann", now, accepts_marketing=True)
        first = leave_cart(ann, now - 6 * HOUR)
        leave_cart(ann, now - 5 * HOUR)
        assert run(now) == ["ann"]
        assert AbandonedCart.objects.get(cart=first).outcome == Outcome.LATELY
        add_to_cart(cart=first, variant_id=make_variant("Kettle").pk, quantity=1, now=now + HOUR)
        assert run(now + 6 * HOUR) == []
        later = now + timedelta(days=8)
        mailed = AbandonedCart.objects.get(outcome=Outcome.MAILED).cart
        for cart in (first, mailed):
            add_to_cart(cart=cart, variant_id=make_variant(f"Bowl {cart.pk}").pk, quantity=1, now=later)
        assert run(later + 5 * HOUR) == ["ann"]
        assert AbandonedCart.objects.get(cart=first).mailed_at == later + 5 * HOUR
        assert run(later + 20 * HOUR) == [] and AbandonedCart.objects.count() == 2


def test_nobody_is_reminded_after_an_order_while_paying_or_when_they_came_back(acme: Tenant, now: datetime) -> None:
    at = now - 5 * HOUR
    with in_tenant(acme):
        switch_on(now, Rule.KNOWN)
        made = {
            name: shopper(name, now, accepts_marketing=True) for name in ("Bought", "Ordered", "Back", "Gone", "Said")
        }
        carts = {name: leave_cart(person, at) for name, person in made.items()}
        leave_payment("Paying", at)
        make_order(now - HOUR, email="bought@example.com")
        assert find_left_carts(now=now) == 4  # of Bought and Paying there is not even a line
        assert set(outcomes()) == {"Ordered", "Back", "Gone", "Said"}
        mark_ordered(token=carts["Ordered"].token, now=now)
        add_to_cart(cart=carts["Back"], variant_id=make_variant("Kettle").pk, quantity=1, now=now)
        Product.objects.filter(variants__cartline__cart=carts["Gone"]).update(status="draft")
        set_consent(
            customer_id=made["Said"].pk, kind=ConsentKind.REMINDERS, is_given=False, words="No", place="link", now=now
        )
        for row in AbandonedCart.objects.all():
            assert not send_reminder(abandoned_id=row.pk, now=now)
        assert outcomes() == {"Ordered": Outcome.BOUGHT, "Gone": Outcome.GONE, "Said": Outcome.REFUSED}
        assert mail.outbox == []
        assert run(now + 5 * HOUR) == ["back"]


def test_the_link_brings_the_goods_back_on_any_device_and_nothing_else(
    acme: Tenant, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    now = utc_now()
    with in_tenant(acme):
        switch_on(now, Rule.KNOWN)
        cart = leave_payment("Maya", now - 5 * HOUR)
        order = Order.objects.get()
        expire_order(order_id=order.pk, actor="system", now=now - 4.2 * HOUR)
        assert run(now) == ["maya"]
        (sent,) = mail.outbox
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert sent.extra_headers["List-Unsubscribe"].strip("<>").endswith(link("reminders"))
        path = link("return")
        assert not send_reminder(abandoned_id=AbandonedCart.objects.get().pk, now=now)
    laptop = store_client(acme)
    page = laptop.get(path)
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    text = page.content.decode()
    assert "Enamel mug" in text and "$36.00" in text
    for private in ("maya", "Lindqvist", "Quimby", order.token, cart.token):
        assert private not in text
    with in_tenant(acme):
        assert Cart.objects.count() == 1, "looking makes nothing"
    for _twice in range(2):
        assert laptop.post(path).headers["Location"] == "/cart/"
    text = laptop.get("/cart/").content.decode()
    assert "Enamel mug" in text and "Everything is back in your cart." in text
    checkout = laptop.get("/checkout/").content.decode()
    for private in ("maya@", "Lindqvist", "Quimby"):
        assert private not in text and private not in checkout
    with in_tenant(acme):
        new = Cart.objects.exclude(pk=cart.pk).get()
        assert [(line.quantity, line.variant_id) for line in new.lines.all()] == [
            (line.quantity, line.variant_id) for line in cart.lines.all()
        ]
        assert CartReturn.objects.get().cart_token == new.token and new.customer_id is None
        row = AbandonedCart.objects.get()
    for wrong in (f"/cart/return/{row.pk + 1}-{path.split('-')[-1]}", path[:-3] + "x/", "/cart/return/0-0/"):
        assert laptop.get(wrong).status_code == 404
    stop = path.replace("/return/", "/reminders/") + "stop/"
    assert laptop.get(stop).status_code == 404, "a link is for one thing"
    with in_tenant(acme):
        AbandonedCart.objects.update(expires_at=now - HOUR)
    assert laptop.get(path).status_code == 404
    with in_tenant(acme):
        AbandonedCart.objects.update(expires_at=now + 9 * HOUR)
        mark_ordered(token=cart.token, now=now)
    assert laptop.post(path).status_code == 404


def test_a_mail_program_ends_reminders_with_one_post_and_the_ledger_keeps_it(
    acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client], now: datetime
) -> None:
    with in_tenant(acme):
        switch_on(now)
        ann = shopper("Ann", now, accepts_marketing=True)
        leave_cart(ann, now - 5 * HOUR)
        assert run(now) == ["ann"]
        path = link("reminders")
    client = store_client(acme)
    client.handler.enforce_csrf_checks = True
    assert "No more such mails?" in client.get(path).content.decode()
    with in_tenant(acme):
        assert not Consent.objects.exists(), "looking ends nothing"
    assert store_client(globex).post(path).status_code == 404
    for _twice in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "They are stopped" in answer.content.decode()
    with in_tenant(acme):
        line = Consent.objects.get()
        assert (line.customer, line.kind, line.is_given, line.place) == (ann, ConsentKind.REMINDERS, False, "link")
        leave_cart(ann, now + timedelta(days=10))
        assert run(now + timedelta(days=10, hours=5)) == []


def test_the_merchant_sees_what_was_left_and_what_reminders_brought(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    now = utc_now()
    with in_tenant(acme):
        switch_on(now)
        for name in ("Ann", "Bo", "Cid"):
            leave_cart(shopper(name, now, accepts_marketing=name != "Cid"), now - 5 * HOUR)
        assert run(now - 0.9 * HOUR) == ["ann", "bo"]
        ann = make_order(now - 0.5 * HOUR, email="ann@example.com")
        make_order(now - 0.4 * HOUR, email="cid@example.com")
        figures = get_figures(now=now)
        assert (figures.left_count, figures.mailed_count) == (3, 2)
        assert (figures.recovered_count, figures.recovered_amount) == (1, ann.total_amount)
        back = list_abandoned(view="recovered").get()
        assert (back.customer.name, back.order_id) == ("Ann", ann.pk)
        CartReturn.objects.create(
            abandoned=AbandonedCart.objects.get(customer__name="Bo"), cart_token="t" * 26, created_at=now
        )
        make_order(now - 0.3 * HOUR, email="work@example.com", cart_token="t" * 26)
        assert list_abandoned(view="recovered").count() == 2
        assert list_abandoned(view="not_reminded").get().order_id is not None
    page = merchant_client.get("/dashboard/orders/abandoned/").content.decode()
    assert "by themselves" in page and "Did not say yes" in page and ann.name in page
    assert "Ann" in merchant_client.get("/dashboard/orders/abandoned/?view=reminded&q=ann@").content.decode()


def test_settings_refuse_a_code_that_gives_nothing_and_begin_anew_each_time(
    acme: Tenant, merchant_client: Client
) -> None:
    address = "/dashboard/orders/abandoned/settings/"
    form = {"is_on": "on", "rule": "known", "after_hours": "6", "code": ""}
    for wrong in ({"code": "NOPE"}, {"after_hours": "0"}, {"after_hours": "100"}, {"rule": "all"}):
        assert merchant_client.post(address, form | wrong).status_code == 422
    with in_tenant(acme):
        assert not RecoverySettings.objects.filter(is_on=True).exists()
    assert merchant_client.post(address, form).status_code == 302
    with in_tenant(acme):
        first = RecoverySettings.objects.get()
    merchant_client.post(address, form | {"after_hours": "8"})
    with in_tenant(acme):
        kept = RecoverySettings.objects.get()
        assert (kept.switched_on_at, kept.after_hours) == (first.switched_on_at, 8)
    merchant_client.post(address, {**form, "is_on": ""})
    merchant_client.post(address, form)
    with in_tenant(acme):
        assert RecoverySettings.objects.get().switched_on_at > first.switched_on_at  # type: ignore[operator]


def test_who_was_deleted_leaves_no_cart_behind(acme: Tenant, now: datetime) -> None:
    with in_tenant(acme):
        switch_on(now)
        ann = shopper("Ann", now, accepts_marketing=True)
        leave_cart(ann, now - 5 * HOUR)
        assert run(now) == ["ann"]
        erase_customer(customer_id=ann.pk, now=now)
        assert not AbandonedCart.objects.exists()


def test_two_beats_at_once_write_one_mail(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        switch_on(now)
        for name in ("Ann", "Bo"):
            leave_cart(shopper(name, now, accepts_marketing=True), now - 5 * HOUR)
    barrier, asked, sent = threading.Barrier(4, timeout=60), [], []

    def beat() -> None:
        try:
            with in_tenant(committed_store):
                barrier.wait()
                asked.append(find_left_carts(now=now))
                rows = AbandonedCart.objects.order_by("pk")
                sent.extend(send_reminder(abandoned_id=row.pk, now=now) for row in rows)
        finally:
            connection.close()

    mail.outbox.clear()
    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(asked) == [0, 0, 0, 2]
    assert sent.count(True) == 2 and sorted(one.to[0] for one in mail.outbox) == ["ann@example.com", "bo@example.com"]
    assert OutboxMessage.objects.filter(task="storefront.recovery.send_reminder").count() <= 2
