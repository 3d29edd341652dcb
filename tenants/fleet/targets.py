"""Which migrations the code on disk has, and which of them a schema lacks."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

Name = tuple[str, str]


@dataclass(frozen=True)
class Target:
    """All migrations on disk, in an order in which they can be applied."""

    plan: tuple[Migration, ...]
    loader: MigrationLoader

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple((migration.app_label, migration.name) for migration in self.plan)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint_of(self.names)

    def missing(self, applied: Collection[Name]) -> tuple[Name, ...]:
        """Return what a schema with these migrations still lacks, in order."""
        return tuple(name for name in self.names if name not in applied)


def read_target() -> Target:
    """Read the migrations from disk."""
    loader = MigrationLoader(None)
    plan: list[Migration] = []
    seen: set[Name] = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key not in seen:
                seen.add(key)
                plan.append(loader.graph.nodes[key])
    return Target(tuple(plan), loader)


def fingerprint_of(names: Collection[Name]) -> str:
    """Return 32 hex digits that stand for exactly this set of migrations."""
    words = "\n".join(sorted(f"{app}.{name}" for app, name in names))
    return hashlib.sha256(words.encode()).hexdigest()[:32]
