"""`shopstead`: the project's one command. Nouns, then verbs; exit 0 when done, 1 when not, 2 when the words are wrong."""

import argparse
import sys

from django.db.utils import NotSupportedError

from core.actors import acting
from shopstead.cli import commands, up
from shopstead.cli.output import fail
from shopstead.embedded.errors import EmbeddedError


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["manage"]:
        return commands.manage(words[1:])
    parser = build_parser()
    arguments = parser.parse_args(words)
    try:
        with acting(name="command line"):
            return int(arguments.run(arguments))
    except (EmbeddedError, NotSupportedError) as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="shopstead", description="A hosted-store platform.")
    parser.add_argument("--version", action="version", version="shopstead 0.1.0")
    nouns = parser.add_subparsers(required=True, metavar="COMMAND")
    up.add_parser(nouns)
    commands.add_parsers(nouns)
    return parser
