"""Two customers who became one: an archive of before has both, one of after has one, and whoever is erased stays so in either."""

from datetime import datetime
from pathlib import Path

from accounts.models import User
from core.tenancy import in_tenant
from storefront.customers.buyers import find_or_create_buyer
from storefront.customers.models import Address, Customer, FormerCustomer
from storefront.customers.services import erase_customer, merge_customers
from storefront.orders.models import Order
from tenants.archive.services import export_store, restore_as_new
from tenants.models import Tenant
from tests.storefront.orders.making import make_order

STAYS, GOES = "stays@example.com", "goes@example.com"


def test_archives_of_before_and_after_a_merge(full_store: Tenant, folders: Path, now: datetime) -> None:
    owner = User.objects.get(email=f"{full_store.slug}@example.com")
    with in_tenant(full_store):
        stays = find_or_create_buyer(email=STAYS, name="Maya Reed", language="en", country="US", now=now)
        goes = make_order(now, email=GOES).customer
        assert goes is not None
        Address.objects.create(customer=goes, name="Maya", line1="7 Canary Wharf Lane", city="Portland", country="US")
    before = export_store(tenant=full_store, target=folders / "before.shopstead", now=now).path
    with in_tenant(full_store):
        merge_customers(stays_id=stays.pk, goes_id=goes.pk, actor="x", now=now)
    after = export_store(tenant=full_store, target=folders / "after.shopstead", now=now).path

    def restore(path: Path, name: str) -> Tenant:
        slug = f"{name}-{full_store.slug}"[:40]
        return restore_as_new(source=path, slug=slug, owner=owner, actor="test", now=now).tenant

    with in_tenant(restore(before, "two")):
        assert Customer.objects.filter(email__in=(STAYS, GOES)).count() == 2
    with in_tenant(restore(after, "one")):
        one = Customer.objects.get(email=STAYS)
        assert Order.objects.get(email=GOES).customer == one
        assert FormerCustomer.objects.get(email=GOES).customer == one
        assert not Customer.objects.filter(email=GOES).exists()
    with in_tenant(full_store):
        erase_customer(customer_id=stays.pk, now=now)
    for path, name in ((before, "gone"), (after, "gone2")):
        with in_tenant(restore(path, name)):
            assert not Customer.objects.filter(email__in=(STAYS, GOES)).exists()
            assert not Order.objects.filter(email=GOES).exists()
            assert not FormerCustomer.objects.filter(email=GOES).exists()
            assert not Address.objects.filter(line1__contains="Canary").exists()
