"""Where people go on who pressed a button after their log-in ended, and what an address shows that only takes forms."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tenants.models import Tenant
from tenants.selectors import default_host

HOST = default_host("acme")
BUTTON, PAGE = "/dashboard/products/bulk/", "/dashboard/products/?q=mug&page=2"


@pytest.mark.parametrize(
    ("sender", "after"),
    [
        (f"http://{HOST}{PAGE}", PAGE),
        (f"http://{HOST}/dashboard/#top", "/dashboard/"),
        (f"http://{HOST}//elsewhere.example/", "/elsewhere.example/"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_a_button_pressed_too_late_leads_back_to_its_page(
    acme: Tenant, store_client: Callable[[Tenant], Client], sender: str, after: str
) -> None:
    answer = store_client(acme).post(BUTTON, headers={"referer": sender})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query, keep_blank_values=True)["next"] == [after]


@pytest.mark.parametrize(("language", "words"), [("", "only takes what a form sends"), ("/zh-hans", "只接收表单")])
def test_a_look_at_what_only_takes_forms_says_so(
    acme: Tenant, store_client: Callable[[Tenant], Client], language: str, words: str
) -> None:
    answer = store_client(acme).get(f"{language}/cart/add/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert words in answer.content.decode()
