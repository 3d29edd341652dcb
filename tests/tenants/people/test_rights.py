"""The table of rights is what the documents, the templates and the tests say of it."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.views import View
from django.views.decorators.http import require_GET
from rest_framework.views import APIView

from core.access import any_member, find_access, needs
from tenants.enums import Role
from tenants.people.permissions import PERMISSIONS, Permission, permissions_of
from tenants.people.wording import DUTIES

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ["platform", "tenants", "storefront", "billing", "analytics", "recsys"]


def test_the_documents_table_is_the_codes() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \|(.*)\|$", (ROOT / "docs" / "people.md").read_text(), re.MULTILINE)
    written = {name: [cell.strip() == "yes" for cell in cells.split("|")] for name, cells in rows if name in Permission}
    assert written == {
        permission.value: [permission in PERMISSIONS[role] for role in Role] for permission in Permission
    }


def test_templates_ask_for_rights_that_exist() -> None:
    asked = {
        right
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.html")
        for right in re.findall(r'"([a-z_.]+)" in may', path.read_text())
    }
    assert len(asked) > 10
    assert asked - set(Permission.values) == set()


def test_every_role_and_every_right_is_in_words() -> None:
    assert set(DUTIES) == set(PERMISSIONS) == set(Role)
    assert [one for one in Permission if not str(one.label) or one.label == one.name] == []


def test_a_role_that_nobody_knows_may_do_nothing() -> None:
    for role in ("", "staff", "OWNER", "owner ", "admin"):
        assert permissions_of(role) == frozenset()


@needs("a.view", change="a.edit")
class Plain(View):
    pass


@needs("a.view", change="a.edit")
class Api(APIView):
    pass


@needs("a.view", change="a.edit")
def function(_request: object) -> None: ...


@pytest.mark.parametrize(
    "view", [function, require_GET(function), Plain.as_view(), Api.as_view(), require_GET(Plain.as_view())]
)
def test_a_mark_is_found_on_functions_classes_and_what_wraps_them(view: object) -> None:
    access = find_access(view)  # type: ignore[arg-type]
    assert access is not None
    assert [access.needed_for(method) for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE", "PURGE", None)] == [
        "a.view", "a.view", "a.view", "a.edit", "a.edit", "a.edit", "a.edit",
    ]  # fmt: skip


def test_a_wrapper_that_hides_its_view_hides_the_mark_and_closes_the_page() -> None:
    def hiding(request: object) -> None:
        function(request)

    assert find_access(hiding) is None


def test_any_member_is_a_mark_of_its_own() -> None:
    access = find_access(any_member(lambda _request: None))
    assert access is not None
    assert access.needed_for(RequestFactory().post("/").method) is None
