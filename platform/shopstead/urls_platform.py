"""Addresses on the platform's own host."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.pages")),
    path("", include("tenants.pages")),
    path("", include("tenants.archive.pages")),
    path("", include("tenants.people.pages")),
    path("", include("tenants.provisioning.pages")),
    path("", include("billing.plans.pages")),
    path("", include("billing.webhooks.pages")),
    path("", include("integrations.mail.pages")),
    path("", include("shopstead.pages")),
    path("console/", include("console.pages")),
]
