"""Mail catcher: takes every message over SMTP on loopback, sends none, and shows them on a page.

`python -m shopstead.embedded.mailcatcher --data-dir DIR` runs it alone.
"""

import argparse
import asyncio
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from shopstead.embedded import mailpage
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.mail import WEB_PORT, EmbeddedMail, catcher_name
from shopstead.embedded.mailbox import Letter, Mailbox
from shopstead.embedded.ports import HOST

SIZE_LIMIT = 32 * 2**20
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:"
)
# No script, no form, nothing from outside: a message is shown, and tells nobody that it was.
LETTER_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class Catcher:
    """What aiosmtpd calls for each message."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message; the sender is told so only once it is on disk."""
        content = envelope.original_content or b""
        await asyncio.to_thread(self.mailbox.put, content, recipients=list(envelope.rcpt_tos), now=datetime.now(UTC))
        return "250 Caught, not sent"


class Page(BaseHTTPRequestHandler):
    """Answers the page, its JSON and the parts of messages. It only reads."""

    protocol_version = "HTTP/1.1"
    server_version = "shopstead-mail"
    sys_version = ""

    def __init__(self, mailbox: Mailbox, *arguments: object) -> None:
        self.mailbox = mailbox
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one address."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in {"localhost", HOST}:  # a page of another site that made its name point here
            self._answer("This address is for localhost.\n", "text/plain", status=HTTPStatus.MISDIRECTED_REQUEST)
            return
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        language = mailpage.choose_language(self.headers.get("Accept-Language") or "")
        match parts.path.strip("/").split("/"):
            case [""]:
                self._answer(mailpage.render_list(self._newest(), language=language))
            case ["style.css"]:
                self._answer(mailpage.STYLE, "text/css")
            case ["list.js"]:
                self._answer(mailpage.SCRIPT, "text/javascript")
            case ["api", "messages"]:
                limit = int(query["limit"]) if query.get("limit", "").isdecimal() else mailpage.LIST_LIMIT
                found = self.mailbox.list(to=query.get("to", ""), limit=max(1, limit))
                self._answer(json.dumps([letter.as_json() for letter in found]), "application/json")
            case ["api", "messages", message_id] if letter := self.mailbox.find(message_id):
                self._answer(json.dumps(letter.as_json()), "application/json")
            case ["messages", message_id, *rest] if letter := self.mailbox.find(message_id):
                self._answer_letter(letter, rest, language=language, show_text=query.get("part") == "text")
            case _:
                self._answer(mailpage.render_missing(language=language), status=HTTPStatus.NOT_FOUND)

    def _answer_letter(self, letter: Letter, rest: Sequence[str], *, language: str, show_text: bool) -> None:
        match rest:
            case []:
                page = mailpage.render_letter(self._newest(), letter, show_text=show_text, language=language)
                self._answer(page)
            case ["html"]:
                self._answer(mailpage.render_html_part(letter), policy=LETTER_POLICY)
            case ["parts", index, _] if part := next((p for p in letter.parts if str(p.index) == index), None):
                picture = part.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
                kind = part.content_type if picture else "application/octet-stream"
                self._answer(part.content, kind, policy="default-src 'none'; sandbox", download=not picture)
            case _:
                self._answer(mailpage.render_missing(language=language), status=HTTPStatus.NOT_FOUND)

    def _newest(self) -> list[Letter]:
        return self.mailbox.list(limit=mailpage.LIST_LIMIT)

    def _answer(
        self,
        content: str | bytes,
        kind: str = "text/html",
        *,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = PAGE_POLICY + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        download: bool = False,
    ) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if isinstance(content, str) else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Accept-Language")
        if download:
            self.send_header("Content-Disposition", "attachment")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (http.server's name)
        """Log nothing: the page asks every few seconds."""


class WebServer(ThreadingHTTPServer):
    """The page's server; a browser that hangs up is no event."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Report what went wrong, unless the other side just left."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


async def serve(data_dir: Path, *, smtp_port: int, web_port: int) -> None:
    """Catch mail until SIGINT or SIGTERM; prints `READY <url of the page>`."""
    folder = data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mailbox, name = Mailbox(folder), catcher_name(folder)
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)

    def session() -> SMTP:
        return SMTP(
            Catcher(mailbox),
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident=name,
            loop=loop,
        )

    web = WebServer((HOST, web_port), partial(Page, mailbox))
    smtp = await loop.create_server(session, HOST, smtp_port)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    sys.stdout.write(f"READY http://localhost:{web_port}\n")
    sys.stdout.flush()
    await stopped.wait()
    smtp.close()
    await asyncio.to_thread(web.shutdown)


def main() -> None:
    """Run the mail catcher of a data directory until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m shopstead.embedded.mailcatcher", description=main.__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, help="default: the one recorded, or any free one")
    parser.add_argument("--web-port", type=int, help=f"default: the one recorded, or {WEB_PORT}, or any free one")
    arguments = parser.parse_args()
    server = EmbeddedMail(arguments.data_dir)
    try:
        smtp_port = arguments.smtp_port or server.ports.choose("mail")
        web_port = arguments.web_port or server.ports.choose("mail-web", prefer=WEB_PORT)
        asyncio.run(serve(server.data_dir, smtp_port=smtp_port, web_port=web_port))
    except (EmbeddedError, OSError) as error:
        sys.exit(f"The mail catcher did not start: {error}")


if __name__ == "__main__":
    main()
