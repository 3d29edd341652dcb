"""A real browser that opens what the application answers, and tells whatever came alive in it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

SET, LOOK = (Path(__file__).with_name(name).read_text() for name in ("set.js", "look.js"))
# What the browser itself is made of, such as its reader of PDF.
BROWSERS_OWN = ("chrome", "chrome-extension")
LEFT_OUT = ("content-length", "content-disposition", "location")


@dataclass(frozen=True)
class Asked:
    """What the browser wants to know of the application, and where the answer goes."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes
    answer: "Future[tuple[int, dict[str, str], bytes]]"


class Chromium:
    """A browser in a thread of its own, because Django works in no thread that has an event loop."""

    def __init__(self, path: str, arguments: list[str]) -> None:
        self._path, self._arguments = path, arguments
        self.jobs: SimpleQueue[tuple[Callable[[Browser], Any], Future[Any]] | None] = SimpleQueue()
        self.asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def do(self, job: Callable[[Browser], Any], answer: Callable[[Asked], tuple[int, dict[str, str], bytes]]) -> Any:
        """Run a job in the browser's thread and answer, in this one, what it asks meanwhile."""
        done: Future[Any] = Future()
        done.add_done_callback(lambda _done: self.asked.put(None))
        self.jobs.put((job, done))
        while (asked := self.asked.get()) is not None:
            try:
                asked.answer.set_result(answer(asked))
            except Exception as error:
                asked.answer.set_exception(error)
        return done.result()

    def close(self) -> None:
        self.jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=self._path, args=self._arguments)
            while (one := self.jobs.get()) is not None:
                job, done = one
                try:
                    done.set_result(job(browser))
                except Exception as error:
                    done.set_exception(error)
            browser.close()


class Trap:
    """Pages of one host, answered by a test client in this process; its policy is told instead of kept, so that all may run."""

    def __init__(self, chromium: Chromium, client: Client, host: str) -> None:
        self.client, self.host, self.opened = client, host, 0
        self.found: list[str] = []
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self._chromium, self._shown = chromium, ""
        self._asked: list[str] = []
        self._page: Page = chromium.do(self._make_page, self._answer)

    def open(self, address: str) -> None:
        """Open an address and remember what came alive there."""
        self._visit(address, address)

    def show(self, name: str, html: str) -> None:
        """Open HTML that is no answer: a mail."""
        self._shown = html
        self._visit(name, "/__shown__")

    def close(self) -> None:
        self._chromium.do(lambda _browser: self._page.context.close(), self._answer)

    def _visit(self, name: str, address: str) -> None:
        def go(_browser: Browser) -> list[str]:
            try:
                self._page.goto(f"http://{self.host}{address}", wait_until="load")
            except PlaywrightError as error:
                if "Download is starting" not in str(error):  # a kind that no browser shows
                    raise
            return list(self._page.evaluate(LOOK))

        found = self._chromium.do(go, self._answer)
        self.opened += 1
        self.found += [f"{name}: {one}" for one in [*found, *self._asked]]
        self._asked.clear()

    def _make_page(self, browser: Browser) -> Page:
        page = browser.new_context(service_workers="block").new_page()
        page.add_init_script(SET)
        page.on("dialog", self._dismiss)
        page.on("popup", lambda other: self._asked.append(f"opened {other.url}"))
        page.route("**/*", self._fulfill)
        return page

    def _dismiss(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # a form that is not saved asks so
            dialog.accept()
            return
        self._asked.append(f"dialog {dialog.message[:80]}")
        dialog.dismiss()

    def _fulfill(self, route: Route) -> None:
        """Answer in the browser's thread what needs no Django, and hand the rest over."""
        request, parts = route.request, urlsplit(route.request.url)
        if parts.scheme in BROWSERS_OWN:
            route.continue_()
        elif parts.netloc != self.host:
            self._asked.append(f"asked {request.url[:160]}")
            route.fulfill(status=204)
        elif parts.path == "/__shown__":
            route.fulfill(body=self._shown, content_type="text/html; charset=utf-8")
        elif request.resource_type in ("image", "media", "font", "stylesheet"):
            route.fulfill(status=204)
        elif parts.path.startswith("/static/"):
            file = finders.find(parts.path.removeprefix("/static/"))
            route.fulfill(body=Path(file).read_bytes() if file else b"", content_type="text/javascript")
        else:
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            asked = Asked(request.method, address, request.headers, request.post_data_buffer or b"", Future())
            self._chromium.asked.put(asked)
            status, headers, body = asked.answer.result()
            route.fulfill(status=status, headers=headers, body=body)

    def _answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        sent = {name: value for name, value in asked.headers.items() if name.startswith(("hx-", "accept"))}
        with transaction.atomic():
            if asked.method == "GET":
                answer = self.client.get(asked.address, headers=sent)
            else:
                kind = asked.headers.get("content-type", "text/plain")
                answer = self.client.post(asked.address, asked.body, content_type=kind, headers=sent)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in LEFT_OUT}
        policy = headers.pop("content-security-policy", None)
        if policy and "html" in headers.get("content-type", ""):  # what shows XML to people has styles of its own
            headers["content-security-policy-report-only"] = policy
        self.answers[asked.address] = answer.status_code, headers.get("content-type", ""), body
        # A browser that is led on leaves the page, and one that is given nothing stays on the last.
        is_page = answer.status_code not in (204, 301, 302, 303)
        return answer.status_code if is_page and body else 200, headers, body
