"""Every guard that keeps stores apart and money right: a file of this folder registers some, and importing it is enough."""

import pkgutil
from importlib import import_module

from tests.guards.registry import GUARDS, THREATS, Guard, guard

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["GUARDS", "THREATS", "Guard", "guard"]
