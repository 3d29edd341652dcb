"""A customer hears once, in their language, that credit was given to them by hand, and of nothing else."""

from datetime import datetime

from django.core import mail
from django.test import Client

from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.credits.enums import EntryKind
from storefront.credits.models import CreditEntry
from storefront.credits.services import adjust_store_credit, mail_credit_given
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.models import Customer
from storefront.customers.services import erase_customer
from storefront.notifications.services import get_kind, save_mail
from tenants.models import Tenant

TASK = "storefront.credits.tell_given"


def make_customer(now: datetime, language: str = "en") -> Customer:
    return find_or_create_buyer(email="maya@example.com", name="Maya", language=language, country="US", now=now)


def give(customer: Customer, now: datetime, amount: int = 1500) -> CreditEntry:
    adjust_store_credit(
        customer_id=customer.pk, currency="USD", amount=amount, note="For the <b>late</b> parcel", actor="ruth", now=now,
        tell=True,
    )  # fmt: skip
    return CreditEntry.objects.order_by("-pk")[0]


def test_what_is_given_on_the_page_is_mailed_once(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        maya = make_customer(now)
    form = {"way": "give", "amount": "15.00", "currency": "USD", "note": "For the late parcel", "once": "a" * 26}
    for _click in range(2):
        assert merchant_client.post(f"/dashboard/customers/{maya.pk}/credit/", form).status_code in (302, 422)
    with in_tenant(acme):
        asked = OutboxMessage.objects.filter(task=TASK)
        entry = CreditEntry.objects.get()
        assert [one.kwargs for one in asked] == [{"entry_id": entry.pk}]
        assert [mail_credit_given(entry_id=entry.pk, now=now) for _time in range(2)] == [True, False]
    (sent,) = mail.outbox
    assert sent.to == ["maya@example.com"] and sent.subject == f"$15.00 of credit at {acme.name}"
    assert "For the late parcel" in str(sent.body) and "You have $15.00 now." in str(sent.body)
    assert "/account/credit/" in str(sent.body)


def test_it_is_in_the_customers_language_and_harmless(in_acme: Tenant, now: datetime) -> None:
    entry = give(make_customer(now, "zh-hans"), now)
    assert mail_credit_given(entry_id=entry.pk, now=now)
    (sent,) = mail.outbox
    assert "余额" in sent.subject
    assert "<b>late" not in str(sent.alternatives[0][0])  # type: ignore[attr-defined]


def test_nobody_hears_of_what_was_taken_spent_refunded_or_switched_off(in_acme: Tenant, now: datetime) -> None:
    maya = make_customer(now)
    given = give(maya, now)
    taken = give(maya, now, -1000)
    adjust_store_credit(
        customer_id=maya.pk, currency="USD", amount=5, actor="x", now=now, kind=EntryKind.REFUNDED, key="refund:1"
    )
    assert OutboxMessage.objects.filter(task=TASK).count() == 1
    assert not mail_credit_given(entry_id=taken.pk, now=now)
    assert not mail_credit_given(entry_id=given.pk, now=now), "less is left of it than the mail would say"
    save_mail(kind=get_kind("credit_given"), language="en", is_on=False, words="")
    last = give(maya, now, 9000)
    assert not mail_credit_given(entry_id=last.pk, now=now)
    save_mail(kind=get_kind("credit_given"), language="en", is_on=True, words="")
    erase_customer(customer_id=maya.pk, now=now)
    assert not mail_credit_given(entry_id=last.pk, now=now)
    assert mail.outbox == []
