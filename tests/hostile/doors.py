"""Write hostile texts into every text field of every form that a page shows, as a person's browser would send them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit
from zlib import crc32

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from tests.hostile.payloads import NOT_TO_BE_KEPT

FREE = {"text", "search", "url", "email", "tel", ""}
# What a number, a day, a color or a place's code is written into: texts are refused there, and everything with them.
EXACT = "[inputmode=decimal], [inputmode=numeric], [pattern], [type=number], [type=date], [type=color], [type=password]"
USUAL = {"email": "nobody@example.com", "password": "a long enough passphrase"}
ROUNDS, MOST_ATTEMPTS = 1, 6
SHORT, LONG = 100, 12_000


@dataclass
class Form:
    """A form of a page, what it would send, and its free fields with the room that each has."""

    address: str
    method: str
    sent: dict[str, object]
    free: dict[str, int]


@dataclass
class Filling:
    """What came of it: the fields that took a text, those that never did, and answers that are errors."""

    taken: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str, str]] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


def fill_forms(client: Client, addresses: Iterator[str], texts: list[str], filling: Filling) -> None:
    """Send every form of these pages with texts in all free fields; a field that refuses keeps what it had."""
    seen = set()
    for address in addresses:
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        for form in forms_of(answer, address):
            mark = (form.address, tuple(form.free))
            if mark not in seen:
                seen.add(mark)
                _send(client, form, texts, filling)


def forms_of(answer: HttpResponse, address: str) -> Iterator[Form]:
    page = BeautifulSoup(answer.content, "html.parser")
    for one in page.select("form"):
        fields = [*one.select("input[name], textarea[name], select[name]")]
        fields += page.select(f'[form="{one["id"]}"][name]') if one.get("id") else []
        target = urljoin(address, str(one.get("action") or address))
        free = dict(_free(fields))
        if free and not urlsplit(target).netloc:
            yield Form(target, str(one.get("method", "get")).lower(), dict(_sent(one, fields)), free)


def _free(fields: list[Tag]) -> Iterator[tuple[str, int]]:
    for one in fields:
        is_free = one.name == "textarea" or (one.name == "input" and one.get("type", "") in FREE)
        if is_free and one.get("tabindex") != "-1" and one not in one.parent.select(EXACT):
            yield str(one["name"]), int(str(one.get("maxlength") or (LONG if one.name == "textarea" else SHORT)))


def _sent(form: Tag, fields: list[Tag]) -> Iterator[tuple[str, object]]:
    for one in fields:
        if one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            yield str(one["name"]), chosen.get("value", chosen.text) if chosen else ""
        elif one.name == "textarea":
            yield str(one["name"]), one.text
        elif str(one.get("type")) in USUAL and not one.get("value"):
            yield str(one["name"]), USUAL[str(one["type"])]
        elif one.has_attr("required") and not one.get("value") and one.get("type", "text") == "text":
            yield str(one["name"]), "12" if one.get("inputmode") == "decimal" else "cup, mug"
        elif one.get("type") not in ("checkbox", "radio", "file", "submit") or one.has_attr("checked"):
            yield str(one["name"]), one.get("value", "on" if one.get("type") in ("checkbox", "radio") else "")
    button = form.select_one("button[name]:not([type=button])")
    if button:
        yield str(button["name"]), button.get("value", "")


def _send(client: Client, form: Form, texts: list[str], filling: Filling) -> None:
    if form.method == "post":
        answer = client.post(form.address, {**form.sent, **dict.fromkeys(form.free, NOT_TO_BE_KEPT)})
        filling.failed += [f"POST {form.address} with a zero byte"] if answer.status_code >= 500 else []
    for turn in range(ROUNDS):
        start = crc32(f"{form.address} {turn}".encode()) % len(texts)
        rooms = enumerate(form.free.items())
        values = {name: slice_of(texts, start + 17 * number, room) for number, (name, room) in rooms}
        if form.method == "get":
            filling.asked.add(f"{form.address.partition('?')[0]}?{_query({**form.sent, **values})}")
            filling.taken |= {(form.address, name) for name in values}
        for _attempt in range(MOST_ATTEMPTS if form.method == "post" else 0):
            left = _attempt_with(client, form, values, filling)
            if left is None:
                break
            # Too long, perhaps; what is refused once more has a shape of its own.
            shorter = {name: slice_of(texts, start, SHORT) for name in left if len(values[name]) > SHORT}
            values = {name: text for name, text in values.items() if name not in left} | shorter


def _attempt_with(client: Client, form: Form, values: dict[str, str], filling: Filling) -> set[str] | None:
    """Send the form once and return the fields that cannot stay as they are; None where there is nothing more to try."""
    answer = client.post(form.address, {**form.sent, **values})
    if answer.status_code < 400:
        filling.taken |= {(form.address, name) for name in values}
        return None
    if answer.status_code >= 500:
        filling.failed.append(f"POST {form.address}: {answer.status_code} with {sorted(values)}")
        return None
    refused = {name for name in values if _is_refused(answer, name)}
    filling.refused |= {(form.address, name) for name in refused}
    # What was empty may ask for more with it: a video for its picture, a version for its price.
    return refused or {name for name in values if not form.sent.get(name)} or None


def slice_of(texts: list[str], start: int, room: int) -> str:
    """Return as many whole texts, from this one on, as there is room for; at least the beginning of one."""
    chosen, length = [], 0
    for number in range(len(texts)):
        text = texts[(start + number) % len(texts)]
        if length + len(text) + 1 > room:
            break
        chosen.append(text)
        length += len(text) + 1
    return " ".join(chosen) or texts[start % len(texts)][:room]


def _is_refused(answer: HttpResponse, name: str) -> bool:
    page = BeautifulSoup(answer.content, "html.parser")
    marked = any(
        one.get("aria-invalid") == "true" or "err" in one.get("class", [])
        for one in page.find_all(attrs={"name": name})
    )
    return marked or page.select_one(f'[role=alert] a[href="#id_{name}"]') is not None


def _query(values: dict[str, object]) -> str:
    return urlencode({name: str(value) for name, value in values.items()})
