"""A name server on loopback for tests and drills: it says what it is told to say, and can change its mind.

Point DNS_RESOLVER at its address. Everything between is real: packets, dnspython, timeouts.
"""

import socket
import threading
from types import TracebackType
from typing import Self

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

PACKET_BYTES = 4096


class DnsSandbox:
    """The server; a context manager. Names are compared without regard to case, as the domain name system does."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], list[str]] = {}
        self._silent: set[str] = set()
        self._broken: set[str] = set()
        self._lock = threading.Lock()
        self.asked: list[tuple[str, str]] = []

    def set(self, name: str, kind: str, *values: str) -> None:
        """Let a name have these records of a kind, in zone file form, and no others of it; no values remove it."""
        with self._lock:
            if values:
                self._records[name.lower(), kind] = list(values)
            else:
                self._records.pop((name.lower(), kind), None)

    def set_text(self, name: str, *texts: str) -> None:
        """Let a name have one TXT record for each text; a text over 255 bytes is cut into several strings."""
        self.set(name, "TXT", *(" ".join(f'"{part}"' for part in _parts(text)) for text in texts))

    def keep_silent(self, name: str, *, silent: bool = True) -> None:
        """Answer nothing to questions about a name, or answer again."""
        (self._silent.add if silent else self._silent.discard)(name.lower())

    def fail(self, name: str, *, broken: bool = True) -> None:
        """Answer SERVFAIL to questions about a name, or answer again."""
        (self._broken.add if broken else self._broken.discard)(name.lower())

    @property
    def address(self) -> str:
        """`host:port`, as DNS_RESOLVER takes it."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            packet, sender = self._socket.recvfrom(PACKET_BYTES)
            if not packet:
                return
            try:
                answer = self._answer(dns.message.from_wire(packet))
            except dns.exception.DNSException:
                continue
            if answer is not None:
                self._socket.sendto(answer.to_wire(), sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        with self._lock:
            self.asked.append((name, kind))
            if name in self._silent:
                return None
            if name in self._broken:
                response.set_rcode(dns.rcode.SERVFAIL)
                return response
            self._fill(response, name, kind)
        return response

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        for _hop in range(8):
            values = self._records.get((name, kind), [])
            alias = self._records.get((name, "CNAME"), [])
            if values:
                response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *values))
            if values or not alias:
                break
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias[0]}."))
            name = alias[0].lower()
        if not response.answer and not any(name == known for known, _kind in self._records):
            response.set_rcode(dns.rcode.NXDOMAIN)


def _parts(text: str) -> list[str]:
    return [text[start : start + 255] for start in range(0, len(text), 255)] or [""]
