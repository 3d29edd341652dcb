"""Make objects from templates that carry every field of their type."""

import copy
import json
import secrets
import string
from pathlib import Path
from typing import Any

from integrations.stripe.sandbox.errors import Obj

TEMPLATES: dict[str, Obj] = json.loads((Path(__file__).parent / "objects.json").read_text(encoding="utf-8"))
ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """Return a random id such as `cus_…`."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"


def template(kind: str, **fields: Any) -> Obj:
    """Return a fresh object of a type with the given fields set.

    Raises:
        KeyError: the type has no such field (fields that start with `_` are the sandbox's own and never answered).
    """
    made = copy.deepcopy(TEMPLATES[kind])
    for key, value in fields.items():
        if key not in made and not key.startswith("_"):
            raise KeyError(f"{kind} has no field {key}")
        made[key] = value
    return made


def visible(value: Any) -> Any:
    """Return a copy without the sandbox's own fields."""
    if isinstance(value, dict):
        return {key: visible(inner) for key, inner in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [visible(inner) for inner in value]
    return value


def listing(url: str, data: list[Obj], *, has_more: bool = False) -> Obj:
    """Return a list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
