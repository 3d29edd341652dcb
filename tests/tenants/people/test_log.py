"""The log of who did what: complete, one line a thing, and never changed afterwards."""

import ast
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from accounts.models import User
from core.actors import acting
from shopstead.logs import LineFormatter
from tenants.enums import TenantState
from tenants.models import Membership, Tenant, TenantEvent
from tenants.people.sentences import SENTENCES, say
from tenants.services import record_event, suspend_tenant

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ["platform", "tenants", "storefront", "billing", "analytics", "recsys"]
EVIL = "Maria\r\n2026-11-22 admin deleted the store\x1b[2J\u202e"


def last_of(tenant: Tenant) -> TenantEvent:
    return TenantEvent.objects.filter(tenant=tenant).order_by("-pk")[0]


# ---- append-only


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_line(acme: Tenant, deed: str) -> None:
    lines = TenantEvent.objects.filter(tenant=acme)
    before = list(lines.values())
    assert before
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        lines.update(actor="nobody") if deed == "update" else lines.delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE tenants_tenantevent")
    assert list(lines.values()) == before


def test_without_the_trigger_a_line_can_be_rewritten(acme: Tenant) -> None:
    """The control: it is the trigger that refuses, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tenants_tenantevent DISABLE TRIGGER tenant_event_row_stays")
    assert TenantEvent.objects.filter(tenant=acme).update(actor="nobody")


def test_the_lines_go_with_the_stores_row_and_no_others_do(acme: Tenant, globex: Tenant) -> None:
    kept = TenantEvent.objects.filter(tenant=acme).count()
    assert TenantEvent.objects.filter(tenant=globex).exists()
    globex.delete()
    assert not TenantEvent.objects.filter(tenant_id=globex.pk).exists()
    assert TenantEvent.objects.filter(tenant=acme).count() == kept


def test_the_lines_of_a_deleted_store_may_be_erased_and_its_row_kept(acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(state=TenantState.DELETED)
    assert TenantEvent.objects.filter(tenant=acme).delete()[0]


# ---- one line


def test_what_somebody_sends_stays_on_one_line(acme: Tenant, now: datetime, owner: User) -> None:
    with acting(user_id=owner.pk, name=EVIL, address="203.0.113.7", request_id="01ABC", role="manager"):
        record_event(tenant_id=acme.pk, kind="facts", actor=EVIL, data={EVIL: [EVIL, {"x": EVIL}]}, now=now)
    line = last_of(acme)
    assert line.actor == "Maria  2026-11-22 admin deleted the store [2J "
    assert not {"\r", "\n", "\x1b", "\u202e"} & set(str(line.data))
    assert (line.user_id, line.role, line.address, line.request_id) == (owner.pk, "manager", "203.0.113.7", "01ABC")


@pytest.mark.parametrize("facts", [{"actor": "a\nb"}, {"type": "a b"}, {"type": "a\n"}])
def test_the_database_refuses_a_line_that_breaks(acme: Tenant, now: datetime, facts: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="tenant_event_is_one_line"):
        TenantEvent.objects.create(**{"tenant": acme, "type": "facts", "actor": "x", "created_at": now, **facts})


def test_a_log_line_of_the_server_cannot_be_forged_either() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "no store %s", ("a\r\n2026 ERROR forged\x1b[0m",), None)
    assert "\n" not in LineFormatter("{message}", style="{").format(record)
    assert "\n" in logging.Formatter("{message}", style="{").format(record)


# ---- complete


def test_a_change_in_the_dashboard_is_written_without_its_view(merchant_client: Client, acme: Tenant) -> None:
    before = TenantEvent.objects.filter(tenant=acme).count()
    merchant_client.get("/dashboard/orders/")
    merchant_client.post("/dashboard/products/99999/", {"title": "secret words"})
    assert TenantEvent.objects.filter(tenant=acme).count() == before
    answer = merchant_client.post("/dashboard/orders/bulk/", {"pick": ["7", "8"], "secret": "hunter2"})
    line = last_of(acme)
    assert (line.type, line.actor, line.role, line.address) == (
        "dashboard_orders_bulk", "acme@example.com", "owner", "127.0.0.1",
    )  # fmt: skip
    assert line.request_id == answer["X-Request-Id"]
    assert line.data == {"route": "dashboard_orders_bulk", "picked": ["7", "8"]}


def test_what_a_view_refuses_with_a_message_is_not_logged_as_done(merchant_client: Client, acme: Tenant) -> None:
    before = TenantEvent.objects.filter(tenant=acme).count()
    answer = merchant_client.post("/dashboard/products/undo/", {"change_set": "999999"}, follow=True)
    assert "There is nothing to undo any more." in answer.content.decode()
    assert TenantEvent.objects.filter(tenant=acme).count() == before


def test_a_service_that_speaks_for_itself_is_not_repeated(merchant_client: Client, acme: Tenant) -> None:
    before = TenantEvent.objects.filter(tenant=acme).count()
    facts = {"name": "Acme Two", "contact_email": "acme@example.com", "language": "en", "languages": ["zh-hans"],
             "time_zone": "Asia/Tokyo", "shows_lowest_price": "on"}  # fmt: skip
    assert merchant_client.post("/dashboard/settings/", facts).status_code == 302
    assert TenantEvent.objects.filter(tenant=acme).count() == before + 1
    line = last_of(acme)
    assert (line.type, line.data["route"]) == ("facts", "dashboard_settings")
    assert line.data["before"] == {"name": "Acme", "time_zone": "UTC"}
    assert line.data["after"] == {"name": "Acme Two", "time_zone": "Asia/Tokyo"}


def test_a_supporter_in_a_members_place_is_named_beside_the_member(acme: Tenant, owner: User, now: datetime) -> None:
    with acting(user_id=1, support_user_id=owner.pk, support_name="sam@shopstead.example"):
        suspend_tenant(tenant_id=acme.pk, reason="test", actor="acme@example.com", now=now)
    line = last_of(acme)
    assert (line.actor, line.support_actor, line.support_user_id) == (
        "acme@example.com",
        "sam@shopstead.example",
        owner.pk,
    )


def test_when_somebody_was_seen_is_kept_to_five_minutes(merchant_client: Client, acme: Tenant) -> None:
    place = Membership.objects.filter(tenant=acme)
    merchant_client.get("/dashboard/jobs/")
    first = place.get().last_seen_at
    assert first is not None
    merchant_client.get("/dashboard/jobs/")
    assert place.get().last_seen_at == first


# ---- in words


def kinds_written(tree: ast.Module) -> Iterator[str]:
    """Yield each kind of line that a module writes, by `record_event` or by a function of its own that passes the kind on.

    One that is known at run time only ends with a star; one that nobody can read here is yielded as it stands.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    writers: dict[str, tuple[str, int, str]] = {"record_event": ("kind", -1, "")}
    calls = [(call, function) for function in functions for call in ast.walk(function) if isinstance(call, ast.Call)]
    for _again in range(3):
        for call, function in calls:
            for value, prefix in kinds_of_call(call, writers):
                names = [one.arg for one in function.args.args + function.args.kwonlyargs]
                start, name = split_name(value)
                if name in names:
                    writers[function.name] = (name, names.index(name), prefix + start)
    for call, function in calls:
        for value, prefix in kinds_of_call(call, writers):
            start, name = split_name(value)
            if isinstance(value, ast.Constant):
                yield prefix + str(value.value)
            elif isinstance(value, ast.Attribute):  # a member of an enum, whose value is its name
                yield prefix + value.attr.lower()
            elif function.name not in writers or name != writers[function.name][0]:
                yield prefix + (f"{start}*" if start else ast.unparse(value))


def kinds_of_call(call: ast.Call, writers: dict[str, tuple[str, int, str]]) -> list[tuple[ast.expr, str]]:
    """Return what a call to a writer gives as the kind, both where it is one or the other, with the writer's prefix."""
    called = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if called not in writers:
        return []
    name, index, prefix = writers[called]
    given = [one.value for one in call.keywords if one.arg == name] or call.args[index : index + 1]
    return [
        (value, prefix) for one in given for value in ([one.body, one.orelse] if isinstance(one, ast.IfExp) else [one])
    ]


def split_name(value: ast.expr) -> tuple[str, str]:
    """Return what a kind begins with and the name that goes on: `f"state.{state}"` is ("state.", "state")."""
    if isinstance(value, ast.JoinedStr):
        first, last = value.values[0], value.values[-1]
        start = str(first.value) if isinstance(first, ast.Constant) else ""
        return start, getattr(last.value, "id", "") if isinstance(last, ast.FormattedValue) else ""
    return "", getattr(value, "id", "")


def test_every_kind_that_the_code_writes_has_its_sentence() -> None:
    """A new kind: give it a sentence in tenants/people/sentences.py."""
    said = {kind for kinds in SENTENCES.values() for kind in kinds}
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    asked = {kind for path in paths for kind in kinds_written(ast.parse(path.read_text()))}
    # Changes that no service speaks of go by the names of their addresses; those have a test of their own.
    asked.remove("url_name")
    assert {
        "facts",
        "state.suspended",
        "people.removed",
        "people.second_step_on",
        "console.migrate",
        "support.started",
    } <= asked
    assert {kind for kind in asked if not kind.endswith("*")} - said == set()
    assert [kind for kind in asked if kind.endswith("*") and not any(one.startswith(kind[:-1]) for one in said)] == []
    assert {f"state.{state}" for state in TenantState if state != TenantState.PROVISIONING} <= said


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_sentence_can_be_said_with_nothing_known(language: str) -> None:
    with translation.override(language):
        for kinds in SENTENCES.values():
            for kind in kinds:
                assert "%(" not in say(kind, {})
        words = say("people.role_changed", {"name": "Tom", "role": "analyst", "before": "owner"})
    assert words in ("made Tom Analyst instead of Owner", "将 Tom 的角色由“店主”改为“数据分析”")
    assert say("from.the.future", {"x": 1}) == "did “from.the.future”"
