"""What all requests of one sandbox share: store, clock, faults, request log and name."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.stripe.sandbox.clock import clock_now, run_due
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.faults import Faults
from integrations.stripe.sandbox.scope import PLATFORM, Scope
from integrations.stripe.sandbox.store import Store

LOG_LENGTH = 10_000


@dataclass
class World:
    """One running sandbox without its sockets."""

    store: Store
    public_url: str
    merchant_name: str
    wake: Callable[[], None]
    faults: Faults = field(default_factory=Faults)
    requests: deque[Obj] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    ticking: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> int:
        """Return the sandbox clock's time."""
        return clock_now(self.store)

    def scope(self, account: str, *, request_id: str | None = None, idempotency_key: str | None = None) -> Scope:
        """Return the view of one account at the present moment."""
        return Scope(
            self.store,
            self.public_url,
            account,
            self.now(),
            self.merchant_name,
            request_id,
            idempotency_key,
        )

    def tick(self) -> int:
        """Let all that is due happen; return how many things did."""
        if not self.store.next_due(self.now()):
            return 0
        with self.ticking:
            done = run_due(self.scope(PLATFORM))
        self.wake()
        return done

    def log_request(self, method: str, path: str, params: Obj, account: str, key: str | None, request_id: str) -> None:
        """Remember a call for tests."""
        self.requests.append(
            {
                "id": request_id,
                "method": method,
                "path": path,
                "params": params,
                "account": account or None,
                "idempotency_key": key,
                "created": self.now(),
            }
        )
