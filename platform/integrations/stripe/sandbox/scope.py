"""What one request may see and change: one account's objects at one moment."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from integrations.stripe.sandbox.errors import ApiError, Obj, not_found
from integrations.stripe.sandbox.objects import new_id, template
from integrations.stripe.sandbox.store import Store

API_VERSION = "2026-10-28.endive"
PLATFORM = ""
BOTH = "both"


@dataclass
class Scope:
    """Read, write and announce objects of one account; `now` is the sandbox clock's time in Unix seconds."""

    store: Store
    public_url: str
    account: str
    now: int
    merchant_name: str = "Shopstead"
    request_id: str | None = None
    idempotency_key: str | None = None
    announced: list[Obj] = field(default_factory=list)

    def at(self, account: str) -> "Scope":
        """Return the same request in another account."""
        return Scope(
            self.store,
            self.public_url,
            account,
            self.now,
            self.merchant_name,
            self.request_id,
            self.idempotency_key,
            self.announced,
        )

    def make(self, kind: str, prefix: str, **fields: Any) -> Obj:
        """Return a new object with id and creation time; it is not saved."""
        made = template(kind, **fields)
        made["id"] = fields.get("id") or new_id(prefix)
        if "created" in made:
            made["created"] = self.now
        return made

    def save(self, obj: Obj, due: int | None = None) -> Obj:
        """Write an object."""
        self.store.put(obj, self.account, due)
        return obj

    def find(self, kind: str, object_id: str | None) -> Obj | None:
        """Return an object of this account and type, or None."""
        found = self.store.find(object_id, self.account) if object_id else None
        return found if found and found["object"] == kind else None

    def get(self, kind: str, object_id: str, param: str = "id") -> Obj:
        """Return an object of this account and type.

        Raises:
            ApiError: resource_missing; 404 for an id in the path, 400 for one in a parameter.
        """
        found = self.find(kind, object_id)
        if found is None:
            raise not_found(
                kind.split(".")[-1].replace("_", ""), object_id, param, status=404 if param == "id" else 400
            )
        return found

    def emit(self, kind: str, obj: Obj, previous: Obj | None = None) -> Obj:
        """Record an event with a copy of the object and queue it for every endpoint that wants it."""
        from_request = {"id": self.request_id, "idempotency_key": self.idempotency_key}
        data: Obj = {"object": obj}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self.make("event", "evt", type=kind, data=data, request=from_request)
        if self.account:
            event["account"] = self.account
        self.save(event)
        for endpoint, owner in self.endpoints():
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or kind in wanted) and self._reaches(endpoint, owner):
                self.store.add_delivery(event, endpoint, time.time())
        self.announced.append(event)
        return event

    def emit_thin(self, kind: str, related_type: str, related_id: str) -> Obj:
        """Record a thin event of API v2, which names an object and nothing of it, for the sandbox's own endpoint."""
        moment = datetime.fromtimestamp(self.now, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        event: Obj = {
            "id": new_id("evt"),
            "object": "v2.core.event",
            "type": kind,
            "created": moment,
            "livemode": False,
            "context": None,
            "related_object": {
                "id": related_id,
                "type": related_type,
                "url": f"/{related_type.replace('.', '/')}s/{related_id}",
            },
        }
        self.save(event)
        for endpoint, _owner in self.endpoints():
            if endpoint["status"] == "enabled" and endpoint["_connect"] == BOTH:
                self.store.add_delivery(event, endpoint, time.time())
        return event

    def endpoints(self) -> list[tuple[Obj, str]]:
        """Return the webhook endpoints of the platform and of this account."""
        owners = {PLATFORM, self.account}
        return [(endpoint, owner) for owner in owners for endpoint in self.store.all("webhook_endpoint", owner)]

    def _reaches(self, endpoint: Obj, owner: str) -> bool:
        if owner == self.account:
            return owner != PLATFORM or endpoint["_connect"] in (False, BOTH)
        return endpoint["_connect"] in (True, BOTH)

    def update(self, obj: Obj, event: str, due: int | None = None, **changes: Any) -> Obj:
        """Change fields, save, and announce what they were before; nothing happens where nothing changes."""
        previous = {key: obj.get(key) for key, value in changes.items() if obj.get(key) != value}
        obj.update(changes)
        self.save(obj, due)
        if previous:
            self.emit(event, obj, {key: value for key, value in previous.items() if not key.startswith("_")})
        return obj

    def customer_of(self, object_id: str) -> Obj:
        """Return a customer named in a parameter, refusing a deleted one."""
        customer = self.get("customer", object_id, "customer")
        if customer.get("deleted"):
            raise ApiError(f"No such customer: '{object_id}'", code="resource_missing", param="customer")
        return customer
