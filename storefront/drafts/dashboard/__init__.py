"""The merchant's pages of drafts."""

from django.urls import path

from storefront.drafts.dashboard.deeds import cancel, copy, copy_order, extend, mark_paid, send
from storefront.drafts.dashboard.edit import edit, new
from storefront.drafts.dashboard.list import drafts, drop_view, keep_view
from storefront.drafts.dashboard.page import draft

urlpatterns = [
    path("orders/drafts/", drafts, name="dashboard_drafts"),
    path("orders/drafts/views/", keep_view, name="dashboard_drafts_view_keep"),
    path("orders/drafts/views/<int:pk>/delete/", drop_view, name="dashboard_drafts_view_drop"),
    path("orders/drafts/new/", new, name="dashboard_draft_new"),
    path("orders/drafts/<int:pk>/", draft, name="dashboard_draft"),
    path("orders/drafts/<int:pk>/edit/", edit, name="dashboard_draft_edit"),
    path("orders/drafts/<int:pk>/send/", send, name="dashboard_draft_send"),
    path("orders/drafts/<int:pk>/paid/", mark_paid, name="dashboard_draft_paid"),
    path("orders/drafts/<int:pk>/extend/", extend, name="dashboard_draft_extend"),
    path("orders/drafts/<int:pk>/copy/", copy, name="dashboard_draft_copy"),
    path("orders/drafts/<int:pk>/cancel/", cancel, name="dashboard_draft_cancel"),
    path("orders/<int:pk>/draft/", copy_order, name="dashboard_order_draft"),
]
