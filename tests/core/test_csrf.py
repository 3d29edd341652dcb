"""A form on a page for everybody holds no token: the browser's word that it stands on this origin will do, and silence will not."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.tenancy import in_tenant
from storefront.carts.models import Cart
from tenants.models import Tenant
from tests.storefront.goods import make_variant

OWN, NEIGHBOR = "http://acme.localhost", "http://globex.localhost"
TAKEN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
    {"Origin": OWN},
]
REFUSED: list[dict[str, str]] = [
    {},
    {"Referer": f"{OWN}/products/"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "same-site", "Origin": OWN},
    {"Sec-Fetch-Site": "same-origin", "Origin": NEIGHBOR},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": NEIGHBOR},
    {"Origin": "null"},
    {"Origin": "https://acme.localhost"},
    {"Origin": "http://acme.localhost:81"},
    {"Origin": "http://acme.localhost.evil.example"},
]


def post(store_client: Callable[[Tenant], Client], acme: Tenant, path: str, headers: dict[str, str]) -> int:
    with in_tenant(acme):
        variant = make_variant()
    client = store_client(acme)
    client.handler.enforce_csrf_checks = True
    form = {"variant_id": str(variant.pk), "quantity": "1", "line": "1"}
    return client.post(path, form, headers=headers).status_code


@pytest.mark.parametrize("headers", TAKEN)
def test_a_form_of_this_very_origin_is_taken(
    acme: Tenant, store_client: Callable[[Tenant], Client], headers: dict[str, str]
) -> None:
    assert post(store_client, acme, "/cart/add/", headers) == 303
    with in_tenant(acme):
        assert Cart.objects.get().lines_count == 1


@pytest.mark.parametrize("headers", REFUSED)
@pytest.mark.guard("same-origin-form", found="was taken")
def test_a_form_of_anywhere_else_or_of_nowhere_is_refused(
    acme: Tenant, store_client: Callable[[Tenant], Client], headers: dict[str, str]
) -> None:
    status = post(store_client, acme, "/cart/add/", headers)
    with in_tenant(acme):
        assert (status, Cart.objects.count()) == (403, 0), "a stranger's form was taken"


def test_a_view_that_is_not_marked_needs_the_token_whatever_the_browser_says(
    acme: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    for headers in TAKEN:
        assert post(store_client, acme, "/cart/update/", headers) == 403
