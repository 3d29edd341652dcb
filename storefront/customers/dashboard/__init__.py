"""The merchant's pages of customers."""

from django.urls import path

from storefront.customers.dashboard.list import customers, drop_view, keep_view, tag
from storefront.customers.dashboard.merging import choose_other, merge
from storefront.customers.dashboard.page import customer, invite, keep, note
from storefront.customers.dashboard.privacy import data_file, erase, erasure, erasures, export_data

urlpatterns = [
    path("", customers, name="dashboard_customers"),
    path("bulk/tags/", tag, name="dashboard_customers_tag"),
    path("views/", keep_view, name="dashboard_customers_view_keep"),
    path("views/<int:pk>/delete/", drop_view, name="dashboard_customers_view_drop"),
    path("deleted/", erasures, name="dashboard_erasures"),
    path("deleted/<str:reference>/", erasure, name="dashboard_erasure"),
    path("<int:pk>/", customer, name="dashboard_customer"),
    path("<int:pk>/note/", note, name="dashboard_customer_note"),
    path("<int:pk>/keep/", keep, name="dashboard_customer_keep"),
    path("<int:pk>/invite/", invite, name="dashboard_customer_invite"),
    path("<int:pk>/data/", export_data, name="dashboard_customer_export"),
    path("<int:pk>/data/<int:export_id>/", data_file, name="dashboard_customer_export_file"),
    path("<int:pk>/merge/", choose_other, name="dashboard_customer_merge_choose"),
    path("<int:pk>/merge/<int:other_pk>/", merge, name="dashboard_customer_merge"),
    path("<int:pk>/delete/", erase, name="dashboard_customer_erase"),
]
