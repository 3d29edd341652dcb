"""Filters and tags that the components are made with."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.template import Context
from django.template.defaultfilters import date as format_date
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from core import text
from core.money import format_money
from core.ui import icons

register = template.Library()

MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{THIN SPACE}"
PHONE_ICONS = ("home", "orders", "products", "support")


@register.simple_tag
def icon(name: str, small: bool = False, label: str = "") -> SafeString:
    """Draw a work-tool icon."""
    return icons.icon(name, small=bool(small), label=label)


@register.simple_tag
def status_icon(kind: str) -> SafeString:
    """Draw the shape of a status."""
    return icons.status_icon(kind)


@register.simple_tag
def logo() -> SafeString:
    """Draw Shopstead's own mark."""
    return icons.logo()


@register.simple_tag
def money(amount: int | None, currency: str) -> str:
    """Write minor units as money in the reader's language, with a true minus; a dash for none."""
    if amount is None:
        return "–"
    return format_money(amount, currency, translation.get_language() or "en").replace("-", MINUS)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Return this page's query string with some values changed; None removes one."""
    request = context.get("request")
    params = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return f"?{params.urlencode()}"


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    """Write a share (0.034) as 3.4 with a thin space before the sign; a dash for none."""
    if value is None:
        return "–"
    return f"{value * 100:.{digits}f}{NARROW_SPACE}%".replace("-", MINUS)


@register.simple_tag
def ago(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """Write a ``<time>``: how long ago under 24 hours, else the day; the full time stands in its title."""
    if moment is None:
        return "–"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        _full(moment),
        _relative(moment, now or timezone.now()),
    )


@register.filter
def day(moment: datetime | None) -> str:
    """Write the day of a moment with its year: Nov 22, 2026, in Chinese 2026年11月22日; a dash for none."""
    if moment is None:
        return "–"
    chinese = str(translation.get_language() or "en").startswith("zh")
    return format_date(timezone.localtime(moment), "Y年n月j日" if chinese else "M j, Y")


@register.filter
def html_lang(code: str | None) -> str:
    """Return a language code as HTML wants it: zh-hans becomes zh-Hans."""
    head, _, tail = (code or "en").partition("-")
    return f"{head}-{tail.title() if len(tail) > 2 else tail.upper()}" if tail else head


@register.filter
def plain_words(html: str | None) -> str:
    """Return the words of HTML on one line."""
    return text.plain_words(html or "")


@register.filter
def initials(name: str | None) -> str:
    """Return one or two letters for a face: Maria Alvarez becomes MA, 小熊家居 becomes 小."""
    words = str(name or "?").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


@register.filter
def field_kind(field: BoundField) -> str:
    """Name how a form field is laid out: check, choices, file, or line."""
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "line"


@register.filter
def is_changed(field: BoundField) -> bool:
    """Tell whether what was sent differs from what the form began with."""
    return bool(field.form.is_bound and field.name in field.form.changed_data)


@register.simple_tag
def draw_widget(field: BoundField, css: str = "", **attrs: Any) -> SafeString:
    """Draw a field's control with the classes of the design system and the field's own attributes."""
    own = str(field.field.widget.attrs.get("class", ""))
    merged = {key.replace("_", "-"): value for key, value in attrs.items() if value not in ("", None, False)}
    joined = " ".join(part for part in (own, css) if part)
    if joined:
        merged["class"] = joined
    return field.as_widget(attrs=merged)


@register.simple_tag
def draw_option(option: BoundWidget) -> SafeString:
    """Draw one radio button or check box without its label."""
    return option.tag()


@register.simple_tag
def quarter(done: int | None, total: int | None) -> str:
    """Say progress in quarters, so that a screen reader hears it five times and not fifty."""
    if not total or done is None:
        return ""
    return f"{min(100, done * 100 // total) // 25 * 25}{NARROW_SPACE}%"


@register.filter
def number(value: int | Decimal | None) -> str:
    """Write a number with the reader's thousands signs; a dash for none."""
    if value is None or value == "":
        return "–"
    return format_decimal(value, locale=_locale()).replace("-", MINUS)


@register.filter
def nav_pinned(items: Iterable[Any] | None) -> list[Any]:
    """Return what stands at the foot of the side bar: items marked ``pinned``, and the settings."""
    return [item for item in items or [] if getattribute(item, "pinned") or getattribute(item, "icon") == "settings"]


@register.filter
def nav_unpinned(items: Iterable[Any] | None) -> list[Any]:
    """Return the side bar without its foot."""
    every = list(items or [])
    pinned = nav_pinned(every)
    return [item for item in every if item not in pinned]


@register.filter
def nav_phone(items: Iterable[Any] | None, chosen: Iterable[Any] | None = None) -> list[Any]:
    """Return the four places of the phone's bottom bar: the chosen ones, else home, orders, products and support."""
    if chosen:
        return list(chosen)[:4]
    every = nav_unpinned(items)
    found = [item for item in every if getattribute(item, "icon") in PHONE_ICONS]
    return (found if len(found) == len(PHONE_ICONS) else every)[:4]


@register.filter
def poll_seconds(jobs: Iterable[Any] | None, now: datetime | None = None) -> int | None:
    """Return the seconds until the tray asks again: 2, after a minute 10, and none when nothing runs."""
    running = [job for job in jobs or [] if not job.is_finished]
    if not running:
        return None
    now = now or timezone.now()
    return 2 if any((getattr(job, "started_at", None) or now) > now - timedelta(minutes=1) for job in running) else 10


@register.filter
def getattribute(thing: Any, name: str) -> Any:
    """Return an attribute or key of a thing, or an empty text."""
    if isinstance(thing, dict):
        return thing.get(name, "")
    return getattr(thing, name, "")


def _locale() -> str:
    return "zh_Hans_CN" if str(translation.get_language() or "en").startswith("zh") else "en_US"


def _relative(moment: datetime, now: datetime) -> str:
    passed = now - moment
    if timedelta(0) <= passed < timedelta(minutes=1):
        return gettext("Just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        minutes = int(passed.total_seconds() // 60)
        return ngettext("%(num)s min ago", "%(num)s min ago", minutes) % {"num": minutes}
    if timedelta(0) <= passed < timedelta(hours=24):
        hours = int(passed.total_seconds() // 3600)
        return ngettext("%(num)s h ago", "%(num)s h ago", hours) % {"num": hours}
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if translation.get_language() and str(translation.get_language()).startswith("zh"):
        return f"{local.month}月{local.day}日" if local.year == today.year else format_date(local, "Y年n月j日")
    return format_date(local, "M j") if local.year == today.year else format_date(local, "M j, Y")


def _full(moment: datetime) -> str:
    local = timezone.localtime(moment)
    if str(translation.get_language() or "en").startswith("zh"):
        return format_date(local, "Y年n月j日 H:i")
    return format_date(local, "F j, Y, H:i")
