"""Sign events and bring them to their endpoints, again and again until an endpoint answers 2xx."""

import hashlib
import hmac
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.faults import Faults
from integrations.stripe.sandbox.objects import visible
from integrations.stripe.sandbox.store import Store

RETRY_SECONDS = (1, 2, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
TIMEOUT_SECONDS = 15
WORKERS = 4
logger = logging.getLogger(__name__)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        """Treat a redirect as a failed delivery, as Stripe does."""


def sign(payload: str, secret: str, moment: int) -> str:
    """Return the Stripe-Signature header: HMAC-SHA256 of `timestamp.payload` (scheme v1)."""
    digest = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class Deliverer:
    """A background thread that delivers what the store holds as pending."""

    def __init__(self, store: Store, faults: Faults, retry_seconds: Sequence[float] = RETRY_SECONDS) -> None:
        self.store = store
        self.faults = faults
        self.retry_seconds = retry_seconds
        self.opener = build_opener(ProxyHandler({}), _NoRedirect())
        self.woken = threading.Event()
        self.stopping = threading.Event()
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="sandbox-webhook")
        self.thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)

    def start(self) -> None:
        """Begin; all that an earlier process left pending is due at once."""
        with self.store.transaction():
            self.store.resume_deliveries(time.time())
        self.thread.start()

    def wake(self) -> None:
        """Look for due deliveries now."""
        self.woken.set()

    def stop(self) -> None:
        """End; deliveries under way are finished or stay pending."""
        self.stopping.set()
        self.woken.set()
        self.thread.join(timeout=5)
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self.stopping.is_set():
            self.woken.clear()
            try:
                due = self._claim()
            except sqlite3.Error:
                logger.exception("the sandbox cannot read its deliveries")
                due = []
            for delivery in due:
                self.pool.submit(self._deliver, delivery)
            if len(due) < WORKERS:
                self.woken.wait(0.25)

    def _claim(self) -> list[Obj]:
        now = time.time()
        with self.store.transaction():
            due = self.store.due_deliveries(now, WORKERS)
            for delivery in due:
                self.store.update_delivery(delivery["id"], next_at=now + TIMEOUT_SECONDS + 5)
        return due

    def _deliver(self, delivery: Obj) -> None:
        try:
            event = self.store.find_anywhere(delivery["event"])
            endpoint = self.store.find_anywhere(delivery["endpoint"])
            fault = self.faults.strike_webhook(delivery["type"])
            if not event or not endpoint or (fault and fault.kind == "drop_webhook"):
                self._note(delivery, status="dropped", last_error="dropped by a fault" if fault else "endpoint deleted")
                return
            status, error = 0, ""
            for _ in range(2 if fault else 1):
                status, error = self._post(event[0], endpoint[0])
            self._settle(delivery, status, error)
        except Exception:
            logger.exception("delivery %s failed", delivery["id"])

    def _post(self, event: Obj, endpoint: Obj) -> tuple[int, str]:
        payload = json.dumps(visible(event), indent=2, ensure_ascii=False)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": sign(payload, endpoint["_secret"], int(time.time())),
        }
        request = Request(endpoint["url"], payload.encode(), headers)  # noqa: S310 - scheme checked when registered
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return int(answer.status), ""
        except HTTPError as error:
            return error.code, f"HTTP {error.code}"
        except (URLError, OSError, ValueError) as error:
            return 0, str(error)[:200]

    def _settle(self, delivery: Obj, status: int, error: str) -> None:
        attempts = delivery["attempts"] + 1
        if 200 <= status < 300:
            self._note(delivery, status="delivered", attempts=attempts, last_status=status, last_error=None)
        elif attempts > len(self.retry_seconds):
            self._note(delivery, status="failed", attempts=attempts, last_status=status, last_error=error)
        else:
            next_at = time.time() + self.retry_seconds[attempts - 1]
            self._note(delivery, attempts=attempts, last_status=status, last_error=error, next_at=next_at)

    def _note(self, delivery: Obj, **fields: object) -> None:
        with self.store.transaction():
            self.store.update_delivery(delivery["id"], **fields)
