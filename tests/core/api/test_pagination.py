import base64
from typing import Any

import pytest
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.api.pagination import CursorPages
from storefront.catalog.models import Product
from tenants.models import Tenant
from tests.storefront.catalog.making import make_product


def page(query: dict[str, Any]) -> tuple[list[str], str | None, str | None]:
    pages = CursorPages()
    pages.ordering = ("title", "id")
    rows = pages.paginate_queryset(Product.objects.all(), Request(APIRequestFactory().get("/things", query)))
    assert rows is not None
    response = pages.get_paginated_response([row.title for row in rows])
    return response.data["data"], response.data["next_cursor"], response.get("Link")


@pytest.fixture
def five(in_acme: Tenant) -> None:
    for letter in "abcde":
        make_product(letter)


@pytest.mark.usefixtures("five")
def test_cursors_lead_through_all_rows_once_while_rows_come_and_go() -> None:
    first, cursor, link = page({"limit": 2})
    assert first == ["a", "b"]
    assert link is not None
    assert f"cursor={cursor}"[:20] in link
    assert link.endswith('; rel="next"')
    Product.objects.filter(title="a").delete()
    make_product("aa")
    second, cursor, _ = page({"limit": 2, "cursor": cursor})
    assert second == ["c", "d"]
    assert page({"limit": 2, "cursor": cursor}) == (["e"], None, None)


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("limit", ["0", "-1", "abc", "", "²"])
def test_a_limit_without_sense_is_the_default(limit: str) -> None:
    assert len(page({"limit": limit})[0]) == 5


@pytest.mark.usefixtures("five")
def test_a_limit_is_cut_at_two_hundred() -> None:
    pages = CursorPages()
    assert pages.get_page_size(Request(APIRequestFactory().get("/things", {"limit": "100000"}))) == 200


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("cursor", ["a", "abc", "😀"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(NotFound, match="cursor"):
        page({"cursor": cursor})


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("field", ["min_price_amount", "published_at"])
def test_a_forged_cursor_that_does_not_fit_the_column_is_refused(field: str) -> None:
    pages = CursorPages()
    pages.ordering = (field, "id")
    forged = base64.b64encode(b"p=abc").decode()
    with pytest.raises(NotFound):
        pages.paginate_queryset(Product.objects.all(), Request(APIRequestFactory().get("/things", {"cursor": forged})))
