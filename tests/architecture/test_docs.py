"""What a person can set or call is written down where they look for it."""

import argparse
import re
from pathlib import Path

import pytest

from shopstead.cli import build_parser

ROOT = Path(__file__).resolve().parents[2]


def commands() -> list[str]:
    """Return every command with its verb, such as `tenant create`."""
    nouns = next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    found = []
    for noun, parser in nouns.choices.items():
        verbs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        found += [f"{noun} {verb}" for verb in verbs[0].choices] if verbs else [noun]
    return found


def test_every_setting_from_the_environment_is_in_the_example() -> None:
    settings = "".join(path.read_text() for path in (ROOT / "platform" / "shopstead" / "settings").glob("*.py"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    written = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(read) > 10
    assert read - written == set()


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    readme = (ROOT / "README.md").read_text()
    noun, _, verb = command.partition(" ")
    rows = [line for line in readme.splitlines() if line.startswith(f"| `shopstead {noun}")]
    assert any(verb in row for row in rows), command


def test_every_link_in_the_docs_leads_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_every_decision_has_a_number_of_its_own_and_says_it_first() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    assert [path.read_text().split(".")[0] for path in decisions] == [f"# {number}" for number in numbers]
