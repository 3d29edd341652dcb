"""Refuse parameters that Stripe does not know, by the typed parameters that ship with stripe-python."""

import re
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from stripe import RequestOptions

from integrations.stripe.sandbox.errors import ApiError, Obj

NAME = re.compile(r"\b[A-Z]\w+Params\w*\b")
OPTIONS = frozenset(RequestOptions.__annotations__)
ALWAYS = frozenset({"expand"})


@cache
def params_class(path: str) -> tuple[ModuleType, type]:
    """Return module and class for a path like `checkout.SessionCreateParams`."""
    *package, name = path.split(".")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    module = import_module(".".join(["stripe.params", *package, f"_{snake}"]))
    return module, getattr(module, name)


def check_known(path: str, data: Obj) -> None:
    """Compare parameter names, nested ones too, with the class at the path.

    Raises:
        ApiError: `parameter_unknown`, with the name as it was sent.
    """
    module, klass = params_class(path)
    _check(module, [klass], data, "")


def _check(module: ModuleType, classes: list[type], data: Obj, prefix: str) -> None:
    fields: dict[str, str] = {}
    for klass in classes:
        fields |= {key: str(annotation) for key, annotation in klass.__annotations__.items() if key not in OPTIONS}
    for key, value in data.items():
        name = f"{prefix}[{key}]" if prefix else key
        if key not in fields:
            if key in ALWAYS and not prefix:
                continue
            raise ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        annotation = fields[key]
        if "Dict[str" in annotation:
            continue
        nested = [getattr(module, found) for found in NAME.findall(annotation) if hasattr(module, found)]
        if nested:
            _check_value(module, nested, value, name)


def _check_value(module: ModuleType, classes: list[type], value: Any, name: str) -> None:
    if isinstance(value, dict):
        _check(module, classes, value, name)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            _check_value(module, classes, one, f"{name}[{index}]")
