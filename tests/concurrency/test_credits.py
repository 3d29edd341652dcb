"""One card, several orders at the same moment: what is on it is spent once (M4)."""

from datetime import datetime

import pytest
from django.db.models import Sum

from core.ids import new_token
from core.tenancy import in_tenant
from storefront.credits.errors import CreditGone
from storefront.credits.models import CreditEntry, GiftCard, StoreCredit, Tender
from storefront.credits.services import WantedTender, adjust_store_credit, give_back_credit, issue_card, take_credit
from storefront.customers.buyers import find_or_create_buyer
from tenants.models import Tenant
from tests.concurrency.together import run_together


def drain(store: Tenant, tender: WantedTender, now: datetime) -> str:
    with in_tenant(store):
        try:
            take_credit(order_token=new_token(), tenders=[tender], currency="USD", actor="shopper", now=now)
        except CreditGone:
            return "gone"
    return "taken"


def assert_books_agree() -> None:
    """Every balance is the sum of its ledger, and what orders hold is what went."""
    for card in GiftCard.objects.all():
        assert card.balance_amount == card.entries.aggregate(sum=Sum("amount"))["sum"]
        assert card.initial_amount - card.balance_amount == sum(card.tenders.values_list("amount", flat=True))
    for credit in StoreCredit.objects.all():
        assert credit.balance_amount == credit.entries.aggregate(sum=Sum("amount"))["sum"]


@pytest.mark.guard("balance-in-one-statement", found="taken")
def test_two_and_twenty_at_once_drain_a_card_and_a_credit_once(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        cards = [issue_card(amount=5000, currency="USD", actor="owner", now=now).card for _ in range(2)]
        maya = find_or_create_buyer(email="maya@example.com", name="Maya", language="en", country="US", now=now)
        credit = adjust_store_credit(customer_id=maya.pk, currency="USD", amount=5000, actor="owner", now=now)
    for tender, count in (
        (WantedTender(5000, gift_card_id=cards[0].pk), 2),
        (WantedTender(3000, gift_card_id=cards[1].pk), 20),
        (WantedTender(3000, store_credit_id=credit.pk), 20),
    ):
        ended = run_together(lambda tender=tender: drain(committed_store, tender, now), count=count)  # type: ignore[misc]
        assert sorted(ended) == ["gone"] * (count - 1) + ["taken"]
    with in_tenant(committed_store):
        assert sorted(GiftCard.objects.values_list("balance_amount", flat=True)) == [0, 2000]
        assert_books_agree()


def test_what_is_given_back_comes_back_once(committed_store: Tenant, now: datetime) -> None:
    with in_tenant(committed_store):
        card = issue_card(amount=5000, currency="USD", actor="owner", now=now).card
        token = new_token()
        tender = WantedTender(4000, gift_card_id=card.pk)
        take_credit(order_token=token, tenders=[tender], currency="USD", actor="shopper", now=now)

    def give_back() -> int:
        with in_tenant(committed_store):
            return give_back_credit(order_token=token, actor="system", now=now)

    assert sorted(run_together(give_back, count=8)) == [0] * 7 + [4000]
    with in_tenant(committed_store):
        assert GiftCard.objects.get().balance_amount == 5000
        assert Tender.objects.get().amount == 0
        assert CreditEntry.objects.count() == 3
        assert_books_agree()
