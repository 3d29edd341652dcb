"""The price of gift cards given back at Stripe, past the store: as many cards are closed as the money covers."""

from datetime import datetime, timedelta

import pytest

from integrations.stripe import gateway_refunds
from storefront.catalog.services import start_gift_card
from storefront.credits.models import GiftCard
from storefront.orders.models import Order
from storefront.orders.timeline import list_moments
from storefront.payments.models import Payment
from storefront.payments.services import mirror_refunds, open_account
from tenants.models import Tenant
from tests.storefront.checkout.orders import open_store
from tests.storefront.goods import make_variant
from tests.storefront.payments.paid import buy
from tests.storefront.stripe_sandbox import Shopper, sandbox_server, shopper
from tests.storefront.till import clock

__all__ = ["clock", "sandbox_server", "shopper"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bought(in_acme: Tenant, shopper: Shopper, clock: datetime) -> Payment:
    """The payment of an order of two cards of 25 and a mug of 18, by card."""
    open_account(tenant=in_acme, now=clock)
    store = open_store(in_acme, clock)
    card = start_gift_card(title="Card", amounts=[2500], pictures=[], status="active", actor="ada", now=clock)
    mug = make_variant("Enamel mug", price=1800, stock=3)
    return buy(store, shopper, [(card.variants.get(), 2), (mug, 1)], clock)[1]


def give_back(payment: Payment, amount: int, now: datetime) -> None:
    gateway_refunds.create_refund(
        account_id=payment.account_id,
        payment_intent_id=str(payment.stripe_payment_intent_id),
        amount=amount,
        currency="USD",
        idempotency_key=f"by hand {amount}",
    )
    for _time in range(2):
        mirror_refunds(payment_id=payment.pk, now=now)


def said(order: Order) -> dict[str, int]:
    events = order.events.filter(type__in=["order.cards_closed", "order.cards_kept"])
    return {one.type.removeprefix("order.cards_"): one.data["count"] for one in events}


def open_cards() -> list[int]:
    return list(GiftCard.objects.filter(closed_at=None).order_by("pk").values_list("balance_amount", flat=True))


def test_as_many_cards_close_as_the_money_that_stays_no_longer_covers(bought: Payment, clock: datetime) -> None:
    assert bought.amount == 6800
    give_back(bought, 1800, clock)
    assert (open_cards(), said(bought.order)) == ([2500, 2500], {})
    give_back(bought, 2500, clock + MINUTE)
    assert (open_cards(), said(bought.order)) == ([2500], {"closed": 1})
    give_back(bought, 1000, clock + MINUTE)
    assert (open_cards(), said(bought.order)) == ([2500], {"closed": 1, "kept": 1})


def test_all_of_it_given_back_closes_every_card_but_one_that_was_spent(bought: Payment, clock: datetime) -> None:
    first = GiftCard.objects.earliest("pk")
    GiftCard.objects.filter(pk=first.pk).update(balance_amount=100)
    give_back(bought, 6800, clock)
    assert (open_cards(), said(bought.order)) == ([100], {"closed": 1, "kept": 1})
    assert GiftCard.objects.latest("pk").balance_amount == 0
    titles = [one.title for one in list_moments(list(bought.order.events.order_by("pk")), currency="USD")]
    assert {"1 gift card closed", "1 gift card not closed"} <= set(titles)
