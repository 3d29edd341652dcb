"""The merchant's pages of money: how customers pay, and giving it back."""

from django.urls import path

from storefront.payments.dashboard.account import account
from storefront.payments.dashboard.ways import way

urlpatterns = [
    path("", account, name="dashboard_payments"),
    path("ways/<str:kind>/", way, name="dashboard_way_to_pay"),
]
