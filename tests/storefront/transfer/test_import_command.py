"""The import as a command."""

import json
from pathlib import Path

import pytest

from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.transfer.commands import run_import_command
from tenants.models import Tenant


@pytest.fixture
def products(tmp_path: Path) -> Path:
    path = tmp_path / "products.csv"
    path.write_text("Handle,Title,Price,Color\nmug,Mug,12.90,red\ncup,Cup,x,blue\n", encoding="utf-8")
    return path


def test_the_summary_goes_to_stdout_the_progress_to_stderr_and_bad_rows_to_a_file(
    acme: Tenant, products: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "left-out.csv"
    code = run_import_command(tenant=acme, kind="products", path=products, dry_run=False, rows_out=out)
    shown = capsys.readouterr()
    assert code == 1
    assert "Color" in shown.out
    assert "row 3, Price “x”" in shown.out
    assert "Reading" in shown.err
    assert "cup,Cup,x,blue,Price: " in out.read_text(encoding="utf-8-sig")
    with in_tenant(acme):
        assert Product.objects.count() == 1


def test_json_is_one_document(acme: Tenant, products: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_import_command(tenant=acme, kind="products", path=products, dry_run=True, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["dry_run"], told["created"], told["rejected"], told["errors"][0]["row"]) == (True, 1, 1, 3)


def test_a_file_that_is_not_there_or_not_readable_is_2(
    acme: Tenant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_import_command(tenant=acme, kind="products", path=tmp_path / "none.csv", dry_run=False) == 2
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Color\nred\n")
    assert run_import_command(tenant=acme, kind="orders", path=wrong, dry_run=False) == 2
    assert "no column" in capsys.readouterr().err
