"""The Celery application, its queues and the schedule."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopstead.settings.local")

app = Celery("shopstead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "jobs: sweep": {"task": "core.jobs.sweep", "schedule": 30.0},
    "outbox: publish again what the broker has lost": {"task": "core.outbox.publish_lost", "schedule": 60.0},
    "outbox: prune": {"task": "core.outbox.prune", "schedule": crontab(minute=17)},
    "tenants: sweep what was left half-made": {"task": "tenants.provisioning.sweep", "schedule": 60.0},
    "tenants: fill the pool of schemas": {
        "task": "tenants.provisioning.fill_pool",
        "schedule": 60.0,
        "options": {"queue": "jobs"},
    },
    "domains: look at what is due": {"task": "tenants.domains.check_due", "schedule": 60.0},
    "domains: prune host changes": {"task": "tenants.domains.prune_host_changes", "schedule": crontab(minute=23)},
    "accounts: remove old log-ins": {"task": "accounts.remove_old_logins", "schedule": crontab(hour=3, minute=11)},
    "stores: every minute": {"task": "shopstead.dispatch", "schedule": 60.0, "kwargs": {"period": "minute"}},
    "stores: every hour": {"task": "shopstead.dispatch", "schedule": crontab(minute=7), "kwargs": {"period": "hour"}},
    "stores: every night": {
        "task": "shopstead.dispatch",
        "schedule": crontab(hour=2, minute=30),
        "kwargs": {"period": "night"},
    },
    "console: end overdue support sessions": {"task": "console.end_overdue", "schedule": 60.0},
    "archive: keep who was erased": {"task": "tenants.archive.keep_erasures", "schedule": crontab(minute=53)},
    "archive: sweep": {"task": "tenants.archive.sweep", "schedule": crontab(minute=23)},
    "archive: erase what is due": {"task": "tenants.archive.erase_due", "schedule": crontab(minute="11,41")},
    "billing: close ended trials": {"task": "billing.subscriptions.scan_trials", "schedule": 60.0},
    "billing: handle waiting events": {"task": "billing.webhooks.sweep", "schedule": 60.0},
    "billing: reconcile": {"task": "billing.subscriptions.reconcile", "schedule": crontab(minute=41)},
}

# What the dispatcher asks of every ready store, by period.
STORE_TASKS: dict[str, tuple[str, ...]] = {
    "minute": ("storefront.inventory.release_expired", "storefront.payments.reconcile_open"),
    "hour": (
        "storefront.catalog.publish_due",
        "storefront.content.publish_due",
        "storefront.catalog.fill_drifting",
        "analytics.merchant.refresh",
        "recsys.serving.refresh_trending",
        "storefront.transfer.remove_old_files",
        "storefront.payments.cancel_unpaid",
        "storefront.payments.remind_unpaid",
        "storefront.drafts.close_expired",
        "storefront.amendments.close_expired",
        "storefront.credits.send_due_cards",
        "storefront.search.refresh",
        "storefront.catalog.sweep_pictures",
        "storefront.feeds.tell_indexnow",
        "storefront.recovery.find_left_carts",
        "console.refresh_facts",
    ),
    "night": (
        "tenants.archive.nightly",
        "tenants.fleet.recount_files",
        "storefront.catalog.purge_changes",
        "storefront.inventory.tidy",
        "storefront.payments.compare",
        "storefront.catalog.note_prices",
        "storefront.catalog.refresh_rates",
        "storefront.doctor.check_all",
        "storefront.customers.remove_expired_sessions",
        "storefront.search.tidy",
        "storefront.wishlists.remove_old_lists",
        "recsys.serving.train",
    ),
}
