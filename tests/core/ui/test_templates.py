"""Rules on the template sources: nothing inline that the content security policy forbids, nothing from another host."""

import re
from pathlib import Path

import pytest

from core.ui import build

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = [
    *sorted((build.UI / "templates").rglob("*.html")),
    *sorted((ROOT / "storefront/theme/jinja2/theme").glob("*.html")),
]
OWN_SCRIPTS = [*(build.UI / "static/ui/js").glob("[at]*.js"), ROOT / "storefront/theme/static/theme/theme.js"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'<script(?![^>]*\b(?:src=|type="application/ld\+json"))', text), "inline script"
    assert not re.search(r"\son[a-z]+=", text), "inline handler"
    assert not re.search(r"hx-on|javascript:", text), "evaluated script"
    assert not re.search(r"(?:src|href|action|url\()=?[\"'(]?(?:https?:)?//", text), "another host"
    if "email" not in path.parts:
        assert " style=" not in text, "style attribute"
        assert re.search(r"<style(?! nonce=)", text) is None, "style without a nonce"


def test_the_emails_have_a_text_companion() -> None:
    folder = build.UI / "templates/ui/email"
    assert {path.stem for path in folder.glob("*.html")} == {path.stem for path in folder.glob("*.txt")}


@pytest.mark.parametrize("path", OWN_SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_evaluate_nothing_and_write_no_markup(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", path.read_text(encoding="utf-8"))
