"""Addresses on one store's host; each app names its own, this page joins them."""

from django.urls import include, path

handler404 = "storefront.theme.pages.not_found"

urlpatterns = [
    path("", include("storefront.catalog.pages")),
    path("", include("storefront.search.pages")),
    path("", include("storefront.content.pages")),
    path("", include("storefront.customers.pages")),
    path("", include("storefront.carts.pages")),
    path("", include("storefront.checkout.pages")),
    path("", include("storefront.orders.pages")),
    path("", include("storefront.payments.pages")),
    path("", include("storefront.support.pages")),
    path("", include("storefront.theme.pages")),
    path("", include("storefront.feeds.pages")),
    path("", include("analytics.merchant.pages")),
    path("", include("recsys.interactions.pages")),
    path("dashboard/", include("analytics.merchant.dashboard")),
    path("dashboard/", include("tenants.dashboard")),
    path("dashboard/", include("tenants.people.dashboard")),
    path("dashboard/", include("core.jobs.dashboard")),
    path("dashboard/", include("console.dashboard")),
    path("dashboard/orders/", include("storefront.orders.dashboard")),
    path("dashboard/products/", include("storefront.catalog.dashboard")),
    path("dashboard/customers/", include("storefront.customers.dashboard")),
    path("dashboard/import/", include("storefront.transfer.dashboard")),
    path("dashboard/recommendations/", include("recsys.serving.dashboard")),
    path("dashboard/support/", include("storefront.support.dashboard")),
    path("dashboard/settings/data/", include("tenants.archive.dashboard")),
    path("dashboard/settings/billing/", include("billing.subscriptions.dashboard")),
    path("dashboard/settings/domains/", include("tenants.domains.dashboard")),
    path("dashboard/settings/payments/", include("storefront.payments.dashboard")),
    path("dashboard/settings/feeds/", include("storefront.feeds.dashboard")),
    path("dashboard/settings/theme/", include("storefront.theme.dashboard")),
    path("dashboard/settings/shipping/", include("storefront.shipping.dashboard")),
    path("fragments/", include("shopstead.fragments")),
    path("", include("shopstead.openapi")),
    path("api/storefront/v1/", include("storefront.catalog.api.storefront")),
    path("api/storefront/v1/", include("storefront.checkout.api.storefront")),
    path("api/storefront/v1/", include("recsys.serving.api.storefront")),
]
