"""Importing customers."""

from datetime import datetime

import pytest

from storefront.customers.models import Address, Customer
from storefront.transfer.results import ImportResult
from tenants.models import Tenant
from tests.storefront.transfer.conftest import CsvFile, import_customers

CURRENT = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Address1,Default Address City,"
    "Default Address Country Code,Default Address Zip,Phone,Total Spent,Total Orders,Note,Tags"
)


def run(file: object, now: datetime, *, dry_run: bool = False) -> ImportResult:
    return import_customers(source=file, filename="c.csv", currency="USD", now=now, dry_run=dry_run)  # type: ignore[arg-type]


def test_a_customer_of_the_current_file_arrives_with_an_address(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    row = ["'7001", "Ada", "Berg", "Ada@Example.com", "yes", "1 Quay", "Oslo", "NO", "'0150", "'+47555", "99.50", "3",
           "VIP", "b2b, north"]  # fmt: skip
    result = run(csv_file(CURRENT, row), now)
    assert (result.created, result.updated, result.errors) == (1, 0, [])
    customer = Customer.objects.get()
    assert (customer.email, customer.name, customer.external_id) == ("ada@example.com", "Ada Berg", "7001")
    assert (customer.phone, customer.country, customer.tags) == ("+47555", "NO", ["b2b", "north"])
    assert (customer.accepts_marketing, customer.spent_amount, customer.orders_count) == (True, 9950, 3)
    assert not customer.has_account
    address = Address.objects.get()
    assert (address.line1, address.postcode, address.country, address.is_default) == ("1 Quay", "0150", "NO", True)


def test_the_older_file_reads_too_and_country_names_become_codes(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    header = "First Name,Last Name,Email,Accepts Email Marketing,Address1,City,Country,Zip,Phone,Total Spent"
    row = ["小明", "王", "wang@example.com", "no", "长安街 1", "北京", "China", "100000", "", "0"]
    assert run(csv_file(header, row, encoding="gb18030"), now).errors == []
    customer = Customer.objects.get()
    assert (customer.name, customer.country) == ("王小明", "CN")


def test_importing_again_updates_and_keeps_password_and_own_figures(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    customer = Customer(email="ada@example.com", created_at=now, orders_count=8, spent_amount=5)
    customer.set_password("a long passphrase")
    customer.save()
    row = ["1", "Ada", "Berg", "ADA@example.com", "no", "1 Quay", "Oslo", "NO", "1", "", "99.50", "3", "", ""]
    for _ in range(2):
        result = run(csv_file(CURRENT, row), now)
        assert (result.created, result.updated + result.unchanged) == (0, 1)
    assert result.unchanged == 1
    customer.refresh_from_db()
    assert (customer.name, customer.orders_count, customer.spent_amount) == ("Ada Berg", 8, 5)
    assert customer.check_password("a long passphrase")
    assert Address.objects.count() == 1


def test_a_dry_run_writes_no_customer(in_acme: Tenant, now: datetime, csv_file: CsvFile) -> None:
    assert run(csv_file("Email", ["ada@example.com"]), now, dry_run=True).created == 1
    assert not Customer.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "a@b", "ada@example.com\nbcc: x@y.zz", "x" * 250 + "@example.com"])
def test_what_is_no_address_is_left_out_alone(in_acme: Tenant, now: datetime, csv_file: CsvFile, email: str) -> None:
    result = run(csv_file("Email,First Name", [email, "A"], ["ok@example.com", "B"]), now)
    assert (result.created, result.rejected, result.errors[0].column) == (1, 1, "Email")


def test_the_same_address_twice_is_refused_next_to_each_other_and_apart(
    in_acme: Tenant, now: datetime, csv_file: CsvFile
) -> None:
    rows = [["a@example.com"], ["A@example.com"], ["b@example.com"], ["c@example.com"], ["b@example.com"]]
    result = run(csv_file("Email", *rows), now)
    assert (result.created, result.rejected) == (2, 2)
    assert sorted(Customer.objects.values_list("email", flat=True)) == ["b@example.com", "c@example.com"]
