"""Files of the current store, public and private, each store in a folder of its own."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core.events import publish
from core.tenancy import NoTenant, current_schema, is_public
from integrations.storage.events import FilesChanged


class TenantStorage(FileSystemStorage):
    """A folder named after the store's generated schema name; outside a store there is no folder.

    Raises: NoTenant on the platform's schema.
    """

    root_setting = "MEDIA_ROOT"

    @property
    def base_location(self) -> str:
        if is_public():
            raise NoTenant("files belong to a store")
        return str(Path(getattr(settings, self.root_setting)) / current_schema())

    @property
    def location(self) -> str:
        return str(Path(self.base_location).resolve())

    def _save(self, name: str, content: Any) -> str:
        stored: str = super()._save(name, content)  # type: ignore[misc]
        publish(FilesChanged(current_schema(), self.size(stored)))
        return stored

    def delete(self, name: str) -> None:
        size = self.size(name) if name and self.exists(name) else 0
        super().delete(name)
        if size:
            publish(FilesChanged(current_schema(), -size))


class TenantMediaStorage(TenantStorage):
    """Pictures and other files that anybody may see, under /media/ of the store's own host."""

    @property
    def base_url(self) -> str:
        return str(settings.MEDIA_URL)


class TenantPrivateStorage(TenantStorage):
    """Imports, exports, error files: served only by a view that has checked who asks."""

    root_setting = "PRIVATE_ROOT"

    def url(self, name: str | None) -> Any:
        raise ValueError("private files have no address of their own")
