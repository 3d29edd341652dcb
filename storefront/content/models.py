"""What a store says besides its goods: pages and policies, a blog, menus, redirects, and who wants its letters."""

from django.db import models
from django.db.models import F, Q, Value

from core.db.models import StoreModel
from storefront.content.enums import Consent, Origin, Place, Policy

_EMPTY_TABLE = Value({}, models.JSONField())
_EMPTY_LIST = Value([], models.JSONField())


class Page(StoreModel):
    """A page at /pages/{handle}/, or a policy at /policies/{policy}/ where `policy` is named.

    `translations` is {"zh-hans": {"title": …, "body_html": …, "seo_title": …, "seo_description": …}}.
    """

    id = models.BigAutoField(primary_key=True)
    handle = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    body_html = models.TextField(blank=True)
    policy = models.CharField(max_length=12, choices=Policy, blank=True, default="", db_default="")
    is_published = models.BooleanField(default=True)
    planned_at = models.DateTimeField(null=True, blank=True, help_text="When a page that is hidden shows itself.")
    in_footer = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    seo_title = models.CharField(max_length=200, blank=True, default="", db_default="")
    seo_description = models.CharField(max_length=400, blank=True, default="", db_default="")
    translations = models.JSONField(default=dict, db_default=_EMPTY_TABLE)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy"], condition=~Q(policy=""), name="page_policy_is_there_once")
        ]


class Post(StoreModel):
    """A post of the blog: a draft without `published_at`, planned with one that is to come. `tags` are slugs of words."""

    id = models.BigAutoField(primary_key=True)
    handle = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    excerpt = models.CharField(max_length=400, blank=True)
    body_html = models.TextField(blank=True)
    cover = models.JSONField(default=dict, db_default=_EMPTY_TABLE, help_text="{path, width, height, alt} or nothing.")
    tags = models.JSONField(default=list, db_default=_EMPTY_LIST)
    author_name = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    seo_title = models.CharField(max_length=200, blank=True)
    seo_description = models.CharField(max_length=400, blank=True)
    translations = models.JSONField(default=dict, db_default=_EMPTY_TABLE)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-published_at", "-id"], name="post_newest")]


class Menu(StoreModel):
    """The links of the header or the footer; without a row the store's collections and pages stand there.

    `items` is a list of {"label", "target", "value", "items"?, "translations"?}, two levels deep.
    `value` is a handle or an address.
    """

    id = models.BigAutoField(primary_key=True)
    place = models.CharField(max_length=12, choices=Place, unique=True)
    items = models.JSONField(default=list, db_default=_EMPTY_LIST)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(place__in=Place.values), name="menu_place_is_known")]


class Redirect(StoreModel):
    """An old path and where it leads now; paths carry no language and end in a slash."""

    id = models.BigAutoField(primary_key=True)
    from_path = models.CharField(max_length=500, unique=True)
    to_path = models.CharField(max_length=500)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.MERCHANT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_path__startswith="/"), name="redirect_begins_with_a_slash"),
            models.CheckConstraint(condition=~Q(from_path=F("to_path")), name="redirect_leads_elsewhere"),
        ]
        indexes = [models.Index(fields=["to_path"], name="redirect_target")]


class NewsletterConsent(StoreModel):
    """One line of the ledger of consents; lines are added and never changed. `wording` is what the person read."""

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254)
    consent = models.CharField(max_length=10, choices=Consent)
    wording = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=10)
    source = models.CharField(max_length=40)
    address = models.CharField(max_length=45, blank=True, help_text="The network address it came from.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="newsletter_consent_is_known")
        ]
        indexes = [models.Index(fields=["email", "-id"], name="newsletter_latest")]
