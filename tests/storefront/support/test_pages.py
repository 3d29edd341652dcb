"""The shopper's form and conversation page, with honest and with hostile hands."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.sessions import SessionStore
from core.tenancy import in_tenant
from storefront.customers.models import Customer
from storefront.customers.services.sign_ins import open_sign_in
from storefront.customers.sessions import HASH_KEY, SESSION_KEY, SIGN_IN_KEY, session_hash
from storefront.orders.models import Order
from storefront.support.limits import MESSAGES
from storefront.support.models import Conversation
from storefront.support.selectors import reading_key
from storefront.support.services import add_note, add_reply
from tenants.models import Tenant

GOOD = {"name": "Nora Weiss", "email": "nora@example.com", "body": "Where is my parcel?"}
StoreClient = Callable[[Tenant], Client]


@pytest.fixture(autouse=True)
def _empty_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shopper(acme: Tenant, store_client: StoreClient) -> Client:
    return store_client(acme)


def only_conversation(tenant: Tenant) -> Conversation:
    with in_tenant(tenant):
        return Conversation.objects.select_related("order", "customer").get()


def count(tenant: Tenant) -> int:
    with in_tenant(tenant):
        return Conversation.objects.count()


def test_a_question_leads_to_its_own_page_that_no_search_engine_keeps(shopper: Client, acme: Tenant) -> None:
    response = shopper.post("/support/", GOOD)
    asked = only_conversation(acme)
    assert (response.status_code, response["Location"]) == (303, f"/support/{asked.token}/")
    page = shopper.get(response["Location"])
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert "Where is my parcel?" in page.content.decode()
    assert (asked.name, asked.email, asked.language) == ("Nora Weiss", "nora@example.com", "en")


def test_the_form_shows_what_may_answer_the_question_from_rates_and_pages(shopper: Client) -> None:
    page = shopper.get("/support/").content.decode()
    assert "What does delivery cost, and when does it come?" in page
    assert "To United States, if you order today:" in page
    assert 'href="/pages/returns/"' in page
    assert "within 30 days of arrival" in page


def test_the_language_of_the_page_is_the_language_of_the_conversation(shopper: Client, acme: Tenant) -> None:
    response = shopper.post("/zh-hans/support/", {**GOOD, "body": "包裹在哪里？"})
    asked = only_conversation(acme)
    assert (asked.language, response["Location"]) == ("zh-hans", f"/zh-hans/support/{asked.token}/")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": "  "}, "Write a few words first."),
        ({"email": "nope"}, "This is not an e-mail address."),
        ({"email": ""}, "Without it we cannot answer you."),
        ({"name": ""}, "Tell us how to address you."),
        ({"name": "x" * 161}, "160 characters"),
        ({"body": "a\x00b"}, "Null characters are not allowed."),
        ({"website": "https://spam.example"}, "it is there to catch programs"),
        ({"body": "ab " * 350_000}, "longer than 5000 characters"),
    ],
)
def test_what_is_wrong_comes_back_in_words_and_keeps_nothing(
    shopper: Client, acme: Tenant, changes: dict[str, str], words: str
) -> None:
    response = shopper.post("/support/", {**GOOD, **changes})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Nothing was sent, and what you typed is still here." in page
    assert count(acme) == 0


def test_markup_in_a_question_is_shown_as_text(shopper: Client, acme: Tenant) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }} <img src=x onerror=alert(1)>"
    response = shopper.post("/support/", {**GOOD, "name": evil, "body": evil, "subject": evil})
    page = shopper.get(response["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_seventh_message_in_a_quarter_of_an_hour_waits(shopper: Client, acme: Tenant) -> None:
    for number in range(MESSAGES.most["email"]):
        assert shopper.post("/support/", {**GOOD, "body": f"Question {number}"}).status_code == 303
    refused = shopper.post("/support/", {**GOOD, "body": "One more", "email": "NORA@example.com"})
    assert refused.status_code == 429
    assert "Wait 15 minutes" in refused.content.decode()
    assert "One more" in refused.content.decode()
    assert count(acme) == MESSAGES.most["email"]


def test_one_machine_cannot_ask_without_end_under_many_names(
    acme: Tenant, globex: Tenant, store_client: StoreClient
) -> None:
    answers = [
        store_client(acme).post("/support/", {**GOOD, "email": f"n{number}@example.com"}).status_code
        for number in range(MESSAGES.most["address"] + 1)
    ]
    assert answers == [303] * MESSAGES.most["address"] + [429]
    assert store_client(globex).post("/support/", GOOD).status_code == 303


def test_answers_on_the_page_are_limited_like_questions(
    shopper: Client, acme: Tenant, ask: Callable[..., Conversation]
) -> None:
    with in_tenant(acme):
        address = f"/support/{ask('Hello').token}/"
    answers = [
        shopper.post(address, {"body": f"And {number}"}).status_code for number in range(MESSAGES.most["email"] + 1)
    ]
    assert answers == [303] * MESSAGES.most["email"] + [429]


def test_an_order_handed_over_by_its_address_is_shown_and_attached(
    shopper: Client, acme: Tenant, make_order: Callable[..., Order]
) -> None:
    with in_tenant(acme):
        order = make_order()
    form = shopper.get(f"/support/?order={order.token}").content.decode()
    assert "About order #1042" in form
    assert 'value="nora@example.com"' in form
    response = shopper.post("/support/", {**GOOD, "order": order.token})
    asked = only_conversation(acme)
    assert asked.order == order
    assert f"/orders/{order.token}/" in shopper.get(response["Location"]).content.decode()


def test_a_wrong_order_address_shows_nothing_of_any_order(
    shopper: Client, acme: Tenant, globex: Tenant, make_order: Callable[..., Order]
) -> None:
    with in_tenant(globex):
        theirs = make_order()
    for token in (theirs.token, "a" * 26, "\x00", "x" * 3_000):
        response = shopper.get("/support/", {"order": token})
        assert response.status_code == 200
        assert "About order" not in response.content.decode()


def test_a_typed_number_finds_the_order_only_with_its_own_e_mail(
    shopper: Client, acme: Tenant, make_order: Callable[..., Order]
) -> None:
    with in_tenant(acme):
        order = make_order("#1042", "nora@example.com")
    shopper.post("/support/", {**GOOD, "email": "thief@example.com", "order_number": "#1042"})
    shopper.post("/support/", {**GOOD, "order_number": "1042"})
    with in_tenant(acme):
        assert dict(Conversation.objects.values_list("email", "order_id")) == {
            "thief@example.com": None,
            "nora@example.com": order.pk,
        }


def test_who_only_typed_an_e_mail_and_a_number_cannot_read_the_answer_until_the_mail_is_opened(
    shopper: Client, acme: Tenant, make_order: Callable[..., Order], now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order("#1042", "nora@example.com")
    address = shopper.post("/support/", {**GOOD, "order_number": "1042"})["Location"]
    asked = only_conversation(acme)
    with in_tenant(acme):
        add_reply(conversation_id=asked.pk, body="JJD00990011223344", actor="a@example.com", now=now)
        key = reading_key(asked)
    hidden = shopper.get(address).content.decode()
    assert "JJD00990011223344" not in hidden
    assert order.token not in hidden
    assert "We have answered by e-mail." in hidden
    assert "JJD00990011223344" not in shopper.get(address, {"key": "0" * 26}).content.decode()
    opened = shopper.get(address, {"key": key})
    assert (opened.status_code, opened["Location"]) == (303, address)
    assert "JJD00990011223344" in shopper.get(address).content.decode()


def test_the_one_who_asked_from_the_order_reads_the_answer_on_the_page_but_never_notes_nor_names(
    shopper: Client, acme: Tenant, make_order: Callable[..., Order], now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order()
    address = shopper.post("/support/", {**GOOD, "order": order.token})["Location"]
    asked = only_conversation(acme)
    with in_tenant(acme):
        add_note(conversation_id=asked.pk, body="A difficult one", actor="maria@example.com", now=now)
        add_reply(conversation_id=asked.pk, body="It arrives tomorrow.", actor="maria@example.com", now=now)
    page = shopper.get(address).content.decode()
    assert "It arrives tomorrow." in page
    assert "A difficult one" not in page
    assert "maria@example.com" not in page


@pytest.mark.parametrize("token", ["a" * 26, "short", "%00", "x" * 400, "..%2f..%2f"])
def test_an_unknown_address_is_not_found(shopper: Client, token: str) -> None:
    assert shopper.get(f"/support/{token}/").status_code == 404
    assert shopper.post(f"/support/{token}/", {"body": "Hello"}).status_code == 404


def test_another_stores_conversation_is_not_found(
    acme: Tenant, globex: Tenant, store_client: StoreClient, ask: Callable[..., Conversation]
) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    assert store_client(acme).get(f"/support/{asked.token}/").status_code == 200
    assert store_client(globex).get(f"/support/{asked.token}/").status_code == 404
    with in_tenant(globex):
        theirs = reading_key(asked)
    with in_tenant(acme):
        assert theirs != reading_key(asked)


def test_a_shopper_answers_on_the_page(shopper: Client, acme: Tenant, ask: Callable[..., Conversation]) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    refused = shopper.post(f"/support/{asked.token}/", {"body": " "})
    assert (refused.status_code, "Write a few words first." in refused.content.decode()) == (422, True)
    assert shopper.post(f"/support/{asked.token}/", {"body": "And thanks"}).status_code == 303
    with in_tenant(acme):
        assert list(asked.messages.values_list("body", flat=True)) == ["Hello", "And thanks"]


def test_a_form_sent_without_its_token_is_refused(acme: Tenant, store_client: StoreClient) -> None:
    strict: Any = Client(enforce_csrf_checks=True, headers={"host": "acme.localhost"})
    assert strict.post("/support/", GOOD).status_code == 403
    assert count(acme) == 0


def test_a_signed_in_shopper_finds_their_questions_and_nobody_elses(
    shopper: Client, acme: Tenant, ask: Callable[..., Conversation], now: datetime
) -> None:
    with in_tenant(acme):
        nora = Customer.objects.create(email="nora@example.com", name="Nora Weiss", created_at=now)
        mine = ask("My own question", customer=nora)
        ask("Asked under my address by somebody", email="nora@example.com")
    with in_tenant(acme):
        session = SessionStore()
        session[SESSION_KEY], session[HASH_KEY] = nora.pk, session_hash(nora)
        session[SIGN_IN_KEY] = open_sign_in(customer=nora, browser="", address="", now=now)
        session.save()
    shopper.cookies["shopstead_session"] = session.session_key
    page = shopper.get("/support/").content.decode()
    assert f"/support/{mine.token}/" in page
    assert "Asked under my address" not in page
    assert 'value="nora@example.com"' in page
