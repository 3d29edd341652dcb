"""What the kinds of content may be."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.TextChoices):
    """What a store has to say by law; the value is the address below /policies/."""

    REFUND = "refund", _("Refund policy")
    PRIVACY = "privacy", _("Privacy policy")
    TERMS = "terms", _("Terms of service")
    SHIPPING = "shipping", _("Shipping policy")
    CONTACT = "contact", _("Contact information")
    IMPRINT = "imprint", _("Legal notice")


class Place(models.TextChoices):
    """Where a menu stands."""

    HEADER = "header", _("Header")
    FOOTER = "footer", _("Footer")


class Target(models.TextChoices):
    """What a link of a menu leads to."""

    HOME = "home", _("First page")
    PRODUCTS = "products", _("All goods")
    COLLECTION = "collection", _("Collection")
    CATEGORY = "category", _("Category")
    PRODUCT = "product", _("Product")
    PAGE = "page", _("Page")
    POST = "post", _("Blog post")
    BLOG = "blog", _("Blog")
    POLICY = "policy", _("Policy")
    SUPPORT = "support", _("Question form")
    TRACKING = "tracking", _("Order tracking")
    ADDRESS = "address", _("Web address")
    NOTHING = "nothing", _("Nothing, a heading only")


class Origin(models.TextChoices):
    """Who made a redirect."""

    MERCHANT = "merchant", _("By hand")
    RENAMED = "renamed", _("Renamed")


class Consent(models.TextChoices):
    """What a line of the newsletter's ledger says."""

    ASKED = "asked", _("Asked for")
    GIVEN = "given", _("Confirmed")
    TAKEN_BACK = "taken_back", _("Taken back")
