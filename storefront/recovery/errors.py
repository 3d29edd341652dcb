"""What can go wrong with reminders."""

from core.errors import InvalidInput, NotFound


class ReminderNotFound(NotFound):
    """A link that was changed on the way, has run out, or whose cart is not there any more."""

    code = "reminder_not_found"


class RecoverySettingsRefused(InvalidInput):
    code = "recovery_settings_refused"
