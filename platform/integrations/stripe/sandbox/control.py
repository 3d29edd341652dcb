"""The sandbox's own addresses under `/_sandbox/`: clock, faults, settings, and what happened."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from integrations.stripe.sandbox.clock import move_clock
from integrations.stripe.sandbox.disputes import close_dispute, open_dispute
from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.objects import new_id, visible
from integrations.stripe.sandbox.payments import end_refund
from integrations.stripe.sandbox.scope import BOTH, PLATFORM
from integrations.stripe.sandbox.world import World

SETTINGS = {"dunning_end": ("canceled", "unpaid", "past_due"), "onboarding": ("done", "required")}
LONGEST_ADVANCE = 10 * 366 * 24 * 3600
CONFIGURED_ENDPOINT = "we_configured"
ALL_EVENTS = ("*",)


def control(world: World, method: str, path: str, body: bytes) -> Any:
    """Answer a control request.

    Raises:
        ApiError: unknown address, or content that is not understood.
    """
    name = path.removeprefix("/_sandbox/").strip("/")
    handler = HANDLERS.get((method, name))
    if handler is None:
        raise ApiError(f"No such control address: {method} /_sandbox/{name}", status=404)
    return handler(world, _content(body) if method == "POST" else {})


def _content(body: bytes) -> Obj:
    try:
        content = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError(f"not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ApiError("send a JSON object")
    return content


def _advance(world: World, content: Obj) -> Obj:
    seconds = content.get("advance")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= LONGEST_ADVANCE:
        raise ApiError(f"advance must be whole seconds, 0 to {LONGEST_ADVANCE}", param="advance")
    move_clock(world.store, seconds)
    return {"done": world.tick(), "now": world.now()}


def _retry(world: World) -> Obj:
    with world.store.transaction():
        count = world.store.retry_deliveries(time.time())
    world.wake()
    return {"retried": count}


def _set(world: World, content: Obj) -> Obj:
    for key, value in content.items():
        if value not in SETTINGS.get(key, ()):
            raise ApiError(f"{key} must be one of {', '.join(SETTINGS.get(key, ('(no such setting)',)))}", param=key)
    with world.store.transaction():
        for key, value in content.items():
            world.store.set_meta(key, value)
    return _settings(world)


def _settings(world: World) -> Obj:
    return {key: world.store.meta(key, allowed[0]) for key, allowed in SETTINGS.items()}


def configure_endpoint(world: World, url: str, secret: str | None, events: Sequence[str] = ALL_EVENTS) -> str:
    """Register the endpoint of the command line, for these events of the platform and all accounts; return its secret."""
    scope = world.scope(PLATFORM)
    with world.store.transaction():
        known = scope.find("webhook_endpoint", CONFIGURED_ENDPOINT)
        kept = secret or (known or {}).get("_secret") or new_id("whsec", 32)
        endpoint = known or scope.make("webhook_endpoint", "we", id=CONFIGURED_ENDPOINT)
        endpoint |= {"url": url, "enabled_events": [*events], "_secret": kept, "_connect": BOTH, "status": "enabled"}
        scope.save(endpoint)
    return str(kept)


def _dispute(world: World, content: Obj) -> Obj:
    """Let a cardholder dispute a charge now, or let the bank decide a dispute."""
    with world.store.transaction():
        known = world.store.find_anywhere(str(content.get("charge") or content.get("dispute") or ""))
        if known is None or known[0]["object"] not in ("charge", "dispute"):
            raise ApiError("name a charge, or a dispute", param="charge")
        found, account = known
        scope = world.scope(account)
        if found["object"] == "dispute":
            done = close_dispute(scope, found, won=bool(content.get("won")))
        else:
            reason = str(content.get("reason") or "fraudulent")
            done = open_dispute(scope, found, reason, is_inquiry=bool(content.get("inquiry")))
    world.wake()
    return dict(visible(done))


def _fail_refund(world: World, content: Obj) -> Obj:
    """Let a refund that has arrived come back."""
    with world.store.transaction():
        known = world.store.find_anywhere(str(content.get("refund") or ""))
        if known is None or known[0]["object"] != "refund":
            raise ApiError("name a refund", param="refund")
        done = end_refund(world.scope(known[1]), known[0] | {"_ends": "failed"})
    world.wake()
    return dict(visible(done))


def _clear_faults(world: World, _content: Obj) -> list[Obj]:
    world.faults.clear()
    return []


def _clear_requests(world: World, _content: Obj) -> list[Obj]:
    world.requests.clear()
    return []


HANDLERS: dict[tuple[str, str], Callable[[World, Obj], Any]] = {
    ("GET", "health"): lambda world, _: {"ok": True, "now": world.now()},
    ("GET", "clock"): lambda world, _: {"now": world.now()},
    ("POST", "clock"): _advance,
    ("GET", "faults"): lambda world, _: [fault.as_json() for fault in world.faults.planted],
    ("POST", "faults"): lambda world, content: world.faults.plant(content).as_json(),
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): lambda world, _: list(world.requests),
    ("DELETE", "requests"): _clear_requests,
    ("GET", "deliveries"): lambda world, _: world.store.deliveries(),
    ("POST", "deliveries/retry"): lambda world, _: _retry(world),
    ("POST", "disputes"): _dispute,
    ("POST", "refunds/fail"): _fail_refund,
    ("GET", "settings"): lambda world, _: _settings(world),
    ("POST", "settings"): _set,
}
