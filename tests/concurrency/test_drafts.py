"""A draft is paid by its link in several tabs, marked as paid, changed and called off, all at one moment: one order or none."""

from datetime import datetime

import pytest

from core.clock import utc_now
from core.errors import ShopsteadError
from core.tenancy import in_tenant
from storefront.drafts.models import Draft
from storefront.drafts.selectors import get_draft
from storefront.drafts.services import DraftFacts, call_off_second, cancel_draft, save_draft
from storefront.inventory.models import Stock
from storefront.orders.models import Order
from storefront.payments.models import Payment, Refund
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.checkout.orders import open_store
from tests.storefront.drafts.drafting import RUTH, by_hand, by_link, make_draft
from tests.storefront.goods import make_variant


@pytest.fixture
def clock() -> datetime:
    return utc_now().replace(microsecond=0)


class Scene:
    """A draft of two mugs of five, and what people do about it."""

    def __init__(self, tenant: Tenant, clock: datetime) -> None:
        self.tenant, self.clock = tenant, clock
        with in_tenant(tenant):
            open_store(tenant, clock)
            self.mug = make_variant("Mug", price=1800, stock=5)
            self.draft = make_draft([(self.mug, 2)], clock)

    def act(self, turn: str) -> str:
        """Do it as somebody who has just looked at the draft; return the order's name, or why there is none."""
        with in_tenant(self.tenant):
            try:
                if turn == "link":
                    order = by_link(self.tenant, get_draft(self.draft.pk), self.clock, way="bank_transfer").order
                    return str(order.name)
                if turn == "hand":
                    return by_hand(self.tenant, self.draft, self.clock).name
                if turn == "cancel":
                    cancel_draft(draft_id=self.draft.pk, actor=RUTH, now=self.clock)
                else:
                    facts = DraftFacts(lines={self.mug.pk: 1}, email="june@example.com")
                    save_draft(facts=facts, actor=RUTH, now=self.clock, draft_id=self.draft.pk)
            except ShopsteadError as error:
                return type(error).__name__
        return turn

    def together(self, *turns: str) -> list[object]:
        waiting = iter(turns)
        return run_together(lambda: self.act(next(waiting)), count=len(turns))

    def left(self) -> tuple[int, int]:
        return Stock.objects.filter(variant=self.mug).values_list("on_hand_count", "reserved_count").get()


def test_many_tabs_and_hands_make_one_order(committed_store: Tenant, clock: datetime) -> None:
    scene = Scene(committed_store, clock)
    said = scene.together(*["link", "hand"] * 4)
    with in_tenant(committed_store):
        order, draft = Order.objects.get(), Draft.objects.get()
        assert order.name in said
        assert set(said) <= {order.name, "DraftClosed", "PaymentSuperseded"}, said
        assert (draft.state, draft.order, scene.left()) == ("completed", order, (3, 0))
        assert Payment.objects.filter(state__in=["paid", "waiting"]).count() == 1


@pytest.mark.parametrize("other", ["cancel", "change"])
def test_while_it_is_paid_it_is_called_off_or_changed_before_or_not_at_all(
    committed_store: Tenant, clock: datetime, other: str
) -> None:
    scene = Scene(committed_store, clock)
    said = scene.together("link", other, "hand", other)
    assert not [one for one in said if isinstance(one, Exception)]
    with in_tenant(committed_store):
        draft, orders = Draft.objects.get(), list(Order.objects.all())
        for order in orders:
            call_off_second(order_id=order.pk, now=clock) if order != draft.order else None
        assert len(orders) <= 1 and not Refund.objects.exists()
        if orders:
            assert (draft.state, draft.order) == ("completed", orders[0])
            kept = sum(orders[0].lines.values_list("quantity", flat=True))
            assert scene.left() == (5 - kept, 0)
            assert kept == sum(draft.cart.lines.values_list("quantity", flat=True))
        else:
            assert scene.left() == (5, 0)
