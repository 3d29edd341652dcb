"""The blog as an Atom feed. Source: RFC 4287."""

from datetime import datetime
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from core.tenancy import current_tenant
from core.text import plain_words
from storefront.catalog.translations import say
from storefront.content.selectors import FEED_POSTS, published_posts
from tenants.selectors import store_url

_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold.
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write_feed(*, now: datetime) -> bytes:
    """Return the newest posts as XML, in the language of the request."""
    tenant = current_tenant()
    blog = store_url(tenant, reverse("blog"))
    media = store_url(tenant, settings.MEDIA_URL)
    posts = list(published_posts(now=now)[:FEED_POSTS])
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": get_language() or "en"})
    _add(root, "title", tenant.name)
    _add(root, "id", blog)
    _add(root, "updated", max((post.updated_at for post in posts), default=tenant.created_at).isoformat())
    _add(root, "link", href=blog)
    _add(root, "link", rel="self", href=store_url(tenant, reverse("blog_feed")))
    _add(_add(root, "author"), "name", tenant.name)
    for post in posts:
        entry = _add(root, "entry")
        address = store_url(tenant, reverse("post", args=[post.handle]))
        _add(entry, "title", say(post, "title"))
        _add(entry, "id", address)
        _add(entry, "link", href=address)
        _add(entry, "published", post.published_at.isoformat() if post.published_at else "")
        _add(entry, "updated", post.updated_at.isoformat())
        if post.author_name:
            _add(_add(entry, "author"), "name", post.author_name)
        body = say(post, "body_html")
        _add(entry, "summary", say(post, "excerpt") or plain_words(body)[:400])
        # Whoever reads it elsewhere finds the pictures here.
        _add(entry, "content", body.replace(f' src="{settings.MEDIA_URL}', f' src="{media}'), type="html")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        child.text = text.translate(_CONTROL)
    return child
