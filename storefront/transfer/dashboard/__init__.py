"""The merchant's pages of imports and exports."""

from django.urls import include, path

urlpatterns = [
    path("import/", include("storefront.transfer.dashboard.importing")),
    path("export/", include("storefront.transfer.dashboard.exporting")),
]
