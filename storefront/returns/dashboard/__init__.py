"""The merchant's pages of withdrawals and returns."""

from django.urls import path

from storefront.returns.dashboard.giving_back import refund
from storefront.returns.dashboard.one import label, new, one, photo
from storefront.returns.dashboard.returns import returns
from storefront.returns.dashboard.withdrawals import done, terms, withdrawals

urlpatterns = [
    path("orders/returns/", returns, name="dashboard_returns"),
    path("orders/returns/<int:pk>/", one, name="dashboard_return"),
    path("orders/returns/<int:pk>/refund/", refund, name="dashboard_return_refund"),
    path("orders/returns/<int:pk>/label/", label, name="dashboard_return_label"),
    path("orders/returns/<int:pk>/photos/<int:number>/", photo, name="dashboard_return_photo"),
    path("orders/<int:pk>/return/", new, name="dashboard_return_new"),
    path("orders/withdrawals/", withdrawals, name="dashboard_withdrawals"),
    path("orders/withdrawals/<int:pk>/done/", done, name="dashboard_withdrawal_done"),
    path("settings/withdrawals/", terms, name="dashboard_withdrawal_terms"),
]
