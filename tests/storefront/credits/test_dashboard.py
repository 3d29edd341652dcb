"""The merchant issues gift cards, sees each code once, and changes what is on them."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.credits.models import CreditEntry, GiftCard
from storefront.credits.selectors import find_card
from storefront.credits.services import issue_card
from tenants.models import Tenant

HOME = "/dashboard/gift-cards/"


def form_of(client: Client) -> dict[str, str]:
    page = client.get(f"{HOME}new/").content.decode()
    once = re.search(r'name="once" value="([a-z0-9]{26})"', page)
    assert once is not None
    return {"once": once[1], "amount": "50"}


def test_a_card_is_issued_once_and_its_code_shown_once(merchant_client: Client, acme: Tenant) -> None:
    assert "No gift cards yet" in merchant_client.get(HOME).content.decode()
    form = {**form_of(merchant_client), "recipient_email": "ben@example.com", "message": "<b>Hi</b>", "send": "on"}
    answer = merchant_client.post(f"{HOME}new/", form)
    page = answer.content.decode()
    code = re.search(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", page)
    assert code is not None and "no-cache" in answer["Cache-Control"]
    again = merchant_client.post(f"{HOME}new/", form)
    assert again.status_code == 422 and "issued a moment ago" in again.content.decode()
    with in_tenant(acme):
        card = GiftCard.objects.get()
        assert find_card(code[0], currency="USD", now=utc_now()) == card
        assert (card.balance_amount, card.recipient_email) == (5000, "ben@example.com")
    assert OutboxMessage.objects.filter(task="storefront.credits.send_card").count() == 1
    for address in (HOME, f"{HOME}{card.pk}/", f"{HOME}?q={code[0][-4:]}"):
        shown = merchant_client.get(address).content.decode()
        assert card.last4 in shown and "<b>Hi</b>" not in shown
        assert code[0] not in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"amount": "12.345"}, "amount"),
        ({"expires_on": "2020-01-01"}, ""),
        ({"send": "on"}, "recipient_email"),
        ({"recipient_email": "x"}, "recipient_email"),
        ({"once": "x"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_no_card_is_made(
    merchant_client: Client, acme: Tenant, changes: dict[str, str], field: str
) -> None:
    answer = merchant_client.post(f"{HOME}new/", {**form_of(merchant_client), **changes})
    assert answer.status_code == 422
    assert not field or f'id="id_{field}_error"' in answer.content.decode()
    with in_tenant(acme):
        assert not GiftCard.objects.exists()


def test_a_balance_is_changed_with_a_reason_and_a_card_switched_off(
    merchant_client: Client, acme: Tenant, now: datetime
) -> None:
    with in_tenant(acme):
        card = issue_card(amount=5000, currency="USD", actor="owner", now=now).card
        issue_card(amount=100, currency="USD", expires_at=now + timedelta(seconds=1), actor="owner", now=now)
    address = f"{HOME}{card.pk}/"
    assert merchant_client.post(address, {"do": "adjust", "amount": "−20", "note": "broken mug"}).status_code == 302
    for wrong in ("-30.01", "0", "x", "", "1e3"):
        assert merchant_client.post(address, {"do": "adjust", "amount": wrong}).status_code == 422
    merchant_client.post(address, {"do": "off"})
    page = merchant_client.get(address).content.decode()
    assert "broken mug" in page and "$30.00" in page
    with in_tenant(acme):
        card.refresh_from_db()
        assert (card.balance_amount, card.is_active) == (3000, False)
        assert list(CreditEntry.objects.filter(gift_card=card).values_list("amount", flat=True)) == [5000, -2000, 0]
    listed = {view: merchant_client.get(f"{HOME}?view={view}").content.decode() for view in ("off", "open", "x")}
    assert card.last4 in listed["off"] and card.last4 in listed["x"] and card.last4 not in listed["open"]
