from django.apps import AppConfig

from core.events import subscribe
from integrations.mail.guards import add_guard


class ArchiveConfig(AppConfig):
    name = "tenants.archive"
    label = "archive"
    schema = "public"

    def ready(self) -> None:
        from tenants.archive.answers import keep_address
        from tenants.archive.mailing import may_write_to
        from tenants.events import AddressWanted

        add_guard(may_write_to)
        subscribe(AddressWanted, keep_address)
