"""People at their browsers: a phone in the hand or a desk, each with cookies of their own."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from tests.browser.running import PATIENCE, RunningPlatform

PHONE, DESK = (390, 844), (1366, 900)


@dataclass
class Person:
    """Somebody with a browser window."""

    name: str
    page: Page

    def shoot(self, title: str) -> None:
        """Keep a picture of the whole page in the folder that SHOPSTEAD_SHOTS names, if it names one."""
        folder = os.environ.get("SHOPSTEAD_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(folder) / f"{title}.png", full_page=True)


@dataclass
class People:
    """Everybody in the room; `problems` are the errors of scripts and the content that a page's policy refused."""

    browser: Browser
    platform: RunningPlatform
    folder: Path
    everybody: list[Person] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def come(self, name: str, *, with_phone: bool = False) -> Person:
        """Let somebody come in who was never here before."""
        width, height = PHONE if with_phone else DESK
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            is_mobile=with_phone,
            has_touch=with_phone,
            user_agent=self._user_agent(with_phone=with_phone),
            locale="en-US",
            timezone_id="America/New_York",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{name} at {page.url}: {error}"))
        page.on("console", lambda message: self._note(f"{name} at {page.url}", message))
        person = Person(name, page)
        self.everybody.append(person)
        return person

    def keep_traces(self, folder: Path) -> list[Path]:
        """Keep a picture of everybody's page, and what the platform's processes wrote last."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "platform.log"]
        paths[0].write_text(self.platform.log())
        for person in self.everybody:
            path = folder / f"{person.name}.png"
            try:
                person.page.screenshot(path=path, full_page=True, timeout=10_000)
            except Error:  # a page that hangs; what the test says about it matters more
                continue
            paths.append(path)
        return paths

    def _user_agent(self, *, with_phone: bool) -> str:
        """Return what Chromium calls itself when somebody sits before it."""
        machine, kind = ("Linux; Android 10; K", "Mobile ") if with_phone else ("X11; Linux x86_64", "")
        chrome = f"Chrome/{self.browser.version.split('.')[0]}.0.0.0"
        return f"Mozilla/5.0 ({machine}) AppleWebKit/537.36 (KHTML, like Gecko) {chrome} {kind}Safari/537.36"

    def _note(self, where: str, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(f"{where}: {message.text}")


def fits_its_window(page: Page) -> None:
    """Assert that nothing has to be scrolled sideways."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


expect.set_options(timeout=PATIENCE * 1000)
