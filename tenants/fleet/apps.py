from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "tenants.fleet"
    label = "fleet"
    schema = "public"

    def ready(self) -> None:
        from core.events import subscribe
        from integrations.storage.events import FilesChanged
        from tenants.events import TenantErasing, TenantOpening
        from tenants.fleet.leaving import forget_store
        from tenants.fleet.services import bring_up_to_date
        from tenants.fleet.services.room import count_files

        subscribe(TenantOpening, bring_up_to_date)
        subscribe(TenantErasing, forget_store)
        subscribe(FilesChanged, count_files)
