"""What a person is told by mail about their own account."""

from enum import StrEnum


class Notice(StrEnum):
    """A change of somebody's account that they hear of, in case it was not them."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    EMAIL_TAKEN = "email_taken"
    CODES_ON = "codes_on"
    CODES_OFF = "codes_off"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    RESCUED = "rescued"
