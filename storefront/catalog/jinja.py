"""What catalog adds to the storefront's templates: pictures and cards in the shape the macros draw."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import format_money
from storefront.catalog.pictures import NAMED_WIDTH, WIDTHS

FEW = 5
TINTS = 12
_ENDING = f"-{NAMED_WIDTH}.webp"


def tint(name: str) -> int:
    """Return which of the twelve tints stands behind goods without a picture; the same name has the same one everywhere."""
    return crc32(name.encode()) % TINTS


def write_count(count: int) -> str:
    """Return a count as the reader groups its digits: 3,791."""
    return _grouped(count, (translation.get_language() or "").startswith("zh"))


@lru_cache(4096)
def _grouped(count: int, is_chinese: bool) -> str:
    return str(format_decimal(count, locale="zh_Hans" if is_chinese else "en"))


def image_url(path: str) -> str:
    """Return the address of a picture in this store's media."""
    return f"{settings.MEDIA_URL}{path}" if path else ""


def image_srcset(path: str, width: int, form: str = "webp", made: Sequence[int] = WIDTHS) -> str:
    """Return the widths a browser may choose from, or nothing for a picture that was not encoded here."""
    if not path.endswith(_ENDING):
        return ""
    stem = image_url(path.removesuffix(_ENDING))
    offered = [each for each in made if each < width]
    offered += [each for each in made if each >= width][:1]
    return ", ".join(f"{stem}-{each}.{form} {min(each, width)}w" for each in offered)


def picture(cover: Mapping[str, Any] | None, *, widest: int = WIDTHS[-1]) -> dict[str, Any] | None:
    """Turn a kept picture {path, width, height, alt, formats} into what the macro draws, none into None.

    `{src, srcset, avif, thumb, width, height, alt}`: `srcset` is WebP, both are empty where there is one file only;
    `widest` leaves out files that no screen needs at that place.
    """
    if not cover or not cover.get("path"):
        return None
    path, width = str(cover["path"]), int(cover.get("width") or 0)
    # Nothing is said of pictures that were encoded before there was AVIF: they are WebP in all widths.
    formats = cover.get("formats") or {"webp": WIDTHS}
    webp = [each for each in formats.get("webp", ()) if each <= widest]
    avif = [each for each in formats.get("avif", ()) if each <= widest]
    is_ours = path.endswith(_ENDING)
    src = image_url(path)
    return {
        "src": src,
        "srcset": image_srcset(path, width, "webp", webp) if len(webp) > 1 else "",
        "avif": image_srcset(path, width, "avif", avif) if avif else "",
        "thumb": f"{src.removesuffix(_ENDING)}-{WIDTHS[0]}.webp" if is_ours and WIDTHS[0] in webp else src,
        "width": width or 400,
        "height": int(cover.get("height") or 0) or 500,
        "alt": str(cover.get("alt") or ""),
    }


def show_cards(cards: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Turn cards of the selectors into what the card macro draws: prices written out, one tag, one quiet line."""
    language = translation.get_language() or "en"
    return [_show(card, currency, language) for card in cards]


def card_tag(card: Mapping[str, Any]) -> tuple[str, str]:
    """Return a card's one tag and its kind: sold out, then the saving, then what is nearly gone."""
    if not card["is_available"]:
        return _("Sold out"), ""
    compare_at, amount = card["compare_at_amount"], card["price_amount"]
    if compare_at and compare_at > amount and (saving := round(100 * (compare_at - amount) / compare_at)):
        return _("%(percent)s%% off") % {"percent": saving}, "sale"
    if 0 < card["available_count"] <= FEW:
        return _("Last %(count)s") % {"count": card["available_count"]}, ""
    return "", ""


def _show(card: Mapping[str, Any], currency: str, language: str) -> dict[str, Any]:
    amount, compare_at = card["price_amount"], card["compare_at_amount"]
    price = format_money(amount, currency, language)
    if card["max_price_amount"] > amount:
        price = _("From %(price)s") % {"price": price}
    tag, tag_kind = card_tag(card)
    variants = card["variants_count"]
    return {
        "id": card["id"],
        "url": card["url"],
        "name": card["title"],
        "picture": picture(card["cover"], widest=NAMED_WIDTH),
        "price": price,
        "compare_at": format_money(compare_at, currency, language) if compare_at and compare_at > amount else "",
        "tag": tag,
        "tag_kind": tag_kind,
        "fact": ngettext("%(num)s version", "%(num)s versions", variants) % {"num": variants} if variants > 1 else "",
        "reason": card.get("reason") or "",
        "rating": f"{card['rating_sum'] / card['reviews_count']:.1f}" if card.get("reviews_count") else "",
        "reviews_count": card.get("reviews_count") or 0,
    }
