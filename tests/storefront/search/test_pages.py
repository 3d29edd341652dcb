import pytest

from storefront.catalog.models import Collection, CollectionProduct
from storefront.search import pages
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product
from tests.storefront.catalog.test_pages import queries_of


@pytest.mark.parametrize("count", [1, 50])
def test_a_list_takes_one_query_and_a_collection_two_whatever_their_size(in_acme: Tenant, count: int) -> None:
    kitchen = Collection.objects.create(title="Kitchen", handle="kitchen")
    for number in range(count):
        CollectionProduct.objects.create(
            collection=kitchen, product=make_product(f"Mug {number}", vendor=f"Brand {number % 3}")
        )
    assert len(queries_of(pages.products, in_acme)) == 1
    assert len(queries_of(pages.collection, in_acme, handle="kitchen")) == 2
