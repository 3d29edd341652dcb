"""Clean what people write, and find what a person should look at before it is published."""

import re
import unicodedata
from collections.abc import Iterable

from core.text import one_line
from storefront.reviews.enums import HoldReason

LONGEST_BODY = 4000
_CONTACT = re.compile(
    r"https?:|www\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|biz|shop|store|top|xyz|cn|ru|io|co|me|vip|cc)\b|[\w.+-]+@[\w-]+\.\w"
    r"|(?:微信|薇信|威信|加v|加微|vx|wechat|whatsapp|telegram|qq)\s*[:：]?\s*[\w-]{4,}|(?<!\d)1[3-9]\d{9}(?!\d)",
    re.IGNORECASE,
)
_RUDE = frozenset(
    {"fuck", "shit", "cunt", "asshole", "bitch", "nigger", "faggot", "傻逼", "操你", "妈的", "狗屎", "王八蛋", "滚蛋"}
)
_WORD = re.compile(r"[^\W_]+")


def clean_lines(text: str, *, limit: int = LONGEST_BODY) -> str:
    """Return the text with control and turning marks gone, line ends kept, at most one empty line in a row."""
    lines = (one_line(line).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit]


def find_hold(text: str, *, blocked: Iterable[str]) -> HoldReason | None:
    """Return why the text should be looked at first, or None: a way to reach somebody, then a word that is not wanted."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _CONTACT.search(plain):
        return HoldReason.LINK
    words = set(_WORD.findall(plain))
    for entry in (*_RUDE, *blocked):
        wanted = unicodedata.normalize("NFKC", entry).casefold().strip()
        if wanted and (wanted in words if wanted.isascii() and wanted.isalnum() else wanted in plain):
            return HoldReason.WORDS
    return None
