"""Answers a shopper may need no person for: from the store's delivery rates and its own pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from core.text import plain_words
from storefront.catalog.shown import Prices
from storefront.catalog.translations import say
from storefront.content.models import Page
from storefront.shipping.countries import country_name
from storefront.shipping.dates import format_window
from storefront.shipping.rates import Rate
from storefront.shipping.selectors import list_rates

PAGES = ("delivery", "returns", "privacy")
ANSWER_LENGTH = 260


@dataclass(frozen=True, slots=True)
class CommonQuestion:
    """A question with its answer, some facts as lines, and where to read on (empty without a page)."""

    title: str
    answer: str
    lines: tuple[str, ...] = ()
    url: str = ""


def list_common_questions(*, country: str, prices: Prices) -> list[CommonQuestion]:
    """Return the questions about delivery, returns and payment that this store can answer; two or three queries."""
    pages = {page.handle: page for page in Page.objects.filter(handle__in=PAGES, is_published=True)}
    questions = []
    rates = list_rates(country=country, subtotal_amount=0, prices=prices)
    if rates or "delivery" in pages:
        lines = tuple(_rate_line(rate, prices.currency) for rate in rates)
        answer = _("To %(country)s, if you order today:") % {"country": country_name(country)} if rates else ""
        questions.append(
            CommonQuestion(
                _("What does delivery cost, and when does it come?"),
                answer or _opening(pages["delivery"]),
                lines,
                _address(pages, "delivery"),
            )
        )
    if "returns" in pages:
        questions.append(
            CommonQuestion(_("Can I send something back?"), _opening(pages["returns"]), (), _address(pages, "returns"))
        )
    questions.append(
        CommonQuestion(
            _("Was my payment taken?"),
            _(
                "The order page in your confirmation e-mail shows it. No e-mail after a quarter of an hour? Then most "
                "likely nothing was charged. Please never send us a card number."
            ),
            (),
            _address(pages, "privacy"),
        )
    )
    return questions


def _rate_line(rate: Rate, currency: str) -> str:
    language = get_language() or "en"
    told = {
        "name": rate.name,
        "price": format_money(rate.amount, currency, language) if rate.amount else _("Free"),
        "window": format_window(rate.from_date, rate.to_date),
    }
    if rate.is_stepped:
        return _("%(name)s: from %(price)s. Arrives %(window)s.") % told
    if rate.free_over_amount and rate.amount:
        told["threshold"] = format_money(rate.free_over_amount, currency, language)
        return _("%(name)s: %(price)s, free over %(threshold)s. Arrives %(window)s.") % told
    return _("%(name)s: %(price)s. Arrives %(window)s.") % told


def _opening(page: Page) -> str:
    """Return the first paragraph of a page as plain text."""
    first = str(say(page, "body_html")).partition("</p>")[0]
    text = plain_words(first)
    return text if len(text) <= ANSWER_LENGTH else f"{text[: ANSWER_LENGTH - 1].rstrip()}…"


def _address(pages: dict[str, Page], handle: str) -> str:
    return reverse("page", args=[handle]) if handle in pages else ""
