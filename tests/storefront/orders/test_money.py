"""What an order's amounts may never say: the service refuses it, and the database does where no service was asked."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from storefront.orders.enums import OrderStatus
from storefront.orders.models import Order, OrderLine
from storefront.orders.services import NewLine, NewOrder, place_order
from storefront.pricing.basket import Basket, BasketLine, Kind, Promotion, Taxing, TaxRate, TaxTable
from storefront.pricing.quote import Quote, price_basket
from storefront.pricing.records import discount_records, tax_records
from tests.storefront.goods import make_variant
from tests.storefront.orders.making import ADDRESS

VAT = (TaxRate("VAT", 200_000),)


def quote(taxing: Taxing = Taxing.INCLUDED) -> Quote:
    basket = Basket(
        currency="USD",
        lines=(BasketLine(key=1, unit_amount=1999, quantity=3), BasketLine(key=2, unit_amount=500, quantity=1)),
        delivery_amount=600,
        promotions=(
            Promotion(7, "Ten off", Kind.PERCENT, points=1000, code="TEN", combines_with=frozenset({"delivery"})),  # type: ignore[arg-type]
            Promotion(8, "Free", Kind.FREE_DELIVERY, combines_with=frozenset({"order"})),  # type: ignore[arg-type]
        ),
        taxes=TaxTable(taxing, {"standard": VAT}, VAT),
    )
    return price_basket(basket)


def new_order(priced: Quote) -> NewOrder:
    variants = {line.key: make_variant(f"Thing {line.key}", price=line.unit_amount) for line in priced.lines}
    return NewOrder(
        email="maya@example.com",
        currency="USD",
        lines=[
            NewLine(
                variant_id=variants[line.key].pk,
                product_id=variants[line.key].product_id,
                title="Thing",
                unit_amount=line.unit_amount,
                quantity=line.quantity,
                discount_amount=line.discount,
                tax_amount=line.tax,
            )
            for line in priced.lines
        ],
        totals=priced.totals,
        shipping_address=ADDRESS,
        discounts=discount_records(priced),
        taxes=tax_records(priced.taxes),
    )


@pytest.mark.parametrize("taxing", [Taxing.INCLUDED, Taxing.ADDED])
def test_a_quote_is_written_down_to_the_last_share(in_acme: object, now: datetime, taxing: Taxing) -> None:
    priced = quote(taxing)
    order = place_order(new=new_order(priced), status=OrderStatus.PENDING, actor="shopper", now=now)
    order.refresh_from_db()
    lines = list(order.lines.all())
    assert order.discount_amount == sum(line.discount_amount for line in lines) + order.shipping_discount_amount == 1250
    assert order.tax_amount == sum(line.tax_amount for line in lines) + order.shipping_tax_amount > 0
    assert order.total_amount == 6497 - 650 + (order.tax_amount if taxing is Taxing.ADDED else 0)
    assert [(one["code"], one["amount"]) for one in order.discounts] == [("TEN", 650), ("", 600)]
    assert order.taxes == [{"name": "VAT", "rate": "20", "base": order.taxes[0]["base"], "amount": order.tax_amount}]
    assert order.due_amount == order.total_amount


def test_shares_that_are_not_the_totals_are_refused(in_acme: object, now: datetime) -> None:
    new = new_order(quote())
    first, *rest = new.lines
    for wrong in (replace(first, discount_amount=first.discount_amount - 1), replace(first, tax_amount=0)):
        with pytest.raises(ValueError, match="are not the order's"):
            place_order(new=replace(new, lines=[wrong, *rest]), status=OrderStatus.PENDING, actor="x", now=now)
    assert not Order.objects.exists()


WRONG = [
    {"total_amount": F("total_amount") + 1},
    {"taxes_included": False},
    {"shipping_amount": F("shipping_amount") - 700, "total_amount": F("total_amount") - 700},
    {"shipping_discount_amount": 601},
    {"discount_amount": 10_000, "total_amount": F("total_amount") + F("discount_amount") - 10_000},
    {"shipping_tax_amount": F("tax_amount") + 1},
    {"credit_amount": F("total_amount") + 1},
    {"credit_amount": -1},
    {"is_reverse_charge": True},
    {"is_reverse_charge": True, "vat_id": "DE136695976"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=" ".join)
def test_the_database_refuses_sums_that_cannot_be(in_acme: object, now: datetime, wrong: dict[str, object]) -> None:
    order = place_order(new=new_order(quote()), status=OrderStatus.PENDING, actor="shopper", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"discount_amount": F("total_amount") + 1}, {"discount_amount": -1}, {"tax_amount": -1}]
)
def test_the_database_refuses_lines_that_cannot_be(in_acme: object, now: datetime, wrong: dict[str, object]) -> None:
    order = place_order(new=new_order(quote()), status=OrderStatus.PENDING, actor="shopper", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=order).update(**wrong)
