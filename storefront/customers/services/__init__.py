"""Shoppers' accounts: prove an address, sign in, keep details, leave. Buying as a guest stands in `buyers`."""

from storefront.customers.buyers import record_purchase
from storefront.customers.services.accounts import (
    adopt_password,
    authenticate_customer,
    check_password_strength,
    confirm_new_email,
    find_or_create_customer,
    register_customer,
    request_new_email,
    set_password,
    update_details,
)
from storefront.customers.services.addresses import delete_address, save_address
from storefront.customers.services.erasing import erase_customer
from storefront.customers.services.exporting import make_export, remove_old_exports, request_export
from storefront.customers.services.inviting import invite_customer
from storefront.customers.services.keeping import add_note, keep_words, tag_customers
from storefront.customers.services.links import redeem_login_code, redeem_login_link, request_login_link
from storefront.customers.services.mailing import mail_export, mail_login_link, mail_notice
from storefront.customers.services.merging import merge_customers
from storefront.customers.services.privacy import confirm_erasure, request_erasure, set_consent
from storefront.customers.services.sign_ins import (
    end_listed_sign_in,
    end_other_sign_ins,
    end_sign_in,
    note_seen,
    open_sign_in,
)

__all__ = [
    "add_note",
    "adopt_password",
    "authenticate_customer",
    "check_password_strength",
    "confirm_erasure",
    "confirm_new_email",
    "delete_address",
    "end_listed_sign_in",
    "end_other_sign_ins",
    "end_sign_in",
    "erase_customer",
    "find_or_create_customer",
    "invite_customer",
    "keep_words",
    "mail_export",
    "mail_login_link",
    "mail_notice",
    "make_export",
    "merge_customers",
    "note_seen",
    "open_sign_in",
    "record_purchase",
    "redeem_login_code",
    "redeem_login_link",
    "register_customer",
    "remove_old_exports",
    "request_erasure",
    "request_export",
    "request_login_link",
    "request_new_email",
    "save_address",
    "set_consent",
    "set_password",
    "tag_customers",
    "update_details",
]
