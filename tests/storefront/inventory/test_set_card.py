"""The card on a product's page that says what each version is made of."""

from datetime import datetime

from django.test import Client

from core.tenancy import in_tenant
from storefront.catalog.models import BundleItem, ProductVariant
from storefront.catalog.services import add_variant
from tenants.models import Tenant
from tests.storefront.catalog.test_dashboard import form_values, soup
from tests.storefront.goods import make_variant


def make_box(now: datetime) -> tuple[ProductVariant, ProductVariant, ProductVariant]:
    """Return the small and the large version of a box, without stock, and the cup that goes in."""
    cup, box = make_variant("Cup", stock=9, sku="CUP"), make_variant("Box", stock=None)
    product = box.product
    for size in ("Small", "Large"):
        add_variant(
            product_id=product.pk, option_names=["Size"], option_values=[size], price_amount=900, actor="x", now=now
        )
    small, large = ProductVariant.objects.filter(product=product, title__in=("Small", "Large")).order_by("pk")
    return small, large, cup


def test_each_version_is_made_of_its_own_parts(acme: Tenant, merchant_client: Client, now: datetime) -> None:
    with in_tenant(acme):
        small, large, cup = make_box(now)
    page = f"/dashboard/products/{small.product_id}/"
    typed = form_values(merchant_client, small.product_id)
    typed |= {f"part_{small.pk}_0": "CUP", f"units_{small.pk}_0": "2", f"part_{large.pk}_0": f"#{cup.pk}"}
    typed[f"units_{large.pk}_0"] = "4"
    answer = merchant_client.post(page, typed)
    assert answer.status_code == 302
    with in_tenant(acme):
        assert set(BundleItem.objects.values_list("bundle_id", "component_id", "quantity")) == {
            (small.pk, cup.pk, 2),
            (large.pk, cup.pk, 4),
        }
        small.refresh_from_db()
        large.refresh_from_db()
        assert (small.available_count, large.available_count) == (4, 2)


def test_a_refusal_stands_beside_its_version_and_nothing_is_saved(
    acme: Tenant, merchant_client: Client, now: datetime
) -> None:
    with in_tenant(acme):
        small, large, _cup = make_box(now)
    page = f"/dashboard/products/{small.product_id}/"
    typed = form_values(merchant_client, small.product_id)
    answer = merchant_client.post(
        page, {**typed, f"part_{small.pk}_0": "CUP", f"part_{large.pk}_0": f"#{large.pk}", "title": "Renamed"}
    )
    assert answer.status_code == 422
    assert "A set cannot be a part of itself." in soup(answer).select_one(f"#id_part_{large.pk}_0_error").get_text()
    with in_tenant(acme):
        assert not BundleItem.objects.exists()
        assert ProductVariant.objects.get(pk=small.pk).product.title == "Box"
    # An error in a later row, and in how many, opens both folds around it; what was not touched stays closed.
    for name, value in ((f"part_{small.pk}_1", "NO-SUCH"), (f"units_{small.pk}_2", "101")):
        wrong = merchant_client.post(page, {**typed, name: value})
        assert wrong.status_code == 422
        folds = soup(wrong).select_one(f"[name={name}]").find_parents("details")
        assert len(folds) == 2
        assert all(fold.has_attr("open") for fold in folds)
        other = soup(wrong).select_one(f"[name=part_{large.pk}_0]").find_parents("details")
        assert [fold.has_attr("open") for fold in other] == [False, True]
