"""Pages of an order's money, below the order's own address."""

from django.urls import path

from storefront.payments.dashboard.dispute import dispute
from storefront.payments.dashboard.refund import refund

urlpatterns = [
    path("<int:pk>/refund/", refund, name="dashboard_order_refund"),
    path("<int:pk>/disputes/<int:dispute_id>/", dispute, name="dashboard_order_dispute"),
]
