from django.apps import AppConfig

from core.events import subscribe
from tenants.events import TenantErasing


class WebhooksConfig(AppConfig):
    name = "billing.webhooks"
    label = "webhooks"
    schema = "public"

    def ready(self) -> None:
        from billing.webhooks.leaving import forget_events

        subscribe(TenantErasing, forget_events)
