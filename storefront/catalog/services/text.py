"""Words that become addresses, and HTML that is safe to show."""

import nh3

from core.spelling import spell_plainly

HANDLE_LENGTH = 100
_TAGS = {
    *("p", "br", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "blockquote", "hr"),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "span", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}


def sanitize_html(html: str, *, link_rel: str | None = "noopener nofollow") -> str:
    """Return the HTML with nothing left but text markup: no scripts, styles, frames, pictures or handlers.

    Links get `link_rel`; with None they keep what they have.
    """
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES if link_rel else _ATTRIBUTES | {"a": {*_ATTRIBUTES["a"], "rel"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=link_rel,
    ).strip()


def slugify_title(title: str) -> str:
    """Return a title as lower-case words joined by hyphens, Chinese in pinyin; empty where nothing is left."""
    return spell_plainly(title)[:HANDLE_LENGTH].strip("-")
