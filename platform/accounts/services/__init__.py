"""Change people and their log-ins; each module holds one part."""

from accounts.services.emails import (
    ask_for_confirmation,
    confirm_email,
    forget_wished_email,
    read_confirmation,
    wish_for_email,
)
from accounts.services.handoffs import create_handoff, redeem_handoff
from accounts.services.logins import (
    confirm_login,
    end_login,
    end_logins,
    end_other_logins,
    open_login,
    remove_old_logins,
    see_login,
)
from accounts.services.notices import mail_confirmation, mail_notice, mail_password_reset
from accounts.services.passwords import ask_for_password, change_password, replace_password
from accounts.services.people import create_user, grant_console, rename_user, set_language
from accounts.services.rescue import rescue_user
from accounts.services.second_step import (
    add_passkey,
    remove_passkey,
    rename_passkey,
    renew_recovery_codes,
    show_recovery_codes,
    tell_of_recovery_code,
    turn_codes_off,
    turn_codes_on,
)
from accounts.services.store_rules import allow_password_alone, require_second_step

__all__ = [
    "add_passkey",
    "allow_password_alone",
    "ask_for_confirmation",
    "ask_for_password",
    "change_password",
    "confirm_email",
    "confirm_login",
    "create_handoff",
    "create_user",
    "end_login",
    "end_logins",
    "end_other_logins",
    "forget_wished_email",
    "grant_console",
    "mail_confirmation",
    "mail_notice",
    "mail_password_reset",
    "open_login",
    "read_confirmation",
    "redeem_handoff",
    "remove_old_logins",
    "remove_passkey",
    "rename_passkey",
    "rename_user",
    "renew_recovery_codes",
    "replace_password",
    "require_second_step",
    "rescue_user",
    "see_login",
    "set_language",
    "show_recovery_codes",
    "tell_of_recovery_code",
    "turn_codes_off",
    "turn_codes_on",
    "wish_for_email",
]
