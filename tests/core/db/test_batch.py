"""Several writes as one statement."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.db.batch import Batch, Made
from storefront.carts.models import Cart, CartLine
from storefront.customers.models import Customer
from tenants.models import Tenant
from tests.storefront.goods import make_variant


def new_cart(token: str, now: datetime) -> Cart:
    return Cart(token=token, created_at=now, updated_at=now)


def test_rows_that_point_at_each_other_are_written_in_one_statement_and_know_their_keys(
    in_acme: Tenant, now: datetime
) -> None:
    variants = [make_variant("One"), make_variant("Two")]
    cart = new_cart("a" * 26, now)
    lines = [CartLine(cart_id=Made("carts", "id"), variant=one, quantity=2, created_at=now) for one in variants]
    said: list[int] = []
    batch = Batch()
    batch.insert("carts", [cart], "version")
    batch.insert("lines", lines, "cart_id")
    batch.add("count", "SELECT count(*) AS many FROM lines", then=lambda rows: said.append(rows[0]["many"]))
    with CaptureQueriesContext(connection) as asked:
        batch.run()
    assert len(asked) == 1
    assert said == [2]
    assert Cart.objects.get().pk == cart.pk
    assert [line.cart_id for line in lines] == [cart.pk, cart.pk]
    assert list(CartLine.objects.order_by("pk").values_list("pk", "variant_id")) == [
        (line.pk, line.variant_id) for line in lines
    ]


def test_the_statement_is_the_same_for_one_row_and_for_many_and_keeps_every_value(
    in_acme: Tenant, now: datetime
) -> None:
    moment = now.replace(microsecond=123457)
    statements = set()
    for email in ("one", "two and three"):
        people = [
            Customer(
                email=f"{name}@example.com",
                name="O'Brien “陈”",
                tags=["a, b", '"'],
                created_at=moment,
                last_order_at=None,
            )
            for name in email.split(" and ")
        ]
        batch = Batch()
        batch.insert("people", people)
        with CaptureQueriesContext(connection) as asked:
            batch.run(is_prepared=True)
        statements.add(asked[0]["sql"].partition("'[{")[0])
        for one in people:
            kept = Customer.objects.get(pk=one.pk)
            assert (kept.name, kept.tags, kept.created_at, kept.last_order_at) == (one.name, one.tags, moment, None)
    assert len(statements) == 1


def test_what_the_database_would_not_read_is_refused(in_acme: Tenant, now: datetime) -> None:
    cart = Cart(token="a" * 26, codes=[object()], created_at=now, updated_at=now)
    with pytest.raises(TypeError):
        Batch().insert("carts", [cart])


def test_a_part_that_is_refused_takes_all_others_with_it(in_acme: Tenant, now: datetime) -> None:
    variant = make_variant()
    batch = Batch()
    batch.insert("carts", [new_cart("a" * 26, now)])
    batch.insert("lines", [CartLine(cart_id=Made("carts", "id"), variant=variant, quantity=0, created_at=now)])
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.run()
    assert not Cart.objects.exists()


def test_who_is_there_already_is_taken_as_they_are(in_acme: Tenant, now: datetime) -> None:
    known = Customer.objects.create(email="maya@example.com", name="Maya", created_at=now)
    again = Customer(email="maya@example.com", name="Somebody", created_at=now)
    batch = Batch()
    batch.insert("buyer", [again], unique="email")
    batch.run()
    assert again.pk == known.pk
    assert Customer.objects.get().name == "Maya"


def test_two_parts_of_one_name_are_refused_and_nothing_is_nothing(in_acme: Tenant, now: datetime) -> None:
    batch = Batch()
    batch.insert("carts", [])
    with CaptureQueriesContext(connection) as asked:
        batch.run()
    assert len(asked) == 0
    batch.insert("carts", [new_cart("a" * 26, now)])
    with pytest.raises(ValueError, match="carts"):
        batch.insert("carts", [new_cart("b" * 26, now)])
