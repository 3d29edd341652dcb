"""The import's pages and its job, as a merchant goes through them."""

import gzip
import os
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.jobs.models import Job, JobState
from core.outbox.models import OutboxMessage
from core.tasks import SCHEMA_HEADER
from core.tenancy import in_tenant
from storefront.catalog.models import Product
from storefront.transfer.results import FOLDER
from storefront.transfer.tasks import remove_old_files, run_import
from tenants.models import Tenant

GOOD_AND_BAD = b"Handle,Title,Price\nmug,Mug,12.90\ncup,Cup,1.234\nbowl,Bowl,20\n"


def upload(client: Client, data: bytes, name: str = "autumn.csv", kind: str = "products") -> Any:
    return client.post("/dashboard/import/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def send(client: Client, data: bytes, name: str = "autumn.csv", kind: str = "products") -> Any:
    """Upload a file and have its columns taken for what they were guessed to be."""
    answer = upload(client, data, name, kind)
    if answer.status_code != 302:
        return answer
    page = BeautifulSoup(client.get(answer["Location"]).content, "html.parser")
    chosen = {select["name"]: select.find("option", selected=True) for select in page.select("#import-columns select")}
    return client.post(answer["Location"], {name: option["value"] if option else "" for name, option in chosen.items()})


def work_off(tenant: Tenant) -> Job:
    """Run the newest job's task as the worker would."""
    job = Job.objects.filter(schema_name=tenant.schema_name).latest("pk")
    message = OutboxMessage.objects.get(kwargs={"job_id": job.pk})
    assert message.task == run_import.name
    run_import.apply(kwargs=message.kwargs, headers={SCHEMA_HEADER: message.schema_name}, throw=True)
    job.refresh_from_db()
    return job


def test_a_file_is_checked_then_imported_and_its_bad_rows_come_back(merchant_client: Client, acme: Tenant) -> None:
    answer = send(merchant_client, GOOD_AND_BAD)
    assert answer.status_code == 302
    check_page = answer["Location"]
    assert 'hx-select="#import-page"' in merchant_client.get(check_page).content.decode()
    check = work_off(acme)
    assert check.state == JobState.SUCCEEDED
    with in_tenant(acme):
        assert not Product.objects.exists()
    page = merchant_client.get(check_page).content.decode()
    assert "Nothing has been written yet" in page
    assert "Import 2 products" in page
    assert "1.234" in page
    assert 'hx-select="#import-page"' not in page
    started = merchant_client.post(f"{check_page}start/")
    assert merchant_client.post(f"{check_page}start/")["Location"] == started["Location"]
    job = work_off(acme)
    assert (job.state, job.result["created"], job.result["rejected"]) == (JobState.PARTLY_FAILED, 2, 1)
    assert (job.result["message"], job.result["label"]) == ("2 saved, 1 failed", "Get the 1 row")
    with in_tenant(acme):
        assert sorted(Product.objects.values_list("handle", flat=True)) == ["bowl", "mug"]
    assert "Imported in part" in merchant_client.get(started["Location"]).content.decode()
    rows = merchant_client.get(job.result["url"])
    assert rows["Content-Disposition"] == 'attachment; filename="autumn-left-out.csv"'
    assert b"cup,Cup,1.234,Price: " in b"".join(rows.streaming_content)  # type: ignore[arg-type]


def test_a_packed_file_is_taken(merchant_client: Client, acme: Tenant) -> None:
    send(merchant_client, gzip.compress(GOOD_AND_BAD), name="autumn.csv.gz")
    assert work_off(acme).result["created"] == 2


def test_a_file_without_a_needed_column_waits_until_it_is_named(merchant_client: Client, acme: Tenant) -> None:
    answer = send(merchant_client, b"Handle,Body,Price\nmug,Mug,3\n")
    page = answer.content.decode()
    assert (answer.status_code, Job.objects.count()) == (422, 0)
    assert "Still needed: Title." in page
    assert "Nothing was imported." in page
    columns = upload(merchant_client, b"Handle,Body,Price\nmug,Mug,3\n")["Location"]
    named = {"column-0": "handle", "column-1": "title", "column-2": "price"}
    assert merchant_client.post(columns, named).status_code == 302
    assert work_off(acme).result["created"] == 1
    # The next file of this header is read the same way.
    assert send(merchant_client, b"HANDLE, body,Price\ncup,Cup,3\n").status_code == 302


def test_a_file_that_breaks_further_down_fails_its_check_in_words(merchant_client: Client, acme: Tenant) -> None:
    answer = send(merchant_client, b"Title,Price\nMug,3\n" + b"Cup,4\n" * 300_000 + b"\xff\xff,1\n")
    assert work_off(acme).state == JobState.FAILED
    assert "which characters" in merchant_client.get(answer["Location"]).content.decode()
    assert merchant_client.post(f"{answer['Location']}start/").status_code == 409


def test_nothing_is_imported_before_the_check_is_through(merchant_client: Client, acme: Tenant) -> None:
    page = send(merchant_client, GOOD_AND_BAD)["Location"]
    assert merchant_client.post(f"{page}start/").status_code == 409
    assert Job.objects.filter(kind="import.write").count() == 0


@pytest.mark.parametrize(
    ("name", "data"), [("picture.png", b"\x89PNG"), ("list.xlsm", b"PK\x03\x04"), ("empty.csv", b"")]
)
def test_a_wrong_file_is_refused_with_422_and_makes_no_job(
    merchant_client: Client, acme: Tenant, name: str, data: bytes
) -> None:
    answer = send(merchant_client, data, name=name)
    assert answer.status_code == 422
    assert "Nothing was imported." in answer.content.decode()
    assert not Job.objects.exists()


def test_a_form_without_a_file_or_with_a_wrong_kind_is_422(merchant_client: Client, acme: Tenant) -> None:
    assert merchant_client.post("/dashboard/import/", {"kind": "products"}).status_code == 422
    assert send(merchant_client, GOOD_AND_BAD, kind="secrets").status_code == 422


def test_a_far_too_large_upload_is_413_before_it_is_kept(
    merchant_client: Client, acme: Tenant, settings: Settings
) -> None:
    settings.MAX_IMPORT_BYTES = 1024 * 1024
    answer = send(merchant_client, b"x" * (3 * 1024 * 1024))
    assert answer.status_code == 413
    assert "3 MB" in answer.content.decode()
    assert not Job.objects.exists()


def test_an_upload_just_above_the_limit_is_refused_too(
    merchant_client: Client, acme: Tenant, settings: Settings
) -> None:
    settings.MAX_IMPORT_BYTES = 10_000
    assert send(merchant_client, b"x" * 20_000).status_code == 422


def test_the_upload_needs_a_csrf_token_although_its_size_is_looked_at_first(
    merchant_client: Client, acme: Tenant
) -> None:
    merchant_client.handler.enforce_csrf_checks = True
    assert send(merchant_client, GOOD_AND_BAD).status_code == 403
    assert not Job.objects.exists()


def test_another_stores_import_is_404(
    merchant_client: Client, acme: Tenant, globex: Tenant, store_client: Callable[[Tenant], Client]
) -> None:
    page = send(merchant_client, GOOD_AND_BAD)["Location"]
    work_off(acme)
    Job.objects.update(schema_name=globex.schema_name)
    assert merchant_client.get(page).status_code == 404
    assert merchant_client.get(f"{page}rows/").status_code == 404
    assert merchant_client.post(f"{page}start/").status_code == 404
    assert store_client(globex).get(page).status_code == 302


def test_templates_have_the_columns_that_are_read(merchant_client: Client, acme: Tenant) -> None:
    answer = merchant_client.get("/dashboard/import/template/products/")
    assert answer.content.decode("utf-8-sig").startswith("Handle,Title,Body (HTML),")
    assert merchant_client.get("/dashboard/import/template/secrets/").status_code == 404


def test_the_job_speaks_the_language_of_the_merchant_who_started_it(
    merchant_client: Client, acme: Tenant, owner: User
) -> None:
    User.objects.filter(pk=owner.pk).update(language="zh-hans")
    send(merchant_client, GOOD_AND_BAD)
    assert Job.objects.latest("pk").params["language"] == "zh-hans"


def test_the_tidying_task_empties_its_store_alone(acme: Tenant, globex: Tenant, private_root: Path) -> None:
    files = {}
    for tenant in (acme, globex):
        with in_tenant(tenant):
            files[tenant] = Path(
                storages["private"].path(storages["private"].save(f"{FOLDER}/x.upload", BytesIO(b"x")))
            )
        two_days_ago = time.time() - 2 * 24 * 3600
        os.utime(files[tenant], (two_days_ago, two_days_ago))
    remove_old_files.apply(headers={SCHEMA_HEADER: acme.schema_name}, throw=True)
    assert {tenant: file.exists() for tenant, file in files.items()} == {acme: False, globex: True}


def test_a_result_that_was_seen_leaves_the_tray(merchant_client: Client, acme: Tenant) -> None:
    page = send(merchant_client, GOOD_AND_BAD)["Location"]
    merchant_client.get(page)
    assert "Check: autumn.csv" in merchant_client.get("/dashboard/jobs/").content.decode()
    work_off(acme)
    merchant_client.get(page)
    assert "Check: autumn.csv" not in merchant_client.get("/dashboard/jobs/").content.decode()


def test_a_canceled_import_keeps_what_was_saved_and_says_so(merchant_client: Client, acme: Tenant) -> None:
    page = send(merchant_client, GOOD_AND_BAD)["Location"]
    merchant_client.post(f"/dashboard/jobs/{page.rstrip('/').rsplit('/', 1)[1]}/cancel/")
    assert work_off(acme).state == JobState.CANCELED
    assert "The check was stopped. Nothing was imported." in merchant_client.get(page).content.decode()
