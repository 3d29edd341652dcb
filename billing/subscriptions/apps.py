from django.apps import AppConfig

from core.events import subscribe
from tenants.events import ArchiveCollecting, TenantDeleting, TenantErasing, TenantKept, TenantProvisioned


class SubscriptionsConfig(AppConfig):
    name = "billing.subscriptions"
    label = "subscriptions"
    schema = "public"

    def ready(self) -> None:
        from billing.subscriptions import leaving
        from billing.subscriptions.services import start_trial

        def give_trial(event: TenantProvisioned) -> None:
            start_trial(tenant=event.tenant, now=event.now)

        subscribe(TenantProvisioned, give_trial)
        subscribe(TenantDeleting, leaving.stop_renewal)
        subscribe(TenantKept, leaving.renew_again)
        subscribe(TenantErasing, leaving.end_subscriptions)
        subscribe(ArchiveCollecting, leaving.add_subscription)
