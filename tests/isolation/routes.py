"""Every address of a store's host with the door it stands behind: an address that is not here fails the test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from django.urls import URLPattern, URLResolver, get_resolver

from tests.isolation.planting import PICTURE, Planted


class Door(Enum):
    """open: anybody · secret: whoever knows the address · account: a signed-in shopper · work: a member · entry: a pass."""

    OPEN = "open"
    SECRET = "secret"
    ACCOUNT = "account"
    WORK = "work"
    ENTRY = "entry"


@dataclass(frozen=True)
class Place:
    """Where a route stands: its door, what fills its arguments, the answer to a GET of whoever may, its CSRF check."""

    door: Door
    fill: dict[str, str] = field(default_factory=dict)
    get: tuple[int, ...] = (200,)
    is_csrf_checked: bool = True
    # What is not there is not told from what cannot be done: the answer leads to a page that is 404.
    is_quiet: bool = False
    # Behind the door of work: the permission that looking needs, and the one for changing where it is another.
    needs: str = ""
    needs_to_change: str = ""


def _pk(label: str) -> dict[str, str]:
    return {"pk": f"pk:{label}"}


ORDER, TALK = _pk("orders.Order"), _pk("support.Conversation")
DRAFT = _pk("drafts.Draft")
COLLEAGUE, INVITATION = _pk("tenants.Membership"), _pk("people.Invitation")
CLAIM = _pk("domains.DomainClaim")
JOB = {"token": "job"}
ARCHIVE = {"token": "archive"}
NO_GET = (405,)
# Whoever has a place in the store may; no permission is asked for.
MEMBER = "member"

TABLE: dict[str, Place] = {
    "home": Place(Door.OPEN),
    "products": Place(Door.OPEN),
    "product": Place(Door.OPEN, {"handle": "handle"}),
    "product_media": Place(Door.OPEN, {"handle": "handle"} | _pk("catalog.ProductImage"), get=(200, 404)),
    "collection": Place(Door.OPEN, {"handle": "handle"}),
    "category": Place(Door.OPEN, {"handle": "handle"}),
    "search": Place(Door.OPEN),
    "search_clicked": Place(Door.OPEN, get=NO_GET),
    "search_suggest": Place(Door.OPEN),
    "page": Place(Door.OPEN, {"handle": "handle"}),
    "robots": Place(Door.OPEN),
    "sitemap": Place(Door.OPEN),
    "sitemap_part": Place(Door.OPEN, {"kind": "sitemap"}),
    "feed_google": Place(Door.OPEN),
    "feed_openai": Place(Door.OPEN),
    "manifest": Place(Door.OPEN),
    "indexnow_key": Place(Door.SECRET, {"key": "indexnow"}),
    "policy": Place(Door.OPEN, {"policy": "policy"}, (404,)),
    "blog": Place(Door.OPEN),
    "blog_feed": Place(Door.OPEN),
    "blog_tag": Place(Door.OPEN, {"tag": "handle"}),
    "post": Place(Door.OPEN, {"handle": "handle"}),
    "newsletter": Place(Door.OPEN, get=NO_GET),
    "newsletter_answer": Place(Door.SECRET, {"token": "newsletter"}),
    "account_login": Place(Door.OPEN, get=(200, 302)),
    "account_register": Place(Door.OPEN, get=(200, 302)),
    "account_link": Place(Door.OPEN, {"token": "link"}),
    "account_code": Place(Door.OPEN, get=(302,)),
    "account_email_confirm": Place(Door.OPEN, {"token": "link"}),
    "account_delete_confirm": Place(Door.OPEN, {"token": "link"}),
    "account_logout": Place(Door.OPEN, get=NO_GET),
    "account_email": Place(Door.ACCOUNT, get=NO_GET),
    "account_signing_in": Place(Door.ACCOUNT),
    "account_signing_in_end": Place(Door.ACCOUNT, get=NO_GET),
    "account_privacy": Place(Door.ACCOUNT),
    "account_consent": Place(Door.ACCOUNT, get=NO_GET),
    "account_export": Place(Door.ACCOUNT, get=NO_GET),
    "account_export_file": Place(Door.ACCOUNT, _pk("customers.DataExport"), get=(404,)),
    "account_delete": Place(Door.ACCOUNT, get=NO_GET),
    "account_details": Place(Door.ACCOUNT),
    "account_password": Place(Door.ACCOUNT, get=NO_GET),
    "account_addresses": Place(Door.ACCOUNT),
    "account_address_new": Place(Door.ACCOUNT),
    "account_address": Place(Door.ACCOUNT, _pk("customers.Address")),
    "account": Place(Door.ACCOUNT),
    "account_orders": Place(Door.ACCOUNT),
    "account_credit": Place(Door.ACCOUNT),
    "product_reviews": Place(Door.OPEN, {"handle": "handle"}),
    "review_report": Place(Door.OPEN, _pk("reviews.Review")),
    "review_write": Place(Door.ACCOUNT, {"handle": "handle"}),
    "account_reviews": Place(Door.ACCOUNT),
    "review_delete": Place(Door.ACCOUNT, _pk("reviews.Review"), get=NO_GET),
    "cart_return": Place(Door.SECRET, {"token": "cart_return"}),
    "cart_reminders_stop": Place(Door.SECRET, {"token": "cart_stop"}, is_csrf_checked=False),
    "review_invitation": Place(Door.SECRET, {"token": "review_invitation"}),
    "review_invitation_stop": Place(Door.SECRET, {"token": "review_invitation"}, is_csrf_checked=False),
    "review_invited": Place(Door.SECRET, {"token": "review_invitation", "product_id": "pk:catalog.Product"}),
    "saved": Place(Door.OPEN, get=(200, 302)),
    "saved_ids": Place(Door.OPEN),
    "saved_toggle": Place(Door.OPEN, get=NO_GET),
    "saved_change": Place(Door.OPEN, get=NO_GET),
    "saved_shared": Place(Door.SECRET, {"token": "shared_list"}),
    "account_saved": Place(Door.ACCOUNT),
    "saved_share": Place(Door.ACCOUNT, get=NO_GET),
    "seen": Place(Door.OPEN),
    "cart": Place(Door.OPEN),
    "cart_add": Place(Door.OPEN, get=NO_GET),
    "cart_update": Place(Door.OPEN, get=NO_GET),
    "currency": Place(Door.OPEN, get=NO_GET),
    "checkout": Place(Door.OPEN, get=(200, 409)),
    "checkout_return": Place(Door.OPEN, get=(302, 404)),
    "order_account": Place(Door.SECRET, {"token": "order"}, NO_GET),
    "order_again": Place(Door.SECRET, {"token": "order"}, NO_GET),
    "order": Place(Door.SECRET, {"token": "order"}),
    "order_track": Place(Door.OPEN),
    "order_tracked": Place(Door.OPEN, get=(302,)),
    "order_track_link": Place(Door.OPEN, get=NO_GET),
    "support": Place(Door.OPEN),
    "conversation": Place(Door.SECRET, {"token": "conversation"}),
    "fragments_own": Place(Door.OPEN),
    "fragments_shared": Place(Door.OPEN),
    "media": Place(Door.OPEN, {"name": "media"}),
    "beacon": Place(Door.OPEN, get=(204,), is_csrf_checked=False),
    "dashboard_home": Place(Door.WORK, needs=MEMBER),
    "dashboard_setup_dismiss": Place(Door.WORK, get=NO_GET, needs=MEMBER),
    "dashboard_enter": Place(Door.ENTRY),
    "dashboard_leave": Place(Door.WORK, get=NO_GET, needs=MEMBER),
    "dashboard_language": Place(Door.WORK, get=NO_GET, needs=MEMBER),
    "dashboard_settings": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_announcement_close": Place(Door.WORK, _pk("console.Announcement"), NO_GET, needs=MEMBER),
    "dashboard_support_enter": Place(Door.ENTRY),
    "dashboard_support_write": Place(Door.WORK, get=(404,), needs=MEMBER),
    "dashboard_support_exit": Place(Door.WORK, get=NO_GET, needs=MEMBER),
    "dashboard_support_sessions": Place(Door.WORK, needs="audit.view"),
    "dashboard_support_session": Place(Door.WORK, _pk("console.SupportAccess"), needs="audit.view"),
    "dashboard_support_end": Place(Door.WORK, _pk("console.SupportAccess"), NO_GET, needs="staff.edit"),
    "dashboard_job_tray": Place(Door.WORK, needs=MEMBER),
    "dashboard_job": Place(Door.WORK, JOB, needs=MEMBER),
    "dashboard_job_cancel": Place(Door.WORK, JOB, NO_GET, needs="jobs.edit"),
    "dashboard_job_dismiss": Place(Door.WORK, JOB, NO_GET, needs=MEMBER),
    "dashboard_orders": Place(Door.WORK, needs="orders.view"),
    "dashboard_orders_bulk": Place(Door.WORK, get=NO_GET, needs="orders.fulfill"),
    "dashboard_orders_undo": Place(Door.WORK, get=NO_GET, needs="orders.fulfill"),
    "dashboard_customer_orders": Place(Door.WORK, {"customer_id": "pk:customers.Customer"}, needs="orders.view"),
    "dashboard_order": Place(Door.WORK, ORDER, needs="orders.view"),
    "dashboard_order_fulfill": Place(Door.WORK, ORDER, NO_GET, needs="orders.fulfill"),
    "dashboard_order_unfulfill": Place(
        Door.WORK, {**ORDER, "fulfillment_id": "pk:orders.Fulfillment"}, NO_GET, is_quiet=True, needs="orders.fulfill"
    ),
    "dashboard_order_note": Place(Door.WORK, ORDER, NO_GET, needs="orders.note"),
    "dashboard_order_cancel": Place(Door.WORK, ORDER, needs="orders.edit"),
    "dashboard_orders_fresh": Place(Door.WORK, needs="orders.view"),
    "dashboard_orders_carrier": Place(Door.WORK, needs="orders.fulfill"),
    "dashboard_abandoned": Place(Door.WORK, needs="orders.view"),
    "dashboard_abandoned_settings": Place(Door.WORK, needs="orders.view", needs_to_change="settings.edit"),
    "dashboard_orders_tag": Place(Door.WORK, get=NO_GET, needs="orders.note"),
    "dashboard_orders_archive": Place(Door.WORK, get=NO_GET, needs="orders.note"),
    "dashboard_orders_view_keep": Place(Door.WORK, get=NO_GET, needs="orders.view"),
    "dashboard_orders_view_drop": Place(Door.WORK, {"pk": "pk:lists.SavedView"}, get=NO_GET, needs="orders.view"),
    "dashboard_order_hold": Place(Door.WORK, ORDER, NO_GET, needs="orders.fulfill"),
    "dashboard_order_parcel": Place(
        Door.WORK, {**ORDER, "fulfillment_id": "pk:orders.Fulfillment"}, NO_GET, needs="orders.fulfill"
    ),
    "dashboard_order_keep": Place(Door.WORK, ORDER, NO_GET, needs="orders.note"),
    "dashboard_order_archive": Place(Door.WORK, ORDER, NO_GET, needs="orders.note"),
    "dashboard_order_confirm": Place(Door.WORK, ORDER, NO_GET, needs="orders.note"),
    "dashboard_order_invoice": Place(Door.WORK, ORDER, needs="orders.view", needs_to_change="orders.edit"),
    "dashboard_order_credit_note": Place(
        Door.WORK, {**ORDER, "note_id": "pk:documents.CreditNote"}, needs="orders.view"
    ),
    "dashboard_order_slip": Place(Door.WORK, ORDER, needs="orders.view"),
    "dashboard_packing_slips": Place(Door.WORK, get=NO_GET, needs="orders.view"),
    "dashboard_documents": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "order_invoice": Place(Door.SECRET, {"token": "order"}),
    "order_credit_note": Place(Door.SECRET, {"token": "order"} | _pk("documents.CreditNote")),
    "withdraw": Place(Door.OPEN, get=(200, 404)),
    "withdrawn": Place(Door.OPEN, get=(302,)),
    "order_return": Place(Door.SECRET, {"token": "order"}),
    "order_return_off": Place(Door.SECRET, {"token": "order"} | _pk("returns.Return"), NO_GET),
    "order_return_photo": Place(Door.SECRET, {"token": "order", "number": "first"} | _pk("returns.Return"), get=(404,)),
    "dashboard_return_photo": Place(
        Door.WORK, {"number": "first"} | _pk("returns.Return"), get=(404,), needs="orders.view"
    ),
    "order_return_label": Place(Door.SECRET, {"token": "order"} | _pk("returns.Return"), get=(404,)),
    "order_tracked_return": Place(Door.OPEN, get=(302,)),
    "order_difference": Place(Door.SECRET, {"token": "order"}, NO_GET),
    "draft_pay": Place(Door.SECRET, {"token": "draft"}),
    "draft_of_order": Place(Door.SECRET, {"token": "order"}, (302,)),
    "dashboard_drafts": Place(Door.WORK, needs="orders.view"),
    "dashboard_drafts_view_keep": Place(Door.WORK, get=NO_GET, needs="orders.view"),
    "dashboard_drafts_view_drop": Place(Door.WORK, {"pk": "pk:lists.SavedView"}, get=NO_GET, needs="orders.view"),
    "dashboard_draft_new": Place(Door.WORK, needs="orders.edit"),
    "dashboard_draft": Place(Door.WORK, DRAFT, needs="orders.view"),
    "dashboard_draft_edit": Place(Door.WORK, DRAFT, needs="orders.edit"),
    "dashboard_draft_send": Place(Door.WORK, DRAFT, NO_GET, needs="orders.edit"),
    "dashboard_draft_paid": Place(Door.WORK, DRAFT, NO_GET, needs="orders.edit"),
    "dashboard_draft_extend": Place(Door.WORK, DRAFT, NO_GET, needs="orders.edit"),
    "dashboard_draft_copy": Place(Door.WORK, DRAFT, NO_GET, needs="orders.edit"),
    "dashboard_draft_cancel": Place(Door.WORK, DRAFT, NO_GET, needs="orders.edit"),
    "dashboard_order_draft": Place(Door.WORK, ORDER, NO_GET, needs="orders.edit"),
    "dashboard_order_address": Place(Door.WORK, ORDER, needs="orders.edit"),
    "dashboard_order_goods": Place(Door.WORK, ORDER, needs="orders.edit"),
    "dashboard_order_goods_paid": Place(Door.WORK, ORDER, NO_GET, needs="orders.edit"),
    "dashboard_order_goods_call_off": Place(Door.WORK, ORDER, NO_GET, needs="orders.edit"),
    "dashboard_returns": Place(Door.WORK, needs="orders.view"),
    "dashboard_return": Place(Door.WORK, _pk("returns.Return"), needs="orders.view", needs_to_change="orders.edit"),
    "dashboard_return_refund": Place(Door.WORK, _pk("returns.Return"), NO_GET, needs="refunds.create"),
    "dashboard_return_label": Place(Door.WORK, _pk("returns.Return"), get=(404,), needs="orders.view"),
    "dashboard_return_new": Place(Door.WORK, ORDER, needs="orders.edit"),
    "dashboard_withdrawals": Place(Door.WORK, needs="orders.view"),
    "dashboard_withdrawal_done": Place(Door.WORK, _pk("returns.Withdrawal"), NO_GET, needs="orders.edit"),
    "dashboard_withdrawal_terms": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_order_numbers": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_order_paid": Place(Door.WORK, ORDER, NO_GET, needs="orders.edit"),
    "dashboard_order_refund": Place(Door.WORK, ORDER, needs="refunds.create"),
    "dashboard_order_dispute": Place(Door.WORK, {**ORDER, "dispute_id": "pk:payments.Dispute"}, needs="refunds.create"),
    "dashboard_products": Place(Door.WORK, needs="products.view"),
    "dashboard_product_new": Place(Door.WORK, needs="products.edit"),
    "dashboard_product_gift_card": Place(Door.WORK, needs="products.edit"),
    "dashboard_products_bulk": Place(Door.WORK, get=NO_GET, needs="products.edit"),
    "dashboard_products_undo": Place(Door.WORK, get=NO_GET, needs="products.edit"),
    "tell_me": Place(Door.OPEN, {"handle": "handle"}, get=(200, 302)),
    "alert_stop": Place(Door.SECRET, _pk("alerts.StockAlert") | {"token": "alert"}),
    "download": Place(Door.SECRET, _pk("downloads.DownloadGrant") | {"token": "download"}, get=(404,)),
    "dashboard_order_downloads": Place(Door.WORK, ORDER, get=NO_GET, needs="orders.edit"),
    "dashboard_inventory": Place(Door.WORK, needs="products.view", needs_to_change="products.edit"),
    "dashboard_inventory_move": Place(Door.WORK, needs="products.edit"),
    "dashboard_inventory_item": Place(
        Door.WORK, _pk("catalog.ProductVariant"), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_warehouses": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_product_media": Place(
        Door.WORK, _pk("catalog.Product"), get=(302,), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_products_change": Place(Door.WORK, _pk("catalog.ChangeSet"), needs="products.view"),
    "dashboard_products_grid": Place(Door.WORK, needs="products.edit"),
    "dashboard_product_duplicate": Place(Door.WORK, _pk("catalog.Product"), get=NO_GET, needs="products.edit"),
    "dashboard_product_archive": Place(Door.WORK, _pk("catalog.Product"), get=NO_GET, needs="products.edit"),
    "dashboard_products_view_keep": Place(Door.WORK, get=NO_GET, needs="products.view"),
    "dashboard_products_view_drop": Place(Door.WORK, _pk("lists.SavedView"), get=NO_GET, needs="products.view"),
    "dashboard_product": Place(
        Door.WORK, _pk("catalog.Product"), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_reviews": Place(Door.WORK, needs="products.view"),
    "dashboard_reviews_bulk": Place(Door.WORK, get=NO_GET, needs="reviews.edit"),
    "dashboard_review_settings": Place(Door.WORK, needs="products.view", needs_to_change="reviews.edit"),
    "dashboard_customer_reviews": Place(Door.WORK, {"customer_id": "pk:customers.Customer"}, needs="customers.view"),
    "dashboard_review": Place(Door.WORK, _pk("reviews.Review"), needs="products.view"),
    "dashboard_review_decide": Place(Door.WORK, _pk("reviews.Review"), NO_GET, needs="reviews.edit"),
    "dashboard_review_reply": Place(Door.WORK, _pk("reviews.Review"), NO_GET, needs="reviews.edit"),
    "dashboard_product_qr": Place(Door.WORK, _pk("catalog.Product"), needs="products.view"),
    "dashboard_product_draft": Place(Door.WORK, _pk("catalog.Product"), NO_GET, needs="products.edit"),
    "dashboard_product_new_draft": Place(Door.WORK, get=NO_GET, needs="products.edit"),
    "dashboard_product_version": Place(
        Door.WORK, _pk("catalog.ProductVariant"), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_product_prices": Place(
        Door.WORK, _pk("catalog.Product"), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_product_options": Place(Door.WORK, _pk("catalog.Product"), needs="products.edit"),
    "dashboard_categories": Place(Door.WORK, needs="products.view"),
    "dashboard_category_new": Place(Door.WORK, needs="products.edit"),
    "dashboard_category": Place(
        Door.WORK, _pk("catalog.Category"), needs="products.view", needs_to_change="products.edit"
    ),
    "dashboard_category_move": Place(Door.WORK, _pk("catalog.Category"), NO_GET, is_quiet=True, needs="products.edit"),
    "dashboard_category_delete": Place(Door.WORK, _pk("catalog.Category"), NO_GET, needs="products.edit"),
    "dashboard_collections": Place(Door.WORK, needs="products.view"),
    "dashboard_collection_new": Place(Door.WORK, needs="content.edit"),
    "dashboard_collection": Place(
        Door.WORK, _pk("catalog.Collection"), needs="products.view", needs_to_change="content.edit"
    ),
    "dashboard_collection_products": Place(
        Door.WORK, _pk("catalog.Collection"), NO_GET, is_quiet=True, needs="content.edit"
    ),
    "dashboard_collection_move": Place(
        Door.WORK, _pk("catalog.Collection"), NO_GET, is_quiet=True, needs="content.edit"
    ),
    "dashboard_collection_delete": Place(Door.WORK, _pk("catalog.Collection"), NO_GET, needs="content.edit"),
    "dashboard_labels": Place(Door.WORK, needs="products.view"),
    "dashboard_label_rename": Place(Door.WORK, get=NO_GET, needs="products.edit"),
    "dashboard_label_suggest": Place(Door.WORK, needs="products.view"),
    "dashboard_fields": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_tax_classes": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_currencies": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_currency": Place(
        Door.WORK, _pk("catalog.PriceList"), needs="settings.view", needs_to_change="settings.edit"
    ),
    "dashboard_customers": Place(Door.WORK, needs="customers.view"),
    "dashboard_customers_tag": Place(Door.WORK, get=NO_GET, needs="customers.edit"),
    "dashboard_customers_view_keep": Place(Door.WORK, get=NO_GET, needs="customers.view"),
    "dashboard_customers_view_drop": Place(Door.WORK, {"pk": "pk:lists.SavedView"}, get=NO_GET, needs="customers.view"),
    "dashboard_customer": Place(Door.WORK, _pk("customers.Customer"), needs="customers.view"),
    "dashboard_customer_note": Place(Door.WORK, _pk("customers.Customer"), NO_GET, needs="customers.edit"),
    "dashboard_customer_keep": Place(Door.WORK, _pk("customers.Customer"), NO_GET, needs="customers.edit"),
    "dashboard_customer_invite": Place(Door.WORK, _pk("customers.Customer"), NO_GET, needs="customers.edit"),
    "dashboard_customer_export": Place(Door.WORK, _pk("customers.Customer"), NO_GET, needs="customers.edit"),
    "dashboard_customer_export_file": Place(
        Door.WORK, {**_pk("customers.Customer"), "export_id": "pk:customers.DataExport"}, (404,), needs="customers.edit"
    ),
    "dashboard_customer_merge_choose": Place(Door.WORK, _pk("customers.Customer"), needs="customers.edit"),
    "dashboard_customer_merge": Place(
        Door.WORK, {**_pk("customers.Customer"), "other_pk": "pk:customers.another"}, needs="customers.edit"
    ),
    "dashboard_customer_erase": Place(Door.WORK, _pk("customers.Customer"), needs="customers.edit"),
    "dashboard_erasures": Place(Door.WORK, needs="customers.view"),
    "dashboard_erasure": Place(Door.WORK, {"reference": "receipt"}, needs="customers.view"),
    "dashboard_consents": Place(Door.WORK, needs="customers.view"),
    "dashboard_import": Place(Door.WORK, needs="imports.run"),
    "dashboard_import_template": Place(Door.WORK, {"kind": "kind"}, needs="imports.run"),
    "dashboard_import_columns": Place(Door.WORK, {"token": "import_run"}, needs="imports.run"),
    "dashboard_import_undo": Place(Door.WORK, {"token": "import_run"}, NO_GET, needs="imports.run"),
    "dashboard_import_pictures": Place(Door.WORK, {"token": "import_run"}, NO_GET, needs="imports.run"),
    "dashboard_export": Place(Door.WORK, needs="imports.run"),
    "dashboard_export_file": Place(Door.WORK, JOB, get=(404,), needs="imports.run"),
    "dashboard_import_run": Place(Door.WORK, JOB, needs="imports.run"),
    "dashboard_import_start": Place(Door.WORK, JOB, NO_GET, needs="imports.run"),
    "dashboard_import_rows": Place(Door.WORK, JOB, needs="imports.run"),
    "dashboard_recommendations": Place(Door.WORK, needs="recommendations.view"),
    "dashboard_recommendations_train": Place(Door.WORK, get=NO_GET, needs="recommendations.edit"),
    "dashboard_support": Place(Door.WORK, needs="support.view"),
    "dashboard_conversation": Place(Door.WORK, TALK, needs="support.view"),
    "dashboard_conversation_reply": Place(Door.WORK, TALK, NO_GET, needs="support.reply"),
    "dashboard_conversation_label": Place(Door.WORK, TALK, NO_GET, needs="support.reply"),
    "dashboard_conversation_status": Place(Door.WORK, TALK, NO_GET, is_quiet=True, needs="support.reply"),
    "dashboard_billing": Place(Door.WORK, needs="billing.view"),
    "dashboard_billing_plan": Place(Door.WORK, get=NO_GET, needs="billing.edit"),
    "dashboard_billing_portal": Place(Door.WORK, get=NO_GET, needs="billing.edit"),
    "dashboard_domains": Place(Door.WORK, needs="settings.view", needs_to_change="domains.edit"),
    "dashboard_domain": Place(Door.WORK, CLAIM, needs="settings.view"),
    "dashboard_domain_check": Place(Door.WORK, CLAIM, NO_GET, needs="domains.edit"),
    "dashboard_domain_remove": Place(Door.WORK, CLAIM, NO_GET, needs="domains.edit"),
    "dashboard_domain_primary": Place(Door.WORK, get=NO_GET, needs="domains.edit"),
    "dashboard_payments": Place(Door.WORK, needs="payments.view", needs_to_change="payments.edit"),
    "dashboard_way_to_pay": Place(
        Door.WORK, {"kind": "way_kind"}, needs="payments.view", needs_to_change="payments.edit"
    ),
    "dashboard_search": Place(Door.WORK, needs="products.view"),
    "dashboard_text_picture": Place(Door.WORK, get=NO_GET, needs="products.edit"),
    "dashboard_page_text_picture": Place(Door.WORK, get=NO_GET, needs="content.edit"),
    "dashboard_search_leads": Place(Door.WORK, needs="products.view", needs_to_change="products.edit"),
    "dashboard_search_synonyms": Place(Door.WORK, needs="products.view", needs_to_change="products.edit"),
    "dashboard_search_filters": Place(Door.WORK, needs="products.view", needs_to_change="products.edit"),
    "dashboard_menus": Place(Door.WORK, needs="content.edit"),
    "dashboard_menu": Place(Door.WORK, {"place": "place"}, needs="content.edit"),
    "dashboard_menu_forget": Place(Door.WORK, {"place": "place"}, NO_GET, needs="content.edit"),
    "dashboard_policies": Place(Door.WORK, needs="content.edit"),
    "dashboard_policy": Place(Door.WORK, {"policy": "policy"}, needs="content.edit"),
    "dashboard_blog": Place(Door.WORK, needs="content.edit"),
    "dashboard_post_new": Place(Door.WORK, needs="content.edit"),
    "dashboard_post": Place(Door.WORK, _pk("content.Post"), needs="content.edit"),
    "dashboard_post_preview": Place(Door.WORK, _pk("content.Post"), needs="content.edit"),
    "dashboard_post_delete": Place(Door.WORK, _pk("content.Post"), NO_GET, needs="content.edit"),
    "dashboard_discounts": Place(Door.WORK, needs="discounts.view"),
    "dashboard_discounts_bulk": Place(Door.WORK, get=NO_GET, needs="discounts.edit"),
    "dashboard_discount_choose": Place(Door.WORK, needs="discounts.edit"),
    "dashboard_discount_new": Place(Door.WORK, {"kind": "discount_kind"}, needs="discounts.edit"),
    "dashboard_discount": Place(
        Door.WORK, _pk("discounts.Promotion"), needs="discounts.view", needs_to_change="discounts.edit"
    ),
    "dashboard_discount_codes": Place(Door.WORK, _pk("discounts.Promotion"), get=NO_GET, needs="discounts.edit"),
    "dashboard_discount_codes_file": Place(Door.WORK, _pk("discounts.Promotion"), needs="discounts.view"),
    "dashboard_gift_cards": Place(Door.WORK, needs="credits.view"),
    "dashboard_gift_card_new": Place(Door.WORK, needs="credits.edit"),
    "dashboard_gift_card": Place(
        Door.WORK, _pk("credits.GiftCard"), needs="credits.view", needs_to_change="credits.edit"
    ),
    "dashboard_customer_credit": Place(
        Door.WORK,
        {"customer_id": "pk:customers.Customer"},
        needs="credits.view",
        needs_to_change="credits.edit",
    ),
    "dashboard_taxes": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_tax_region": Place(
        Door.WORK, _pk("taxes.TaxRegion"), needs="settings.view", needs_to_change="settings.edit"
    ),
    "dashboard_redirects": Place(Door.WORK, needs="content.edit"),
    "dashboard_redirects_delete": Place(Door.WORK, get=NO_GET, needs="content.edit"),
    "dashboard_redirects_file": Place(Door.WORK, needs="content.edit"),
    "dashboard_pages": Place(Door.WORK, needs="content.edit"),
    "dashboard_page_new": Place(Door.WORK, needs="content.edit"),
    "dashboard_page": Place(Door.WORK, _pk("content.Page"), needs="content.edit"),
    "dashboard_page_preview": Place(Door.WORK, _pk("content.Page"), needs="content.edit"),
    "dashboard_page_show": Place(Door.WORK, _pk("content.Page"), NO_GET, needs="content.edit"),
    "dashboard_page_delete": Place(Door.WORK, _pk("content.Page"), NO_GET, needs="content.edit"),
    "dashboard_theme": Place(Door.WORK, needs="theme.edit"),
    "dashboard_feeds": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_theme_moved": Place(Door.WORK, get=(301,), needs="theme.edit"),
    "dashboard_theme_publish": Place(Door.WORK, get=NO_GET, needs="theme.edit"),
    "dashboard_theme_discard": Place(Door.WORK, get=NO_GET, needs="theme.edit"),
    "dashboard_theme_versions": Place(Door.WORK, needs="theme.edit"),
    "dashboard_theme_restore": Place(Door.WORK, _pk("theme.ThemeVersion"), NO_GET, needs="theme.edit"),
    "dashboard_notifications": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_reach_again": Place(Door.WORK, _pk("notifications.UnreachableAddress"), NO_GET, needs="settings.edit"),
    "dashboard_notification": Place(
        Door.WORK, {"key": "mail_kind"}, needs="settings.view", needs_to_change="settings.edit"
    ),
    "dashboard_notification_body": Place(Door.WORK, {"key": "mail_kind"}, needs="settings.view"),
    "dashboard_shipping": Place(Door.WORK, needs="settings.view", needs_to_change="settings.edit"),
    "dashboard_shipping_zone_new": Place(Door.WORK, needs="settings.edit"),
    "dashboard_shipping_zone": Place(Door.WORK, _pk("shipping.ShippingZone"), needs="settings.edit"),
    "dashboard_shipping_method_new": Place(Door.WORK, _pk("shipping.ShippingZone"), needs="settings.edit"),
    "dashboard_shipping_method": Place(
        Door.WORK, _pk("shipping.ShippingMethod"), needs="settings.view", needs_to_change="settings.edit"
    ),
    "dashboard_pickup_new": Place(Door.WORK, needs="settings.edit"),
    "dashboard_data": Place(Door.WORK, needs="store.export"),
    "dashboard_data_archive": Place(Door.WORK, get=NO_GET, needs="store.export"),
    "dashboard_data_download": Place(Door.WORK, ARCHIVE, needs="store.export"),
    "dashboard_data_restore": Place(Door.WORK, ARCHIVE, needs="store.export"),
    "dashboard_data_open": Place(Door.WORK, ARCHIVE, get=NO_GET, needs="store.export"),
    "dashboard_data_arrival": Place(Door.WORK, get=NO_GET, needs="store.export"),
    "dashboard_data_nightly": Place(Door.WORK, get=NO_GET, needs="store.export"),
    "dashboard_data_undo": Place(Door.WORK, get=NO_GET, needs="store.export"),
    "dashboard_data_sandbox": Place(Door.WORK, get=NO_GET, needs="store.export"),
    "dashboard_data_delete": Place(Door.WORK, needs="store.delete"),
    "dashboard_stores": Place(Door.WORK, needs=MEMBER),
    "dashboard_staff": Place(Door.WORK, needs="staff.view", needs_to_change="staff.edit"),
    "dashboard_staff_second_step": Place(Door.WORK, get=NO_GET, needs="staff.edit"),
    "dashboard_staff_member": Place(Door.WORK, COLLEAGUE, needs="staff.view", needs_to_change="staff.edit"),
    "dashboard_staff_remove": Place(Door.WORK, COLLEAGUE, NO_GET, needs="staff.edit"),
    "dashboard_staff_hand_over": Place(Door.WORK, COLLEAGUE, NO_GET, needs="staff.edit"),
    "dashboard_invitation_again": Place(Door.WORK, INVITATION, NO_GET, needs="staff.edit"),
    "dashboard_invitation_withdraw": Place(Door.WORK, INVITATION, NO_GET, needs="staff.edit"),
    "dashboard_activity": Place(Door.WORK, needs="audit.view"),
    "dashboard_activity_file": Place(Door.WORK, needs="audit.view"),
    "api_openapi": Place(Door.OPEN, is_csrf_checked=False),
    "api_products": Place(Door.OPEN, get=(200, 404), is_csrf_checked=False),
    "api_product": Place(Door.OPEN, {"handle": "handle"}, is_csrf_checked=False),
    "api_carts": Place(Door.OPEN, get=NO_GET, is_csrf_checked=False),
    "api_cart": Place(Door.SECRET, {"token": "cart"}, is_csrf_checked=False),
    "api_cart_lines": Place(Door.SECRET, {"token": "cart"}, NO_GET, is_csrf_checked=False),
    "api_cart_checkout": Place(Door.SECRET, {"token": "cart"}, NO_GET, is_csrf_checked=False),
    "api_order": Place(Door.SECRET, {"token": "order"}, is_csrf_checked=False),
    "api_recommendations": Place(Door.OPEN, get=(200, 404), is_csrf_checked=False),
}


class PlatformDoor(Enum):
    """open: anybody · person: whoever is logged in · store: who has a place in the store of the address · team: the console."""

    OPEN = "open"
    PERSON = "person"
    STORE = "store"
    TEAM = "team"


# The platform's own host; what is named console_… stands behind the console's door and needs no line here.
PLATFORM: dict[str, PlatformDoor] = {
    **dict.fromkeys(
        ("site_home", "pricing", "signup", "signup_address", "login", "account_login", "passkey_login", "mfa_authenticate",
         "logout", "language", "password_reset", "password_reset_sent", "password_reset_key", "confirm_email", "domain_ok",
         "stripe_webhook", "mail_webhook", "healthz", "readyz", "invitation"),
        PlatformDoor.OPEN,
    ),
    **dict.fromkeys(
        ("account", "account_confirm", "account_password", "account_email", "account_email_send", "account_email_forget",
         "account_codes", "account_codes_off", "account_passkey_add", "account_passkey", "account_recovery_codes",
         "account_login_end", "account_logins_end", "stores", "store_from_archive", "store_from_upload"),
        PlatformDoor.PERSON,
    ),
    "signup_progress": PlatformDoor.STORE,
    "signup_retry": PlatformDoor.STORE,
    "store_enter": PlatformDoor.STORE,
    "store_leave": PlatformDoor.STORE,
    "store_keep": PlatformDoor.STORE,
}  # fmt: skip


def routes(urlconf: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield name, path and arguments of every address of a host; one without a name is named by its path."""
    yield from _walk(get_resolver(urlconf), "", ())


def route_names(urlconf: str = "shopstead.urls_store") -> Iterator[str]:
    yield from (name for name, _path, _arguments in routes(urlconf))


def arguments_of(name: str, urlconf: str = "shopstead.urls_platform") -> tuple[str, ...]:
    return next(arguments for one, _path, arguments in routes(urlconf) if one == name)


def _walk(resolver: URLResolver, path: str, arguments: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        whole, names = path + str(one.pattern), (*arguments, *one.pattern.converters)
        if isinstance(one, URLPattern):
            yield one.name or whole, whole, names
        else:
            yield from _walk(one, whole, names)


def argument(planted: Planted, source: str) -> object:
    """Return what a store would put in an address: a row's id, a secret, or a public name."""
    if source.startswith("pk:"):
        return planted.pk(source.removeprefix("pk:"))
    public = {
        "handle": f"only-at-{planted.tenant.slug}",
        "kind": "products",
        "sitemap": "products-1",
        "policy": "privacy",
        "first": 1,
        "discount_kind": "percent",
        "way_kind": "bank_transfer",
        "place": "header",
        "job": planted.rows["jobs.Job"].token,
        "import_run": planted.rows["transfer.ImportRun"].token,
        "mail_kind": "confirmation",
        "receipt": planted.rows["customers.ErasureReceipt"].reference,
        "archive": planted.rows["archive.Archive"].token,
        "media": f"../{planted.tenant.schema_name}/{PICTURE}",
    }
    return public.get(source) or planted.secrets[source]
