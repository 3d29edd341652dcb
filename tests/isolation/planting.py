"""Fill a store with one row of every kind, each with the store's own word in every text it can hold."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from accounts.models import User
from core.ids import new_token
from core.tenancy import in_tenant
from storefront.alerts.services import make_token as alert_token
from storefront.content.services.newsletter import make_token
from storefront.customers.models import Customer
from storefront.customers.services.links import hash_token, link_token
from storefront.downloads.tokens import make_token as download_token
from storefront.recovery.tokens import make_token as recovery_token
from storefront.reviews.services.inviting import invitation_token
from storefront.search.services import index_all
from storefront.search.services.meanings import write_terms
from storefront.theme.look import complete
from storefront.theme.models import ThemeVersion
from storefront.theme.sections.checks import make_section
from tenants.models import Tenant
from tests.isolation.planted import FAR, MADE_AT, PICTURE, SHORTEST_TEXT, Planted
from tests.isolation.platform_rows import plant_platform_rows


def store_models() -> Iterator[type[models.Model]]:
    """Yield the tables of a store, each after those it points to."""
    waiting = [
        model
        for config in apps.get_app_configs()
        if config.name in list(settings.TENANT_APPS)
        for model in config.get_models(include_auto_created=True)
    ]
    done: set[type[models.Model]] = set()
    while waiting:
        for model in waiting:
            targets = {f.related_model for f in model._meta.local_fields if f.is_relation} - {model}
            if targets <= done:
                break
        else:
            raise AssertionError(f"the tables point at each other in a ring: {waiting}")
        waiting.remove(model)
        done.add(model)
        yield model


def plant(tenant: Tenant, *, word: str, first_id: int, owner: User) -> Planted:
    """Write one row of every kind; numbered from `first_id`, so that an id of one store is no id of another."""
    planted = Planted(tenant, word, owner)
    with in_tenant(tenant):
        _number_from(first_id)
        for model in store_models():
            if model._meta.label in ("search.SearchDocument", "search.SynonymTerm"):  # search writes its own
                continue
            planted.rows[model._meta.label] = _plant_row(model, planted)
        planted.rows["customers.another"] = Customer.objects.create(
            email=f"another-{word.lower()}@example.com", name=shopper_of(planted).name, created_at=MADE_AT
        )
        index_all()
        write_terms()
        grant = planted.rows["downloads.DownloadGrant"]
        planted.secrets["download"] = download_token(grant_id=grant.pk, nonce=grant.nonce)
        planted.secrets["alert"] = alert_token(planted.rows["alerts.StockAlert"])
        left = planted.rows["recovery.AbandonedCart"]
        planted.secrets["cart_return"] = recovery_token(abandoned_id=left.pk, nonce=left.nonce, purpose="return")
        planted.secrets["cart_stop"] = recovery_token(abandoned_id=left.pk, nonce=left.nonce, purpose="stop")
        planted.secrets["review_invitation"] = invitation_token(planted.rows["reviews.ReviewInvitation"])
        look = ThemeVersion.objects.get(state="published")
        look.settings["announcement"] = planted.word
        look.save(update_fields=["settings"])
    plant_platform_rows(planted)
    return planted


def plant_files(planted: Planted, media_root: Path, private_root: Path) -> None:
    """Write a picture and a left-out-rows file with the store's word in them."""
    kept = f"{planted.rows['archive.Archive'].token}.shopstead"
    for file in (
        media_root / planted.tenant.schema_name / PICTURE,
        private_root / planted.tenant.schema_name / planted.secrets["rows_file"],
        Path(settings.ARCHIVE_ROOT) / planted.secrets["archive_folder"] / kept,
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(planted.word)


def fingerprint(tenant: Tenant) -> dict[str, str]:
    """Return a digest of every table of the store, and of the platform's rows that name it."""
    found = {}
    with in_tenant(tenant), connection.cursor() as cursor:
        cursor.execute(_digests_of_tables())
        found.update(cursor.fetchall())
        cursor.execute(
            "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM jobs_job t WHERE schema_name = %s",
            [tenant.schema_name],
        )
        found["jobs.Job"] = cursor.fetchone()[0]
        cursor.execute("SELECT md5(t::text) FROM tenants_tenant t WHERE id = %s", [tenant.pk])
        found["tenants.Tenant"] = cursor.fetchone()[0]
        for label, table, facts in (
            ("tenants.Membership", "tenants_membership", "t.id, t.user_id, t.role"),
            ("people.Invitation", "people_invitation", "t"),
            ("tenants.TenantEvent", "tenants_tenantevent", "t"),
            ("domains.DomainClaim", "domains_domainclaim", "t"),
        ):
            cursor.execute(
                f"SELECT md5(string_agg(({facts})::text, '|' ORDER BY t.id)) FROM {table} t WHERE tenant_id = %s",
                [tenant.pk],
            )
            found[label] = cursor.fetchone()[0]
    return found


@cache
def _digests_of_tables() -> str:
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {model._meta.db_table} t"
        for model in store_models()
    )


def _number_from(first_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(c.oid, %s, false) FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = to_regnamespace(%s)",
            [first_id, connection.schema_name],
        )


def _plant_row(model: type[models.Model], planted: Planted) -> Any:
    given = FACTS.get(model._meta.label, lambda _planted: {})(planted)
    values = {
        one.name: given[one.name] if one.name in given else _value(one, planted)
        for one in model._meta.local_fields
        if not (one.primary_key and one.name not in given)
    }
    if isinstance(model._meta.pk, models.SmallIntegerField):  # a table of one row
        return model.objects.update_or_create(pk=1, defaults=values)[0]
    return model.objects.create(**values)


def _value(one: models.Field, planted: Planted) -> Any:
    word = planted.word
    if one.is_relation:
        return planted.rows[one.related_model._meta.label]
    if isinstance(one, ArrayField):
        return [1]
    if isinstance(one, models.JSONField):
        return {} if one.default is dict else [word]
    if isinstance(one, models.EmailField):
        return f"{word}@example.com"
    if isinstance(one, models.CharField | models.TextField):
        fits = one.max_length is None or one.max_length >= SHORTEST_TEXT
        return one.get_default() if one.choices or not fits else f"{word} {one.name}"[: one.max_length]
    if isinstance(one, models.DateTimeField):
        return FAR if one.name == "expires_at" else MADE_AT
    if isinstance(one, models.DateField):
        return date(2026, 11, 20)
    return one.get_default() if one.has_default() else 1


def _token_of_link(planted: Planted) -> dict[str, Any]:
    nonce = new_token()
    planted.secrets["link"] = link_token(nonce)
    return {
        "nonce": nonce,
        "token_hash": hash_token(link_token(nonce)),
        "mailed_at": None,
        "used_at": None,
        "next_path": "",
    }


def _present(planted: Planted) -> dict[str, Any]:
    """Somebody for whom a gift card is meant."""
    word = planted.word
    return {"email": f"{word.lower()}@present.example", "name": word, "message": word, "day": "", "count": 1}


def _token_of_letters(planted: Planted) -> str:
    """An address on the newsletter's ledger, with the link that proves it."""
    email = f"letters-{planted.word}@example.com"
    planted.secrets["newsletter"] = make_token(email)
    return email


def _secret(name: str) -> Callable[[Planted], str]:
    def make(planted: Planted) -> str:
        return str(planted.secrets.setdefault(name, new_token()))

    return make


def _indexnow(planted: Planted) -> str:
    return str(planted.secrets.setdefault("indexnow", hashlib.md5(planted.word.encode()).hexdigest()))


_order_token, _cart_token, _talk_token = _secret("order"), _secret("cart"), _secret("conversation")
_draft_token = _secret("draft")

# What a row needs beyond its store's word, so that the pages would show it.
FACTS: dict[str, Callable[[Planted], dict[str, Any]]] = {
    "customers.Customer": lambda p: {"password": "", "country": "US", "language": "en", "orders_count": 1,
                                      "erased_at": None, "wants_personal": True},
    "customers.FormerCustomer": lambda p: {"id": p.pk("customers.Customer") + 500},
    "customers.Address": lambda p: {"country": "US"},
    "customers.CustomerLoginLink": lambda p: {**_token_of_link(p), "language": "en"},
    "transfer.ImportRun": lambda p: {"token": new_token(), "check_token": "", "job_token": "", "undone_at": None,
                                     "kind": "products",
                                     "header": [p.word], "samples": [[p.word]], "mapping": {p.word: "title"}},
    "transfer.UndoBatch": lambda p: {"rows": [[0, None, {"name": p.word}]]},
    "customers.CustomerSignIn": lambda p: {"address": ""},
    "customers.Consent": lambda p: {"kind": "marketing", "is_given": True},
    "recovery.RecoverySettings": lambda p: {
        "is_on": True, "switched_on_at": MADE_AT, "rule": "known", "after_hours": 4, "code": "",
    },
    "recovery.AbandonedCart": lambda p: {
        "outcome": "mailed", "mailed_at": MADE_AT, "expires_at": FAR, "language": "en", "currency": "USD",
    },
    "recovery.CartReturn": lambda p: {"cart_token": new_token()},
    "customers.CustomerEvent": lambda p: {"type": "note.added", "data": {"text": p.word}},
    "customers.Notice": lambda p: {"kind": "email_changed", "language": "en"},
    "customers.DataExport": lambda p: {"language": "en", "path": "", "is_for_store": False},
    "customers.ErasureReceipt": lambda p: {
        "reference": new_token()[:10].upper(), "kept": {"orders": 1}, "removed": {"reviews": 1},
    },
    "customers.Session": lambda p: {
        "session_key": _secret("session")(p), "session_data": p.word, "expire_date": FAR,
    },
    "lists.SavedView": lambda p: {"list": "products", "query": "status=draft", "owner": p.owner.get_username()},
    "catalog.Product": lambda p: {
        "handle": f"only-at-{p.tenant.slug}", "status": "active", "description_html": f"<p>{p.word}</p>",
        "is_available": True, "available_count": 5, "min_price_amount": 1800, "max_price_amount": 1800,
        "compare_at_amount": None, "cover": {}, "variants_count": 1, "category": None,
    },
    "catalog.Category": lambda p: {
        "path": "0001", "depth": 1, "numchild": 0, "handle": f"only-at-{p.tenant.slug}", "description_html": p.word,
        "cover": {}, "google_category": None,
    },
    "catalog.ProductEditing": lambda p: {
        "actor": p.owner.get_username(), "name": p.word, "typed": {"title": ["", p.word]}, "saved_at": None,
    },
    "catalog.CustomField": lambda p: {"key": p.word},
    "catalog.PriceList": lambda p: {"currency": "EUR", "base_currency": p.tenant.currency, "held_rate": None, "held_at": None},
    "catalog.BundleItem": lambda p: {
        "component": type(p.rows["catalog.ProductVariant"]).objects.create(
            product=p.rows["catalog.Product"], position=2, title=f"{p.word} component", price_amount=1800
        ),
    },
    "catalog.ProductVariant": lambda p: {
        "hs_code": "", "unit": "", "base_unit": "", "origin_country": "",
        "price_amount": 1800, "compare_at_amount": None, "option_values": [], "available_count": 5, "tracks_stock": True,
    },
    "catalog.ProductImage": lambda p: {"path": PICTURE, "width": 800, "height": 800, "source_url": ""},
    "catalog.Collection": lambda p: {
        "handle": f"only-at-{p.tenant.slug}", "is_visible": True, "cover": {}, "description_html": p.word,
    },
    "content.Page": lambda p: {
        "handle": f"only-at-{p.tenant.slug}", "is_published": True, "in_footer": True, "policy": "",
    },
    "content.Post": lambda p: {
        "handle": f"only-at-{p.tenant.slug}", "published_at": MADE_AT, "cover": {},
        "tags": [f"only-at-{p.tenant.slug}"],
    },
    "content.Menu": lambda p: {
        "place": "footer", "items": [{"label": p.word, "target": "home", "value": "", "items": [], "translations": {}}],
    },
    "content.Redirect": lambda p: {"from_path": f"/{p.word}/", "to_path": f"/pages/only-at-{p.tenant.slug}/"},
    "content.NewsletterConsent": lambda p: {
        "email": _token_of_letters(p), "consent": "asked", "language": "en", "address": "",
    },
    "theme.ThemeVersion": lambda p: {
        "state": "archived", "settings": complete({"announcement": p.word}),
        "sections": [make_section("text", {"title": p.word, "text": p.word})],
    },
    "theme.ThemeSettings": lambda p: {
        "logo": "", "hero_image_wide": "", "hero_image_tall": "", "story_image": "", "accent": "#0e5a61",
        "accent_dark": "#66c6cf", "hero_tint": "", "hero_link": "", "story_link": "",
        "promises": [{"icon": "truck", "title": p.word, "text": p.word}],
    },
    "feeds.FeedSettings": lambda p: {
        "is_indexed": True, "has_google": True, "has_openai": True, "has_indexnow": True, "indexnow_key": _indexnow(p),
    },
    "search.SearchLead": lambda p: {"term": f"only-at-{p.tenant.slug}", "path": f"/pages/only-at-{p.tenant.slug}/"},
    "inventory.InventorySettings": lambda p: {"low_stock_threshold": 5},
    "alerts.StockAlert": lambda p: {"language": "en", "sent_at": None},
    "downloads.DownloadGrant": lambda p: {"downloads_count": 0, "downloads_limit": 5, "revoked_at": None},
    "inventory.Warehouse": lambda p: {"is_default": False},
    "inventory.Stock": lambda p: {"on_hand_count": 9, "reserved_count": 1},
    "inventory.SentForm": lambda p: {"digest": "0" * 64},
    "inventory.Reservation": lambda p: {"order_token": _order_token(p)},
    "shipping.ShippingSettings": lambda p: {"handling_days": 1},
    "shipping.ShippingZone": lambda p: {"countries": ["US"], "regions": {}},
    "shipping.ShippingMethod": lambda p: {
        "kind": "parcel", "basis": "flat", "warehouse": None, "translations": {}, "amounts": {}, "free_over_amounts": {},
        "minimum_days": 2, "maximum_days": 5,
    },
    "shipping.ShippingBand": lambda p: {"up_to": 1000, "amounts": {}},
    "discounts.Promotion": lambda p: {
        "kind": "percent", "points": 1000, "ends_at": None, "product_ids": [], "collection_ids": [], "customer_ids": [],
        "tiers": [], "get_product_ids": [], "get_collection_ids": [], "limit_count": None, "limit_per_customer": None,
    },
    "discounts.DiscountUse": lambda p: {"order_token": _order_token(p)},
    "credits.GiftCard": lambda p: {"order_token": _order_token(p), "send_at": None, "closed_at": None},
    "credits.Tender": lambda p: {"order_token": _order_token(p), "store_credit": None},
    "credits.CreditEntry": lambda p: {"order_token": _order_token(p), "store_credit": None, "told_at": None},
    "taxes.Assessment": lambda p: {
        "cart_token": _cart_token(p),
        "answer": {"lines": {}, "shipping": [], "is_included": False, "is_reverse_charge": False},
    },
    "carts.Cart": lambda p: {"token": _cart_token(p), "ordered_at": None, "card_ids": []},
    "carts.CartLine": lambda p: {"quantity": 1, "presents": [_present(p)]},
    "orders.OrderNumbers": lambda p: {"next_number": 1001, "prefix": "#", "suffix": ""},
    "orders.Order": lambda p: {
        "name": f"#{p.word}", "token": _order_token(p), "cart_token": "", "status": "open", "payment_status": "paid",
        "currency": p.tenant.currency, "subtotal_amount": 1800, "total_amount": 1800, "language": "en", "expires_at": None,
        "store_currency": "", "rate": None, "store_total_amount": None,
        "canceled_at": None, "held_at": None, "archived_at": None, "taxes": [], "tags": [p.word],
        "discounts": [{"promotion_id": 1, "title": p.word, "code": p.word, "amount": 0, "shipping_amount": 0}],
        "pickup": {},
        "shipping_address": {"name": p.word, "line1": p.word, "city": p.word, "country": "US"},
    },
    "orders.OrderLine": lambda p: {"unit_amount": 1800, "total_amount": 1800, "quantity": 1, "cover": {},
                                   "product_id": p.pk("catalog.Product"), "presents": [_present(p)]},
    "orders.OrderEvent": lambda p: {"type": "note", "data": {"text": p.word}},
    "orders.Amendment": lambda p: {
        "state": "called_off", "subtotal_amount": 1800, "total_amount": 1800, "discount_amount": 0, "shipping_amount": 0,
        "tax_amount": 0, "shipping_tax_amount": 0, "taxes_included": False, "taxes": [], "discounts": [],
        "lines": [{
            "variant_id": p.pk("catalog.ProductVariant"), "product_id": p.pk("catalog.Product"), "title": p.word,
            "variant_title": p.word, "sku": p.word, "unit_amount": 1800, "quantity": 1, "discount_amount": 0, "tax_amount": 0,
            "requires_shipping": True, "cover": {},
        }],
    },
    "drafts.Draft": lambda p: {
        "token": _draft_token(p), "state": "open", "order": None, "currency": p.tenant.currency, "language": "en",
        "prices": {str(p.pk("catalog.ProductVariant")): 1800}, "discount_points": 0, "method_id": None,
        "address": {"name": p.word, "line1": p.word, "city": p.word, "country": "US"},
        "sent_at": None, "mailed_at": None, "ended_at": None,
    },
    "orders.Fulfillment": lambda p: {"carrier": "other", "tracking_url": "", "more_numbers": [], "delivered_at": None},
    "returns.WithdrawalTerms": lambda p: {"offer": "always", "days": 14},
    "returns.Return": lambda p: {"state": "asked", "photos": [], "label_path": "", "label_url": "", "refund": None,
                                 "exchange": None, "rest_amount": 0, "received_at": None,
                                 "answered_at": None, "closed_at": None, "number": 1},
    "returns.ReturnLine": lambda p: {"received_count": None},
    "returns.Withdrawal": lambda p: {"done_at": None, "done_by": "", "language": "en"},
    "notifications.UnreachableAddress": lambda p: {"reason": "bounced", "email": f"{p.word.lower()}@unreachable.example"},
    "notifications.MailSettings": lambda p: {
        "sender_name": p.word, "off": [], "words": {"confirmation": {"en": p.word}},
    },
    "documents.Letterhead": lambda p: {"prefix": "INV-", "next_number": 2, "note_prefix": "CN-", "next_note_number": 2},
    "documents.Invoice": lambda p: {"language": "en", "currency": p.tenant.currency, "total_amount": 1800, "content": {
        "seller": {"name": p.word, "lines": [], "tax_id": "", "vat_id": "", "phone": "", "email": "", "bank": "", "footer": []},
        "buyer": {"lines": [p.word], "country": "US", "vat_id": ""},
        "order": {"name": p.word, "placed_at": "2026-11-22T09:41:00+00:00"},
        "lines": [{"title": p.word, "variant": "", "sku": "", "quantity": 1, "unit_amount": 1800, "total_amount": 1800}],
        "sums": {"subtotal": 1800, "discount": 0, "shipping": 0, "tax": 0, "total": 1800, "credit": 0}, "discounts": [],
        "taxes": [], "taxes_included": False, "is_reverse_charge": False, "shipping_method": "", "is_paid": True}},
    "documents.CreditNote": lambda p: {"total_amount": 1, "reverses": None, "content": {
        "seller": {"name": p.word, "lines": [], "tax_id": "", "vat_id": "", "phone": "", "email": "", "bank": "", "footer": []},
        "buyer": {"lines": [p.word], "country": "US", "vat_id": ""},
        "order": {"name": p.word, "placed_at": "2026-11-22T09:41:00+00:00"},
        "invoice": {"number": p.word, "issued_at": "2026-11-22T09:41:00+00:00"},
        "lines": [], "besides": {"amount": 1, "tax": 0, "rates": []}, "taxes": [], "is_split": True, "shows_rates": False,
        "taxes_included": False, "is_reverse_charge": False, "sums": {"total": 1, "tax": 0}, "ways": {"money": 1}}},
    "payments.Payment": lambda p: {
        "provider": "stripe", "state": "paid", "amount": 1800, "currency": p.tenant.currency, "account_id": "",
        "amendment": None,
        "stripe_checkout_session_id": f"cs_test_{p.tenant.slug}", "redirect_url": "",
    },
    "payments.Refund": lambda p: {"part_of": None, "amount": 1, "state": "intent", "delivery_amount": 0, "adjustment_amount": 0},
    "payments.Dispute": lambda p: {
        "status": "needs_response", "reason": "fraudulent", "amount": 1800, "currency": p.tenant.currency,
        "evidence_file_id": "",
    },
    "payments.Difference": lambda p: {"kind": "paid_there", "here": {}, "there": {}, "mended_at": None, "gone_at": None},
    "payments.WayToPay": lambda p: {
        "kind": "bank_transfer", "is_on": True, "translations": {}, "days_to_pay": None, "most_amount": None, "countries": [],
    },
    "payments.TaxReport": lambda p: {"state": "done", "refund": None, "lines": {p.word: p.word}},
    "payments.RefundLine": lambda p: {"quantity": 1, "amount": 1},
    "reviews.Review": lambda p: {"rating": 5, "photos": [], "status": "approved", "language": "en"},
    "reviews.ReviewReport": lambda p: {"reason": "other"},
    "reviews.ReviewSettings": lambda p: {"publish_mode": "verified", "invite_after_days": 10},
    "reviews.ReviewInvitation": lambda p: {"sent_at": None},
    "wishlists.Wishlist": lambda p: {"guest_token": None, "share_token": _secret("shared_list")(p)},
    "support.Conversation": lambda p: {
        "token": _talk_token(p), "status": "open", "label": "product", "label_probability": 0.9, "language": "en",
    },
    "support.Message": lambda p: {"kind": "customer"},
    "checkout.ApiIdempotencyKey": lambda p: {"status": 200},
    "merchant.Visit": lambda p: {"kind": "view", "product_id": p.pk("catalog.Product")},
    "merchant.VisitorSalt": lambda p: {"day": date(2026, 11, 20)},
    "merchant.DailySales": lambda p: {"day": date(2026, 11, 20)},
    "merchant.DailyVisits": lambda p: {"day": date(2026, 11, 20)},
    "merchant.DailyProductSales": lambda p: {"product_id": p.pk("catalog.Product")},
    "interactions.Interaction": lambda p: {
        "customer_id": p.pk("customers.Customer"), "product_id": p.pk("catalog.Product"), "kind": "view",
    },
    "serving.TrainedModel": lambda p: {"state": "ready", "promoted": True, "parameters": {},
        "metrics": {"headline": {"template": p.word, "values": {}}}, "reasons": [{"template": p.word, "values": {}}],
    },
    "serving.CustomerRecommendation": lambda p: {
        "customer_id": p.pk("customers.Customer"), "product_ids": [p.pk("catalog.Product")], "slot": "for_you", "scores": [1.0],
        "reasons": [[1, None]],
    },
    "serving.ProductRecommendation": lambda p: {
        "product_id": p.pk("catalog.Product"), "product_ids": [p.pk("catalog.Product")], "kind": "similar", "scores": [1.0],
        "reasons": [[1, None]],
    },
    "serving.TrendingProducts": lambda p: {"slot": "7d", "product_ids": [p.pk("catalog.Product")]},
}  # fmt: skip


def shopper_of(planted: Planted) -> Customer:
    customer: Customer = planted.rows["customers.Customer"]
    return customer
