"""Whether and whom a store reminds."""

from core.shared_pages import remember
from storefront.recovery.enums import Rule
from storefront.recovery.models import RecoverySettings


def get_settings() -> RecoverySettings:
    """Return the store's settings, as they are from the start where nobody has changed them."""
    return RecoverySettings.objects.filter(pk=1).first() or RecoverySettings()


def asks_at_checkout() -> Rule | None:
    """Return by which rule checkout has to ask whether somebody wants to be reminded; None where nobody is reminded."""

    def read() -> str:
        settings = get_settings()
        return settings.rule if settings.is_on else ""

    rule = remember("recovery rule", read)
    return Rule(rule) if rule else None
