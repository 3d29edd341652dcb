"""One piece, sent within the store's own country."""

import pytest
from django.db import connection

from storefront.shipping import home as module
from storefront.shipping.enums import Basis
from storefront.shipping.home import HomeDelivery
from storefront.shipping.models import ShippingMethod
from storefront.shipping.selectors import get_delivery
from storefront.shipping.services import MethodDraft, Step, save_method
from tenants.models import Tenant

BY_WEIGHT = (Step(1000, 500), Step(None, 1200))


def test_each_price_and_weight_has_its_own_cost_and_is_worked_out_once(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ShippingMethod.objects.order_by("position").first()
    assert first is not None
    draft = MethodDraft(
        name="Post", basis=Basis.WEIGHT, steps=BY_WEIGHT, minimum_days=1, maximum_days=1, free_over_amount=9000
    )
    save_method(method_id=first.pk, draft=draft)
    made, offers = [], module.make_offer
    monkeypatch.setattr(module, "make_offer", lambda *given, **more: made.append(given) or offers(*given, **more))
    home = HomeDelivery(get_delivery())
    asked = [(2000, 400), (2000, 4000), (9000, 400), (2000, 400)]
    rates = [home.rate(price_amount=price, weight_grams=weight) for price, weight in asked]
    assert [rate and rate.amount for rate in rates] == [500, 1200, 0, 500]
    assert len(made) == 3


def test_a_store_that_sends_nothing_home_promises_nothing(in_acme: Tenant) -> None:
    home = HomeDelivery(None)
    with connection.execute_wrapper(lambda *_asked: pytest.fail("nothing has to be read for it")):
        assert [home.rate(price_amount=price, weight_grams=0) for price in (1, 1)] == [None, None]
