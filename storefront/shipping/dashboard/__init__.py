"""The merchant's pages of delivery."""

from django.urls import path

from storefront.shipping.dashboard.methods import change_method, new_method
from storefront.shipping.dashboard.overview import delivery
from storefront.shipping.dashboard.pickups import new_pickup
from storefront.shipping.dashboard.zones import change_zone, new_zone

urlpatterns = [
    path("", delivery, name="dashboard_shipping"),
    path("zones/new/", new_zone, name="dashboard_shipping_zone_new"),
    path("zones/<int:pk>/", change_zone, name="dashboard_shipping_zone"),
    path("zones/<int:pk>/rates/new/", new_method, name="dashboard_shipping_method_new"),
    path("rates/<int:pk>/", change_method, name="dashboard_shipping_method"),
    path("pickup/new/", new_pickup, name="dashboard_pickup_new"),
]
