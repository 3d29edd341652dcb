"""The shopper's and the merchant's pages of reviews, and the mail that asks for one."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.events import publish
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.customers.models import Customer
from storefront.orders.events import OrderFulfilled
from storefront.orders.models import Order
from storefront.reviews.models import Refusal, Review, ReviewInvitation
from storefront.reviews.services import mail_invitation, refuse_invitations, save_settings
from storefront.reviews.services.inviting import invitation_token
from tenants.models import Tenant
from tests.storefront.reviews.shop import NOW, PASSWORD, WORDS, buy, make_customer, make_product, photo

ClientOf = Callable[[Tenant], Client]
HOSTILE = [
    "<script>alert(1)</script>", "</p><img src=x onerror=alert(1)>", "{{ 7*7 }}{% raw %}", "\"><svg/onload=alert(1)>",
    "</script><script>alert(1)</script>", "javascript:alert(1)", "' onfocus='alert(1)", "<!--", "]]>", "\u2028alert(1)",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def shop(acme: Tenant) -> tuple[Product, Customer, Order]:
    with in_tenant(acme):
        product, maya = make_product(), make_customer()
        return product, maya, buy(maya, product, sent=True)


@pytest.fixture
def maya_client(acme: Tenant, shop: tuple[Product, Customer, Order], store_client: ClientOf) -> Client:
    client = store_client(acme)
    client.post("/account/login/", {"email": "maya@example.com", "password": PASSWORD})
    return client


def test_a_buyer_writes_with_a_photo_and_everybody_reads_it_on_the_product(
    acme: Tenant, shop: tuple[Product, Customer, Order], maya_client: Client, store_client: ClientOf
) -> None:
    address = f"/products/{shop[0].handle}/reviews/write/"
    assert "Maya L." in maya_client.get(address).content.decode()
    assert maya_client.post(address, {**WORDS, "body": ""}).status_code == 422
    assert maya_client.post(address, {**WORDS, "photos": [photo()]})["Location"] == "/account/reviews/"
    stranger = store_client(acme)
    page = stranger.get(f"/products/{shop[0].handle}/").content.decode()
    assert "It fell on granite and holds." in page
    assert "Bought here" in page
    assert "5.0 from 1 review" in page
    assert "maya@example.com" not in page
    assert "5.0" in stranger.get("/products/").content.decode()
    assert "On the page" in maya_client.get("/account/reviews/").content.decode()


def test_strangers_are_asked_to_sign_in_first(
    acme: Tenant, shop: tuple[Product, Customer, Order], store_client: ClientOf
) -> None:
    address = f"/products/{shop[0].handle}/reviews/write/"
    assert store_client(acme).get(address)["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_on_every_page(
    acme: Tenant, shop: tuple[Product, Customer, Order], maya_client: Client, merchant_client: Client, text: str
) -> None:
    with in_tenant(acme):
        Review.objects.create(
            product=shop[0], customer=shop[1], rating=1, title=text[:120], body=text, name=text[:60], reply=text,
            status="approved", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        Product.objects.update(rating_sum=1, reviews_count=1)
        pk = Review.objects.get().pk
    pages = [
        maya_client.get(f"/products/{shop[0].handle}/"), maya_client.get(f"/products/{shop[0].handle}/reviews/"),
        maya_client.get("/account/reviews/"), maya_client.get(f"/reviews/{pk}/report/"),
        merchant_client.get("/dashboard/products/reviews/?view=all"),
        merchant_client.get(f"/dashboard/products/reviews/{pk}/"),
        merchant_client.get(f"/dashboard/products/reviews/of/{shop[1].pk}/"),
    ]  # fmt: skip
    for answer in pages:
        page = answer.content.decode()
        assert answer.status_code == 200
        assert text not in page or not re.search(r"[<>\"']", text)


def test_all_reviews_are_sorted_chosen_and_turned_over_without_a_script(
    acme: Tenant, shop: tuple[Product, Customer, Order], store_client: ClientOf
) -> None:
    with in_tenant(acme):
        shot = {"path": "x-800.webp", "width": 9, "height": 9}
        people = Customer.objects.bulk_create(Customer(email=f"r{n}@example.com", created_at=NOW) for n in range(12))
        Review.objects.bulk_create(
            Review(
                product=shop[0], customer=one, rating=1 + n % 5, body=f"Said-{n}-", name="X", status="approved",
                created_at=NOW + timedelta(minutes=n), updated_at=NOW, photos=[shot] if n == 3 else [],
            )
            for n, one in enumerate(people)
        )  # fmt: skip
        Product.objects.update(rating_sum=33, reviews_count=12)
    client, address = store_client(acme), f"/products/{shop[0].handle}/reviews/"

    def said(query: str) -> list[str]:
        return re.findall(r"Said-(\d+)-", client.get(f"{address}?{query}").content.decode())

    assert said("")[:2] == ["11", "10"]
    assert said("page=2") == ["1", "0"]
    assert said("sort=worst")[0] == "10"
    assert said("stars=5") == ["9", "4"]
    assert said("photos=1") == ["3"]
    assert said("stars=zzz&sort=zzz&page=zzz") == said("")
    assert "<html" not in client.get(f"{address}?page=2&part=1").content.decode()
    assert 'rel="next"' in client.get(address).content.decode()


def test_a_shopper_reports_a_review(
    acme: Tenant, shop: tuple[Product, Customer, Order], maya_client: Client, store_client: ClientOf
) -> None:
    maya_client.post(f"/products/{shop[0].handle}/reviews/write/", WORDS)
    with in_tenant(acme):
        pk = Review.objects.get().pk
    client = store_client(acme)
    assert client.post(f"/reviews/{pk}/report/", {"reason": "nonsense"}).status_code == 422
    assert client.post(f"/reviews/{pk}/report/", {"reason": "rude"}).status_code == 302
    with in_tenant(acme):
        assert Review.objects.get().reports_count == 1


def test_the_merchant_publishes_rejects_with_a_reason_and_answers(
    acme: Tenant, shop: tuple[Product, Customer, Order], maya_client: Client, merchant_client: Client
) -> None:
    assert "What buyers say will line up here" in merchant_client.get("/dashboard/products/reviews/").content.decode()
    with in_tenant(acme):
        save_settings(publish_mode="hold", blocked_words=[], sends_invitations=False, invite_after_days=10)
    maya_client.post(f"/products/{shop[0].handle}/reviews/write/", WORDS)
    with in_tenant(acme):
        pk = Review.objects.get().pk
    address = f"/dashboard/products/reviews/{pk}/"
    assert "Every review is looked at first" in merchant_client.get("/dashboard/products/reviews/").content.decode()
    assert merchant_client.post(f"{address}reply/", {"reply": "Too early"}).status_code == 409
    merchant_client.post(f"{address}decide/", {"action": "approve"})
    merchant_client.post(f"{address}reply/", {"reply": "Thank you, Maya."})
    assert "Thank you, Maya." in maya_client.get(f"/products/{shop[0].handle}/reviews/").content.decode()
    merchant_client.post(f"{address}decide/", {"action": "reject", "reason": "It is about another mug."})
    assert "It is about another mug." in maya_client.get("/account/reviews/").content.decode()
    merchant_client.post("/dashboard/products/reviews/bulk/", {"action": "approve", "pick": [pk, "x", 99999]})
    with in_tenant(acme):
        assert Review.objects.get().status == "approved"
    rules = {"publish_mode": "verified", "blocked_words": "bad\n\nworse\nbad", "sends_invitations": "on"}
    settings_page = "/dashboard/products/reviews/settings/"
    assert merchant_client.post(settings_page, {**rules, "invite_after_days": 99}).status_code == 422
    assert merchant_client.post(settings_page, {**rules, "invite_after_days": 7}).status_code == 302


def fulfill(acme: Tenant, order: Order) -> ReviewInvitation | None:
    with in_tenant(acme):
        publish(OrderFulfilled(order_id=order.pk, fulfillment_id=1, now=NOW))
        return ReviewInvitation.objects.first()


def test_nobody_is_asked_before_the_merchant_switches_it_on(
    acme: Tenant, shop: tuple[Product, Customer, Order]
) -> None:
    assert fulfill(acme, shop[2]) is None


def test_a_buyer_is_asked_once_and_writes_as_a_buyer_without_an_account(
    acme: Tenant, shop: tuple[Product, Customer, Order], store_client: ClientOf
) -> None:
    with in_tenant(acme):
        save_settings(publish_mode="verified", blocked_words=[], sends_invitations=True, invite_after_days=7)
    invitation = fulfill(acme, shop[2])
    fulfill(acme, shop[2])
    assert invitation is not None
    waiting = OutboxMessage.objects.get(task="storefront.reviews.send_invitation")
    assert waiting.available_at == NOW + timedelta(days=7)
    with in_tenant(acme):
        sent = [mail_invitation(invitation_id=invitation.pk, now=NOW + timedelta(days=7)) for _ in range(2)]
    assert (sent, len(mail.outbox)) == ([True, False], 1)
    body = str(mail.outbox[0].body)
    assert shop[0].title in body
    path = re.search(r"https?://[^/\s]+(/reviews/invitation/\S+/)\n", body)
    assert path is not None
    client = store_client(acme)
    assert shop[0].title in client.get(path.group(1)).content.decode()
    assert client.post(f"{path.group(1)}{shop[0].pk}/", WORDS).status_code == 302
    with in_tenant(acme):
        review = Review.objects.get()
    assert (review.customer_id, review.is_verified, review.status) == (shop[1].pk, True, "approved")
    assert client.get("/account/").status_code == 302
    assert mail.outbox[-1].extra_headers["List-Unsubscribe"].strip("<>").endswith(f"{path.group(1)}stop/")
    client.handler.enforce_csrf_checks = True
    assert client.post(f"{path.group(1)}stop/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    with in_tenant(acme):
        assert Refusal.objects.get().email == "maya@example.com"


def test_a_link_that_was_changed_or_belongs_elsewhere_opens_nothing(
    acme: Tenant, globex: Tenant, shop: tuple[Product, Customer, Order], store_client: ClientOf
) -> None:
    with in_tenant(acme):
        save_settings(publish_mode="verified", blocked_words=[], sends_invitations=True, invite_after_days=1)
    invitation = fulfill(acme, shop[2])
    assert invitation is not None
    with in_tenant(acme):
        token = invitation_token(invitation)
        other = make_product("Another thing")
    forged = [
        f"{token[:-1]}{'0' if token[-1] != '0' else '1'}",
        f"{invitation.pk + 1}{token[token.index('-') :]}",
        "x",
        "1-",
        "-",
    ]
    for wrong in forged:
        assert store_client(acme).get(f"/reviews/invitation/{wrong}/").status_code == 403
        assert store_client(acme).post(f"/reviews/invitation/{wrong}/{shop[0].pk}/", WORDS).status_code == 404
    assert store_client(globex).get(f"/reviews/invitation/{token}/").status_code == 403
    assert store_client(acme).post(f"/reviews/invitation/{token}/{other.pk}/", WORDS).status_code == 404


def test_whoever_refused_or_got_the_money_back_is_not_asked(
    acme: Tenant, shop: tuple[Product, Customer, Order]
) -> None:
    with in_tenant(acme):
        save_settings(publish_mode="verified", blocked_words=[], sends_invitations=True, invite_after_days=1)
    invitation = fulfill(acme, shop[2])
    assert invitation is not None
    with in_tenant(acme):
        refuse_invitations(email="MAYA@example.com", now=NOW)
        assert not mail_invitation(invitation_id=invitation.pk, now=NOW)
        Refusal.objects.all().delete()
        Order.objects.update(payment_status="refunded")
        assert not mail_invitation(invitation_id=invitation.pk, now=NOW)
