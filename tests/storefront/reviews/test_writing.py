"""Who may say what of goods, and what the product's row repeats of it."""

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from core.events import publish
from core.tenancy import in_tenant
from storefront.catalog.errors import PictureRefused
from storefront.catalog.models import Product
from storefront.customers.events import CustomerErased
from storefront.customers.models import Customer
from storefront.orders.enums import PaymentStatus
from storefront.orders.models import Order
from storefront.reviews.enums import HoldReason, PublishMode, ReviewStatus
from storefront.reviews.errors import ReviewNotFound, ReviewRefused
from storefront.reviews.models import Review
from storefront.reviews.selectors import find_rating, get_slot
from storefront.reviews.services import (
    approve_review,
    delete_review,
    reject_review,
    reply_to_review,
    report_review,
    save_review,
    save_settings,
)
from storefront.reviews.words import clean_lines, find_hold
from tenants.models import Tenant
from tests.storefront.reviews.shop import NOW, WORDS, buy, make_customer, make_product, photo


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def say(customer: Customer, product: Product, **changed: Any) -> Review:
    return save_review(customer_id=customer.pk, product_id=product.pk, language="en", now=NOW, **{**WORDS, **changed})


def rating_of(product: Product) -> tuple[int, int]:
    return Product.objects.values_list("rating_sum", "reviews_count").get(pk=product.pk)


def test_a_buyers_review_is_verified_published_and_counted(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    review = say(maya, product, rating=4)
    assert (review.is_verified, review.status) == (True, ReviewStatus.APPROVED)
    assert rating_of(product) == (4, 1)
    again = say(maya, product, rating=2)
    assert (again.pk, rating_of(product)) == (review.pk, (2, 1))
    delete_review(review_id=review.pk, customer_id=maya.pk)
    assert rating_of(product) == (0, 0)


@pytest.mark.parametrize("paid", [PaymentStatus.PENDING, PaymentStatus.REFUNDED, PaymentStatus.FAILED])
def test_whoever_has_not_paid_or_has_the_money_back_is_no_buyer(in_acme: Tenant, paid: str) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    Order.objects.update(payment_status=paid)
    review = say(maya, product)
    assert (review.is_verified, review.status, review.hold_reason) == (False, "pending", HoldReason.STRANGER)
    assert rating_of(product) == (0, 0)


def test_the_store_may_look_at_everything_first(in_acme: Tenant) -> None:
    save_settings(publish_mode=PublishMode.HOLD, blocked_words=[], sends_invitations=False, invite_after_days=10)
    product, maya = make_product(), make_customer()
    buy(maya, product)
    assert say(maya, product).hold_reason == HoldReason.ALL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Look at https://spam.example", HoldReason.LINK),
        ("cheaper at spam.com/x", HoldReason.LINK),
        ("ｗｗｗ．spam.example", HoldReason.LINK),
        ("加微信 abc12345 便宜", HoldReason.LINK),
        ("call 13812345678", HoldReason.LINK),
        ("write me@example.com", HoldReason.LINK),
        ("This is SHIT", HoldReason.WORDS),
        ("真是傻逼", HoldReason.WORDS),
        ("like Teapotify", None),
        ("my teapot", HoldReason.WORDS),
        ("In Scunthorpe they love it", None),
        ("Holds 3.5 litres. Great.", None),
        ("茶很香，包装也好。", None),
    ],
)
def test_what_has_a_contact_or_an_unwanted_word_waits(text: str, expected: HoldReason | None) -> None:
    assert find_hold(text, blocked=["teapot"]) == expected


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"rating": 0}, "rating"), ({"rating": 6}, "rating"), ({"body": " \u202e\n"}, "body"), ({"name": "\t"}, "name")],
)
def test_what_is_missing_is_named(in_acme: Tenant, wrong: dict[str, Any], field: str) -> None:
    product, maya = make_product(), make_customer()
    with pytest.raises(ReviewRefused) as refused:
        say(maya, product, **wrong)
    assert refused.value.field == field
    assert not Review.objects.exists()


def test_the_database_refuses_a_second_review_and_six_stars(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    facts = {"product": product, "customer": maya, "created_at": NOW, "updated_at": NOW}
    Review.objects.create(rating=5, **facts)
    for wrong in ({"rating": 5}, {"rating": 6, "customer": make_customer("b@example.com")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(**{**facts, **wrong})


def test_photos_are_made_anew_without_what_they_tell_and_go_with_the_review(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    review = say(maya, product, photos=[photo(), photo()])
    path = review.photos[0]["path"]
    with default_storage.open(path) as file, Image.open(io.BytesIO(file.read())) as kept:
        assert (kept.format, dict(kept.getexif())) == ("WEBP", {})
    second = say(maya, product, keep_photos=[path], photos=[photo()])
    assert second.photos[0]["path"] == path
    assert len(second.photos) == 2
    with pytest.raises(ReviewRefused):
        say(maya, product, keep_photos=[path], photos=[photo()] * 4)


def test_a_path_that_is_not_the_reviews_own_is_not_kept(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    assert say(maya, product, keep_photos=["products/somebody-else-800.webp", "../../x"]).photos == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a" + b"\x00" * 20,
     b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, b"%PDF-1.4", b"PK\x03\x04", b"<html><script>alert(1)</script>"],
)  # fmt: skip
def test_a_file_that_is_no_picture_is_refused_and_nothing_is_kept(
    in_acme: Tenant, content: bytes, tmp_path: Path
) -> None:
    product, maya = make_product(), make_customer()
    with pytest.raises(PictureRefused):
        say(maya, product, photos=[photo(), io.BytesIO(content)])
    assert not Review.objects.exists()
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_what_was_rejected_or_reported_is_not_published_by_a_new_wording(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    review = say(maya, product)
    reject_review(review_id=review.pk, reason="It names a person.", now=NOW)
    assert rating_of(product) == (0, 0)
    assert say(maya, product, body="Other words").hold_reason == HoldReason.AGAIN
    assert say(maya, product, body="And again").status == ReviewStatus.PENDING
    approve_review(review_id=review.pk, now=NOW)
    assert rating_of(product) == (5, 1)


def test_three_shoppers_hold_a_review_and_one_cannot_count_three_times(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    review = say(maya, product)
    for _ in range(4):
        report_review(review_id=review.pk, reporter="one", reason="rude", note="", now=NOW)
    assert rating_of(product) == (5, 1)
    for who in ("two", "three"):
        assert report_review(review_id=review.pk, reporter=who, reason="ad", note="<b>", now=NOW)
    review.refresh_from_db()
    assert (review.status, review.hold_reason, rating_of(product)) == ("pending", HoldReason.REPORTED, (0, 0))
    approve_review(review_id=review.pk, now=NOW)
    assert rating_of(product) == (5, 1)


def test_somebody_elses_review_is_not_there_to_delete(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    review = say(maya, product)
    with pytest.raises(ReviewNotFound):
        delete_review(review_id=review.pk, customer_id=make_customer("eve@example.com").pk)


def test_the_slot_is_one_query_and_holds_the_approved_alone(
    in_acme: Tenant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    product = make_product()
    for number in range(8):
        customer = make_customer(f"c{number}@example.com")
        if number < 7:
            buy(customer, product, number=2000 + number)
        say(customer, product, rating=1 + number % 5, body=f"Said {number}")
    with django_assert_num_queries(1):
        slot = get_slot(product.pk)
    assert (slot.rating.count, len(slot.reviews)) == (7, 5)
    assert sum(stars * count for stars, count in slot.rating.rows) == rating_of(product)[0]
    product.refresh_from_db()
    assert find_rating(product) == (round(rating_of(product)[0] / 7, 2), 7)
    assert "Said 7" not in str(slot.reviews)
    assert not {"email", "customer_id", "customer"} & set(slot.reviews[0])


def test_a_product_without_a_review_has_no_rating_to_tell(in_acme: Tenant) -> None:
    assert find_rating(make_product()) is None


def test_an_erased_customers_words_are_gone_and_not_counted(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    say(maya, product, photos=[photo()])
    with transaction.atomic():
        publish(CustomerErased(customer_id=maya.pk, email=maya.email, now=NOW))
    assert (Review.objects.count(), rating_of(product)) == (0, (0, 0))


def test_an_answer_stands_below_and_can_be_taken_away(in_acme: Tenant) -> None:
    product, maya = make_product(), make_customer()
    buy(maya, product)
    review = say(maya, product)
    reply_to_review(review_id=review.pk, text="Thank you\n\n\n\n\u202efor it", now=NOW)
    assert get_slot(product.pk).reviews[0]["reply"] == "Thank you\n\n for it"
    assert reply_to_review(review_id=review.pk, text=" ", now=NOW).replied_at is None


def test_lines_stay_and_marks_that_turn_them_go() -> None:
    assert clean_lines("a\r\nb\u202e\x00c\r\r\r\rd") == "a\nb  c\n\nd"


def test_many_writers_at_once_are_all_counted(committed_store: Tenant) -> None:
    """Each in a connection of its own: the product is held, so that no sum is lost."""
    with in_tenant(committed_store):
        product = make_product()
        people = [make_customer(f"c{number}@example.com") for number in range(8)]
        for number, customer in enumerate(people):
            buy(customer, product, number=3000 + number)
    start = threading.Barrier(len(people))

    def work(number: int) -> None:
        try:
            with in_tenant(committed_store):
                start.wait()
                say(people[number], product, rating=1 + number % 5)
                if number % 4 == 0:
                    delete_review(
                        review_id=Review.objects.get(customer=people[number]).pk, customer_id=people[number].pk
                    )
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with in_tenant(committed_store):
        shown = Review.objects.filter(status=ReviewStatus.APPROVED)
        assert rating_of(product) == (shown.aggregate(total=Sum("rating"))["total"], 6)
