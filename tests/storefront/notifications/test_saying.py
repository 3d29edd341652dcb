"""What a store says of its mails: which go out, who signs, who is answered, and a sentence of its own."""

from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.cache import cache
from django.test import Client

from core.tenancy import in_tenant
from storefront.notifications.errors import MailRefused
from storefront.notifications.kinds import KINDS, SHOPPER, STAFF
from storefront.notifications.models import MailSettings
from storefront.notifications.services import get_kind, preview_mail, save_mail, save_sender
from storefront.orders.forms import CancelForm
from storefront.orders.models import OrderEvent
from storefront.orders.services import cancel_order
from storefront.orders.services.mailing import mail_canceled, mail_confirmation, mail_new_order
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

HOME = "/dashboard/settings/notifications/"
HOSTILE = 'Thanks! <img src=x onerror=alert(1)> {{ order.token }} {% load x %} "q" & \u202eevil'


@pytest.fixture
def bilingual(acme: Tenant) -> Tenant:
    acme.languages = ["zh-hans"]
    acme.save(update_fields=["languages"])
    cache.clear()
    return acme


def test_a_mail_that_is_switched_off_is_not_sent_and_nothing_says_that_it_was(in_acme: Tenant, now: datetime) -> None:
    order = make_order(now)
    for key in ("canceled", "new_order"):
        save_mail(kind=get_kind(key), language="en", is_on=False, words="")
    cancel_order(order_id=order.pk, actor="ruth", now=now)
    assert not mail_canceled(order_id=order.pk, now=now) and not mail_new_order(order_id=order.pk, now=now)
    assert mail.outbox == []
    assert not OrderEvent.objects.filter(type__startswith="mail.").exists()
    form = CancelForm({"reason": "other", "notify": "on"}, has_money=False, has_email=True)
    assert form.is_valid() and form.cleaned_data["notify"] is False
    for key in ("canceled", "new_order"):
        save_mail(kind=get_kind(key), language="en", is_on=True, words="")
    assert mail_canceled(order_id=order.pk, now=now) and mail_new_order(order_id=order.pk, now=now)
    assert len(mail.outbox) == 2


def test_what_law_and_logic_ask_for_cannot_be_switched_off(in_acme: Tenant, now: datetime) -> None:
    switchable = {kind.key for kind in KINDS if not kind.fixed}
    assert switchable == {
        "shipped", "ready", "canceled", "transfer_due", "money_arrived", "return_asked", "return_received", "new_order",
        "question", "returned", "return_notice", "credit_given",
    }  # fmt: skip
    for kind in KINDS:
        if kind.fixed:
            with pytest.raises(MailRefused, match="cannot be switched off"):
                save_mail(kind=kind, language="en", is_on=False, words="")
    # Even if the row said so.
    MailSettings.objects.create(off=["confirmation"])
    assert mail_confirmation(order_id=make_order(now).pk, now=now)


def test_own_words_stand_in_every_mail_to_shoppers_as_plain_text_in_their_language_alone(
    bilingual: Tenant, now: datetime
) -> None:
    with in_tenant(bilingual):
        for kind in KINDS:
            if kind.audience == STAFF:
                with pytest.raises(MailRefused):
                    save_mail(kind=kind, language="en", is_on=True, words="Hello")
                continue
            save_mail(kind=kind, language="en", is_on=True, words=HOSTILE)
            save_mail(kind=kind, language="zh-hans", is_on=True, words="欢迎再来")
            english, chinese = (preview_mail(kind=kind, language=code, now=now) for code in ("en", "zh-hans"))
            assert "Thanks! <img src=x onerror=alert(1)> {{ order.token }}" in english.text, kind.key
            assert "\u202e" not in english.text and "欢迎" not in english.text
            assert "<img src=x" not in english.html and "Thanks! &lt;img src=x" in english.html, kind.key
            assert "欢迎再来" in chinese.text and "欢迎再来" in chinese.html, kind.key
            assert "Thanks!" not in chinese.html
        with pytest.raises(MailRefused):
            save_mail(kind=get_kind("shipped"), language="en", is_on=True, words="x" * 301)
        save_mail(kind=get_kind("shipped"), language="zh-hans", is_on=True, words="")
        assert "欢迎" not in preview_mail(kind=get_kind("shipped"), language="zh-hans", now=now).text
        assert MailSettings.objects.get().words["shipped"].keys() == {"en"}


def test_shoppers_answer_to_the_address_that_was_said_and_see_the_name_that_was_said(
    in_acme: Tenant, now: datetime
) -> None:
    def shown(key: str) -> tuple[str, str]:
        preview = preview_mail(kind=get_kind(key), language="en", now=now)
        return preview.sender.partition(" <")[0], preview.reply_to

    assert shown("confirmation") == (in_acme.name, in_acme.contact_email)
    for name, address in (("Pay <a@b.example>", ""), ("a@b.example", ""), ('"Acme"', ""), ("x" * 61, ""),
                          ("", "help"), ("", "a@b.example, c@d.example"), ("", "a@b.example\nBcc: c@d.example")):  # fmt: skip
        with pytest.raises(MailRefused):
            save_sender(sender_name=name, reply_to=address)
    save_sender(sender_name="Ruth\r\nof Acme", reply_to="help@acme.example")
    assert {shown(kind.key) for kind in KINDS if kind.audience == SHOPPER} == {("Ruth of Acme", "help@acme.example")}
    assert shown("new_order")[0] == in_acme.name, "mails to the merchant are the store's own"


def test_a_merchant_tries_words_before_they_are_kept(bilingual: Tenant, merchant_client: Client) -> None:
    page = f"{HOME}shipped/"
    typed: dict[str, Any] = {"language": "en", "is_on": "on", "words": "Tell us how <b>you</b> like it."}
    looked = BeautifulSoup(merchant_client.post(page, {**typed, "do": "look"}).content, "html.parser")
    frame, text = looked.select_one("iframe.mail-small"), looked.select_one(".mail-text")
    assert frame is not None and text is not None
    assert "Tell us how &lt;b&gt;you&lt;/b&gt; like it." in merchant_client.get(frame["src"]).content.decode()
    assert "Tell us how <b>you</b> like it." in text.get_text()
    tested = merchant_client.post(page, {**typed, "do": "test"}).content.decode()
    assert "Tell us how <b>you</b> like it." in mail.outbox[0].body
    assert "Tell us how &lt;b&gt;" in tested, "what was typed stays in its box"
    with in_tenant(bilingual):
        assert not MailSettings.objects.exists()
    assert merchant_client.post(page, {**typed, "do": "save"}).status_code == 302
    assert "with your own words" in merchant_client.get(HOME).content.decode()
    merchant_client.post(page, {"language": "en", "words": "", "do": "save"})
    with in_tenant(bilingual):
        kept = MailSettings.objects.get()
    assert (kept.off, kept.words) == (["shipped"], {})
    always = merchant_client.get(f"{HOME}confirmation/").content.decode()
    assert "This mail is always sent. The law asks for it" in always
    wrong = merchant_client.post(HOME, {"sender_name": "Acme", "reply_to": "nobody"})
    assert wrong.status_code == 422 and "Not saved yet" in wrong.content.decode()
    assert merchant_client.post(HOME, {"sender_name": "Ruth", "reply_to": "ruth@acme.example"}).status_code == 302
    shown = merchant_client.get(page).content.decode()
    assert "Ruth &lt;" in shown and "ruth@acme.example" in shown
