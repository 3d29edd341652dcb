"""The page of who did what."""

import csv
import io
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.actors import acting
from tenants.enums import Role
from tenants.models import Tenant, TenantEvent
from tenants.services import record_event
from tests.tenants.people.conftest import Hire

PAGE = "/dashboard/settings/activity/"


def write(tenant: Tenant, user: User, kind: str, now: datetime, **facts: object) -> None:
    with acting(user_id=user.pk, name=user.email, role="manager", address="203.0.113.7"):
        record_event(tenant_id=tenant.pk, kind=kind, actor=user.email, now=now, **facts)


@pytest.fixture
def tom(hire: Hire) -> User:
    user = hire(Role.MANAGER).user
    User.objects.filter(pk=user.pk).update(name="Tom Okafor")
    user.refresh_from_db()
    return user


def test_the_log_says_who_did_what_when_and_from_where(
    merchant_client: Client, acme: Tenant, tom: User, now: datetime
) -> None:
    write(acme, tom, "dashboard_order_fulfill", now, object_type="order", object_id=7)
    write(acme, tom, "facts", now, data={"before": {"name": "Acme"}, "after": {"name": "Acme <b>Two</b>"}})
    page = merchant_client.get(PAGE).content.decode()
    for words in ("Tom Okafor", "sent a parcel", "/dashboard/orders/7/", "from 203.0.113.7", "Manager", "opened the store",
                  "Acme &lt;b&gt;Two&lt;/b&gt;"):  # fmt: skip
        assert words in page
    assert "<b>Two" not in page


def test_a_supporter_is_named(merchant_client: Client, acme: Tenant, tom: User, now: datetime) -> None:
    with acting(support_user_id=99, support_name="sam@shopstead.example"):
        write(acme, tom, "dashboard_shipping", now)
    assert "sam@shopstead.example of Shopstead, in their place" in merchant_client.get(PAGE).content.decode()


def test_the_log_is_narrowed_by_person_and_by_what_it_is_about(
    merchant_client: Client, acme: Tenant, tom: User, owner: User, now: datetime
) -> None:
    write(acme, tom, "dashboard_order_note", now)
    write(acme, tom, "dashboard_theme", now)
    write(acme, owner, "dashboard_order_cancel", now)

    def shown(**query: str) -> list[str]:
        return [line.event.type for line in merchant_client.get(PAGE, query).context["lines"]]

    assert shown(person=str(tom.pk)) == ["dashboard_theme", "dashboard_order_note"]
    assert shown(area="orders") == ["dashboard_order_cancel", "dashboard_order_note"]
    assert shown(person=str(tom.pk), area="orders") == ["dashboard_order_note"]
    assert shown(person="999999999999999999999") == shown(person="999999999999")
    assert len(shown(person="x' OR 1=1", area="nonsense")) > 3
    assert "Nobody did anything of this kind." in merchant_client.get(PAGE, {"area": "support"}).content.decode()


def test_the_log_of_another_store_is_not_shown(
    merchant_client: Client, acme: Tenant, globex: Tenant, tom: User, now: datetime
) -> None:
    write(globex, tom, "people.invited", now, data={"email": "quetzal@example.com", "role": "analyst"})
    assert "quetzal" not in merchant_client.get(PAGE).content.decode()
    assert "quetzal" not in merchant_client.get(f"{PAGE}file/").content.decode()


def test_the_file_has_no_formulas_and_says_that_it_was_taken(
    merchant_client: Client, acme: Tenant, tom: User, now: datetime
) -> None:
    User.objects.filter(pk=tom.pk).update(name="=HYPERLINK(0)")
    write(acme, tom, "dashboard_theme", now)
    answer = merchant_client.get(f"{PAGE}file/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["When", "Who", "Supporter", "Role", "What"]
    assert rows[1][1] == "'=HYPERLINK(0)"
    assert rows[1][4] == "changed the look of the store"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert TenantEvent.objects.filter(tenant=acme).latest("pk").type == "activity.exported"


def test_the_log_comes_in_pages_and_costs_the_same_for_one_line_and_for_fifty(
    merchant_client: Client, acme: Tenant, tom: User, now: datetime
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            merchant_client.get(PAGE)
        return len(asked)

    write(acme, tom, "dashboard_theme", now)
    merchant_client.get(PAGE)
    before = cost()
    for _number in range(60):
        write(acme, tom, "dashboard_theme", now)
    assert cost() == before
    assert len(merchant_client.get(PAGE).context["lines"]) == 50
    assert len(merchant_client.get(PAGE, {"page": 2}).context["lines"]) > 10


def test_it_reads_in_chinese(merchant_client: Client, acme: Tenant, tom: User, owner: User, now: datetime) -> None:
    User.objects.filter(pk=owner.pk).update(language="zh-hans")
    write(acme, tom, "dashboard_orders_bulk", now, data={"picked": ["1", "2"]})
    page = merchant_client.get(PAGE).content.decode()
    assert "将 2 个订单标记为已发货" in page
    assert "店长" in page
