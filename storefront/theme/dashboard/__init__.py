"""The merchant's pages for the look of the store."""

from django.urls import path

from storefront.theme.dashboard.editor import discard, edit, publish
from storefront.theme.dashboard.versions import restore, versions

urlpatterns = [
    path("", edit, name="dashboard_theme"),
    path("publish/", publish, name="dashboard_theme_publish"),
    path("discard/", discard, name="dashboard_theme_discard"),
    path("versions/", versions, name="dashboard_theme_versions"),
    path("versions/<int:pk>/restore/", restore, name="dashboard_theme_restore"),
]
