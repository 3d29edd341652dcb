"""Which schema each app lives in: an app stands in exactly one of the two lists, and its AppConfig says the same."""

SHARED_APPS = [
    "django_tenants",  # schema switching; its model checks
    "django.contrib.contenttypes",  # Django's auth needs it; its cache is process-wide, so it may exist once only
    "django.contrib.auth",  # password hashing and the log-in back end
    "django_celery_beat",  # the schedule's tables: one scheduler for all stores
    "core.outbox",  # one relay publishes for all stores
    "core.freshness",  # when a store's pages last changed: one look tells of all stores
    "core.jobs",  # one sweeper watches all stores' jobs
    "accounts",  # people have one login for all their stores
    "allauth.account",  # the stages of a person's log-in
    "allauth.mfa",  # codes, passkeys and recovery codes of people
    "tenants",  # who the stores are
    "tenants.provisioning",  # how a store comes to be, and the pool of schemas that wait for one
    "tenants.domains",  # a merchant's own host names: claimed, proved, released
    "tenants.people",  # who may work where, on whose invitation, with which rights
    "tenants.archive",  # a whole store as one file, and its end
    "tenants.fleet",  # migrations over all stores
    "billing.plans",
    "billing.subscriptions",
    "billing.invoices",
    "billing.webhooks",
    "console",
]

TENANT_APPS = [
    "core.lists",  # the views people keep of lists
    "storefront.customers",
    "storefront.catalog",
    "storefront.search",
    "storefront.content",
    "storefront.theme",
    "storefront.inventory",
    "storefront.shipping",
    "storefront.discounts",
    "storefront.taxes",
    "storefront.credits",
    "storefront.carts",
    "storefront.alerts",
    "storefront.orders",
    "storefront.downloads",
    "storefront.gifts",
    "storefront.documents",
    "storefront.returns",
    "storefront.payments",
    "storefront.support",
    "storefront.reviews",
    "storefront.wishlists",
    "storefront.recovery",
    "storefront.checkout",
    "storefront.transfer",
    "storefront.doctor",
    "storefront.amendments",
    "storefront.drafts",
    "storefront.feeds",
    "storefront.notifications",
    "analytics.merchant",
    "recsys.interactions",
    "recsys.serving",
]

# No tables, so no schema: static files, templates, template tags, commands.
PLAIN_APPS = [
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_cotton",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "core",
    "core.ui",
    "integrations.mail",
    "shopstead",
]
