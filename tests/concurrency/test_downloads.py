"""Many downloads of one file at once: never one more than was sold."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from core.tenancy import in_tenant
from storefront.downloads.errors import DownloadRefused
from storefront.downloads.models import DownloadGrant
from storefront.downloads.services import LIMIT, add_file, grant_files, take_download
from storefront.downloads.tokens import make_token
from tenants.models import Tenant
from tests.concurrency.together import run_together
from tests.storefront.orders.making import make_order


@pytest.mark.usefixtures("committed_store")
def test_a_link_opens_as_often_as_it_may_and_not_once_more(
    committed_store: Tenant, now: datetime, tmp_path: Path
) -> None:
    with override_settings(PRIVATE_ROOT=tmp_path), in_tenant(committed_store):
        order = make_order(now, goods=(("Map", 900, 1),), is_paid=False)
        add_file(variant_id=order.lines.get().variant_id, file=SimpleUploadedFile("map.pdf", b"map"), now=now)  # type: ignore[arg-type]
        grant_files(order_id=order.pk, now=now)
        row = DownloadGrant.objects.get()
        token = make_token(grant_id=row.pk, nonce=row.nonce)

    def take() -> str:
        with in_tenant(committed_store):
            try:
                take_download(grant_id=row.pk, token=token, is_start=True, now=now)
            except DownloadRefused:
                return "refused"
        return "taken"

    ended = run_together(take, count=LIMIT + 3)
    assert sorted(ended) == ["refused"] * 3 + ["taken"] * LIMIT
