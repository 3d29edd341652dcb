"""The merchant's pages of customers."""

from django.urls import path

from storefront.customers.dashboard.privacy import data_file, erase, erasure, erasures, export_data
from storefront.customers.dashboard.views import customer, customers

urlpatterns = [
    path("", customers, name="dashboard_customers"),
    path("deleted/", erasures, name="dashboard_erasures"),
    path("deleted/<str:reference>/", erasure, name="dashboard_erasure"),
    path("<int:pk>/", customer, name="dashboard_customer"),
    path("<int:pk>/data/", export_data, name="dashboard_customer_export"),
    path("<int:pk>/data/<int:export_id>/", data_file, name="dashboard_customer_export_file"),
    path("<int:pk>/delete/", erase, name="dashboard_customer_erase"),
]
