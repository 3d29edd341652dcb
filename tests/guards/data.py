"""The guards of rows, cache, files and log lines."""

from pathlib import Path
from typing import Any

import pytest

from tests.guards.registry import guard


@guard(
    "one-list-an-app",
    "T8",
    "T15",
    "T16",
    what="No app stands in both lists: a missing table raises.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give public the shop's tables too, with a row of its own."""
    from django.conf import settings
    from django.db import connection

    from core.tenancy import in_tenant
    from tenants.models import Tenant

    monkeypatch.setattr(settings, "SHARED_APPS", [*settings.SHARED_APPS, "storefront.catalog"])
    globex = Tenant.objects.filter(slug="globex").first()
    if globex is None:
        return
    with in_tenant(globex), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.catalog_collection AS SELECT * FROM catalog_collection")
        cursor.execute("UPDATE public.catalog_collection SET title = 'a row of public'")


@guard(
    "question-bound-to-its-store", "T9", what="A lazy query remembers its store and refuses to be answered by another."
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import Manager

    monkeypatch.setattr("core.db.models.StoreManager.get_queryset", Manager.get_queryset)


@guard(
    "row-bound-to-its-store",
    "T9",
    what="A row remembers its store and is not saved, followed, pointed at or asked for in another.",
)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.db.routing.home_of", lambda _row: None)


@guard("store-in-cache-key", "T6", what="Every key of the cache begins with the schema's name.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.cache.current_schema", lambda: "everybody")


@guard("folder-of-the-store", "T7", what="Files lie in a folder that is named by the generated schema's name.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    from integrations.storage.files import TenantStorage

    monkeypatch.setattr(
        TenantStorage, "base_location", property(lambda self: str(getattr(settings, self.root_setting)))
    )


@guard("store-of-a-kept-page", "T6", what="A kept page stands under its store's schema, edition and host.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep all stores' pages on one shelf, under their path."""
    from shopstead.page_cache.memory import Memory

    find, keep = Memory.find, Memory.keep
    monkeypatch.setattr(Memory, "find", lambda self, _name, _edition, key: find(self, "all", ("", 0), key[3:]))
    monkeypatch.setattr(
        Memory, "keep", lambda self, _name, _edition, key, page: keep(self, "all", ("", 0), key[3:], page)
    )


@guard("no-climbing", "T7", what="A file's name leads nowhere above its store's folder.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def joined(self: Any, name: str) -> str:
        return str(Path(self.location) / name)

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.path", joined)
    monkeypatch.setattr(
        "django.core.files.storage.base.validate_file_name", lambda name, allow_relative_path=False: name
    )


@guard("no-folder-outside-a-store", "T7", what="Outside a store there is no folder to read or write.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.storage.files.is_public", lambda: False)


@guard("line-names-its-store", "T25", what="Every log line says which store it belongs to.")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def unnamed(_self: Any, record: Any) -> bool:
        record.schema = record.request_id = record.user_id = "-"
        return True

    monkeypatch.setattr("shopstead.logs.TenantFilter.filter", unnamed)
