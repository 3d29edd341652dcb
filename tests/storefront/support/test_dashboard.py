"""The merchant's inbox."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.orders.models import Fulfillment, Order
from storefront.support.models import Conversation, ConversationStatus
from storefront.support.services import add_note, add_reply, classify_conversation, mark_spam, set_label, solve
from tenants.models import Tenant

Ask = Callable[..., Conversation]
INBOX = "/dashboard/support/"


def page(client: Client, address: str = INBOX, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_inbox_says_where_questions_come_from(merchant_client: Client) -> None:
    assert "No open conversations" in page(merchant_client)
    assert "Nothing here" in page(merchant_client, view="solved")
    assert "Nothing found" in page(merchant_client, q="zebra")


def test_the_list_shows_who_what_and_how_sure(merchant_client: Client, acme: Tenant, ask: Ask, now: datetime) -> None:
    with in_tenant(acme):
        asked = ask("Where is my parcel?")
        Conversation.objects.filter(pk=asked.pk).update(label="delivery", label_probability=0.937, label_source="model")
        vague = ask("Hm", email="tom@example.com", name="")
        Conversation.objects.filter(pk=vague.pk).update(label_probability=0.4, label_source="model")
    shown = page(merchant_client)
    assert "Nora Weiss" in shown
    assert "Where is my parcel?" in shown
    assert 'Delivery <span class="mute n">94\N{THIN SPACE}%</span>' in shown
    assert "tom@example.com" in shown
    assert "No label: not sure enough" in shown
    assert "40" not in shown.split("tom@example.com")[1].split("</a>")[0]


def test_views_labels_and_search_narrow_the_list(
    merchant_client: Client, acme: Tenant, ask: Ask, make_order: Callable[..., Order], now: datetime
) -> None:
    with in_tenant(acme):
        first = ask("Where is my parcel?", order=make_order())
        second = ask("The mug broke", email="tom@example.com", name="Tom Okafor")
        third = ask("Buy watches", email="spam@example.com", name="Spammer")
        add_note(conversation_id=second.pk, body="zanzibar", actor="a@example.com", now=now)
        set_label(conversation_id=second.pk, label="return", actor="a@example.com", now=now)
        solve(conversation_id=second.pk, actor="a@example.com", now=now)
        mark_spam(conversation_id=third.pk, actor="a@example.com", now=now)
    people = {first.pk: "Nora Weiss", second.pk: "Tom Okafor", third.pk: "Spammer"}

    def shown(**query: str) -> set[int]:
        text = page(merchant_client, part="rows", **query)
        return {pk for pk, name in people.items() if name in text}

    assert shown() == {first.pk}
    assert shown(view="solved") == {second.pk}
    assert shown(view="all") == {first.pk, second.pk}
    assert shown(view="spam") == {third.pk}
    assert shown(view="all", label="return") == {second.pk}
    assert shown(view="all", label="none") == {first.pk}
    assert shown(view="all", q="zanzibar") == {second.pk}
    assert shown(view="all", q="#1042") == {first.pk}
    assert shown(view="all", q="tom@") == {second.pk}
    assert shown(view="nonsense", label="nonsense", page="-3", q="\x00") == {first.pk}


def test_a_conversation_stands_beside_its_order_with_the_suggestion_in_the_editor(
    merchant_client: Client, acme: Tenant, ask: Ask, make_order: Callable[..., Order], now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(is_sent=True)
        asked = ask("Where is my parcel?", order=order)
        classify_conversation(conversation_id=asked.pk, now=now)
    address = f"{INBOX}{asked.pk}/"
    shown = page(merchant_client, address)
    assert "<b>Suggested.</b> Order #1042 was sent on Nov 20 with DHL, tracking JJD00990011223344." in shown
    assert "The tracking number is JJD00990011223344.</textarea>" not in shown
    assert "Your order #1042 left us on Nov 20 with DHL." in shown
    assert f"/dashboard/orders/{order.pk}/" in shown
    assert "2 × Spruce mug" in shown
    assert "Suggested." not in page(merchant_client, address, blank="1")


def test_an_order_that_is_picked_up_says_so_beside_the_conversation(
    merchant_client: Client, acme: Tenant, ask: Ask, make_order: Callable[..., Order], now: datetime
) -> None:
    with in_tenant(acme):
        order = make_order(is_sent=True)
        Order.objects.filter(pk=order.pk).update(pickup={"name": "Counter"})
        asked = ask("Is it there?", order=order)
    shown = page(merchant_client, f"{INBOX}{asked.pk}/")
    assert "Ready for pickup" in shown
    assert "Fulfilled" not in shown
    with in_tenant(acme):
        Fulfillment.objects.update(delivered_at=now)
    assert "Picked up" in page(merchant_client, f"{INBOX}{asked.pk}/")


def test_sending_answers_and_clears_the_suggestion(
    merchant_client: Client, acme: Tenant, ask: Ask, now: datetime
) -> None:
    with in_tenant(acme):
        asked = ask("Where is my parcel?")
        classify_conversation(conversation_id=asked.pk, now=now)
        OutboxMessage.objects.all().delete()
    response = merchant_client.post(
        f"{INBOX}{asked.pk}/reply/", {"body": "Tomorrow.", "action": "send", "back": "view=open&q=parcel&evil=1"}
    )
    assert response["Location"] == f"{INBOX}{asked.pk}/?view=open&q=parcel"
    with in_tenant(acme):
        asked.refresh_from_db()
        sent = asked.messages.get(kind="staff")
    assert (sent.author, sent.body, asked.status, asked.suggested_reply) == (
        "acme@example.com",
        "Tomorrow.",
        "waiting",
        "",
    )
    (message,) = OutboxMessage.objects.all()
    assert (message.task, message.kwargs) == ("storefront.support.send_reply", {"message_id": sent.pk})


@pytest.mark.parametrize(
    ("action", "status", "kind"), [("send_and_solve", "solved", "staff"), ("note", "open", "note")]
)
def test_the_other_two_buttons_of_the_editor(
    merchant_client: Client, acme: Tenant, ask: Ask, action: str, status: str, kind: str
) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    merchant_client.post(f"{INBOX}{asked.pk}/reply/", {"body": "Words", "action": action})
    with in_tenant(acme):
        asked.refresh_from_db()
        assert (asked.status, asked.messages.order_by("-pk")[0].kind) == (status, kind)


def test_a_refused_answer_stays_in_the_editor(merchant_client: Client, acme: Tenant, ask: Ask) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    response = merchant_client.post(f"{INBOX}{asked.pk}/reply/", {"body": "w" * 5_001, "action": "send"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "This is longer than 5,000 characters (5001)." in text
    assert "w" * 5_001 in text
    with in_tenant(acme):
        assert asked.messages.count() == 1


def test_a_label_is_corrected_in_one_click_and_states_by_their_buttons(
    merchant_client: Client, acme: Tenant, ask: Ask
) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    merchant_client.post(f"{INBOX}{asked.pk}/label/", {"label": "payment"})
    seen = []
    for action in ("solve", "reopen", "spam", "nonsense"):
        merchant_client.post(f"{INBOX}{asked.pk}/status/", {"action": action})
        with in_tenant(acme):
            asked.refresh_from_db()
        seen.append(asked.status)
    assert seen == ["solved", "open", "spam", "spam"]
    assert (asked.label, asked.label_source) == ("payment", "person")
    refused = merchant_client.post(f"{INBOX}{asked.pk}/label/", {"label": "complaint"})
    assert refused.status_code == 422


def test_markup_of_a_shopper_is_text_in_the_inbox(merchant_client: Client, acme: Tenant, ask: Ask) -> None:
    evil = "</textarea><script>alert(1)</script>"
    with in_tenant(acme):
        asked = ask(evil, name=evil, subject=evil)
        Conversation.objects.filter(pk=asked.pk).update(suggested_reply=evil, suggestion_reason=evil)
    for text in (page(merchant_client), page(merchant_client, f"{INBOX}{asked.pk}/"), page(merchant_client, q=evil)):
        assert "<script>alert" not in text
        assert "</textarea><" not in text.replace("</textarea>\n", "")


def test_another_stores_conversation_and_strangers_are_kept_out(
    merchant_client: Client, acme: Tenant, globex: Tenant, ask: Ask, store_client: Callable[[Tenant], Client]
) -> None:
    with in_tenant(globex):
        theirs = ask("Hello")
        theirs.messages.all().delete()
        Conversation.objects.filter(pk=theirs.pk).update(id=987_654)
    for path in ("", "reply/", "label/", "status/"):
        send = merchant_client.post if path else merchant_client.get
        assert send(f"{INBOX}987654/{path}", {"body": "x", "label": "other", "action": "solve"}).status_code == 404
    assert store_client(acme).get(INBOX).status_code == 302
    with in_tenant(globex):
        assert Conversation.objects.get(pk=987_654).status == ConversationStatus.OPEN


def test_the_polled_parts_answer_with_themselves_alone(merchant_client: Client, acme: Tenant, ask: Ask) -> None:
    with in_tenant(acme):
        asked = ask("Hello")
    rows, says = page(merchant_client, part="rows"), page(merchant_client, f"{INBOX}{asked.pk}/", part="says")
    assert rows.strip().startswith('<div class="rows" id="inbox-rows"')
    assert says.strip().startswith('<div class="says" id="says"')
    assert "<html" not in rows + says


def test_the_list_costs_the_same_for_one_and_for_thirty(
    merchant_client: Client, acme: Tenant, ask: Ask, make_order: Callable[..., Order], now: datetime
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(merchant_client)
        return sum("support_" in query["sql"] and "FROM " in query["sql"] for query in captured.captured_queries)

    with in_tenant(acme):
        ask("First", order=make_order("#1"))
    one = cost()
    with in_tenant(acme):
        for number in range(29):
            asked = ask(f"Number {number}", email=f"n{number}@example.com", now=now + timedelta(minutes=number))
            add_reply(conversation_id=asked.pk, body="Yes", actor="a@example.com", now=now)
            Conversation.objects.filter(pk=asked.pk).update(status="open")
    assert cost() == one
    assert one == 4  # rows, their count, the numbers of the views, the badge in the side bar
