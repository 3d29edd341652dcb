"""What can go wrong with looking at mails."""

from core.errors import InvalidInput, NotFound


class KindNotFound(NotFound):
    code = "mail_kind_not_found"


class TestRefused(InvalidInput):
    code = "test_mail_refused"
    __test__ = False
