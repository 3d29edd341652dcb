"""What a mail server says of an address, and what is only about us."""

from collections.abc import Iterator
from datetime import datetime
from socketserver import StreamRequestHandler, TCPServer
from threading import Thread

import pytest
from django.test import override_settings

from integrations.mail.leaving import MailNotTaken
from integrations.mail.services import send_mail
from storefront.alerts.models import StockAlert
from storefront.alerts.services import ask_to_be_told, send_waiting
from storefront.credits.models import GiftCard
from storefront.credits.services import Addressee, issue_card, mail_card
from storefront.customers.enums import LinkPurpose
from storefront.customers.models import CustomerLoginLink
from storefront.customers.services.links import write_link
from storefront.customers.services.mailing import mail_login_link
from storefront.notifications.models import UnreachableAddress
from storefront.returns.models import Withdrawal
from storefront.returns.services import declare_withdrawal, mail_confirmation, mail_notice
from tenants.models import Tenant
from tests.storefront.goods import make_variant


class Server(TCPServer):
    """A mail server that answers every recipient with what it is told to."""

    answer = b"250 OK"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)


class Talk(StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"QUIT":
                break
            answer = {b"RCPT": self.server.answer, b"DATA": b"554 nobody is left"}.get(verb, b"250 OK")
            self.wfile.write(answer + b"\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1", EMAIL_PORT=made.server_address[1], EMAIL_TIMEOUT=5,
        EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="",
    ):  # fmt: skip
        yield made
    made.shutdown()
    thread.join()
    made.server_close()


def write() -> bool:
    return send_mail(
        to="maya@example.com", subject="Hi", template="customers/email/account_deleted", context={}, language="en"
    )


def test_only_a_mailbox_that_does_not_exist_is_remembered_and_a_refusal_of_us_is_tried_again(
    in_acme: Tenant, server: Server
) -> None:
    for ours in (
        b"550 5.1.8 Access denied, bad outbound sender", b"550 5.1.7 Invalid address", b"550 5.1.0 Sender denied",
        b"550 5.1.100 what nobody knows", b"550 5.7.1 Relaying denied", b"452 4.1.1 Try again", b"550 No such user",
        b"550-5.1.8 Access denied\r\n550 5.1.1 is not meant", b"450 5.1.1 Not for good",
    ):  # fmt: skip
        server.answer = ours
        with pytest.raises(MailNotTaken):
            write()
    assert not UnreachableAddress.objects.exists()
    for gone in (b"550 5.1.1 unknown", b"550 5.1.6 moved", b"556 5.1.10 null MX", b"550-5.1.1 unknown\r\n550 5.1.1 x"):
        UnreachableAddress.objects.all().delete()
        server.answer = gone
        assert write() is False
        assert UnreachableAddress.objects.get().email == "maya@example.com"


def test_a_mail_that_did_not_leave_is_nowhere_written_down_as_sent(
    in_acme: Tenant, server: Server, now: datetime
) -> None:
    server.answer = b"550 5.1.1 unknown"
    to, variant = "maya@example.com", make_variant(stock=3)
    card = issue_card(amount=5000, currency="USD", to=Addressee(to), send=True, actor="owner", now=now).card
    withdrawn = declare_withdrawal(
        token="w" * 26, name="Maya", email=to, order_number="#1", words="", order=None, language="en", now=now
    )
    write_link(purpose=LinkPurpose.SIGN_IN, email=to, language="en", address="127.0.0.1", customer_id=None, now=now)
    link = CustomerLoginLink.objects.get()
    for email in (to, "ben@example.com"):
        ask_to_be_told(variant_id=variant.pk, email=email, language="en", now=now)
    assert not mail_card(card_id=card.pk, now=now)
    assert not mail_confirmation(withdrawal_id=withdrawn.pk, now=now)
    assert not mail_notice(withdrawal_id=withdrawn.pk, now=now)
    assert not mail_login_link(link_id=link.pk, now=now)
    assert send_waiting(variant_id=variant.pk, now=now) == 0, "and it comes to an end"
    assert GiftCard.objects.get().mailed_at is None
    assert Withdrawal.objects.values_list("confirmed_at", "noticed_at").get() == (None, None)
    assert CustomerLoginLink.objects.get().mailed_at is None
    assert set(StockAlert.objects.values_list("sent_at", flat=True)) == {None}
