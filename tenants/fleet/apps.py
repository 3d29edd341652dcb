from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "tenants.fleet"
    label = "fleet"
    schema = "public"

    def ready(self) -> None:
        from core.events import subscribe
        from tenants.events import TenantErasing, TenantOpening
        from tenants.fleet.leaving import forget_store
        from tenants.fleet.services import bring_up_to_date

        subscribe(TenantOpening, bring_up_to_date)
        subscribe(TenantErasing, forget_store)
