"""A video by its address: whose it is, and the page of theirs that plays it without following anybody."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from storefront.catalog.errors import VideoRefused

LONGEST = 500
_YOUTUBE_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com", "youtu.be"})
_VIMEO_HOSTS = frozenset({"vimeo.com", "www.vimeo.com", "player.vimeo.com"})
_BILIBILI_HOSTS = frozenset({"www.bilibili.com", "bilibili.com", "m.bilibili.com", "player.bilibili.com"})
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Video:
    """`address` is where people watch it, `player` what plays it, `origin` whom a page has to let in for that.

    `kind` is youtube, vimeo, bilibili or file; `host` is what a shopper is told before anything is asked of it.
    """

    kind: str
    address: str
    player: str
    origin: str
    host: str


def read_video_address(text: str) -> Video:
    """Read an address of YouTube, Vimeo or Bilibili, or of an .mp4 or .webm file.

    Raises: VideoRefused.
    """
    text = text.strip()
    if not text.isascii() or len(text) > LONGEST or any(letter.isspace() or letter in "\"'<>\\`" for letter in text):
        raise _refused()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise _refused() from error
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host) or parts.username or parts.password:
        raise _refused()
    query = parse_qs(parts.query)
    if host in _YOUTUBE_HOSTS:
        return _youtube(host, parts.path, query)
    if host in _VIMEO_HOSTS:
        return _vimeo(parts.path)
    if host in _BILIBILI_HOSTS:
        return _bilibili(parts.path, query)
    return _file(parts.scheme, f"{host}:{port}" if port else host, parts.path, parts.query)


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> Video:
    if host == "youtu.be":
        name = path.strip("/")
    else:
        found = re.fullmatch(r"/(?:embed|shorts|live)/([^/]+)/?", path)
        name = found[1] if found else (query.get("v") or [""])[0]
    if not re.fullmatch(r"[A-Za-z0-9_-]{11}", name, re.ASCII):
        raise _refused()
    options = urlencode({"autoplay": 1, "rel": 0, "playsinline": 1})
    origin = "https://www.youtube-nocookie.com"
    return Video(
        "youtube", f"https://www.youtube.com/watch?v={name}", f"{origin}/embed/{name}?{options}", origin, "YouTube"
    )


def _vimeo(path: str) -> Video:
    found = re.fullmatch(r"/(?:video/)?([0-9]{1,12})(?:/([0-9a-f]{6,12}))?/?", path)
    if found is None:
        raise _refused()
    number, secret = found[1], found[2]
    origin = "https://player.vimeo.com"
    options = urlencode({"autoplay": 1, "dnt": 1, **({"h": secret} if secret else {})})
    address = f"https://vimeo.com/{number}" + (f"/{secret}" if secret else "")
    return Video("vimeo", address, f"{origin}/video/{number}?{options}", origin, "Vimeo")


def _bilibili(path: str, query: dict[str, list[str]]) -> Video:
    found = re.fullmatch(r"/video/(BV[A-Za-z0-9]{10})/?", path, re.ASCII)
    name = found[1] if found else (query.get("bvid") or [""])[0]
    if not re.fullmatch(r"BV[A-Za-z0-9]{10}", name, re.ASCII):
        raise _refused()
    origin = "https://player.bilibili.com"
    options = urlencode({"bvid": name, "autoplay": 1, "high_quality": 1, "danmaku": 0})
    address = f"https://www.bilibili.com/video/{name}/"
    return Video("bilibili", address, f"{origin}/player.html?{options}", origin, "Bilibili")


def _file(scheme: str, host: str, path: str, query: str) -> Video:
    if scheme != "https" or "." not in host or not re.search(r"\.(?:mp4|webm)$", path, re.IGNORECASE):
        raise _refused()
    address = f"https://{host}{path}" + (f"?{query}" if query else "")
    return Video("file", address, address, f"https://{host}", host)


def _refused() -> VideoRefused:
    return VideoRefused(
        _(
            "Paste the address of a video on YouTube, Vimeo or Bilibili, or of an .mp4 or .webm file that begins with https://."
        ),
        field="video_url",
    )
