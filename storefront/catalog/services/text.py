"""Words that become addresses, and HTML that is safe to show."""

import re
import unicodedata

import nh3
from pypinyin import lazy_pinyin

from core.ids import new_token
from storefront.catalog.models import Product

HANDLE_LENGTH = 100
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ebef]+")
_NOT_HANDLE = re.compile(r"[^a-z0-9]+")
_TAGS = {
    *("p", "br", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "blockquote", "hr"),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "span", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}


def sanitize_html(html: str) -> str:
    """Return the HTML with nothing left but text markup: no scripts, styles, frames, pictures or handlers."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    ).strip()


def slugify_title(title: str) -> str:
    """Return a title as lower-case words joined by hyphens, Chinese in pinyin; empty where nothing is left."""
    spelled = _HAN.sub(lambda found: f" {' '.join(lazy_pinyin(found.group()))} ", title)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return _NOT_HANDLE.sub("-", plain.replace("'", "")).strip("-")[:HANDLE_LENGTH].strip("-")


def unique_handle(title: str) -> str:
    """Return a handle made from the title that no product has: `mug`, then `mug-2`, `mug-3`, ….

    Two callers at once may get the same one; the unique constraint then refuses the second.
    """
    base = slugify_title(title) or f"product-{new_token()[:8]}"
    taken = set(Product.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
