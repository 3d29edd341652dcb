"""A pooler on loopback as small as one can be: each transaction of its client goes to the next of two sessions of the server."""

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import cycle
from typing import Any

import psycopg
from django.db import connections

from core.db.backend.base import DatabaseWrapper

SESSIONS = 2
TOLD = ("server_version", "client_encoding", "standard_conforming_strings", "integer_datetimes", "TimeZone", "DateStyle",
        "IntervalStyle", "search_path")  # fmt: skip
MADE_UP_PROCESS = 77
PLAIN = {"sslmode": "disable", "gssencmode": "disable"}


@contextmanager
def pooled(*, tells: tuple[str, ...] = TOLD, process: int | None = MADE_UP_PROCESS) -> Iterator[Any]:
    """Yield a connection of ours that goes through the pooler, which tells these facts of the server at the beginning.

    Without a made-up process it tells that of its first session.
    """
    direct = connections["default"].get_connection_params()
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        closed = threading.Event()

        def serve() -> None:
            while not closed.is_set():
                client, _address = door.accept()
                with closing(client), suppress(OSError, EOFError):
                    _serve_one(client, direct, tells, process)

        thread = threading.Thread(target=serve)
        thread.start()
        settings = {**connections["default"].settings_dict}
        settings |= {"HOST": "127.0.0.1", "PORT": door.getsockname()[1], "OPTIONS": {**PLAIN, "connect_timeout": 5}}
        wrapper = DatabaseWrapper(settings, "pooled")
        try:
            yield wrapper
        finally:
            wrapper.close()
            closed.set()
            socket.create_connection(door.getsockname()).close()  # it waits at the door for the next one
            thread.join()


def _serve_one(client: socket.socket, direct: dict[str, Any], tells: tuple[str, ...], process: int | None) -> None:
    size = struct.unpack("!I", _read(client, 4))[0]
    _read(client, size - 4)
    facts = {
        key: value for key, value in direct.items() if key not in ("cursor_factory", "context", "prepare_threshold")
    }
    with ExitStack() as stack:
        sessions = [stack.enter_context(psycopg.connect(**facts, **PLAIN)) for _ in range(SESSIONS)]
        first = sessions[0].pgconn
        told = {name: first.parameter_status(name.encode()) or b"" for name in tells}
        client.sendall(
            _message(b"R", struct.pack("!I", 0))
            + b"".join(_message(b"S", name.encode() + b"\0" + value + b"\0") for name, value in told.items())
            + _message(b"K", struct.pack("!II", process or first.backend_pid, 1))
            + _message(b"Z", b"I")
        )
        # The library has logged in; from here on the sessions are plain lines.
        lines = [stack.enter_context(socket.socket(fileno=os.dup(one.pgconn.socket))) for one in sessions]
        for line in cycle(lines):
            line.setblocking(True)
            _one_transaction(client, line)


def _one_transaction(client: socket.socket, server: socket.socket) -> None:
    while True:
        kind, body = _take(client)
        if kind == b"X":
            raise EOFError
        server.sendall(_message(kind, body))
        if kind not in (b"Q", b"S"):  # more of the same question comes before anything is answered
            continue
        state = b""
        while not state:
            kind, body = _take(server)
            client.sendall(_message(kind, body))
            state = body if kind == b"Z" else b""
        if state == b"I":
            return


def _take(line: socket.socket) -> tuple[bytes, bytes]:
    kind, size = struct.unpack("!cI", _read(line, 5))
    return kind, _read(line, size - 4)


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        block = line.recv(count - len(found))
        if not block:
            raise EOFError
        found += block
    return found


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body
