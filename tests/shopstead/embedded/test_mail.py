"""The mail catcher: what is sent is kept and shown, and nothing in a message can act."""

import http.client
import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from shopstead.embedded.mail import EmbeddedMail
from tests.shopstead.embedded.running import processes_in

PICTURE = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedMail]:
    with EmbeddedMail(tmp_path_factory.mktemp("mail") / "data") as server:
        yield server


def send(catcher: EmbeddedMail, subject: str, *, to: str = "mei@example.com", html: str = "", bcc: str = "") -> None:
    message = EmailMessage()
    message["From"] = "Acme Outdoor <orders@acme.example>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content("Your order is on its way.\nThank you.\n")
    if html:
        message.add_alternative(html, subtype="html")
        message.get_payload()[1].add_related(PICTURE, "image", "png", cid="<logo>")  # type: ignore[index,union-attr]
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Invoice 1.pdf")
    with smtplib.SMTP("127.0.0.1", catcher.port) as smtp:
        smtp.send_message(message, to_addrs=[to, *([bcc] if bcc else [])])


def get(catcher: EmbeddedMail, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", catcher.ports.get("mail-web"), timeout=10)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def messages(catcher: EmbeddedMail, query: str = "") -> list[dict[str, Any]]:
    response, body = get(catcher, f"/api/messages{query}")
    assert response.status == 200
    found: list[dict[str, Any]] = json.loads(body)
    return found


def test_a_message_is_kept_with_its_parts_and_found_by_its_reader_newest_first(catcher: EmbeddedMail) -> None:
    send(catcher, "First", to="first@example.com")
    send(
        catcher, "云上茶舍 — Ihr Paket", to="first@example.com", bcc="copy@example.com", html="<p>On its <b>way</b></p>"
    )
    newest, oldest = messages(catcher, "?to=First@example.com")
    assert oldest["subject"] == "First"
    assert oldest["html"] == ""
    assert {name: newest[name] for name in ("from", "to", "subject", "text", "attachments")} == {
        "from": "Acme Outdoor <orders@acme.example>",
        "to": "first@example.com, copy@example.com",
        "subject": "云上茶舍 — Ihr Paket",
        "text": "Your order is on its way.\nThank you.\n",
        "attachments": [
            {"name": "part-5", "content_type": "image/png", "size": 8},
            {"name": "Invoice 1.pdf", "content_type": "application/pdf", "size": 8},
        ],
    }
    assert newest["html"].strip() == "<p>On its <b>way</b></p>"
    assert newest["date"].endswith("Z")
    assert messages(catcher, "?limit=1") == [newest]
    assert messages(catcher, "?to=copy@example.com") == [newest]
    _, body = get(catcher, f"/api/messages/{newest['id']}")
    assert json.loads(body) == newest


def test_the_pages_show_the_list_the_message_and_its_plain_text(catcher: EmbeddedMail) -> None:
    send(catcher, "Shown <here>", html="<p>Hello</p>")
    message_id = messages(catcher)[0]["id"]
    _, listing = get(catcher, "/")
    assert f'href="/messages/{message_id}"' in listing
    assert "Shown &lt;here&gt;" in listing
    _, page = get(catcher, f"/messages/{message_id}")
    assert f'<iframe src="/messages/{message_id}/html" sandbox="allow-popups' in page
    _, text = get(catcher, f"/messages/{message_id}?part=text")
    assert "Your order is on its way.\nThank you." in text
    _, chinese = get(catcher, "/", Accept_Language="zh-CN,zh;q=0.9")
    assert '<html lang="zh-Hans">' in chinese
    assert "截获的邮件" in chinese


def test_nothing_in_a_message_can_run_or_reach_out(catcher: EmbeddedMail) -> None:
    send(catcher, "Hostile", html='<script>alert(1)</script><img src="cid:logo"><a href="https://example.com/x">x</a>')
    message_id = messages(catcher)[0]["id"]
    response, body = get(catcher, f"/messages/{message_id}/html")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert '<base target="_blank">' in body
    assert f'src="/messages/{message_id}/parts/' in body
    outer, page = get(catcher, f"/messages/{message_id}")
    assert "<script>alert" not in page
    assert "script-src 'self'" in outer.headers["Content-Security-Policy"]


def test_attachments_are_downloads_and_pictures_are_pictures(catcher: EmbeddedMail) -> None:
    send(catcher, "With files", html='<img src="cid:logo">')
    message_id = messages(catcher)[0]["id"]
    _, page = get(catcher, f"/messages/{message_id}")
    invoice = page.partition("Invoice%201.pdf")[0].rpartition('"')[2] + "Invoice%201.pdf"
    response, body = get(catcher, invoice)
    assert (response.headers["Content-Disposition"], body) == ("attachment", "%PDF-1.7")
    assert response.headers["Content-Type"] == "application/octet-stream"
    picture, _ = get(catcher, f"/messages/{message_id}/parts/5/logo.png")
    assert picture.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "path",
    ["/messages/../../postgres/password", "/messages/20260101T000000000000-00000000", "/x", "/api/messages/%2e%2e"],
)
def test_an_address_that_leads_nowhere_is_a_page_that_says_so(catcher: EmbeddedMail, path: str) -> None:
    response, body = get(catcher, path)
    assert response.status == 404
    assert "This message is not here" in body


def test_a_foreign_name_for_this_address_is_refused(catcher: EmbeddedMail) -> None:
    response, body = get(catcher, "/api/messages", Host="rebound.example")
    assert response.status == 421
    assert "subject" not in body


def test_a_broken_message_is_shown_as_well_as_it_can_be(catcher: EmbeddedMail) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.port) as smtp:
        smtp.sendmail(
            "a@example.com",
            ["broken@example.com"],
            b"Subject: =?unknown-8?q?x?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xe8\x8c\xb6",
        )
    (found,) = messages(catcher, "?to=broken@example.com")
    assert found["text"].strip() == "茶"
    response, _ = get(catcher, f"/messages/{found['id']}")
    assert response.status == 200


def test_mail_outlives_the_catcher_and_stopping_leaves_no_process(tmp_path: Path) -> None:
    with EmbeddedMail(tmp_path / "data") as first:
        send(first, "Kept")
        address = first.email_url
    assert processes_in(tmp_path / "data") == set()
    with EmbeddedMail(tmp_path / "data") as second:
        assert second.email_url == address
        assert [message["subject"] for message in messages(second)] == ["Kept"]
