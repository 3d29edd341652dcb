"""Read Stripe's form encoding (`a[b][0][c]=1`) into nested values and typed parameters."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj, missing

KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
PART = re.compile(r"\[([^\[\]]*)\]")
MAX_DEPTH = 10


def parse_form(pairs: Iterable[tuple[str, str]]) -> Obj:
    """Nest the pairs of a form body or query string; dicts whose keys are all numbers become lists.

    Raises:
        ApiError: a key is not well formed or too deep, or is used both as a value and as a group.
    """
    root: Obj = {}
    for key, value in pairs:
        found = KEY.match(key)
        if not found:
            raise ApiError(f"Invalid parameter name: {key}", code="parameter_unknown", param=key[:100])
        path = [found[1], *PART.findall(found[2])]
        if len(path) > MAX_DEPTH:
            raise ApiError("Parameters are nested too deeply.", code="parameter_unknown", param=found[1])
        node = root
        for part, following in itertools.pairwise(path):
            child = node.setdefault(part or str(len(node)), {})
            if not isinstance(child, dict):
                raise ApiError(f"Invalid {found[1]}: it is both a value and a group ({following}).", param=found[1])
            node = child
        node[path[-1] or str(len(node))] = value
    return {key: _listed(value) for key, value in root.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = {key: _listed(value) for key, value in node.items()}
    if values and all(key.isdecimal() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values


class Params:
    """Give typed access to one group of parameters; an empty string means "unset this"."""

    def __init__(self, data: Obj, prefix: str = "") -> None:
        self.data = data
        self.prefix = prefix

    def name(self, key: str) -> str:
        """Return the parameter's full name as errors show it."""
        return f"{self.prefix}[{key}]" if self.prefix else key

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def has(self, key: str) -> bool:
        """Tell whether the parameter was sent with a value."""
        return bool(self.data.get(key, "") != "")

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return a string, or the default where it is absent or empty."""
        value = self.data.get(key, "")
        if not isinstance(value, str):
            raise ApiError(f"Invalid string: {value}", param=self.name(key))
        return value if value != "" else default

    def required(self, key: str) -> str:
        """Return a string that has to be there."""
        value = self.text(key)
        if value is None:
            raise missing(self.name(key))
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str) -> str:
        """Return one of the allowed words."""
        value = self.text(key, default) or default
        words = list(allowed)
        if value not in words:
            listed = ", ".join(words)
            raise ApiError(f"Invalid {self.name(key)}: must be one of {listed}", param=self.name(key))
        return value

    def integer(self, key: str, default: int | None = None, *, minimum: int | None = None) -> int | None:
        """Return a whole number in ASCII digits, or the default where it is absent."""
        value = self.text(key)
        if value is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=self.name(key))
        number = int(value)
        if minimum is not None and number < minimum:
            raise ApiError(
                f"This value must be greater than or equal to {minimum}.",
                code="parameter_invalid_integer",
                param=self.name(key),
            )
        return number

    def boolean(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self.text(key)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise ApiError(f"Invalid boolean: {value}", param=self.name(key))
        return value == "true"

    def group(self, key: str) -> "Params":
        """Return a nested group, empty where it is absent."""
        value = self.data.get(key) or {}
        if not isinstance(value, dict):
            raise ApiError("Invalid object", param=self.name(key))
        return Params(value, self.name(key))

    def groups(self, key: str) -> "Iterator[Params]":
        """Yield the groups of a list."""
        for index, value in enumerate(self.items(key)):
            if not isinstance(value, dict):
                raise ApiError("Invalid object", param=f"{self.name(key)}[{index}]")
            yield Params(value, f"{self.name(key)}[{index}]")

    def items(self, key: str) -> list[Any]:
        """Return a list, empty where it is absent."""
        value = self.data.get(key) or []
        if not isinstance(value, list):
            raise ApiError("Invalid array", param=self.name(key))
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of strings."""
        return [value for value in self.items(key) if isinstance(value, str)]

    def metadata(self, current: Obj | None = None) -> dict[str, str]:
        """Return the current metadata with the sent changes: an empty value takes its key out.

        Raises:
            ApiError: over 50 keys, a key over 40 or a value over 500 characters.
        """
        if self.data.get("metadata") == "":
            return {}
        merged: dict[str, str] = {**(current or {})}
        for key, value in self.group("metadata").data.items():
            param = f"{self.name('metadata')}[{key}]"
            if not isinstance(value, str):
                raise ApiError("Metadata values must be strings.", param=param)
            if len(key) > 40 or len(value) > 500:
                raise ApiError("Metadata keys can have up to 40 and values up to 500 characters.", param=param)
            merged[key] = value
            if value == "":
                del merged[key]
        if len(merged) > 50:
            raise ApiError("Metadata can have up to 50 keys.", param=self.name("metadata"))
        return merged
