"""The merchant's pages for stock."""

from django.urls import path

from storefront.inventory.dashboard.item import item
from storefront.inventory.dashboard.list import inventory
from storefront.inventory.dashboard.moving import moving

urlpatterns = [
    path("", inventory, name="dashboard_inventory"),
    path("move/", moving, name="dashboard_inventory_move"),
    path("<int:pk>/", item, name="dashboard_inventory_item"),
]
