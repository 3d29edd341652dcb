"""Pages that shoppers look for, to begin with: written once, for the merchant to make their own."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from storefront.content.default_pages import DEFAULT_PAGES
from storefront.content.models import Page

_CONTACT_EN = """<p>We like to hear from you.</p>
<h2>Write to us</h2>
<p>The quickest way is <a href="/support/">the question form</a>. By e-mail: <a href="mailto:{email}">{email}</a>. We answer
on working days, usually within a day.</p>
<h2>Call us</h2>
<p>[Your telephone number, and when somebody answers it]</p>
<h2>Visit us</h2>
<p>{store}<br>[Street and number]<br>[Post code and town]</p>"""
_CONTACT_ZH = """<p>欢迎随时联系我们。</p>
<h2>写信给我们</h2>
<p>最快的方式是<a href="/support/">在线留言</a>，也可以发邮件到 <a href="mailto:{email}">{email}</a>。
我们在工作日回复，通常不超过一天。</p>
<h2>电话</h2>
<p>［您的电话和接听时间］</p>
<h2>到店</h2>
<p>{store}<br>［地址］</p>"""
_FAQ_EN = """<h2>When will my order arrive?</h2>
<p>The day of arrival is shown before you pay, and again on the order page of your confirmation e-mail.</p>
<h2>What does delivery cost?</h2>
<p>It depends on where you live and how fast you need it. Put what you want in the cart: every way we can send it is shown with
its price before you pay.</p>
<h2>Can I change or cancel my order?</h2>
<p>As long as it is not packed. Write to us at once from the order page, or to <a href="mailto:{email}">{email}</a>.</p>
<h2>Can I send something back?</h2>
<p>Yes. [Say within how many days, and who pays for it.]</p>
<h2>How can I pay?</h2>
<p>By the ways that the checkout offers. Card numbers go straight to the payment provider; we never see them.</p>"""
_FAQ_ZH = """<h2>什么时候能收到？</h2>
<p>付款前会显示送达日期，确认邮件中的订单页也能随时查看。</p>
<h2>运费多少？</h2>
<p>取决于收货地址和配送方式。把商品放入购物车，付款前就能看到所有配送方式和价格。</p>
<h2>可以修改或取消订单吗？</h2>
<p>打包之前可以。请尽快从订单页联系我们，或写信到 <a href="mailto:{email}">{email}</a>。</p>
<h2>可以退货吗？</h2>
<p>可以。［请写明几天之内，以及退货运费由谁承担。］</p>
<h2>有哪些付款方式？</h2>
<p>以结算页列出的为准。银行卡号直接交给支付机构，本店看不到。</p>"""

_OWN: Final[dict[str, list[tuple[str, str, str]]]] = {
    "en": [("contact", "Contact", _CONTACT_EN), ("faq", "Questions and answers", _FAQ_EN)],
    "zh-hans": [("contact", "联系我们", _CONTACT_ZH), ("faq", "常见问题", _FAQ_ZH)],
}
_LABELS: Final[dict[str, "str | Promise"]] = {
    "about": _("About us"),
    "contact": _("Contact"),
    "faq": _("Questions and answers"),
    "delivery": _("Delivery"),
    "returns": _("Returns"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page that could be made: its address, and its name for the merchant."""

    handle: str
    label: "str | Promise"


def list_suggestions() -> list[Suggestion]:
    """Return the pages that shoppers look for and the store does not have, by their addresses."""
    there = set(Page.objects.filter(handle__in=list(_LABELS)).values_list("handle", flat=True))
    return [Suggestion(handle, label) for handle, label in _LABELS.items() if handle not in there]


def find_suggestion(handle: str, *, tenant: Any) -> tuple[str, str] | None:
    """Return title and HTML of a page to begin with, in the store's language; what is in square brackets is to be filled in."""
    language = tenant.language if tenant.language in _OWN else "en"
    words = {"store": escape(tenant.name), "email": escape(tenant.contact_email)}
    for one, title, body in [*DEFAULT_PAGES[language], *_OWN[language]]:
        if one == handle and handle in _LABELS:
            return title, body.format(**words)
    return None
