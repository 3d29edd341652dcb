"""Two stores behind one process: whatever is asked in whatever order, each visitor sees pages of the store of their host."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.tenancy import in_tenant
from storefront.catalog.models import Product
from tenants.models import Tenant
from tenants.selectors import default_host
from tests.shopstead.page_cache.visitor import Visitor, visitor
from tests.storefront.goods import make_variant

PATHS = ["/", "/products/", "/products/?sort=price", "/products/same-handle/", "/zh-hans/products/", "/en/products/",
         "/pages/about/", "/fragments/shared/?of=goes-with:1"]  # fmt: skip


@pytest.mark.guard("store-of-a-kept-page", found="of another store")
@pytest.mark.django_db
def test_two_stores_never_share_a_page(acme: Tenant, globex: Tenant) -> None:
    words = {acme.slug: "albatross", globex.slug: "bullfinch"}
    for tenant in (acme, globex):
        with in_tenant(tenant):
            variant = make_variant("Same handle")
            Product.objects.filter(pk=variant.product_id).update(title=words[tenant.slug])
    one = visitor(acme)
    visitors = [one, Visitor(default_host(globex.slug), one.process, one.renders)]

    @settings(max_examples=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from(PATHS)), max_size=12))
    def walk(steps: list[tuple[int, str]]) -> None:
        for number, path in steps:
            text = visitors[number].get(path).text.lower()
            other = [words[globex.slug], "globex"] if number == 0 else [words[acme.slug], "acme"]
            for word in other:
                assert word not in text, f"{path} shows {word}, of another store"

    walk()
    assert one.renders.count < 60, "nothing was kept, so nothing was proved"
