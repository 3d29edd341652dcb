"""What can go wrong with mails."""

from core.errors import InvalidInput, NotFound


class KindNotFound(NotFound):
    code = "mail_kind_not_found"


class AddressNotFound(NotFound):
    code = "unreachable_address_not_found"


class TestRefused(InvalidInput):
    code = "test_mail_refused"
    __test__ = False


class MailRefused(InvalidInput):
    """What was said of a mail cannot be: a switch that it does not have, words that are too long, a wrong address."""

    code = "mail_settings_refused"
