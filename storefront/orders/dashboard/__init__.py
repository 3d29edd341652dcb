"""The merchant's pages of orders."""

from django.urls import path

from storefront.orders.dashboard.bulk import archive, bulk, tag, undo
from storefront.orders.dashboard.deeds import archive_one, cancel, confirm_again, hold, keep, note, paid
from storefront.orders.dashboard.list import drop_view, fresh, keep_view, orders
from storefront.orders.dashboard.page import customer_orders, fulfill, guess, order, parcel, unfulfill

urlpatterns = [
    path("", orders, name="dashboard_orders"),
    path("new/", fresh, name="dashboard_orders_fresh"),
    path("carrier/", guess, name="dashboard_orders_carrier"),
    path("bulk/", bulk, name="dashboard_orders_bulk"),
    path("bulk/tags/", tag, name="dashboard_orders_tag"),
    path("bulk/archive/", archive, name="dashboard_orders_archive"),
    path("undo/", undo, name="dashboard_orders_undo"),
    path("views/", keep_view, name="dashboard_orders_view_keep"),
    path("views/<int:pk>/delete/", drop_view, name="dashboard_orders_view_drop"),
    path("of/<int:customer_id>/", customer_orders, name="dashboard_customer_orders"),
    path("<int:pk>/", order, name="dashboard_order"),
    path("<int:pk>/fulfill/", fulfill, name="dashboard_order_fulfill"),
    path("<int:pk>/hold/", hold, name="dashboard_order_hold"),
    path("<int:pk>/parcels/<int:fulfillment_id>/", parcel, name="dashboard_order_parcel"),
    path("<int:pk>/parcels/<int:fulfillment_id>/undo/", unfulfill, name="dashboard_order_unfulfill"),
    path("<int:pk>/note/", note, name="dashboard_order_note"),
    path("<int:pk>/keep/", keep, name="dashboard_order_keep"),
    path("<int:pk>/archive/", archive_one, name="dashboard_order_archive"),
    path("<int:pk>/confirm/", confirm_again, name="dashboard_order_confirm"),
    path("<int:pk>/cancel/", cancel, name="dashboard_order_cancel"),
    path("<int:pk>/paid/", paid, name="dashboard_order_paid"),
]
