"""Which function answers which address, and what all list answers share."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.objects import listing
from integrations.stripe.sandbox.params import Params
from integrations.stripe.sandbox.scope import Scope


@dataclass
class Call:
    """One API request: whose objects it sees, its parameters, and the ids in its path."""

    scope: Scope
    params: Params
    path: str
    args: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the id in the path."""
        return self.args["id"]


Handler = Callable[[Call], Obj]


@dataclass(frozen=True)
class Route:
    """An address with its handler and the name of its typed parameters in stripe-python."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    typed: str | None


ROUTES: list[Route] = []


def route(method: str, path: str, typed: str | None = None) -> Callable[[Handler], Handler]:
    """Register a handler for a method and a path with `{name}` parts."""
    pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, pattern, handler, typed))
        return handler

    return register


def match_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the route of a request and the parts of its path.

    Raises:
        ApiError: 404 where there is none.
    """
    for known in ROUTES:
        found = known.pattern.match(path) if known.method == method else None
        if found:
            return known, found.groupdict()
    raise ApiError(f"Unrecognized request URL ({method}: {path}).", status=404)


def answer_page(call: Call, kind: str, *filters: str, keep: Callable[[Obj], bool] | None = None, **equal: Any) -> Obj:
    """Answer a list with `limit`, `starting_after`, `ending_before`, `created` and equality filters."""
    params = call.params
    limit = params.integer("limit", 10) or 10
    if not 1 <= limit <= 100:
        raise ApiError("Invalid limit: must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
    wanted: dict[str, Any] = dict(equal)
    for name in filters:
        value = params.text(name)
        if value is not None:
            wanted[name] = {"true": True, "false": False}.get(value, value)
    for cursor in ("starting_after", "ending_before"):
        if params.has(cursor):
            call.scope.get(kind, params.required(cursor), cursor)
    found, has_more = call.scope.store.page(
        kind,
        call.scope.account,
        equal=wanted,
        created=_created(params),
        limit=None if keep else limit,
        after=params.text("starting_after"),
        before=params.text("ending_before"),
    )
    if keep:
        kept = [one for one in found if keep(one)]
        has_more = len(kept) > limit
        found = kept[-limit:] if params.has("ending_before") else kept[:limit]
    return listing(call.path, found, has_more=has_more)


def _created(params: Params) -> dict[str, int]:
    if isinstance(params.data.get("created"), str):
        moment = params.integer("created")
        return {"gte": moment, "lte": moment} if moment is not None else {}
    group = params.group("created")
    moments = {name: group.integer(name) for name in ("gt", "gte", "lt", "lte")}
    return {name: moment for name, moment in moments.items() if moment is not None}
