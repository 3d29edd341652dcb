"""Return page, event and reconciler at one instant, or a refund and a spending: a card a unit, and no money twice."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.test import override_settings

from core.clock import utc_now
from core.outbox.models import OutboxMessage
from core.tenancy import in_tenant
from storefront.catalog.models import ProductVariant
from storefront.catalog.services import start_gift_card
from storefront.credits.errors import CreditGone
from storefront.credits.models import CreditEntry, GiftCard
from storefront.credits.services import WantedTender, take_credit
from storefront.gifts.services import issue_order_cards
from storefront.orders.models import Fulfillment, Order
from storefront.payments.errors import RefundRefused
from storefront.payments.models import Payment, Refund
from storefront.payments.services import RefundRequest, open_account, refund_order, settle_payment
from storefront.payments.services.completing import receive_payment
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, DETAILS, fill_cart, open_store
from tests.storefront.stripe_sandbox import GOOD_CARD, Shopper, sandbox_server, shopper

__all__ = ["sandbox_server", "shopper"]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "media", PRIVATE_ROOT=tmp_path / "private"):
        yield


def sell_card(now: datetime) -> ProductVariant:
    product = start_gift_card(title="Gift card", amounts=[2500], pictures=[], status="active", actor="ada", now=now)
    return product.variants.get()


def test_whoever_completes_the_order_makes_each_card_once(committed_store: Tenant, shopper: Shopper) -> None:
    from storefront.checkout.services import start_checkout

    now = utc_now().replace(microsecond=0)
    with in_tenant(committed_store):
        open_account(tenant=committed_store, now=now)
        open_store(committed_store, now)
        cart = fill_cart([(sell_card(now), 3)], now)
        order = start_checkout(tenant=committed_store, cart=cart, details=DETAILS, now=now, base_url=BASE_URL).order
        payment = order.payments.get()
    shopper.pay(payment.account_id, str(payment.stripe_checkout_session_id), card=GOOD_CARD)

    def settle() -> Payment:
        with in_tenant(committed_store):
            return settle_payment(payment_id=payment.pk, actor="webhook", now=now)

    ended = run_together(settle, count=6)
    assert not [one for one in ended if isinstance(one, Exception)]

    def issue() -> int:
        with in_tenant(committed_store):
            return issue_order_cards(order_id=order.pk, now=now)

    assert run_together(issue, count=6) == [0] * 6
    with in_tenant(committed_store):
        assert GiftCard.objects.filter(order_token=order.token, balance_amount=2500).count() == 3
        assert CreditEntry.objects.filter(order_token=order.token).count() == 3
        assert Fulfillment.objects.filter(order=order).count() == 1
    assert OutboxMessage.objects.filter(task="storefront.credits.send_card").count() == 3


def test_a_card_is_either_spent_or_given_back(committed_store: Tenant, now: datetime) -> None:
    from storefront.checkout.services import start_checkout

    with in_tenant(committed_store):
        open_store(committed_store, now)
        cards = sell_card(now)
        orders = []
        for _round in range(6):
            cart = fill_cart([(cards, 1)], now)
            placed = start_checkout(
                tenant=committed_store, cart=cart, details=BY_TRANSFER, now=now, base_url=BASE_URL
            ).order
            orders.append(receive_payment(order_id=placed.pk, actor="ada", now=now))
    for each in orders:
        _race(committed_store, each, now)


def _race(store: Tenant, order: Order, now: datetime) -> None:
    with in_tenant(store):
        card, line = GiftCard.objects.get(order_token=order.token), order.lines.get()
    turns = iter(("spend", "refund"))

    def work() -> str:
        turn = next(turns)
        with in_tenant(store):
            try:
                if turn == "spend":
                    tender = WantedTender(2500, gift_card_id=card.pk)
                    take_credit(order_token="s" * 26, tenders=[tender], currency="USD", actor="shopper", now=now)
                else:
                    refund_order(order_id=order.pk, asked=RefundRequest(counts={line.pk: 1}), actor="ada", now=now)
            except (CreditGone, RefundRefused):
                return "refused"
        return turn

    ended = run_together(work, count=2)
    assert sorted(ended) in (["refund", "refused"], ["refused", "spend"])
    with in_tenant(store):
        card.refresh_from_db()
        assert card.balance_amount == 0
        assert (card.closed_at is not None) == Refund.objects.filter(payment__order=order, amount=2500).exists()
