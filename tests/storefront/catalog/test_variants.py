"""The table of versions, and edits of one, many or all of them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from storefront.catalog.barcodes import BarcodeKind, WrongCheckDigit, is_global_number, read_barcode
from storefront.catalog.errors import ProductNotFound, VariantRefused, VariantsRefused
from storefront.catalog.margins import Margin, find_margin
from storefront.catalog.models import BundleItem, Product, ProductImage, ProductVariant, TaxClass
from storefront.catalog.services import (
    OptionDraft,
    edit_all_variants,
    edit_variants,
    remove_variant,
    set_options,
)
from storefront.catalog.units import find_unit_price
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements
from tests.storefront.goods import make_variant


def titles(product: Product) -> list[str]:
    return list(ProductVariant.objects.filter(product=product).order_by("position").values_list("title", flat=True))


def give(product: Product, *options: OptionDraft) -> None:
    set_options(product_id=product.pk, options=options, actor=ACTOR, now=MADE_AT)


def variant_of(product: Product, title: str = "") -> ProductVariant:
    return ProductVariant.objects.get(product=product, title=title)


COLOR = OptionDraft("Color", ["Red", "Blue"])
SIZE = OptionDraft("Size", ["S", "L"])


@pytest.mark.usefixtures("in_acme")
class TestOptions:
    def test_options_make_a_table_and_the_only_version_becomes_its_first(self) -> None:
        only = make_variant("Mug", price=1800, stock=5, sku="M-1")
        give(only.product, COLOR, SIZE)
        assert titles(only.product) == ["Red / S", "Red / L", "Blue / S", "Blue / L"]
        first = variant_of(only.product, "Red / S")
        assert (first.pk, first.sku, first.available_count) == (only.pk, "M-1", 5)
        other = variant_of(only.product, "Blue / L")
        assert (other.price_amount, other.sku, other.available_count) == (1800, "", 0)

    def test_what_exists_stays_with_all_it_has(self) -> None:
        product = make_product()
        give(product, COLOR, SIZE)
        kept = variant_of(product, "Blue / S")
        edit_variants(edits={kept.pk: {"price_amount": 2500, "sku": "B-S"}}, actor=ACTOR, now=MADE_AT)
        outcome = set_options(
            product_id=product.pk,
            options=[
                OptionDraft("Size", ["XL", "S"], was=1),
                OptionDraft("Shade", ["Navy", "Green"], was=0, renamed={"Navy": "Blue"}),
            ],
            actor=ACTOR,
            now=MADE_AT,
        )
        assert titles(product) == ["XL / Navy", "XL / Green", "S / Navy", "S / Green"]
        kept.refresh_from_db()
        assert (kept.title, kept.price_amount, kept.sku, kept.position) == ("S / Navy", 2500, "B-S", 3)
        assert (outcome.kept, len(outcome.added), len(outcome.removed)) == ([kept.pk], 3, 3)
        # What is new is like what it is nearest to.
        assert variant_of(product, "XL / Navy").price_amount == 2500
        product.refresh_from_db()
        assert (product.option_names, product.variants_count) == (["Size", "Shade"], 4)

    def test_a_version_taken_away_on_purpose_stays_away(self) -> None:
        product = make_product()
        give(product, COLOR, SIZE)
        remove_variant(variant_id=variant_of(product, "Red / L").pk, actor=ACTOR, now=MADE_AT)
        old = [OptionDraft("Color", ["Red", "Blue", "Green"], was=0), OptionDraft("Size", ["S", "L"], was=1)]
        give(product, *old)
        assert titles(product) == ["Red / S", "Blue / S", "Blue / L", "Green / S", "Green / L"]
        give(product, *old, OptionDraft("Lid", ["With", "Without"]))
        assert "Red / L / With" not in titles(product)
        assert "Red / L / Without" not in titles(product)
        assert len(titles(product)) == 10

    def test_an_option_that_goes_leaves_the_first_of_what_becomes_the_same(self) -> None:
        product = make_product()
        give(product, COLOR, SIZE)
        first = variant_of(product, "Red / S").pk
        give(product, OptionDraft("Color", ["Red", "Blue"], was=0))
        assert titles(product) == ["Red", "Blue"]
        assert variant_of(product, "Red").pk == first
        give(product)
        assert titles(product) == [""]
        assert variant_of(product).pk == first
        product.refresh_from_db()
        assert product.option_names == []

    def test_values_change_places(self) -> None:
        product = make_product()
        give(product, COLOR)
        ids = {one.title: one.pk for one in ProductVariant.objects.filter(product=product)}
        give(product, OptionDraft("Color", ["Blue", "Red"], was=0))
        assert titles(product) == ["Blue", "Red"]
        # Even each other's names.
        give(product, OptionDraft("Color", ["Red", "Blue"], was=0, renamed={"Red": "Blue", "Blue": "Red"}))
        assert {one.title: one.pk for one in ProductVariant.objects.filter(product=product)} == {
            "Red": ids["Blue"],
            "Blue": ids["Red"],
        }

    def test_what_was_translated_stays_translated(self) -> None:
        product = make_product()
        give(product, COLOR)
        Product.objects.filter(pk=product.pk).update(
            translations={"zh-hans": {"title": "杯", "option_names": ["颜色"]}}
        )
        ProductVariant.objects.filter(product=product, title="Red").update(
            translations={"zh-hans": {"option_values": ["红"]}}
        )
        give(product, OptionDraft("Size", ["S", "L"]), OptionDraft("Color", ["Red", "Blue"], was=0))
        product.refresh_from_db()
        assert product.translations == {"zh-hans": {"title": "杯", "option_names": ["Size", "颜色"]}}
        said = [one.translations["zh-hans"]["option_values"] for one in product.variants.order_by("position")]
        assert said == [["S", "红"], ["S", "Blue"], ["L", "红"], ["L", "Blue"]]

    @pytest.mark.parametrize(
        "options",
        [
            [OptionDraft("", ["Red"])],
            [OptionDraft("Color", [])],
            [OptionDraft("Color", ["Red", " "])],
            [OptionDraft("Color", ["Red", "red"])],
            [COLOR, OptionDraft("color", ["S"])],
            [COLOR, SIZE, OptionDraft("Lid", ["A"]), OptionDraft("Bag", ["A"])],
            [OptionDraft("Color", [str(number) for number in range(101)])],
            [OptionDraft("A", [str(number) for number in range(10**4)])] * 3,
            [OptionDraft("Color", ["Red / Blue"])],
            [OptionDraft("Color", ["x" * 81])],
            [OptionDraft("x" * 41, ["Red"])],
            [OptionDraft("A", ["x"], was=0), OptionDraft("B", ["y"], was=0)],
        ],
    )
    def test_options_without_sense_change_nothing(self, options: list[OptionDraft]) -> None:
        product = make_product()
        give(product, OptionDraft("Color", ["Red", "Blue"]))
        with pytest.raises(VariantRefused) as caught:
            give(product, *options)
        assert caught.value.field == "option"
        assert titles(product) == ["Red", "Blue"]

    def test_hostile_values_are_kept_as_plain_text(self) -> None:
        product = make_product()
        give(product, OptionDraft("<b>C\0</b>", ["<script>alert(1)</script>", "a\u202eb\nc", "{{ x }}"]))
        assert titles(product) == ["<script>alert(1)</script>", "a b c", "{{ x }}"]

    def test_what_a_set_of_goods_holds_does_not_go(self) -> None:
        product, bundle = make_product(), make_product("Set")
        give(product, COLOR)
        BundleItem.objects.create(bundle=variant_of(bundle), component=variant_of(product, "Blue"))
        with pytest.raises(VariantRefused):
            give(product, OptionDraft("Color", ["Red"], was=0))
        assert titles(product) == ["Red", "Blue"]

    def test_a_hundred_versions_take_no_more_statements_than_four(self) -> None:
        def cost(count: int) -> int:
            product = make_product(f"Mug {count}")
            give(product, OptionDraft("N", ["0", "1"]))
            with statements() as seen:
                give(product, OptionDraft("N", [str(number) for number in range(count)], was=0))
            return len(seen)

        assert cost(4) == cost(100)


@pytest.mark.usefixtures("in_acme")
class TestEdits:
    def test_many_versions_of_many_products_in_a_fixed_number_of_statements(self) -> None:
        def cost(count: int) -> int:
            variants = [make_variant(f"Mug {count} {number}") for number in range(count)]
            edits = {
                one.pk: {"price_amount": 100 + number, "sku": f"S{number}", "quantity": number}
                for number, one in enumerate(variants)
            }
            with statements() as seen:
                edit_variants(edits=edits, actor=ACTOR, now=MADE_AT)
            for number, one in enumerate(variants):
                one.refresh_from_db()
                assert (one.price_amount, one.sku, one.available_count) == (100 + number, f"S{number}", number)
                assert one.product.min_price_amount == 100 + number
            return len(seen)

        assert cost(3) == cost(40)

    def test_all_of_a_product_at_once_and_nothing_of_another(self) -> None:
        product, other = make_product(), make_product("Other")
        give(product, COLOR)
        edit = {"price_amount": 999, "hs_code": "6912.00", "origin_country": "cn"}
        edit_all_variants(product_id=product.pk, edit=edit, actor=ACTOR, now=MADE_AT)
        assert set(product.variants.values_list("price_amount", "hs_code", "origin_country")) == {(999, "691200", "CN")}
        foreign = variant_of(other).pk
        edit_all_variants(product_id=product.pk, edit={"sku": "X"}, actor=ACTOR, now=MADE_AT, variant_ids=[foreign])
        assert variant_of(other).sku == ""

    def test_one_wrong_edit_stops_all_and_every_wrong_one_is_named(self) -> None:
        one, two, three = (make_variant(title, price=1800) for title in ("A", "B", "C"))
        with pytest.raises(VariantsRefused) as caught:
            edit_variants(
                edits={
                    one.pk: {"price_amount": 5},
                    two.pk: {"price_amount": -1},
                    three.pk: {"barcode": "4006381333930"},
                },
                actor=ACTOR,
                now=MADE_AT,
            )
        assert {pk: error.field for pk, error in caught.value.problems.items()} == {
            two.pk: "price",
            three.pk: "barcode",
        }
        one.refresh_from_db()
        assert one.price_amount == 1800

    @pytest.mark.parametrize(
        ("edit", "field"),
        [
            ({"price_amount": 2000, "compare_at_amount": 2000}, "compare_at"),
            ({"cost_amount": -1}, "cost"),
            ({"weight_grams": -1}, "weight"),
            ({"weight_grams": 10**9}, "weight"),
            ({"sku": "x" * 121}, "sku"),
            ({"barcode": "1" * 65}, "barcode"),
            ({"barcode": "036000291453"}, "barcode"),
            ({"hs_code": "12345"}, "hs_code"),
            ({"hs_code": "１２３４５６"}, "hs_code"),
            ({"origin_country": "XX"}, "origin_country"),
            ({"unit_amount": Decimal(5)}, "unit"),
            ({"unit_amount": Decimal(0), "unit": "g", "base_amount": Decimal(1), "base_unit": "kg"}, "unit"),
            ({"unit_amount": Decimal(5), "unit": "g", "base_amount": Decimal(1), "base_unit": "l"}, "base_unit"),
            ({"quantity": -1}, "quantity"),
            ({"quantity": 10**9}, "quantity"),
            ({"tax_class_id": 999_999}, "tax_class"),
            ({"image_id": 999_999}, "image"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_name(self, edit: Mapping[str, Any], field: str) -> None:
        variant = make_variant()
        with pytest.raises(InvalidInput) as caught:
            edit_variants(edits={variant.pk: edit}, actor=ACTOR, now=MADE_AT)
        assert caught.value.field == field

    def test_a_picture_is_the_products_own(self) -> None:
        mine, theirs = make_product(), make_product("Other")
        picture = ProductImage.objects.create(product=theirs, path="a.webp", width=1, height=1)
        with pytest.raises(VariantsRefused):
            edit_variants(edits={variant_of(mine).pk: {"image_id": picture.pk}}, actor=ACTOR, now=MADE_AT)
        edit_variants(edits={variant_of(theirs).pk: {"image_id": picture.pk}}, actor=ACTOR, now=MADE_AT)
        assert variant_of(theirs).image_id == picture.pk

    def test_measures_and_a_tax_class_are_kept(self) -> None:
        books = TaxClass.objects.create(code="books", name="Books")
        variant = make_variant()
        edit = {
            "unit_amount": Decimal(750),
            "unit": "ml",
            "base_amount": Decimal(1),
            "base_unit": "l",
            "tax_class_id": books.pk,
            "barcode": "400 6381-333931",
        }
        edit_variants(edits={variant.pk: edit}, actor=ACTOR, now=MADE_AT)
        variant.refresh_from_db()
        assert (variant.unit, variant.base_unit, variant.tax_class_id) == ("ml", "l", books.pk)
        assert variant.barcode == "4006381333931"

    def test_what_differs_in_nothing_writes_nothing(self, now: datetime) -> None:
        variant = make_variant(price=1800, stock=5)
        assert edit_variants(edits={variant.pk: {"price_amount": 1800, "quantity": 5}}, actor=ACTOR, now=now) == []
        variant.product.refresh_from_db()
        assert variant.product.updated_at == MADE_AT

    def test_a_version_that_is_gone_is_said(self) -> None:
        with pytest.raises(ProductNotFound):
            edit_variants(edits={999_999: {"sku": "X"}}, actor=ACTOR, now=MADE_AT)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("4006381333931", BarcodeKind.GTIN),
        ("96385074", BarcodeKind.GTIN),
        ("036000291452", BarcodeKind.GTIN),
        ("10614141000415", BarcodeKind.GTIN),
        ("978-0-471-11709-4", BarcodeKind.ISBN),
        ("1-85798-218-5", BarcodeKind.ISBN),
        ("080442957X", BarcodeKind.ISBN),
        ("MUG-7", BarcodeKind.OWN),
        ("123", BarcodeKind.OWN),
        ("1234567890", BarcodeKind.OWN),
        ("", None),
    ],
)
def test_a_barcode_is_known_by_its_digits(number: str, kind: BarcodeKind | None) -> None:
    assert read_barcode(number) is kind
    assert is_global_number(number) is (kind in (BarcodeKind.GTIN, BarcodeKind.ISBN))


@given(st.text("0123456789", min_size=12, max_size=12))
def test_exactly_one_last_digit_is_right_and_a_wrong_one_is_told_which(digits: str) -> None:
    right = [last for last in "0123456789" if is_global_number(digits + last)]
    assert len(right) == 1
    wrong = str((int(right[0]) + 1) % 10)
    with pytest.raises(WrongCheckDigit) as caught:
        read_barcode(digits + wrong)
    assert caught.value.right == right[0]


@pytest.mark.parametrize(
    ("price", "cost", "margin"),
    [
        (2400, 780, Margin(1620, Decimal("67.5"))),
        (100, 100, Margin(0, Decimal("0.0"))),
        (100, 150, Margin(-50, Decimal("-50.0"))),
        (0, 5, Margin(-5, None)),
        (3, 1, Margin(2, Decimal("66.7"))),
        (100, None, None),
    ],
)
def test_what_is_left_of_a_price(price: int, cost: int | None, margin: Margin | None) -> None:
    assert find_margin(price, cost) == margin


@pytest.mark.parametrize(
    ("price", "amount", "unit", "base", "base_unit", "expected"),
    [
        (375, "750", "ml", "1", "l", 500),
        (1299, "80", "g", "100", "g", 1624),
        (500, "1", "lb", "1", "kg", 1102),
        (900, "6", "item", "1", "item", 150),
        (900, "6", "g", "1", "l", None),
        (900, None, "", None, "", None),
    ],
)
def test_what_a_measure_costs(
    price: int, amount: str | None, unit: str, base: str | None, base_unit: str, expected: int | None
) -> None:
    measures = {"amount": Decimal(amount) if amount else None, "base_amount": Decimal(base) if base else None}
    assert find_unit_price(price, unit=unit, base_unit=base_unit, **measures) == expected
