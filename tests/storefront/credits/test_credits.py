"""Gift cards and store credit: shown once, kept as a hash, every move in the ledger."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from core.outbox.models import OutboxMessage
from storefront.credits.codes import clean_code, hash_code
from storefront.credits.enums import EntryKind
from storefront.credits.errors import CreditGone, CreditRefused
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit, Tender
from storefront.credits.selectors import find_card, find_purse
from storefront.credits.services import (
    Addressee,
    WantedTender,
    adjust_card,
    adjust_store_credit,
    give_back_credit,
    issue_card,
    mail_card,
    mail_card_again,
    refund_credit,
    switch_card,
    take_credit,
)
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.services import erase_customer

pytestmark = pytest.mark.usefixtures("in_acme")


def maya(now: datetime) -> int:
    return find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=now).pk


def take(now: datetime, *tenders: WantedTender, token: str = "order", replaces: bool = False) -> int:
    return take_credit(order_token=token, tenders=tenders, currency="USD", actor="shopper", now=now, replaces=replaces)


def test_a_code_is_shown_once_and_found_however_it_is_typed(now: datetime) -> None:
    issued = issue_card(amount=5000, currency="USD", actor="owner", now=now)
    plain = issued.code.replace("-", "")
    row = GiftCard.objects.values().get()
    assert plain not in str(row) and row["code_hash"] == hash_code(plain) and row["last4"] == plain[-4:]
    for typed in (issued.code, plain.lower(), f" {plain[:8]} {plain[8:]} "):
        assert find_card(typed, currency="USD", now=now) == issued.card
    assert find_card(issued.code, currency="EUR", now=now) is None
    assert [clean_code(text) for text in ("", "0000-0000-0000-0000", plain + "A", "'; drop table")] == [""] * 4


@pytest.mark.parametrize("change", ["over", "off"])
def test_a_card_that_ran_out_or_is_off_pays_nothing(now: datetime, change: str) -> None:
    issued = issue_card(amount=5000, currency="USD", expires_at=now + timedelta(days=1), actor="owner", now=now)
    later = now + timedelta(days=1) if change == "over" else now
    if change == "off":
        switch_card(card_id=issued.card.pk, is_active=False, actor="owner", now=now)
    assert find_card(issued.code, currency="USD", now=later) is None
    with pytest.raises(CreditGone):
        take(later, WantedTender(1, gift_card_id=issued.card.pk))


def test_cards_and_credit_pay_come_back_and_are_refunded_to_the_cent(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer_id = maya(now)
    cards = [issue_card(amount=amount, currency="USD", actor="owner", now=now).card for amount in (3000, 2000)]
    credit = adjust_store_credit(customer_id=customer_id, currency="USD", amount=1000, actor="owner", now=now)
    with django_assert_num_queries(2):
        purse = find_purse(card_ids=[card.pk for card in cards[::-1]], customer_id=customer_id, currency="USD", now=now)
    assert purse.cards == tuple(cards[::-1]) and purse.credit == credit
    wanted = [WantedTender(3000, gift_card_id=cards[0].pk), WantedTender(500, gift_card_id=cards[1].pk),
              WantedTender(700, store_credit_id=credit.pk)]  # fmt: skip
    with django_assert_num_queries(4):  # and a savepoint's two
        assert take(now, *wanted) == 4200
    assert take(now, wanted[1], replaces=True) == 500
    assert give_back_credit(order_token="order", actor="system", now=now) == 500
    assert take(now, *wanted) == 4200
    assert refund_credit(order_token="order", amount=1000, key="r1", actor="owner", now=now) == 1000
    assert refund_credit(order_token="order", amount=1000, key="r1", actor="owner", now=now) == 0
    with pytest.raises(CreditRefused):
        refund_credit(order_token="order", amount=3201, key="r2", actor="owner", now=now)
    balances = [
        *GiftCard.objects.order_by("pk").values_list("balance_amount", flat=True),
        StoreCredit.objects.get().balance_amount,
    ]
    assert balances == [300, 1500, 1000]
    for owner in (*GiftCard.objects.all(), *StoreCredit.objects.all()):
        assert owner.balance_amount == sum(owner.entries.values_list("amount", flat=True))


@pytest.mark.parametrize("joins", ["nestloop", "hashjoin", "mergejoin"])
def test_what_cards_pay_is_numbered_in_their_order_however_they_are_found(now: datetime, joins: str) -> None:
    cards = [issue_card(amount=100, currency="USD", actor="ann", now=now).card for _time in range(2)]
    cards[0].save()  # Which moves its row behind the other's.
    with connection.cursor() as cursor:
        for other in {"nestloop", "hashjoin", "mergejoin"} - {joins}:
            cursor.execute(f"SET LOCAL enable_{other} = off")
    take(now, *(WantedTender(100, gift_card_id=card.pk) for card in cards))
    spent = CreditEntry.objects.filter(kind=EntryKind.SPENT)
    for rows in (Tender.objects.all(), spent):
        assert [row.gift_card_id for row in rows.order_by("pk")] == [card.pk for card in cards]


def test_the_same_refund_to_store_credit_is_given_once(now: datetime) -> None:
    customer_id = maya(now)
    for _ in range(2):
        adjust_store_credit(
            customer_id=customer_id, currency="USD", amount=900, kind=EntryKind.REFUNDED, key="refund 7", order_token="x",
            actor="owner", now=now,
        )  # fmt: skip
    assert StoreCredit.objects.get().balance_amount == 900 and CreditEntry.objects.count() == 1
    with pytest.raises(CreditRefused):
        adjust_store_credit(customer_id=customer_id, currency="USD", amount=-901, actor="owner", now=now)


def test_no_balance_is_ever_negative_or_above_its_worth(now: datetime) -> None:
    card = issue_card(amount=100, currency="USD", actor="owner", now=now).card
    for wrong in ({"balance_amount": -1}, {"balance_amount": 101}, {"initial_amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GiftCard.objects.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.create(order_token="x", gift_card=card, amount=1, refunded_amount=2, created_at=now)
    with pytest.raises(CreditGone):
        take(now, WantedTender(101, gift_card_id=card.pk))
    assert not Tender.objects.exists()
    assert adjust_card(card_id=card.pk, amount=50, note="", actor="owner", now=now).initial_amount == 150
    with pytest.raises(CreditRefused):
        adjust_card(card_id=card.pk, amount=-151, note="", actor="owner", now=now)


def test_the_code_is_mailed_once_and_never_lies_in_the_queue(now: datetime) -> None:
    issued = issue_card(
        amount=5000, currency="USD", to=Addressee("Ben@example.com", "Ben", "Happy birthday!\r\nBcc: x"), send=True,
        actor="owner", now=now,
    )  # fmt: skip
    waiting = str(list(OutboxMessage.objects.values()))
    assert issued.code not in waiting and issued.code.replace("-", "") not in waiting
    assert mail_card(card_id=issued.card.pk, now=now) and not mail_card(card_id=issued.card.pk, now=now)
    (sent,) = mail.outbox
    assert sent.to == ["ben@example.com"] and issued.code in sent.body and "$50.00" in sent.subject
    with pytest.raises(CreditRefused, match="a moment ago"):
        mail_card_again(card_id=issued.card.pk, now=now)
    mail_card_again(card_id=issued.card.pk, now=now + timedelta(minutes=2))
    assert mail_card(card_id=issued.card.pk, now=now) and issued.code in mail.outbox[1].body
    switch_card(card_id=issued.card.pk, is_active=False, actor="owner", now=now)
    with pytest.raises(CreditRefused, match="that is on"):
        mail_card_again(card_id=issued.card.pk, now=now + timedelta(hours=1))
    switch_card(card_id=issued.card.pk, is_active=True, actor="owner", now=now)
    GiftCard.objects.update(mailed_at=None, nonce="another installation's")
    assert not mail_card(card_id=issued.card.pk, now=now)
    with pytest.raises(CreditRefused, match="another installation"):
        mail_card_again(card_id=issued.card.pk, now=now)


def test_an_erased_customers_card_names_nobody_and_keeps_its_worth(now: datetime) -> None:
    customer_id = maya(now)
    issue_card(
        amount=5000, currency="USD", customer_id=customer_id, to=Addressee("maya@example.com", "Maya", "For you"),
        actor="owner", now=now,
    )  # fmt: skip
    erase_customer(customer_id=customer_id, now=now)
    card = GiftCard.objects.get()
    assert (card.recipient_email, card.recipient_name, card.message, card.balance_amount) == ("", "", "", 5000)
