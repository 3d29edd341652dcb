"""Inline styles are allowed by their very words, and cannot become anything but a style."""

import base64
import hashlib

from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import RequestFactory

from core.csp import PolicyMiddleware, inline_style


def answer(*styles: str) -> tuple[str, str]:
    """Return a page with these inline styles, and its policy."""

    def view(request: object) -> HttpResponse:
        return HttpResponse("".join(inline_style(request, css) for css in styles))  # type: ignore[arg-type]

    response = PolicyMiddleware(view)(RequestFactory().get("/"))  # type: ignore[arg-type]
    return response.content.decode(), response.headers["Content-Security-Policy"]


def test_the_policy_allows_the_styles_of_the_page_and_no_others() -> None:
    page, policy = answer(":root{--accent:#123456}", "b{color:red}")
    for style in BeautifulSoup(page, "html.parser").find_all("style"):
        digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy
    assert "nonce" not in policy
    assert "sha256" not in answer()[1], "another page's styles are not this one's"


def test_a_style_ends_where_it_was_written_to_end() -> None:
    page, _policy = answer("a{}</style><script>alert(1)</script>", "a{}<!--", "a{}</STYLE ><img src=x onerror=y>")
    soup = BeautifulSoup(page, "html.parser")
    assert {tag.name for tag in soup.find_all(True)} == {"style"}
    assert len(soup.find_all("style")) == 3
