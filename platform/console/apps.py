from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    label = "console"
    schema = "public"

    def ready(self) -> None:
        from console.leaving import forget_store
        from core.events import subscribe
        from tenants.events import TenantErasing

        subscribe(TenantErasing, forget_store)
