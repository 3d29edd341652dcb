"""The page of a customer: their history from all parts, what is written there, and the link into their account."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.credits.services import adjust_store_credit
from storefront.customers.enums import ConsentKind
from storefront.customers.models import Customer, CustomerEvent, CustomerLoginLink
from storefront.customers.selectors import list_history
from storefront.customers.services import erase_customer, mail_login_link, set_consent
from storefront.customers.services.links import link_token
from storefront.orders.services import add_note, cancel_order
from storefront.support.models import Conversation
from tenants.enums import Role
from tenants.models import Tenant
from tenants.people.permissions import permissions_of
from tests.storefront.orders.making import make_order


@pytest.fixture
def maya(acme: Tenant, now: datetime) -> Customer:
    """Who bought twice, called one order off, asked a question, got credit and said yes to news."""
    cache.clear()
    with in_tenant(acme):
        kept, gone = make_order(now), make_order(now + timedelta(hours=1), is_paid=False)
        cancel_order(order_id=gone.pk, reason="mistake", actor="ruth", now=now + timedelta(hours=2))
        add_note(order_id=kept.pk, text="Wants it gift-wrapped", actor="ruth", now=now + timedelta(hours=3))
        customer = Customer.objects.get()
        Conversation.objects.create(
            token="q" * 26, customer=customer, email=customer.email, subject="Is it <b>soft</b>?",
            created_at=now + timedelta(hours=4), last_message_at=now,
        )  # fmt: skip
        adjust_store_credit(
            customer_id=customer.pk, currency="USD", amount=500, note="For the delay", actor="ruth",
            now=now + timedelta(hours=5),
        )  # fmt: skip
        set_consent(
            customer_id=customer.pk, kind=ConsentKind.MARKETING, is_given=True, words="Send me news", place="account",
            now=now + timedelta(hours=6),
        )  # fmt: skip
    return customer


def titles(customer: Customer, permissions: frozenset[str], limit: int = 50) -> list[tuple[str, str, str]]:
    found = list_history(customer, permissions=permissions, limit=limit)
    return [(moment.title, moment.detail, moment.actor) for moment in found]


def test_the_history_holds_what_every_part_knows_and_a_colleague_may_see(acme: Tenant, maya: Customer) -> None:
    with in_tenant(acme):
        everything = titles(maya, permissions_of(Role.OWNER))
        assert everything == [
            ("Said yes: News and offers by e-mail", "", ""),
            ("Store credit +$5.00", "For the delay", "ruth"),
            ("Asked: Is it <b>soft</b>?", "Open", ""),
            ("Wants it gift-wrapped", "#1001", "ruth"),
            ("Order canceled", "#1002 · mistake", "ruth"),
            ("Order #1002, $170.00", "", ""),
            ("Order #1001, $170.00", "", ""),
            ("First known here", "", ""),
        ]
        assert titles(maya, permissions_of(Role.OWNER), limit=2) == everything[:2]
        assert [title for title, _detail, _actor in titles(maya, frozenset({"customers.view"}))] == [
            "Said yes: News and offers by e-mail",
            "First known here",
        ]


def test_the_page_shows_it_all_and_asks_the_same_however_long_the_history(
    acme: Tenant, merchant_client: Client, maya: Customer, now: datetime
) -> None:
    address = f"/dashboard/customers/{maya.pk}/"
    merchant_client.get(address)
    with CaptureQueriesContext(connection) as few:
        page = merchant_client.get(address).content.decode()
    assert "Is it &lt;b&gt;soft&lt;/b&gt;?" in page and "Is it <b>" not in page
    assert "Send me news" in page and "$5.00" in page
    with in_tenant(acme):
        CustomerEvent.objects.bulk_create(
            CustomerEvent(customer=maya, type="note.added", actor="ruth", data={"text": f"Note {n}"}, created_at=now)
            for n in range(60)
        )
    with CaptureQueriesContext(connection) as many:
        page = merchant_client.get(address).content.decode()
    assert len(many) == len(few)
    assert "Show earlier" in page
    assert "Show earlier" not in merchant_client.get(address + "?history=all").content.decode()


def test_notes_and_tags_are_kept_with_who_wrote_them(acme: Tenant, merchant_client: Client, maya: Customer) -> None:
    address = f"/dashboard/customers/{maya.pk}/"
    merchant_client.post(f"{address}note/", {"text": "Likes <i>blue</i>"})
    merchant_client.post(f"{address}note/", {"text": "  "})
    merchant_client.post(f"{address}keep/", {"note": "Call before noon", "tags": "vip, VIP, trade"})
    merchant_client.post(f"{address}keep/", {"note": "Call before noon", "tags": "vip,trade"})
    refused = merchant_client.post(f"{address}keep/", {"note": "x", "tags": "t" * 41}, follow=True)
    assert "A tag has 40 characters at most." in refused.content.decode()
    with in_tenant(acme):
        maya.refresh_from_db()
        events = list(maya.events.order_by("pk").values_list("type", "actor", "data"))
    assert (maya.note, maya.tags) == ("Call before noon", ["vip", "trade"])
    assert [(kind, data) for kind, _actor, data in events] == [
        ("note.added", {"text": "Likes <i>blue</i>"}),
        ("customer.tagged", {"added": ["vip", "trade"], "removed": []}),
        ("customer.note_changed", {}),
    ]
    assert len({actor for _kind, actor, _data in events}) == 1 and "@" in events[0][1]
    page = merchant_client.get(address).content.decode()
    assert "Likes &lt;i&gt;blue&lt;/i&gt;" in page and "Likes <i>" not in page


def test_a_link_into_the_account_works_once_and_for_three_days(
    acme: Tenant, merchant_client: Client, store_client: Callable[[Tenant], Client], maya: Customer
) -> None:
    answer = merchant_client.post(f"/dashboard/customers/{maya.pk}/invite/", follow=True)
    assert f"on its way to {maya.email}" in answer.content.decode()
    with in_tenant(acme):
        link = CustomerLoginLink.objects.get()
        assert timedelta(days=2, hours=23) < link.expires_at - utc_now() <= timedelta(days=3)
        assert mail_login_link(link_id=link.pk, now=utc_now())
        assert not mail_login_link(link_id=link.pk, now=utc_now())
        path = f"/account/link/{link_token(link.nonce, link.purpose)}/"
        assert maya.events.get().type == "customer.invited"
    (sent,) = mail.outbox
    assert sent.to == [maya.email] and path in str(sent.body)
    shopper, late = store_client(acme), store_client(acme)
    assert shopper.get(path).status_code == 200
    assert shopper.post(path).headers["Location"] == "/account/"
    assert "Good to see you, Maya" in shopper.get("/account/").content.decode()
    assert late.post(path).status_code == 403


def test_who_was_deleted_has_no_history_left_and_no_forms(
    acme: Tenant, merchant_client: Client, maya: Customer, now: datetime
) -> None:
    address = f"/dashboard/customers/{maya.pk}/"
    merchant_client.post(f"{address}note/", {"text": "Maya likes blue"})
    with in_tenant(acme):
        erase_customer(customer_id=maya.pk, now=now)
        assert not CustomerEvent.objects.exists()
    page = merchant_client.get(address).content.decode()
    assert "This customer was deleted." in page
    assert "Maya" not in page and f"{address}note/" not in page
    assert merchant_client.post(f"{address}note/", {"text": "x"}).status_code == 404
    assert merchant_client.post(f"{address}invite/").status_code == 404
