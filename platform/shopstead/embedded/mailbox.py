"""Caught mail as files: one .eml a message, and what a reader wants to know of it."""

import re
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path

from shopstead.embedded.files import write_bytes_atomically

ID = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")
ENVELOPE_TO = "X-Envelope-To"


@dataclass(frozen=True)
class Part:
    """A part that is not the letter itself: an attachment, or a picture the HTML part names by its content id."""

    index: int
    name: str
    content_type: str
    content_id: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One caught message. `date` is RFC 3339 UTC, the time it was caught; `to` holds bare addresses, joined by ", "."""

    id: str
    sender: str
    to: str
    subject: str
    date: str
    text: str
    html: str
    parts: tuple[Part, ...] = field(repr=False)

    def as_json(self) -> dict[str, object]:
        """Return the message as the JSON address answers it."""
        values = asdict(self)
        values["attachments"] = [
            {"name": part.name, "content_type": part.content_type, "size": len(part.content)} for part in self.parts
        ]
        return {"from": values.pop("sender"), **{name: value for name, value in values.items() if name != "parts"}}


class Mailbox:
    """The folder of caught messages; their names sort by the time they were caught."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes, *, recipients: list[str], now: datetime) -> str:
        """Keep a message and return its id; blind copies are found by the envelope's recipients, noted in a header."""
        message_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        header = f"{ENVELOPE_TO}: {', '.join(address.strip() for address in recipients)}\r\n".encode()
        write_bytes_atomically(self.folder / f"{message_id}.eml", header + content)
        return message_id

    def ids(self) -> list[str]:
        """Return the ids, newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml") if ID.fullmatch(path.stem)), reverse=True)

    def find(self, message_id: str) -> Letter | None:
        """Return a message, or None when there is none of that id."""
        if not ID.fullmatch(message_id):
            return None
        try:
            content = (self.folder / f"{message_id}.eml").read_bytes()
        except FileNotFoundError:
            return None
        return read_letter(message_id, content)

    def list(self, *, to: str = "", limit: int = 100) -> "list[Letter]":
        """Return the newest messages, newest first, of all or of one recipient."""
        found: list[Letter] = []
        for message_id in self.ids():
            letter = self.find(message_id)
            if letter is not None and (not to or to.lower() in letter.to.lower().split(", ")):
                found.append(letter)
                if len(found) == limit:
                    break
        return found


def read_letter(message_id: str, content: bytes) -> Letter:
    """Read a message as it came over the wire; what is broken in it is shown as well as it can be, never refused."""
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    bodies = {kind: message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")}
    parts = []
    for index, part in enumerate(message.walk()):
        if part.is_multipart() or any(part is body for body in bodies.values()):
            continue
        payload = part.get_payload(decode=True)
        content_id = str(part.get("Content-ID", "")).strip("<> ")
        name = part.get_filename() or f"part-{index}"
        content = payload if isinstance(payload, bytes) else b""
        parts.append(Part(index, name, part.get_content_type(), content_id, content))
    caught = datetime.strptime(message_id[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    recipients = [address for _, address in getaddresses([_header(message, ENVELOPE_TO) or _header(message, "To")])]
    return Letter(
        id=message_id,
        sender=_header(message, "From"),
        to=", ".join(recipients),
        subject=_header(message, "Subject"),
        date=caught.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        text=_text(bodies["plain"]),
        html=_text(bodies["html"]),
        parts=tuple(parts),
    )


def _header(message: EmailMessage, name: str) -> str:
    value = message.get(name, "")
    return " ".join(str(value).split())


def _text(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), errors="replace").replace("\r\n", "\n")
    except LookupError:  # a charset nobody knows
        return payload.decode("utf-8", errors="replace").replace("\r\n", "\n")
