"""Pages for whoever withdraws from a contract or sends goods back."""

from django.urls import path

from storefront.returns.pages.returning import call_off, label, photo, send_back, send_back_tracked
from storefront.returns.pages.withdrawing import withdraw, withdrawn

urlpatterns = [
    path("withdraw/", withdraw, name="withdraw"),
    path("withdraw/done/", withdrawn, name="withdrawn"),
    path("orders/<str:token>/return/", send_back, name="order_return"),
    path("orders/<str:token>/return/<int:pk>/off/", call_off, name="order_return_off"),
    path("orders/<str:token>/return/<int:pk>/label/", label, name="order_return_label"),
    path("orders/<str:token>/return/<int:pk>/photos/<int:number>/", photo, name="order_return_photo"),
    path("track/order/return/", send_back_tracked, name="order_tracked_return"),
]
