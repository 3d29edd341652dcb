"""The merchant's pages that change an order."""

from django.urls import path

from storefront.amendments.dashboard.address import address
from storefront.amendments.dashboard.goods import call_off_added, goods, mark_added_paid

urlpatterns = [
    path("orders/<int:pk>/address/", address, name="dashboard_order_address"),
    path("orders/<int:pk>/goods/", goods, name="dashboard_order_goods"),
    path("orders/<int:pk>/goods/paid/", mark_added_paid, name="dashboard_order_goods_paid"),
    path("orders/<int:pk>/goods/call-off/", call_off_added, name="dashboard_order_goods_call_off"),
]
