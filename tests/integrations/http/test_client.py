"""Fetching over real sockets on loopback, from servers that mean harm."""

import io
import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest
from pytest_django import Settings

from integrations.http.client import Fetched, Limits, fetch
from integrations.http.errors import AddressRefused, NotAnswered, NotWanted, RefusedThere
from tests.integrations.http.conftest import FakeNames, WebServer, leads_to, sends

PICTURES = Limits(bytes_count=1024 * 1024, seconds=5, silence_seconds=1, kinds=("image/",))


@pytest.fixture(autouse=True)
def loopback_allowed(settings: Settings, web: WebServer) -> None:
    settings.FETCH_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.FETCH_ALLOWED_PORTS = frozenset({80, 443, web.port})


def get(url: str, names: FakeNames | None = None, limits: Limits = PICTURES) -> tuple[Fetched, bytes]:
    into = io.BytesIO()
    return fetch(url, into=into, limits=limits, resolver=names or FakeNames()), into.getvalue()


def test_a_picture_comes_whole_and_nothing_of_ours_goes(web: WebServer) -> None:
    web.pages["/a.png"] = sends(b"picture" * 30_000, set_cookie="a=b")
    fetched, body = get(web.url("/a.png?v=2"))
    assert (body, fetched.kind, fetched.bytes_count) == (b"picture" * 30_000, "image/png", 210_000)
    get(web.url("/a.png"))
    assert set(web.seen[1]) == {"path", "host", "user-agent", "accept", "accept-encoding", "connection"}
    assert web.seen[0]["path"] == "/a.png?v=2"


def test_loopback_is_refused_unless_it_is_allowed(web: WebServer, settings: Settings) -> None:
    web.pages["/a.png"] = sends(b"x")
    settings.FETCH_ALLOWED_NETWORKS = []
    with pytest.raises(AddressRefused):
        get(web.url("/a.png"))
    assert web.seen == []


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(web: WebServer) -> None:
    web.pages["/a.png"] = sends(b"x")
    names = FakeNames(pictures_example=[["127.0.0.1"], ["127.0.0.9"]])
    get(web.url("/a.png", "pictures.example"), names)
    assert names.asked == {"pictures.example": 1}
    assert web.seen[0]["host"] == f"pictures.example:{web.port}"


def test_a_redirect_is_looked_at_like_a_first_address(web: WebServer) -> None:
    names = FakeNames(pictures_example=[["127.0.0.1"], ["127.0.0.9"]])
    web.pages["/rebound"] = leads_to(web.url("/a.png", "pictures.example"))
    web.pages["/a.png"] = sends(b"x")
    with pytest.raises(AddressRefused):
        get(web.url("/rebound", "pictures.example"), names)
    for target in ("http://169.254.169.254/latest/", "file:///etc/passwd", "http://localhost:22/", "//[::1]/"):
        web.pages["/away"] = leads_to(target)
        with pytest.raises((AddressRefused, NotAnswered)):
            get(web.url("/away"))
    assert [seen["path"] for seen in web.seen] == ["/rebound", *["/away"] * 4]


def test_three_redirects_are_followed_and_not_a_fourth(web: WebServer) -> None:
    for step in range(4):
        web.pages[f"/{step}"] = leads_to(f"/{step + 1}")
    web.pages["/4"] = sends(b"x")
    assert get(web.url("/1"))[1] == b"x"
    with pytest.raises(RefusedThere):
        get(web.url("/0"))


def test_too_large_is_refused_by_its_announcement_and_by_its_bytes(web: WebServer) -> None:
    web.pages["/announced"] = sends(b"x", length=str(10 * 1024**3))
    with pytest.raises(NotWanted, match="1 MB"):
        get(web.url("/announced"))

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "image/png")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            return

    web.pages["/endless"] = endless
    into = io.BytesIO()
    with pytest.raises(NotWanted, match="1 MB"):
        fetch(web.url("/endless"), into=into, limits=PICTURES, resolver=FakeNames())
    assert len(into.getvalue()) <= PICTURES.bytes_count


def test_other_kinds_and_packed_bodies_are_refused_before_they_are_read(web: WebServer) -> None:
    web.pages["/page"] = sends(b"<html>", kind="text/html; charset=utf-8")
    web.pages["/packed"] = sends(b"x", Content_Encoding="gzip")
    for path in ("/page", "/packed"):
        with pytest.raises(NotWanted):
            get(web.url(path))


@pytest.mark.parametrize("slow", ["headers", "body", "silence"])
def test_a_server_that_drips_or_sleeps_is_left(web: WebServer, slow: str) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        start = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
        try:
            handler.wfile.write(start if slow == "headers" else start + b"\r\n")
            while not over.wait(0.05):
                if slow != "silence":
                    handler.wfile.write(b"X-A: b\r\n" if slow == "headers" else b"x")
        except OSError:
            return

    web.pages["/drip"] = drip
    limits = Limits(bytes_count=1024 * 1024, seconds=0.6, silence_seconds=0.3, kinds=("image/",))
    with pytest.raises(NotAnswered):
        get(web.url("/drip"), limits=limits)
    over.set()


@pytest.mark.parametrize(
    ("status", "error"), [(404, RefusedThere), (403, RefusedThere), (500, NotAnswered), (429, NotAnswered)]
)
def test_what_the_server_says_tells_whether_to_ask_again(
    web: WebServer, status: int, error: type[RefusedThere | NotAnswered]
) -> None:
    web.pages["/a"] = sends(b"no", status=status)
    with pytest.raises(error, match=str(status)) as caught:
        get(web.url("/a"))
    assert caught.value.may_work_later is (error is NotAnswered)


def test_broken_answers_are_told_in_words(web: WebServer) -> None:
    web.pages["/short"] = sends(b"half", length="100")

    def no_http(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9\r\n")

    def long_line(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000)

    web.pages |= {"/ssh": no_http, "/long": long_line}
    for path in ("/short", "/ssh", "/long"):
        with pytest.raises(NotAnswered):
            get(web.url(path))
    web.server.shutdown()
    web.server.server_close()
    with pytest.raises(NotAnswered, match="does not answer"):
        get(web.url("/gone"))


def test_a_server_that_speaks_no_tls_or_shows_a_certificate_of_its_own_is_not_trusted(web: WebServer) -> None:
    web.pages["/a.png"] = sends(b"x")
    with pytest.raises(NotAnswered):
        get(web.url("/a.png").replace("http:", "https:"))
