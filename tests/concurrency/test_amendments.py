"""What is added to an order is paid for while others pay, call off or cancel at the same moment: once, or money goes back."""

from datetime import datetime

import pytest

from core.clock import utc_now
from core.tenancy import in_tenant
from storefront.amendments.errors import AmendmentGone
from storefront.amendments.services import amend_order, call_off
from storefront.amendments.services.adding import AmendmentRequest
from storefront.catalog.models import ProductVariant
from storefront.checkout.services import start_checkout
from storefront.inventory.models import Stock
from storefront.orders.additions import Additions
from storefront.orders.models import Amendment, Order, OrderEvent
from storefront.orders.services import cancel_order
from storefront.payments.models import Payment, Refund
from storefront.payments.services import PaidFacts, complete_order, create_payment, receive_payment
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import BASE_URL, BY_TRANSFER, fill_cart, open_store
from tests.storefront.goods import make_variant

MUG, TIN = 1800, 700


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


class Scene:
    """A paid order of a mug, to which a tin is to be added; pages where that can be paid are open."""

    def __init__(self, tenant: Tenant, clock: datetime, *, pages: int) -> None:
        self.tenant, self.clock = tenant, clock
        with in_tenant(tenant):
            open_store(tenant, clock)
            self.mug, self.tin = make_variant("Mug", price=MUG, stock=5), make_variant("Tin", price=TIN, stock=5)
            cart = fill_cart([(self.mug, 1)], clock)
            order = start_checkout(tenant=tenant, cart=cart, details=BY_TRANSFER, now=clock, base_url=BASE_URL).order
            self.order = receive_payment(order_id=order.pk, actor="ann", now=clock)
            asked = AmendmentRequest(Additions(variants={self.tin.pk: 1}), token="a" * 26)
            amend_order(order_id=order.pk, asked=asked, actor="ann", now=clock)
            added = Amendment.objects.get()
            self.payments = [
                create_payment(
                    order=self.order, provider_name="stripe", account_id="acct", now=clock, amendment=added
                ).pk
                for _page in range(pages)
            ]

    def pay(self, place: int) -> None:
        facts = PaidFacts(amount=TIN, currency="USD", payment_intent_id=f"pi_{place}")
        complete_order(
            order_id=self.order.pk, payment_id=self.payments[place], facts=facts, actor="stripe", now=self.clock
        )

    def left(self, variant: ProductVariant) -> tuple[int, int]:
        return Stock.objects.filter(variant=variant).values_list("on_hand_count", "reserved_count").get()


def test_four_who_pay_and_say_so_twice_add_it_once_and_the_rest_goes_back(
    committed_store: Tenant, clock: datetime
) -> None:
    scene = Scene(committed_store, clock, pages=4)
    turns = iter([0, 1, 2, 3] * 2)

    def act() -> None:
        with in_tenant(committed_store):
            scene.pay(next(turns))

    assert run_together(act, count=8) == [None] * 8
    with in_tenant(committed_store):
        order = Order.objects.get()
        assert (order.total_amount, order.lines.count()) == (scene.order.total_amount + TIN, 2)
        assert sorted(Payment.objects.values_list("state", flat=True)) == ["failed"] * 3 + ["paid"] * 2
        assert list(Refund.objects.values_list("amount", "reason")) == [(TIN, "duplicate")] * 3
        assert scene.left(scene.tin) == (4, 0)
        assert OrderEvent.objects.filter(type="order.items_added").count() == 1


@pytest.mark.parametrize("ends", ["call off", "cancel"])
def test_called_off_while_it_is_being_paid_it_is_either_in_the_order_or_its_money_goes_back(
    committed_store: Tenant, clock: datetime, ends: str
) -> None:
    scene = Scene(committed_store, clock, pages=1)
    turns = iter(["pay", ends])

    def act() -> str:
        turn = next(turns)
        with in_tenant(committed_store):
            if turn == "pay":
                scene.pay(0)
            elif turn == "cancel":
                cancel_order(order_id=scene.order.pk, actor="ann", now=clock)
            else:
                try:
                    call_off(order_id=scene.order.pk, actor="ann", now=clock)
                except AmendmentGone:
                    return "gone"
        return turn

    said = run_together(act, count=2)
    with in_tenant(committed_store):
        order, added = Order.objects.get(), Amendment.objects.get()
        back = sum(Refund.objects.values_list("amount", flat=True))
        if ends == "cancel":
            assert (order.status, back) == ("canceled", scene.order.total_amount + TIN)
        elif added.state == "done":
            assert "gone" in said
            assert (order.total_amount, back, scene.left(scene.tin)) == (scene.order.total_amount + TIN, 0, (4, 0))
        else:
            assert (order.total_amount, back, scene.left(scene.tin)) == (scene.order.total_amount, TIN, (5, 0))
        assert not [one for one in said if isinstance(one, Exception)]
