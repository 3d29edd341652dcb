"""`shopstead tenant migrate`: what is printed on a narrow terminal, and how it ends."""

import json
from datetime import datetime

import pytest

from shopstead.cli import build_parser, fleet
from shopstead.cli.fleet import ACTOR
from tenants.fleet.models import MigrationRun
from tenants.fleet.selectors import read_applied
from tenants.models import Tenant
from tests.tenants.fleet.conftest import NOTE, Plant, plant
from tests.tenants.fleet.running import PYTHON, UNIQUE, spoil

__all__ = ["plant"]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def run(*words: str) -> int:
    return fleet.migrate(build_parser().parse_args(["tenant", "migrate", *words]))


def test_with_nothing_to_apply_one_line_is_said(acme: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert capsys.readouterr().out.startswith("2 stores, nothing to apply (")


def test_a_table_says_what_became_of_each_store_and_why(
    acme: Tenant, globex: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(acme)
    plant(UNIQUE)
    assert run("--canary", "globex") == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["address", "ring", "state", "how", "seconds", "tries"]
    assert lines[1].startswith("acme     First 5 %  Set aside")
    assert " ".join(" ".join(lines[2:4]).split()) == (
        'IntegrityError: could not create unique index "page_title_once" DETAIL: Key (title)=(The same) is duplicated.'
    )
    assert lines[4].startswith("globex   Canary     Done       Fast")
    assert lines[-1].startswith(f"Run {MigrationRun.objects.get().pk}: 1 done, 1 set aside (")


def test_a_long_address_is_whole_and_the_table_fits(
    acme: Tenant, globex: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "a-name-as-long-as-an-address-may-be-here"
    Tenant.objects.filter(pk=acme.pk).update(slug=long)
    plant(NOTE)
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith(f"{long}  ") for line in lines)


def test_an_unknown_canary_is_refused_before_anything_is_done(
    acme: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(NOTE)
    assert [run("--canary", "nobody", *more) for more in ([], ["--dry-run"])] == [1, 1]
    assert capsys.readouterr().err.count("There is no working store called nobody.") == 2
    assert ("content", "0900_planted") not in read_applied(acme.schema_name)


@pytest.mark.parametrize("words", [["--workers", "0"], ["--workers", "many"], ["--canary"]])
def test_words_that_are_wrong_end_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(
    acme: Tenant, globex: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(NOTE)
    assert run("--dry-run") == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 stores, 2 behind; nothing was changed.",
        "The platform's own schema is behind and would come first.",
        "  content.0900_planted",
        "The stores would go by the fast lane.",
    ]
    assert MigrationRun.objects.count() == 0
    for schema_name in ("public", acme.schema_name):
        assert ("content", "0900_planted") not in read_applied(schema_name)


def test_a_rehearsal_names_what_is_not_safe_and_what_to_do_instead(
    acme: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(PYTHON + NOTE)
    assert run("--dry-run") == 1
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    said = " ".join(out.split())
    assert "by Django's executor, store by store (content.0900_planted has a RunPython)." in said
    assert "NOT SAFE content.0900_planted: rows and tables change in one transaction" in said
    assert "Instead: put RunPython into a migration of its own" in said


def test_a_rehearsal_answers_in_json(acme: Tenant, plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant(NOTE)
    assert run("--dry-run", "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert value["behind"] == ["acme", "globex"]
    assert (value["platform_is_behind"], value["pending"], value["lane"]) == (True, ["content.0900_planted"], "fast")


def test_another_run_under_way_is_named(
    acme: Tenant, plant: Plant, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    from core.clock import utc_now

    plant(NOTE)
    MigrationRun.objects.create(
        fingerprint="x",
        started_by="somebody",
        lease_owner="elsewhere",
        lease_expires_at=utc_now() + MigrationRun.LEASE,
        started_at=now,
    )
    assert run() == 1
    assert "somebody has been migrating the stores since" in capsys.readouterr().err
    assert ACTOR not in MigrationRun.objects.values_list("started_by", flat=True)
