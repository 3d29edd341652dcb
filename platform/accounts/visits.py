"""From which machine somebody did something, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.addresses import client_address
from core.http import HttpRequest

# The first that occurs is meant: browsers name their ancestors after themselves.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("MicroMessenger", "WeChat"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """The browser's own name for itself and the address that a request came from."""

    user_agent: str
    address: str

    @property
    def device(self) -> str:
        return name_device(self.user_agent)


def visit_of(request: HttpRequest) -> Visit:
    """Return where this request comes from."""
    return Visit(user_agent=request.headers.get("User-Agent", "")[:300], address=client_address(request)[:45])


def name_device(user_agent: str) -> str:
    """Return “Firefox on Windows”, as far as the browser says; it is told to people, and nothing is decided by it."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
