"""Words that become addresses, and HTML that is safe to show."""

import re
from collections.abc import Callable

import nh3
from django.conf import settings

from core.spelling import spell_plainly

HANDLE_LENGTH = 100
_TAGS = {
    *("p", "br", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "blockquote", "hr"),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "span", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}


# Where pictures that stand inside a text lie: files that were uploaded in the editor, by the names that they were given here.
TEXT_PICTURES = "texts"
_PICTURE = re.compile(rf"/{TEXT_PICTURES}/[a-z0-9]{{20,40}}-(?:400|800|1600)\.webp")
_SIZE = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_NO_SOURCE = re.compile(r'<img(?![^>]* src=")[^>]*>')
_ANY_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


def sanitize_html(html: str, *, link_rel: str | None = "noopener nofollow") -> str:
    """Return the HTML with nothing left but text markup and this store's own pictures: no scripts, styles, frames or handlers.

    Links get `link_rel`; with None they keep what they have.
    """
    if not _ANY_PICTURE.search(html):
        return _clean(html, link_rel, _TAGS, _ATTRIBUTES)
    attributes = _ATTRIBUTES | {"img": {"src", "alt", "width", "height"}}
    cleaned = _clean(html, link_rel, {*_TAGS, "img"}, attributes, attribute_filter=_keep_attribute)
    return _NO_SOURCE.sub("", cleaned).strip()


def count_lost_pictures(html: str) -> int:
    """Return how many pictures of a text are none of this store's own, and go when it is cleaned."""
    if not _ANY_PICTURE.search(html):
        return 0
    return len(_ANY_PICTURE.findall(html)) - len(_ANY_PICTURE.findall(sanitize_html(html)))


def _clean(
    html: str,
    link_rel: str | None,
    tags: set[str],
    attributes: dict[str, set[str]],
    attribute_filter: Callable[[str, str, str], str | None] | None = None,
) -> str:
    return nh3.clean(
        html,
        tags=tags,
        attributes=attributes if link_rel else attributes | {"a": {*attributes["a"], "rel"}},
        attribute_filter=attribute_filter,
        set_tag_attribute_values={"img": {"loading": "lazy"}} if attribute_filter else None,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=link_rel,
    ).strip()


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Return what stays of an attribute: of a picture, a source of our own, a size in pixels, words."""
    if tag != "img" or name in ("alt", "loading"):
        return value
    if name == "src":
        path = value.removeprefix(settings.MEDIA_URL.rstrip("/"))
        return value if path != value and _PICTURE.fullmatch(path) else None
    return value if _SIZE.fullmatch(value) else None


def slugify_title(title: str) -> str:
    """Return a title as lower-case words joined by hyphens, Chinese in pinyin; empty where nothing is left."""
    return spell_plainly(title)[:HANDLE_LENGTH].strip("-")
