"""Render the hosted pages: language, money, dates, safe headers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from integrations.stripe.sandbox.api import Incoming, Outgoing
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.hosted.strings import LANGUAGES, pick_language
from integrations.stripe.sandbox.money import money_text
from integrations.stripe.sandbox.scope import PLATFORM, Scope
from integrations.stripe.sandbox.world import World

ROOT = Path(__file__).parent.parent
BABEL = {"en": "en_US", "zh": "zh_Hans_CN"}
HTML_LANG = {"en": "en", "zh": "zh-Hans"}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src * data:; base-uri 'none'",
}
HTML = "text/html; charset=utf-8"


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(ROOT / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@dataclass
class View:
    """One hosted request in its account and language."""

    world: World
    request: Incoming
    scope: Scope
    language: str
    form: dict[str, str] = field(default_factory=dict)

    def text(self, key: str, **values: Any) -> str:
        """Return a text of the page's language."""
        return LANGUAGES[self.language][key].format(**values)

    def money(self, amount: int, currency: str) -> str:
        """Return an amount for people."""
        return money_text(amount, currency, BABEL[self.language])

    def date(self, moment: int) -> str:
        """Return a day for people."""
        day = datetime.fromtimestamp(moment, UTC).date()
        return format_date(day, format="medium", locale=BABEL[self.language])

    def per(self, price: Obj, quantity: int = 1) -> str:
        """Return what a recurring price costs per period."""
        amount = self.money(int(price["unit_amount"] or 0) * quantity, price["currency"])
        recurring = price["recurring"]
        if recurring is None:
            return amount
        count, unit = recurring["interval_count"], recurring["interval"]
        if count == 1:
            return self.text(f"per_{unit}", price=amount)
        return self.text("per_many", price=amount, count=count, unit=self.text(f"unit_{unit}"))

    @property
    def merchant(self) -> str:
        """Return the name of who is paid."""
        account = self.scope.at(PLATFORM).find("account", self.scope.account) if self.scope.account else None
        if not account:
            return self.world.merchant_name
        shown = account["business_profile"]["name"] or account["settings"]["dashboard"]["display_name"]
        return str(shown or account["email"] or account["id"])

    def render(self, template: str, status: int = 200, **values: Any) -> Outgoing:
        """Return a page."""
        shared = {
            "t": self.text,
            "money": self.money,
            "date": self.date,
            "per": self.per,
            "merchant": self.merchant,
            "lang": HTML_LANG[self.language],
        }
        body = _environment().get_template(template).render(**shared, **values)
        return Outgoing(status, body, dict(HEADERS), HTML)

    def message(self, key: str, status: int = 200, link: str | None = None, link_text: str = "") -> Outgoing:
        """Return a page that only says something: `{key}_title` and `{key}_text`."""
        title, text = self.text(f"{key}_title"), self.text(f"{key}_text")
        return self.render("message.html", status, title=title, text=text, link=link, link_text=link_text)

    def redirect(self, address: str) -> Outgoing:
        """Send the browser on with a GET."""
        return Outgoing(303, "", HEADERS | {"Location": address}, HTML)


def make_view(world: World, request: Incoming, account: str, locale: str | None = None) -> View:
    """Return the view of a request in an account; form fields are cut to sane lengths."""
    language = pick_language(locale, request.headers.get("accept-language", ""))
    form: dict[str, str] = {}
    if request.method == "POST":
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        form = {key: value.strip()[:500] for key, value in pairs[:50]}
    return View(world, request, world.scope(account), language, form)
