"""Faults that tests and drills plant: errors, delays, resets, lost and doubled webhooks."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj
from integrations.stripe.sandbox.objects import new_id

KINDS = ("error_500", "error_429", "delay", "reset", "drop_webhook", "duplicate_webhook")
WEBHOOK_KINDS = ("drop_webhook", "duplicate_webhook")
MAX_DELAY = 300


@dataclass
class Fault:
    """A fault and how often it still strikes; `after` lets the request take effect first."""

    kind: str
    method: str = ""
    path: str = ""
    event: str = ""
    times: int = 1
    delay_seconds: float = 0
    after: bool = False
    struck: int = 0
    id: str = field(default_factory=lambda: new_id("fault", 12))

    def as_json(self) -> Obj:
        """Return the fault as the control API shows it."""
        match = {"method": self.method, "path": self.path, "event": self.event}
        shown = {"id": self.id, "kind": self.kind, "match": match, "times": self.times, "struck": self.struck}
        return shown | {"delay_seconds": self.delay_seconds, "after": self.after}


class Faults:
    """The faults that are planted now; they live as long as the process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.planted: list[Fault] = []

    def plant(self, spec: Any) -> Fault:
        """Add a fault from the control API's JSON.

        Raises:
            ApiError: something in it is not understood.
        """
        if not isinstance(spec, dict) or spec.get("kind") not in KINDS:
            raise ApiError(f"kind must be one of {', '.join(KINDS)}", param="kind")
        match = spec.get("match") or {}
        unknown = (set(spec) - {"kind", "match", "times", "delay_seconds", "after"}) | (
            set(match) - {"method", "path", "event"}
        )
        if unknown:
            raise ApiError(f"unknown: {', '.join(sorted(unknown))}", param=min(unknown))
        try:
            for key in ("path", "event"):
                re.compile(str(match.get(key, "")))
            times, delay = int(spec.get("times", 1)), float(spec.get("delay_seconds", 0))
        except (re.error, TypeError, ValueError) as error:
            raise ApiError(f"not understood: {error}", param="match") from error
        if not 0 <= delay <= MAX_DELAY or times < 1:
            raise ApiError(f"delay_seconds must be 0 to {MAX_DELAY} and times at least 1", param="times")
        fault = Fault(
            kind=spec["kind"],
            method=str(match.get("method", "")).upper(),
            path=str(match.get("path", "")),
            event=str(match.get("event", "")),
            times=times,
            delay_seconds=delay,
            after=bool(spec.get("after", spec["kind"] == "reset")),
        )
        with self.lock:
            self.planted.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        with self.lock:
            self.planted.clear()

    def strike_request(self, method: str, path: str) -> Fault | None:
        """Return the first fault that hits a request, and count it."""
        return self._strike(
            lambda fault: (
                fault.kind not in WEBHOOK_KINDS
                and fault.method in ("", method)
                and re.search(fault.path, path) is not None
            )
        )

    def strike_webhook(self, kind: str) -> Fault | None:
        """Return the first fault that hits the delivery of an event type, and count it."""
        return self._strike(lambda fault: fault.kind in WEBHOOK_KINDS and re.search(fault.event, kind) is not None)

    def _strike(self, hits: Any) -> Fault | None:
        with self.lock:
            for fault in self.planted:
                if fault.struck < fault.times and hits(fault):
                    fault.struck += 1
                    return fault
        return None
