"""Questions of the merchant's own, labels over all goods, and tax classes."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from core.errors import InvalidInput
from core.jobs.models import Job
from core.jobs.services import run_job
from storefront.catalog.errors import CustomFieldRefused, TaxClassRefused
from storefront.catalog.models import CustomField, Product, ProductVariant, TaxClass
from storefront.catalog.selectors import list_custom_fields, list_labels, list_specs, suggest_labels
from storefront.catalog.services import (
    answer_for_product,
    answer_for_variant,
    arrange_custom_field,
    create_custom_field,
    delete_custom_field,
    delete_tax_class,
    save_tax_class,
    start_renaming,
    undo_change_set,
    update_custom_field,
)
from storefront.catalog.services.labels import rename_as_job
from tests.storefront.catalog.making import ACTOR, MADE_AT, make_product, statements

pytestmark = pytest.mark.usefixtures("in_acme")


def ask(name: str = "Capacity", kind: str = "integer", owner: str = "product", **more: Any) -> CustomField:
    return create_custom_field(owner=owner, name=name, type=kind, actor=ACTOR, now=MADE_AT, **more)


def answer(product: Product, **answers: Any) -> dict[str, Any]:
    answer_for_product(product_id=product.pk, answers=answers, actor=ACTOR, now=MADE_AT)
    product.refresh_from_db()
    return product.custom_fields


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        ("text", "  Oak\n ", "Oak", "Oak"),
        ("text", "<script>x</script>", "<script>x</script>", "<script>x</script>"),
        ("long_text", "one\n\ntwo\x00", "one\n\ntwo", "one\n\ntwo"),
        ("integer", "1200", 1200, "1,200"),
        ("decimal", "1.50", 1.5, "1.5"),
        ("decimal", "-0.1", -0.1, "-0.1"),
        ("boolean", "true", True, "Yes"),
        ("boolean", "no", False, "No"),
        ("date", "2026-04-05", "2026-04-05", "April 5, 2026"),
        ("url", "https://example.com/a?b=c", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("color", "0E5A61", "#0e5a61", "#0e5a61"),
        ("choice", "Oak", "Oak", "Oak"),
    ],
)
def test_an_answer_is_kept_by_its_type_and_shown_to_people(kind: str, typed: str, kept: Any, shown: str) -> None:
    product = make_product()
    own = ask("Odd", kind, choices=["Oak", "Ash"])
    assert answer(product, odd=typed) == {"odd": kept}
    assert [(one.name, one.text) for one in list_specs(product.custom_fields)] == [("Odd", shown)]
    assert answer(product, odd=" ") == {}
    update_custom_field(field_id=own.pk, name="Odd", is_shown=False, choices=["Oak"], actor=ACTOR, now=MADE_AT)
    assert list_specs({"odd": kept}) == []


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 256),
        ("long_text", "x" * 5001),
        ("integer", "1.5"),
        ("integer", "²"),
        ("integer", "9" * 16),
        ("decimal", "NaN"),
        ("decimal", "1e999"),
        ("decimal", "1,5"),
        ("boolean", "perhaps"),
        ("date", "2026-02-30"),
        ("date", "20260230T00"),
        ("url", "javascript:alert(1)"),
        ("url", "https://me:secret@example.com"),
        ("url", "//example.com"),
        ("url", "https://[bad"),
        ("color", "red;background:url(x)"),
        ("choice", "Elm"),
    ],
)
def test_an_answer_without_sense_is_refused_beside_its_box(kind: str, typed: str) -> None:
    product = make_product()
    ask("Odd", kind, choices=["Oak", "Ash"])
    with pytest.raises(CustomFieldRefused) as caught:
        answer(product, odd=typed)
    assert caught.value.field == "custom_odd"
    product.refresh_from_db()
    assert product.custom_fields == {}


def test_an_answer_that_does_not_fit_its_question_any_more_is_not_shown() -> None:
    for kind in ("integer", "boolean", "date", "decimal"):
        ask(kind, kind)
    assert list_specs({"integer": "x", "boolean": 1, "date": "soon", "decimal": [1], "gone": "x"}) == []
    with statements() as seen:
        assert list_specs({}) == []
    assert seen == []


def test_names_and_choices_are_said_in_the_readers_language() -> None:
    own = ask("Wood", "choice", choices=["Oak", "Ash"])
    CustomField.objects.filter(pk=own.pk).update(translations={"zh-hans": {"name": "木材", "choices": ["橡木", ""]}})
    with translation.override("zh-hans"):
        assert [(one.name, one.text) for one in list_specs({"wood": "Oak"})] == [("木材", "橡木")]
        assert [one.text for one in list_specs({"wood": "Ash"})] == ["Ash"]


def test_a_key_comes_from_the_name_and_stays() -> None:
    first, second, third = ask("容量 (ml)"), ask("容量 (ml)"), ask("☕")
    assert (first.key, second.key) == ("rong_liang_ml", "rong_liang_ml_2")
    assert third.key.startswith("field_")
    renamed = update_custom_field(field_id=first.pk, name="Volume", actor=ACTOR, now=MADE_AT)
    assert (renamed.name, renamed.key) == ("Volume", "rong_liang_ml")
    arrange_custom_field(field_id=third.pk, step="up", actor=ACTOR, now=MADE_AT)
    arrange_custom_field(field_id=first.pk, step="up", actor=ACTOR, now=MADE_AT)
    assert [one.pk for one in list_custom_fields()] == [first.pk, third.pk, second.pk]
    assert delete_custom_field(field_id=first.pk, actor=ACTOR, now=MADE_AT) == "Volume"
    with pytest.raises(CustomFieldRefused):
        delete_custom_field(field_id=first.pk, actor=ACTOR, now=MADE_AT)


@pytest.mark.parametrize(
    "more", [{"name": ""}, {"name": "x" * 121}, {"kind": "choice"}, {"kind": "choice", "choices": ["x" * 81]}]
)
def test_a_question_without_sense_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(CustomFieldRefused):
        ask(**more)
    assert CustomField.objects.count() == 0


def test_long_answers_and_addresses_are_no_filters_and_versions_answer_too() -> None:
    assert ask("Story", "long_text", is_filter=True).is_filter is False
    assert ask("Wood", "choice", choices=["Oak"], is_filter=True).is_filter is True
    ask("Weave", "text", owner="variant")
    variant = ProductVariant.objects.get(product=make_product())
    answer_for_variant(variant_id=variant.pk, answers={"weave": "Twill", "wood": "Oak"}, actor=ACTOR, now=MADE_AT)
    variant.refresh_from_db()
    assert variant.custom_fields == {"weave": "Twill"}


def test_labels_are_counted_suggested_renamed_merged_and_brought_back(now: datetime) -> None:
    make_product("A", tags=["camp", "Gift"], vendor="Ridge")
    make_product("B", tags=["camping"], vendor="Ember")
    make_product("C", tags=["camp", "camping"], vendor="Ember")
    assert list_labels("tag") == [("camp", 2), ("camping", 2), ("Gift", 1)]
    assert list_labels("vendor", "e") == [("Ember", 2), ("Ridge", 1)]
    assert suggest_labels("vendor", "") == ["Ember", "Ridge"]
    assert list_labels("tag", "%") == []
    job = start_renaming(label="tag", before="camp", after="camping", actor=ACTOR, now=now)
    run_job(job_id=job.pk, work=lambda handle: rename_as_job(handle, now=now))
    job.refresh_from_db()
    assert job.state == "succeeded", job.error
    tags = list(Product.objects.order_by("title").values_list("tags", flat=True))
    assert tags == [["camping", "Gift"], ["camping"], ["camping"]]
    undone = undo_change_set(change_set_id=job.result["change_set"], actor=ACTOR, now=now)
    assert undone.restored_count == 2
    tags = list(Product.objects.order_by("title").values_list("tags", flat=True))
    assert tags == [["camp", "Gift"], ["camping"], ["camp", "camping"]]
    gone = start_renaming(label="vendor", before="Ember", after=" ", actor=ACTOR, now=now)
    run_job(job_id=gone.pk, work=lambda handle: rename_as_job(handle, now=now))
    assert list_labels("vendor") == [("Ridge", 1)]
    for before, after in (("nothing", "x"), ("camp", "camp")):
        with pytest.raises(InvalidInput):
            start_renaming(label="tag", before=before, after=after, actor=ACTOR, now=now)
    assert Job.objects.filter(kind="catalog.label").count() == 2


def test_a_tax_class_that_goods_are_in_stays() -> None:
    books = save_tax_class(name="Books", actor=ACTOR, now=MADE_AT)
    assert save_tax_class(name="Books", actor=ACTOR, now=MADE_AT).code == "books-2"
    assert save_tax_class(name="Standard", actor=ACTOR, now=MADE_AT).code == "standard-2"
    renamed = save_tax_class(name="图书", tax_class_id=books.pk, actor=ACTOR, now=MADE_AT)
    assert (renamed.code, renamed.name) == ("books", "图书")
    make_product()
    ProductVariant.objects.update(tax_class=books)
    with pytest.raises(TaxClassRefused):
        delete_tax_class(tax_class_id=books.pk, actor=ACTOR, now=MADE_AT)
    ProductVariant.objects.update(tax_class=None)
    assert delete_tax_class(tax_class_id=books.pk, actor=ACTOR, now=MADE_AT) == "图书"
    assert TaxClass.objects.count() == 2
    for name in ("", "x" * 121):
        with pytest.raises(TaxClassRefused):
            save_tax_class(name=name, actor=ACTOR, now=MADE_AT)
