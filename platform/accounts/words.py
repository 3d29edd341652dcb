"""What each notice says: its subject, its one sentence, and what to do where it was somebody else."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Notice

A_NEW_PASSWORD = _(
    "If that was you, there is nothing to do. If it was not, choose a new password at once: that logs out everybody."
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one notice; `is_password_way_out` where a new password puts it right."""

    subject: str | Promise
    sentence: str | Promise
    advice: str | Promise = A_NEW_PASSWORD
    is_password_way_out: bool = True


NOTICES: dict[Notice, Words] = {
    Notice.PASSWORD_CHANGED: Words(
        _("Your password was changed"),
        _("The password of your Shopstead account was changed. All other devices have been logged out."),
    ),
    Notice.EMAIL_CHANGED: Words(
        _("Your e-mail address was changed"),
        _("From now on you log in to Shopstead with %(detail)s, and our mails go there."),
        advice=_(
            "If that was you, there is nothing to do. If it was not, answer this mail at once: this address no longer opens "
            "your account, so we have to help."
        ),
        is_password_way_out=False,
    ),
    Notice.EMAIL_TAKEN: Words(
        _("This address has an account already"),
        _(
            "Somebody wanted to move their Shopstead account to this address. It has one already, so nothing was changed."
        ),
        advice=_("There is nothing to do: nobody was in your account."),
        is_password_way_out=False,
    ),
    Notice.CODES_ON: Words(
        _("Two-step log-in is on"),
        _("From now on your Shopstead account asks for a code from your app when you log in."),
        advice=_(
            "If that was you, there is nothing to do. If it was not, choose a new password at once and answer this mail: "
            "without that app you cannot log in, so we have to help."
        ),
    ),
    Notice.CODES_OFF: Words(
        _("Codes from your app are off"),
        _("Your Shopstead account no longer asks for a code from your app when you log in."),
    ),
    Notice.PASSKEY_ADDED: Words(
        _("A passkey was added"),
        _("The passkey “%(detail)s” was added to your Shopstead account."),
        advice=_(
            "If that was you, there is nothing to do. If it was not, choose a new password at once, then log in and remove "
            "the passkey in “Your account”: it opens your account without the password."
        ),
    ),
    Notice.PASSKEY_REMOVED: Words(
        _("A passkey was removed"),
        _("The passkey “%(detail)s” was removed from your Shopstead account."),
    ),
    Notice.RECOVERY_CODES_MADE: Words(
        _("You have new recovery codes"),
        _("New recovery codes were made for your Shopstead account. The former ones no longer work."),
    ),
    Notice.RECOVERY_CODE_USED: Words(
        _("A recovery code was used"),
        _("One of the recovery codes of your Shopstead account was used. Codes left: %(detail)s."),
    ),
    Notice.RESCUED: Words(
        _("You can log in again"),
        _(
            "Shopstead’s team has taken away your former password, app, passkeys and recovery codes and logged out all "
            "devices. Choose a new password by the link in our other mail."
        ),
        advice=_("If you did not ask for this, answer this mail at once."),
        is_password_way_out=False,
    ),
}
