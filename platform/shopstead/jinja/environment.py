"""The Jinja2 environment of the storefront's pages."""

from typing import Any

from babel.numbers import get_currency_name, get_currency_symbol
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from core.csp import inline_style
from core.money import format_money
from core.reversing import page_path
from core.ui.icons import store_icon as icon
from recsys.serving.jinja import buy_again, customer_recommendations, product_recommendations
from shopstead.jinja.folding import FoldingEnvironment
from storefront.amendments.jinja import order_offer
from storefront.catalog.jinja import image_url, picture, show_cards, tint, write_count
from storefront.catalog.translations import say
from storefront.content.jinja import long_date, shown_posts
from storefront.credits.jinja import credit_balances
from storefront.documents.jinja import credit_notes, invoice_state
from storefront.downloads.jinja import order_downloads
from storefront.feeds.languages import list_alternates
from storefront.feeds.linked_data import describe_list, describe_product, describe_store, describe_trail, script_text
from storefront.gifts.jinja import order_gift_cards
from storefront.orders.days import write_day
from storefront.returns.jinja import order_returns, return_offer, withdrawal_offer
from storefront.reviews.jinja import product_reviews, review_photo, write_average
from storefront.shipping.home import HomeDelivery
from storefront.shipping.jinja import delivery_promise
from storefront.theme.jinja import once, own_link, paragraphs
from storefront.wishlists.jinja import saved_count

# What may stand in a path that is remembered.
_PUBLIC = frozenset({"handle"})


def url(name: str, **kwargs: Any) -> str:
    """Return the address of a named page in the language of the request."""
    if kwargs.keys() <= _PUBLIC:
        return page_path(name, *kwargs.values())
    return reverse(name, kwargs=kwargs)


def money(amount: int, currency: str) -> str:
    """Return an amount of minor units as the reader writes it."""
    return format_money(amount, currency, translation.get_language() or "en")


def currency_sign(code: str) -> str:
    """Return a currency as its button says it: its code, and its sign where it has one of its own."""
    sign = get_currency_symbol(code, locale=_babel())
    return code if sign == code else f"{code} {sign}"


def currency_name(code: str) -> str:
    """Return what a currency is called in the language of the request."""
    return get_currency_name(code, locale=_babel())


def _babel() -> str:
    language = translation.get_language() or "en"
    return "zh_Hans" if language.startswith("zh") else language.replace("-", "_")


def environment(**options: Any) -> FoldingEnvironment:
    """Return the environment with gettext, addresses, money and the recommendation rows."""
    env = FoldingEnvironment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(
        static=static,
        url=url,
        money=money,
        currency_sign=currency_sign,
        currency_name=currency_name,
        day=write_day,
        say=say,
        product_reviews=product_reviews,
        review_photo=review_photo,
        write_average=write_average,
        saved_count=saved_count,
        credit_balances=credit_balances,
        icon=icon,
        inline_style=inline_style,
        image_url=image_url,
        picture=picture,
        show_cards=show_cards,
        tint=tint,
        write_count=write_count,
        invoice_state=invoice_state,
        credit_notes=credit_notes,
        order_downloads=order_downloads,
        order_offer=order_offer,
        order_gift_cards=order_gift_cards,
        order_returns=order_returns,
        return_offer=return_offer,
        withdrawal_offer=withdrawal_offer,
        delivery_promise=delivery_promise,
        home_delivery=HomeDelivery,
        alternates=list_alternates,
        describe_list=describe_list,
        describe_product=describe_product,
        describe_store=describe_store,
        describe_trail=describe_trail,
        linked_data=script_text,
        get_language=translation.get_language,
        once=once,
        long_date=long_date,
        shown_posts=shown_posts,
        product_recommendations=product_recommendations,
        buy_again=buy_again,
        customer_recommendations=customer_recommendations,
    )
    env.filters.update(own_link=own_link, paragraphs=paragraphs)
    return env
