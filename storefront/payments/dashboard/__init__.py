"""The merchant's pages of money: how customers pay, and giving it back."""

from django.urls import path

from storefront.payments.dashboard.account import account

urlpatterns = [path("", account, name="dashboard_payments")]
