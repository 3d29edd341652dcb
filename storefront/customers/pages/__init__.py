"""The way into a shopper's account, and what they keep there; their orders stand in `storefront.orders.pages`."""

from django.urls import path

from storefront.customers.pages import details, entry, privacy, signing_in
from storefront.customers.pages.guards import signed_in_only

__all__ = ["signed_in_only", "urlpatterns"]

urlpatterns = [
    path("account/login/", entry.login, name="account_login"),
    path("account/register/", entry.register, name="account_register"),
    path("account/code/", entry.code, name="account_code"),
    path("account/link/<str:token>/", entry.login_link, name="account_link"),
    path("account/logout/", entry.logout, name="account_logout"),
    path("account/details/", details.details, name="account_details"),
    path("account/email/", details.email, name="account_email"),
    path("account/email/<str:token>/", details.email_confirm, name="account_email_confirm"),
    path("account/password/", signing_in.password, name="account_password"),
    path("account/signing-in/", signing_in.signing_in, name="account_signing_in"),
    path("account/signing-in/end/", signing_in.end, name="account_signing_in_end"),
    path("account/addresses/", details.addresses, name="account_addresses"),
    path("account/addresses/new/", details.address, name="account_address_new"),
    path("account/addresses/<int:pk>/", details.address, name="account_address"),
    path("account/privacy/", privacy.privacy, name="account_privacy"),
    path("account/privacy/consent/", privacy.consent, name="account_consent"),
    path("account/privacy/data/", privacy.export, name="account_export"),
    path("account/privacy/data/<int:pk>/", privacy.export_file, name="account_export_file"),
    path("account/privacy/delete/", privacy.delete, name="account_delete"),
    path("account/delete/<str:token>/", privacy.delete_confirm, name="account_delete_confirm"),
]
