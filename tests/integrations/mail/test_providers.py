"""Mails that a provider carries: over real HTTP, with its key, the store's mark and a name that stays."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from celery import shared_task
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import override_settings

from core.tasks import SCHEMA_HEADER, TenantTask
from core.tenancy import in_tenant
from integrations.mail.leaving import MailNotTaken
from integrations.mail.providers import PROVIDERS, read_mail_url
from integrations.mail.services import send_mail
from storefront.notifications.models import UnreachableAddress
from tenants.models import Tenant

LETTER: dict[str, Any] = {
    "to": "maya@example.com", "subject": "Hi", "template": "customers/email/account_deleted", "context": {}, "language": "en",
    "from_name": "Acme", "reply_to": "help@acme.example",
}  # fmt: skip
TAKEN = (200, {"To": "maya@example.com", "ErrorCode": 0, "Message": "OK", "MessageID": "m1", "SubmittedAt": "now"})


class Post(HTTPServer):
    """A house that takes mails as Postmark does, and answers what it is told to."""

    answer: tuple[int, dict[str, Any]] = TAKEN

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), Counter)


class Counter(BaseHTTPRequestHandler):
    server: Post

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((self.path, dict(self.headers), body))
        status, words = self.server.answer
        answer = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"postmark://s3cret@?api=http://127.0.0.1:{server.server_port}/"
    with override_settings(**read_mail_url(url, webhook_secret="", timeout=5)):
        yield server
    server.shutdown()
    thread.join()
    server.server_close()


@shared_task(base=TenantTask, name="tests.mail.write")
def write() -> None:
    send_mail(**LETTER)


def test_a_mail_leaves_with_key_store_and_a_name_that_is_the_same_when_a_task_is_run_again(
    in_acme: Tenant, post: Post
) -> None:
    for number in (7, 7, 8):
        write.apply(task_id=f"outbox-{number}", headers={SCHEMA_HEADER: in_acme.schema_name}, throw=True)
    first, second, other = post.taken
    path, headers, body = first
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "s3cret")
    assert (body["From"], body["To"], body["ReplyTo"]) == (
        "Acme <hello@localhost>", "maya@example.com", "help@acme.example",
    )  # fmt: skip
    assert body["HtmlBody"].startswith("<!doctype html>") and body["TextBody"]
    assert body["Metadata"]["store"] == in_acme.schema_name
    named = [{one["Name"]: one["Value"] for one in said["Headers"]} for _path, _headers, said in (first, second, other)]
    assert named[0]["Message-ID"] == named[1]["Message-ID"] != named[2]["Message-ID"]
    assert named[0]["X-PM-KeepID"] == "true"


def test_what_is_not_taken_is_tried_again_and_an_address_that_is_none_is_remembered(
    in_acme: Tenant, post: Post
) -> None:
    post.answer = (500, {"ErrorCode": 100, "Message": "Maintenance"})
    with pytest.raises(MailNotTaken):
        send_mail(**LETTER)
    assert not UnreachableAddress.objects.exists()
    words = (
        "Found inactive addresses: maya@example.com. Inactive recipients are ones that have generated a hard bounce."
    )
    post.answer = (422, {"ErrorCode": 406, "Message": words})
    assert send_mail(**LETTER) is False
    assert UnreachableAddress.objects.get().email == "maya@example.com"


def test_a_house_that_is_away_raises_what_tasks_wait_for(in_acme: Tenant) -> None:
    with (
        override_settings(**read_mail_url("postmark://k@?api=http://127.0.0.1:9/", webhook_secret="", timeout=1)),
        pytest.raises(OSError, match=r"127\.0\.0\.1"),
    ):
        send_mail(**LETTER)


def test_every_address_of_the_examples_is_understood() -> None:
    urls = {
        "postmark": "postmark://TOKEN@", "brevo": "brevo://KEY@", "resend": "resend://KEY@",
        "sparkpost": "sparkpost://KEY@", "mailjet": "mailjet://KEY:SECRET@",
        "mailgun": "mailgun://K%2FEY@mg.example.com?signing_key=S&api=https://api.eu.mailgun.net/v3",
    }  # fmt: skip
    assert urls.keys() == PROVIDERS.keys()
    for name, url in urls.items():
        read = read_mail_url(url, webhook_secret="a:b,c:d", timeout=10)
        assert read["MAIL_PROVIDER"] == name
        with override_settings(**read):
            EmailMultiAlternatives("s", "b", "a@b.example", ["c@d.example"]).get_connection()
    assert read["ANYMAIL"]["MAILGUN_API_KEY"] == "K/EY" and read["ANYMAIL"]["WEBHOOK_SECRET"] == ["a:b", "c:d"]
    assert read_mail_url("smtp://u:p@host:587?tls=True", webhook_secret="", timeout=10) == {}
    for wrong in ("postmark://", "mailgun://KEY@", "brevo://KEY@?subaccount=7"):
        with pytest.raises(ValueError, match="EMAIL_URL for"):
            read_mail_url(wrong, webhook_secret="", timeout=10)


def test_a_mail_server_never_sees_the_mark_of_the_store(acme: Tenant) -> None:
    with in_tenant(acme):
        send_mail(**LETTER)
    assert acme.schema_name not in mail.outbox[0].message().as_string()
