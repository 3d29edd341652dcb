"""The merchant's pages that change an order."""

from django.urls import path

from storefront.amendments.dashboard.address import address

urlpatterns = [path("orders/<int:pk>/address/", address, name="dashboard_order_address")]
