"""Pictures of a store: sent with their type, kept long, and nothing beside them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tenants.models import Tenant

StoreClient = Callable[[Tenant], Client]


def test_a_picture_is_sent_with_its_type_and_kept_long(
    acme: Tenant, store_client: StoreClient, media_root: Path
) -> None:
    svg = store_client(acme).get("/media/demo/mug.svg")
    assert (svg.status_code, svg["Content-Type"]) == (200, "image/svg+xml")
    assert svg["X-Content-Type-Options"] == "nosniff"
    assert svg["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert svg["Cache-Control"] == "public, max-age=86400"
    webp = store_client(acme).get(f"/media/demo/{'a' * 26}-800.webp")
    assert webp["Cache-Control"] == "public, max-age=31536000, immutable"
    again = store_client(acme).get("/media/demo/mug.svg", headers={"if-modified-since": svg["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "demo/nothing.svg",
        "demo",
        "demo/notes.html",
        "../secret.svg",
        "demo/../../secret.svg",
        "%2e%2e/secret.svg",
        "..%2fsecret.svg",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "demo/%00.svg",
        "demo/linked.svg",
        "a" * 5000 + ".svg",
    ],
)
def test_nothing_but_a_picture_of_the_store_is_sent(
    acme: Tenant, store_client: StoreClient, media_root: Path, path: str
) -> None:
    (media_root / acme.schema_name / "demo" / "linked.svg").symlink_to(media_root / "secret.svg")
    assert store_client(acme).get(f"/media/{path}").status_code == 404


def test_a_picture_of_one_store_is_not_in_another(
    acme: Tenant, globex: Tenant, store_client: StoreClient, media_root: Path
) -> None:
    assert store_client(globex).get("/media/demo/mug.svg").status_code == 404
    assert store_client(globex).get(f"/media/../{acme.schema_name}/demo/mug.svg").status_code == 404
