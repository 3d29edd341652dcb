"""What each notice says: its subject and its one sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Notice

NOTICES: dict[Notice, tuple[str | Promise, str | Promise]] = {
    Notice.PASSWORD_CHANGED: (
        _("Your password was changed"),
        _("The password of your Shopstead account was changed. All other devices have been logged out."),
    ),
    Notice.EMAIL_CHANGED: (
        _("Your e-mail address was changed"),
        _("From now on you log in to Shopstead with %(detail)s, and our mails go there."),
    ),
    Notice.EMAIL_TAKEN: (
        _("This address has an account already"),
        _(
            "Somebody wanted to move their Shopstead account to this address. It has one already, so nothing was changed."
        ),
    ),
    Notice.CODES_ON: (
        _("Two-step log-in is on"),
        _("From now on your Shopstead account asks for a code from your app when you log in."),
    ),
    Notice.CODES_OFF: (
        _("Codes from your app are off"),
        _("Your Shopstead account no longer asks for a code from your app when you log in."),
    ),
    Notice.PASSKEY_ADDED: (
        _("A passkey was added"),
        _("The passkey “%(detail)s” was added to your Shopstead account."),
    ),
    Notice.PASSKEY_REMOVED: (
        _("A passkey was removed"),
        _("The passkey “%(detail)s” was removed from your Shopstead account."),
    ),
    Notice.RECOVERY_CODES_MADE: (
        _("You have new recovery codes"),
        _("New recovery codes were made for your Shopstead account. The former ones no longer work."),
    ),
    Notice.RECOVERY_CODE_USED: (
        _("A recovery code was used"),
        _("Somebody logged in to your Shopstead account with a recovery code. Codes left: %(detail)s."),
    ),
}
