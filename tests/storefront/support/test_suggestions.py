"""From a question to a label and a reply: what the worker writes, and what it must never write."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from core.tenancy import in_tenant
from storefront.catalog.enums import ProductStatus
from storefront.catalog.models import Product
from storefront.content.models import Page
from storefront.orders.models import Order
from storefront.support.models import Conversation, ConversationStatus, Label
from storefront.support.prediction import ENOUGH_CORRECTIONS, PredictedLabel, predict_label
from storefront.support.selectors import list_corrections
from storefront.support.services import add_customer_message, add_reply, classify_conversation, mark_spam, set_label
from tenants.models import Tenant

Ask = Callable[..., Conversation]
MakeOrder = Callable[..., Order]


def test_the_worker_labels_an_english_question_and_fills_the_reply_from_the_order(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, run_outbox: Callable[[Tenant], list[str]]
) -> None:
    order = make_order(is_sent=True)
    asked = ask("Where is my parcel? It should be here by now.", order=order)
    assert run_outbox(in_acme) == ["storefront.support.classify", "storefront.support.send_question"]
    asked.refresh_from_db()
    assert (asked.label, asked.label_source) == (Label.DELIVERY, "model")
    assert asked.label_probability is not None
    assert asked.label_probability >= 0.6
    assert asked.suggestion_reason == "Order #1042 was sent on Nov 20 with DHL, tracking JJD00990011223344."
    assert asked.suggested_reply == (
        "Hi Nora,\n\n"
        "Thank you for asking. Your order #1042 left us on Nov 20 with DHL.\n\n"
        "The tracking number is JJD00990011223344.\n\n"
        "It should reach you Tue, Nov 24 – Thu, Nov 26.\n\n"
        "Best wishes,\nAcme"
    )


def test_the_worker_labels_a_chinese_question_and_answers_in_chinese(
    globex: Tenant, make_order: MakeOrder, ask: Ask, run_outbox: Callable[[Tenant], list[str]]
) -> None:
    with in_tenant(globex):
        asked = ask("我的快递到哪里了，三天没动了", order=make_order(is_sent=True), name="陈思远", language="zh-hans")
        run_outbox(globex)
        asked.refresh_from_db()
    assert asked.label == Label.DELIVERY
    assert asked.suggested_reply == (
        "陈思远，您好：\n\n"
        "感谢您的询问。您的订单 #1042 已于 11月20日 由DHL发出。\n\n"
        "运单号：JJD00990011223344。\n\n"
        "预计 11月24日周二 – 11月26日周四 送达。\n\n"
        "祝好！\nGlobex"
    )


def test_nothing_a_person_did_not_send_is_mailed_to_the_shopper(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, run_outbox: Callable[[Tenant], list[str]]
) -> None:
    asked = ask("Where is my parcel?", order=make_order(is_sent=True))
    run_outbox(in_acme)
    classify_conversation(conversation_id=asked.pk, now=asked.created_at)
    asked.refresh_from_db()
    assert asked.suggested_reply
    assert [message.to for message in mail.outbox] == [["acme@example.com"]]
    assert run_outbox(in_acme) == []
    assert list(asked.messages.values_list("kind", flat=True)) == ["customer"]


@pytest.mark.parametrize(
    ("fields", "label", "sentence"),
    [
        ({}, "delivery", "Your order #1042 has not left us yet."),
        ({"payment_status": "pending", "paid_at": None}, "delivery", "is waiting for its payment"),
        ({"status": "canceled"}, "delivery", "Order #1042 was canceled, so nothing will be sent"),
        ({}, "return", "you can return it within 30 days of its arrival"),
        ({"is_sent": True}, "return", "anything from order #1042 within 30 days of its arrival"),
        ({}, "payment", "Your payment of $40.90 for order #1042 has arrived."),
        ({"payment_status": "failed", "paid_at": None}, "payment", "did not go through, and nothing was charged"),
        (
            {"payment_status": "refunded", "refunded_amount": 4090},
            "payment",
            "We have paid back $40.90 for order #1042.",
        ),
        ({}, "other", "Thank you for writing to us."),
    ],
)
def test_the_reply_follows_the_state_of_the_order(
    in_acme: Tenant,
    make_order: MakeOrder,
    ask: Ask,
    now: datetime,
    fields: dict[str, object],
    label: str,
    sentence: str,
) -> None:
    asked = ask("A question", order=make_order(**fields))
    set_label(conversation_id=asked.pk, label=label, actor="a@example.com", now=now)
    asked.refresh_from_db()
    assert sentence in asked.suggested_reply


def test_a_promised_day_that_has_passed_is_said_to_be_late(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    past = (now - timedelta(days=1)).date()
    order = make_order(is_sent=True, delivery_from_date=past, delivery_to_date=past)
    asked = ask("Where is it?", order=order)
    reply = set_label(conversation_id=asked.pk, label="delivery", actor="a@example.com", now=now).suggested_reply
    assert "It should have reached you by Nov 21." in reply
    assert "It should reach you" not in reply


def test_the_days_for_a_return_are_those_of_the_stores_own_page(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    Page.objects.filter(handle="returns").update(body_html="<p>You have <b>14 days</b>.</p>")
    asked = ask("Can I send it back?", order=make_order(is_sent=True))
    reply = set_label(conversation_id=asked.pk, label="return", actor="a@example.com", now=now).suggested_reply
    assert "within 14 days" in reply
    assert "http://acme.localhost/pages/returns/" in reply


def test_a_product_that_the_question_names_is_linked(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    fields = {"status": ProductStatus.ACTIVE, "created_at": now, "updated_at": now}
    Product.objects.create(title="Tin kettle", handle="tin-kettle", **fields)
    Product.objects.create(title="Kettle", handle="kettle", **fields)
    Product.objects.create(title="Tin kettle large", handle="draft", **{**fields, "status": ProductStatus.DRAFT})
    asked = ask("Does the tin kettle large enough for 2 l fit an induction stove?")
    reply = set_label(conversation_id=asked.pk, label="product", actor="a@example.com", now=now).suggested_reply
    assert (
        "Thank you for your question about Tin kettle. Here is its page: http://acme.localhost/products/tin-kettle/"
        in (reply)
    )


def test_an_order_named_in_the_text_is_found_for_the_person_who_bought_it(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    order = make_order("#1042")
    make_order("#1043")
    asked = ask("Where is my order 1042?", email="Nora@Example.com")
    classify_conversation(conversation_id=asked.pk, now=now)
    asked.refresh_from_db()
    assert asked.order == order
    assert "#1042" in asked.suggested_reply


def test_an_order_of_another_e_mail_is_neither_found_nor_told(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    make_order("#1042", "victim@example.com", is_sent=True)
    asked = ask("Where is order #1042? My e-mail there is victim@example.com", email="thief@example.com")
    classify_conversation(conversation_id=asked.pk, now=now)
    asked.refresh_from_db()
    assert asked.order is None
    assert "please send us your order number" in asked.suggested_reply
    assert "JJD" not in asked.suggested_reply + asked.suggestion_reason
    assert asked.suggestion_reason == "No order was found for this e-mail, so the reply asks for its number."


def test_without_a_number_only_a_single_order_of_the_e_mail_is_taken(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    only = make_order("#1042")
    first = ask("Where is my parcel?")
    assert classify_conversation(conversation_id=first.pk, now=now).order == only  # type: ignore[union-attr]
    make_order("#1043")
    second = ask("Where are my parcels?")
    assert classify_conversation(conversation_id=second.pk, now=now).order is None  # type: ignore[union-attr]


def test_a_text_nobody_can_place_gets_no_label_and_no_reply(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("zzxqv wvkjq")
    classify_conversation(conversation_id=asked.pk, now=now)
    asked.refresh_from_db()
    assert (asked.label, asked.label_source, asked.suggested_reply) == ("", "model", "")
    assert asked.label_probability is not None
    assert asked.label_probability < 0.6


def test_a_label_set_by_a_person_stays_and_changes_the_suggestion(
    in_acme: Tenant, make_order: MakeOrder, ask: Ask, now: datetime
) -> None:
    asked = ask("Where is my parcel?", order=make_order())
    classify_conversation(conversation_id=asked.pk, now=now)
    set_label(conversation_id=asked.pk, label="payment", actor="a@example.com", now=now)
    add_customer_message(conversation_id=asked.pk, body="Where is my parcel now?", now=now)
    classify_conversation(conversation_id=asked.pk, now=now)
    asked.refresh_from_db()
    assert (asked.label, asked.label_source, asked.label_probability) == ("payment", "person", None)
    assert "Your payment of $40.90" in asked.suggested_reply


def test_a_classifier_that_comes_after_the_answer_suggests_nothing(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Where is my parcel?")
    add_reply(conversation_id=asked.pk, body="Tomorrow.", actor="a@example.com", now=now)
    classify_conversation(conversation_id=asked.pk, now=now)
    asked.refresh_from_db()
    assert (asked.label, asked.suggested_reply, asked.status) == ("delivery", "", ConversationStatus.WAITING)


def test_spam_and_what_is_gone_are_left_alone(in_acme: Tenant, ask: Ask, now: datetime) -> None:
    asked = ask("Where is my parcel?")
    mark_spam(conversation_id=asked.pk, actor="a@example.com", now=now)
    assert classify_conversation(conversation_id=asked.pk, now=now) is None
    assert classify_conversation(conversation_id=10**9, now=now) is None


def test_ten_corrections_of_a_store_change_what_it_is_told_and_no_other_stores(
    in_acme: Tenant, globex: Tenant, ask: Ask, now: datetime
) -> None:
    def tell() -> PredictedLabel:
        return predict_label(
            text="Please engrave a snowdrop", store=in_acme.schema_name, corrections=list_corrections()
        )

    before = tell()
    for number in range(ENOUGH_CORRECTIONS - 1):
        asked = ask(f"Please engrave a snowdrop on number {number}", email=f"n{number}@example.com")
        set_label(conversation_id=asked.pk, label="return", actor="a@example.com", now=now)
    assert tell() == before
    asked = ask("Please engrave a snowdrop on the last one", email="last@example.com")
    set_label(conversation_id=asked.pk, label="return", actor="a@example.com", now=now)
    assert len(list_corrections()) == ENOUGH_CORRECTIONS
    after = tell()
    assert before.shown_label != "return"
    assert after.shown_label == "return"
    with in_tenant(globex):
        assert list_corrections() == []
        assert predict_label(text="Please engrave a snowdrop", store=globex.schema_name, corrections=[]) == before


def test_a_web_process_does_not_load_the_classifier() -> None:
    look = (
        "import django, sys; django.setup(); import storefront.support.pages, storefront.support.dashboard, "
        "storefront.support.tasks; sys.exit('sklearn' in sys.modules)"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }
    assert subprocess.run([sys.executable, "-c", look], env=environment, check=False).returncode == 0
