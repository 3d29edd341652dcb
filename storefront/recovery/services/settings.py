"""Switch reminders on and off."""

from datetime import datetime

from django.db import transaction

from storefront.catalog.shown import find_prices
from storefront.discounts.codes import clean_code
from storefront.discounts.selectors import find_promotions
from storefront.discounts.words import explain_code
from storefront.recovery.enums import Rule
from storefront.recovery.errors import RecoverySettingsRefused
from storefront.recovery.locks import lock_settings
from storefront.recovery.models import RecoverySettings


def save_settings(*, is_on: bool, rule: Rule, after_hours: int, code: str, now: datetime) -> RecoverySettings:
    """Keep whether, whom and when the store reminds, and the code that its mail brings.

    Raises: RecoverySettingsRefused for a code that gives nothing to anybody now.
    """
    if code.strip():
        found = find_promotions(codes=[code], customer_id=None, prices=find_prices(""), now=now)
        if found.refused:
            raise RecoverySettingsRefused(explain_code(found.refused[0]), field="code")
    with transaction.atomic():
        settings = lock_settings()
        settings.switched_on_at = (settings.switched_on_at if settings.is_on else now) if is_on else None
        settings.is_on, settings.rule, settings.after_hours = is_on, rule, after_hours
        settings.code = clean_code(code)
        settings.save()
    return settings
