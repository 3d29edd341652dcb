"""How a store's mails look: in the accent of the look that its shoppers see."""

from core.tenancy import is_public
from integrations.mail.looks import MailLook
from storefront.theme.colors import BLACK, READABLE, WHITE, shade_against, text_on
from storefront.theme.grounds import GROUNDS
from storefront.theme.look import complete
from storefront.theme.paint import night_accent
from storefront.theme.selectors import find_published

_PAPER = "#faf8f4"


def find_mail_look() -> MailLook | None:
    """Return the look of the current store's mails, whose ground is light; None outside a store."""
    if is_public():
        return None
    version = find_published()
    look = complete(version.settings if version else {})
    accent = shade_against(look["accent"], (WHITE, _PAPER), least=READABLE, toward=BLACK)
    return MailLook(accent, text_on(accent), night_accent(accent, GROUNDS["warm"][1]))
