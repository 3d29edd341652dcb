"""What each kind of line in a store's log says, in words that go on after the name of whoever did it."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.enums import Role


class Area(models.TextChoices):
    """What a line is about, to narrow the list by."""

    ORDERS = "orders", _("Orders")
    PRODUCTS = "products", _("Products")
    SUPPORT = "support", _("Support")
    RECOMMENDATIONS = "recommendations", _("Recommendations")
    SETTINGS = "settings", _("Settings")
    MONEY = "money", _("Payments and plan")
    PEOPLE = "people", _("Staff")
    STORE = "store", _("The store itself")


# A name of an address stands for a change made there of which no service has written a line of its own.
SENTENCES: dict[Area, dict[str, str | Promise]] = {
    Area.STORE: {
        "reserved": _("opened the store"),
        "provisioned": _("made the store ready"),
        "provisioning.retried": _("asked once more for the store to be made"),
        "state.ready": _("opened the doors again"),
        "state.checkout_off": _("closed the checkout: %(reason)s"),
        "state.suspended": _("suspended the store: %(reason)s"),
        "state.deleting": _("began to delete the store: %(reason)s"),
        "state.deleted": _("deleted the store"),
        "support.started": _("began to look into the store as %(as)s: %(reason)s"),
        "support.write": _("allowed changes while looking in as %(as)s: %(reason)s"),
        "support.ended": _("ended the support session that looked in as %(as)s"),
        "dashboard_announcement_close": _("put an announcement away"),
        "dashboard_support_write": _("asked to change things for support"),
        "dashboard_support_exit": _("left the store after support"),
        "dashboard_support_end": _("put support out"),
        "console.trial": _("extended the trial until %(until)s: %(reason)s"),
        "console.plan": _("changed the plan from %(from)s to %(to)s: %(reason)s"),
        "console.migrate": _("asked for the migrations that the store lacks"),
        "console.migrate_failed": _("could not apply the migrations: %(reason)s"),
        "console.export": _("asked for an archive of the whole store: %(reason)s"),
        "console.train": _("asked for a training of the recommendations"),
        "console.search": _("asked for the search to be rebuilt"),
        "console.cache": _("cleared what was remembered for the store"),
        "dashboard_data_archive": _("asked for an archive of the store"),
        "dashboard_data_nightly": _("changed the nightly archives"),
        "dashboard_data_undo": _("took back the last restoration"),
        "dashboard_data_restore": _("asked for the store to go back to an archive"),
        "dashboard_data_sandbox": _("asked for a sandbox of the store"),
        "dashboard_data_open": _("asked for a new store from an archive"),
        "dashboard_data_arrival": _("put away what did not come along"),
        "dashboard_data_delete": _("began to delete the store"),
        "deletion.kept": _("kept the store after all"),
        "archive.made": _("made an archive of the store"),
        "restored": _("opened the store from an archive of %(from)s"),
        "restore.done": _("took the store back to how it was at %(archive_made_at)s"),
        "restore.undone": _("took back the last restoration"),
        "dashboard_job_cancel": _("stopped work that was running"),
        "dashboard_job_dismiss": _("put a finished job away"),
        "dashboard_setup_dismiss": _("put the setup guide away"),
        "dashboard_language": _("chose another language for the dashboard"),
        "dashboard_leave": _("logged out"),
    },
    Area.ORDERS: {
        "dashboard_order_downloads": _("changed the files of an order"),
        "dashboard_orders_bulk": _("marked %(count)s orders as sent"),
        "dashboard_orders_undo": _("took parcels back"),
        "dashboard_order_fulfill": _("sent a parcel"),
        "dashboard_order_unfulfill": _("took a parcel back"),
        "dashboard_order_note": _("wrote a note on an order"),
        "dashboard_order_keep": _("changed the note or the tags of an order"),
        "dashboard_order_hold": _("put an order on hold or released it"),
        "dashboard_order_parcel": _("changed the tracking of a parcel"),
        "dashboard_order_archive": _("put an order away or brought it back"),
        "dashboard_order_confirm": _("sent an order’s confirmation again"),
        "dashboard_orders_tag": _("changed the tags of %(count)s orders"),
        "dashboard_orders_archive": _("put %(count)s orders away or brought them back"),
        "dashboard_order_invoice": _("issued an invoice"),
        "dashboard_packing_slips": _("printed packing slips of %(count)s orders"),
        "dashboard_withdrawal_done": _("saw to a withdrawal"),
        "dashboard_drafts_view_keep": _("kept a view of the list of drafts"),
        "dashboard_drafts_view_drop": _("deleted a view of the list of drafts"),
        "dashboard_draft_new": _("made a draft"),
        "dashboard_draft_edit": _("changed a draft"),
        "dashboard_draft_send": _("sent the link of a draft"),
        "dashboard_draft_paid": _("marked a draft as paid"),
        "dashboard_draft_extend": _("extended a draft"),
        "dashboard_draft_copy": _("duplicated a draft"),
        "dashboard_draft_cancel": _("called a draft off"),
        "dashboard_order_draft": _("made a draft of an order"),
        "dashboard_order_address": _("changed the address of an order"),
        "dashboard_order_goods": _("changed the goods of an order"),
        "dashboard_order_goods_paid": _("marked what was added to an order as paid"),
        "dashboard_order_goods_call_off": _("called off what was to be added to an order"),
        "dashboard_return": _("saw to a return"),
        "dashboard_return_refund": _("gave money back for a return"),
        "dashboard_return_new": _("wrote down a return"),
        "dashboard_orders_view_keep": _("kept a view of the list of orders"),
        "dashboard_orders_view_drop": _("deleted a view of the list of orders"),
        "dashboard_order_cancel": _("canceled an order"),
        "dashboard_order_paid": _("marked an order as paid"),
        "dashboard_order_numbers": _("changed how orders are numbered"),
        "dashboard_documents": _("changed what stands on invoices and packing slips"),
        "dashboard_order_refund": _("gave money back"),
        "dashboard_order_dispute": _("answered a dispute"),
    },
    Area.PRODUCTS: {
        "dashboard_product_new": _("added a product"),
        "dashboard_product_gift_card": _("added a gift card to sell"),
        "dashboard_product": _("changed a product"),
        "dashboard_inventory": _("changed the stock"),
        "dashboard_inventory_move": _("moved goods between warehouses"),
        "dashboard_inventory_item": _("changed the stock of a product"),
        "dashboard_product_media": _("changed the pictures of a product"),
        "dashboard_products_bulk": _("changed %(count)s products at once"),
        "dashboard_products_undo": _("took back a change of products"),
        "dashboard_product_duplicate": _("duplicated a product"),
        "dashboard_product_archive": _("archived a product"),
        "dashboard_products_grid": _("edited products in the grid"),
        "dashboard_products_view_keep": _("kept a view of the products"),
        "dashboard_products_view_drop": _("deleted a view of the products"),
        "dashboard_reviews_bulk": _("decided on %(count)s reviews"),
        "dashboard_review_decide": _("decided on a review"),
        "dashboard_review_reply": _("answered a review"),
        "dashboard_review_settings": _("changed the rules for reviews"),
        "dashboard_product_draft": _("typed on a product’s page"),
        "dashboard_product_new_draft": _("typed on the page of a new product"),
        "dashboard_product_version": _("changed a version of a product"),
        "dashboard_product_options": _("changed the options of a product"),
        "dashboard_product_prices": _("set prices of a product in further currencies"),
        "dashboard_category_new": _("added a category"),
        "dashboard_category": _("changed a category"),
        "dashboard_category_move": _("moved a category"),
        "dashboard_category_delete": _("deleted a category"),
        "dashboard_collection_new": _("added a collection"),
        "dashboard_collection": _("changed a collection"),
        "dashboard_collection_products": _("changed what is in a collection"),
        "dashboard_collection_move": _("moved a collection"),
        "dashboard_collection_delete": _("deleted a collection"),
        "dashboard_label_rename": _("renamed a tag, brand or kind"),
        "dashboard_discounts_bulk": _("switched discounts on or off, or extended them"),
        "dashboard_discount_new": _("made a discount"),
        "dashboard_discount": _("changed a discount"),
        "dashboard_discount_codes": _("changed the codes of a discount"),
        "dashboard_gift_card_new": _("issued a gift card"),
        "dashboard_gift_card": _("changed a gift card"),
        "dashboard_customer_credit": _("changed a customer’s store credit"),
        "dashboard_import": _("uploaded a file to import"),
        "dashboard_import_start": _("started an import"),
        "dashboard_import_columns": _("said what the columns of a file are"),
        "dashboard_import_undo": _("took back an import"),
        "dashboard_import_pictures": _("asked again for the pictures of an import"),
        "dashboard_export": _("asked for an export"),
    },
    Area.SUPPORT: {
        "dashboard_conversation_reply": _("answered a conversation"),
        "dashboard_conversation_label": _("changed the label of a conversation"),
        "dashboard_conversation_status": _("changed the state of a conversation"),
    },
    Area.RECOMMENDATIONS: {"dashboard_recommendations_train": _("started a training of the recommendations")},
    Area.SETTINGS: {
        "dashboard_menu": _("changed a menu"),
        "dashboard_menu_forget": _("let a menu follow the store by itself"),
        "dashboard_policy": _("changed a policy"),
        "dashboard_post_new": _("wrote a post"),
        "dashboard_post": _("changed a post"),
        "dashboard_post_delete": _("deleted a post"),
        "dashboard_redirects": _("added a redirect"),
        "dashboard_redirects_delete": _("deleted redirects"),
        "dashboard_redirects_file": _("imported redirects"),
        "dashboard_page_new": _("added a page"),
        "dashboard_page": _("changed a page"),
        "dashboard_page_show": _("showed or hid a page"),
        "dashboard_page_delete": _("deleted a page"),
        "dashboard_theme_publish": _("published the look of the store"),
        "dashboard_theme_discard": _("threw the draft of the look away"),
        "dashboard_theme_restore": _("made a draft of an earlier look"),
        "facts": _("changed the store’s facts"),
        "dashboard_settings": _("saved the store’s facts"),
        "dashboard_fields": _("changed the custom fields"),
        "dashboard_tax_classes": _("changed the tax classes"),
        "dashboard_currencies": _("added a currency"),
        "dashboard_currency": _("changed the prices in a further currency"),
        "dashboard_theme": _("changed the look of the store"),
        "dashboard_search_synonyms": _("changed the words that search takes for the same"),
        "dashboard_text_picture": _("put a picture into a text"),
        "dashboard_page_text_picture": _("put a picture into a text"),
        "dashboard_search_leads": _("changed which searches lead to a page"),
        "dashboard_search_filters": _("changed the filters of the store"),
        "dashboard_order_numbers": _("changed how orders are numbered"),
        "dashboard_documents": _("changed what stands on invoices"),
        "dashboard_withdrawal_terms": _("changed what may be sent back, and who may withdraw from a contract"),
        "dashboard_taxes": _("changed the taxes"),
        "dashboard_tax_region": _("changed the tax rates of a place"),
        "dashboard_shipping": _("changed delivery"),
        "dashboard_shipping_zone_new": _("changed delivery"),
        "dashboard_shipping_zone": _("changed delivery"),
        "dashboard_shipping_method_new": _("changed delivery"),
        "dashboard_shipping_method": _("changed delivery"),
        "dashboard_pickup_new": _("changed delivery"),
        "dashboard_feeds": _("changed what search engines and shopping services may read"),
        "dashboard_warehouses": _("changed the warehouses"),
        "dashboard_abandoned_settings": _("changed the reminders of carts"),
        "dashboard_customers_tag": _("changed the tags of %(count)s customers"),
        "dashboard_customer_note": _("wrote a note on a customer"),
        "dashboard_customer_keep": _("changed the note and tags of a customer"),
        "dashboard_customer_invite": _("sent a customer a link to sign in"),
        "dashboard_customers_view_keep": _("kept a view of the list of customers"),
        "dashboard_customers_view_drop": _("deleted a view of the list of customers"),
        "dashboard_reach_again": _("let letters go to an address again that came back"),
        "dashboard_notifications": _("changed who writes to shoppers"),
        "dashboard_notification": _("changed a mail, or sent it to themselves"),
        "dashboard_customer_export": _("asked for a copy of a customer’s data"),
        "dashboard_customer_merge": _("made one customer of two"),
        "dashboard_customer_erase": _("deleted a customer’s data"),
        "domain.claimed": _("claimed the domain %(host)s"),
        "domain.verified": _("connected the domain %(host)s"),
        "domain.failing": _("found no proof of the domain %(host)s"),
        "domain.primary": _("made %(host)s the primary domain"),
        "domain.released": _("released the domain %(host)s"),
        "dashboard_domains": _("worked on the domains"),
        "dashboard_domain_check": _("looked for the record of a domain"),
        "dashboard_domain_primary": _("chose the primary domain"),
        "dashboard_domain_remove": _("removed a domain"),
    },
    Area.MONEY: {
        "dashboard_payments": _("went to connect payments"),
        "dashboard_way_to_pay": _("changed how customers can pay"),
        "dashboard_billing_plan": _("went to choose a plan"),
        "dashboard_billing_portal": _("opened the billing portal"),
    },
    Area.PEOPLE: {
        "people.invited": _("invited %(email)s as %(role)s"),
        "people.invited_again": _("sent the invitation of %(email)s again"),
        "people.invitation_withdrawn": _("withdrew the invitation of %(email)s"),
        "people.joined": _("joined as %(role)s"),
        "people.role_changed": _("made %(name)s %(role)s instead of %(before)s"),
        "people.second_step_on": _("asked everybody for a two-step log-in"),
        "people.second_step_off": _("let the password be enough again"),
        "people.removed": _("removed %(name)s from the store"),
        "people.left": _("left the store"),
        "people.owner_handed_over": _("handed the store over to %(name)s"),
        "dashboard_staff": _("worked on the staff page"),
        "dashboard_staff_member": _("saved somebody’s role as it was"),
        "dashboard_staff_remove": _("removed somebody from the store"),
        "dashboard_staff_hand_over": _("handed the store over"),
        "dashboard_staff_second_step": _("set how people log in here"),
        "dashboard_invitation_again": _("sent an invitation again"),
        "dashboard_invitation_withdraw": _("withdrew an invitation"),
        "activity.exported": _("took this log out as a file"),
    },
}

_AREAS = {kind: area for area, kinds in SENTENCES.items() for kind in kinds}


def kinds_of(area: str) -> list[str]:
    """Return the kinds of an area; none for one that there is not."""
    return list(SENTENCES.get(area, {}))  # type: ignore[call-overload]


def say(kind: str, data: Mapping[str, Any]) -> str:
    """Return a line's sentence in the reader's language; a kind without one shows its own name."""
    area = _AREAS.get(kind)
    if area is None:
        return gettext("did “%(kind)s”") % {"kind": kind}
    return str(SENTENCES[area][kind]) % _Facts(data)


class _Facts(dict[str, str]):
    """What a sentence may name; what an old line did not keep is a dash."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        roles = {key: _role(data[key]) for key in ("role", "before") if isinstance(data.get(key), str)}
        texts = {key: str(value) for key, value in data.items() if isinstance(value, str | int)}
        picked = data.get("picked")
        counted = {"count": str(len(picked))} if isinstance(picked, list) else {}
        super().__init__({**texts, **roles, **counted})

    def __missing__(self, key: str) -> str:
        return "–"


def _role(value: str) -> str:
    return str(Role(value).label) if value in Role.values else value
