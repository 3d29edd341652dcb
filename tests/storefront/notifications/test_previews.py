"""Mails looked at before anybody gets one: all of them, in every language, and nothing of it stays."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.cache import cache
from django.test import Client

import storefront
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from integrations.mail.services import collecting, send_mail
from storefront.notifications.kinds import KINDS
from storefront.notifications.services import preview_mail
from tenants.models import Tenant
from tests.fixtures.sums import table_sums

HOME = "/dashboard/settings/notifications/"
TEST = {"language": "en", "do": "test"}
# Parts that mails are put together from.
PARTS = {"orders/email/goods", "orders/email/address", "orders/email/arranged"}


@pytest.fixture
def bilingual(acme: Tenant) -> Tenant:
    acme.languages = ["zh-hans"]
    acme.save(update_fields=["languages"])
    cache.clear()
    return acme


def test_every_mail_of_a_store_is_listed() -> None:
    root = Path(storefront.__file__).parent
    written = {
        f"{file.parent.parent.name}/email/{file.stem}" for file in root.glob("*/templates/*/email/*.html")
    } - PARTS  # fmt: skip
    assert {kind.template for kind in KINDS} == written
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_every_mail_is_made_in_both_languages_and_nothing_stays_or_leaves(bilingual: Tenant, now: Any) -> None:
    with in_tenant(bilingual):
        before, waiting = table_sums(bilingual.schema_name), OutboxMessage.objects.count()
        for kind in KINDS:
            english, chinese = (preview_mail(kind=kind, language=code, now=now) for code in ("en", "zh-hans"))
            assert english.subject and english.text and bilingual.name in english.sender, kind.key
            assert "=?utf-8" not in chinese.sender, kind.key
            assert english.html.startswith("<!doctype html>"), kind.key
            assert 'lang="en"' in english.html and 'lang="zh-Hans"' in chinese.html, kind.key
            assert english.subject != chinese.subject, kind.key
            assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese.text), kind.key
        assert table_sums(bilingual.schema_name) == before
        assert OutboxMessage.objects.count() == waiting
    assert mail.outbox == []


def test_what_is_collected_does_not_leave_and_what_is_not_does(acme: Tenant) -> None:
    """The control of the test above: the same call outside of the block reaches somebody."""
    letter: dict[str, Any] = {
        "to": "maya@example.com", "subject": "Hi", "template": "customers/email/account_deleted", "context": {}, "language": "en",
    }  # fmt: skip
    with in_tenant(acme):
        with collecting() as mails:
            send_mail(**letter)
        assert (len(mails), len(mail.outbox)) == (1, 0)
        send_mail(**letter)
        assert (len(mails), len(mail.outbox)) == (1, 1)


def test_a_mail_is_looked_at_on_its_page_and_sent_to_oneself_alone(bilingual: Tenant, merchant_client: Client) -> None:
    listed = merchant_client.get(HOME).content.decode()
    assert "Order confirmed" in listed and "Refund failed" in listed
    page = BeautifulSoup(merchant_client.get(f"{HOME}confirmation/?language=zh-hans").content, "html.parser")
    frame = page.select_one("iframe.mail-small")
    assert frame is not None and frame.has_attr("sandbox")
    body = merchant_client.get(frame["src"])
    assert 'lang="zh-Hans"' in body.content.decode()
    assert "sandbox" in body["Content-Security-Policy"] and "script" not in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    sent = merchant_client.post(f"{HOME}confirmation/", TEST)
    assert sent.status_code == 302
    (test,) = mail.outbox
    assert test.to == ["acme@example.com"] and str(test.subject).startswith("[Test] Order #")
    for path in (f"{HOME}nothing/", f"{HOME}nothing/body/"):
        assert merchant_client.get(path).status_code == 404
    for _time in range(21):
        merchant_client.post(f"{HOME}confirmation/", TEST)
    assert len(mail.outbox) == 20


def test_what_a_mail_server_refuses_is_said(
    acme: Tenant, merchant_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()

    def refuse(_mail: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    answer = merchant_client.post(f"{HOME}confirmation/", TEST, follow=True)
    assert "Nothing was sent" in answer.content.decode()
