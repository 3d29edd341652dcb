"""The merchant's pages for what the store says besides its goods."""

from django.urls import include, path

urlpatterns = [
    path("blog/", include("storefront.content.dashboard.blog")),
    path("consents/", include("storefront.content.dashboard.consents")),
    path("menus/", include("storefront.content.dashboard.menus")),
    path("pages/", include("storefront.content.dashboard.pages")),
    path("policies/", include("storefront.content.dashboard.policies")),
    path("redirects/", include("storefront.content.dashboard.redirects")),
]
