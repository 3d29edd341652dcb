"""What signed-in customers did becomes rows the trainings read."""

from datetime import timedelta

import pytest

from core.events import publish
from recsys.interactions.models import Interaction
from recsys.interactions.services import prune_interactions, record_interaction
from storefront.catalog.events import ProductPutInCart, ProductViewed
from storefront.customers.services import find_or_create_customer
from tenants.models import Tenant
from tests.recsys.serving.shop import NOW


def test_events_of_the_storefront_are_remembered(in_acme: Tenant) -> None:
    maya = find_or_create_customer(email="maya@example.com", name="", language="en", now=NOW)
    publish(ProductViewed(customer_id=maya.pk, product_id=2, now=NOW))
    publish(ProductPutInCart(customer_id=maya.pk, product_id=3, now=NOW))

    rows = list(Interaction.objects.order_by("pk").values_list("customer_id", "product_id", "kind", "created_at"))
    assert rows == [(maya.pk, 2, "view", NOW), (maya.pk, 3, "cart", NOW)]


def test_another_kind_is_refused(in_acme: Tenant) -> None:
    with pytest.raises(ValueError, match="purchase"):
        record_interaction(customer_id=1, product_id=2, kind="purchase", now=NOW)


def test_what_is_older_than_a_year_goes(in_acme: Tenant) -> None:
    for days in (364, 366):
        record_interaction(customer_id=1, product_id=days, kind="view", now=NOW - timedelta(days=days))

    assert prune_interactions(now=NOW) == 1
    assert Interaction.objects.get().product_id == 364
