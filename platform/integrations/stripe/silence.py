"""When Stripe does not answer, a process stops asking for a moment, so that its threads stay free for whoever only looks around."""

import threading
import time

# So many calls in a row without an answer, each of which held a thread for its whole time-out …
FAILURES = 3
# … and nobody asks for so many seconds; then one call tries, and the others still do not wait for it.
PAUSE_SECONDS = 5.0


class Silence:
    """How often in a row each address has not answered, in this process; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, float]] = {}

    def is_silent(self, address: str) -> bool:
        """Tell whether to ask nothing at an address now; whoever is told otherwise after a pause is the one that tries."""
        if address not in self._known:
            return False
        with self._lock:
            failures, again_at = self._known.get(address, (0, 0.0))
            now = time.monotonic()
            if failures < FAILURES:
                return False
            if now < again_at:
                return True
            self._known[address] = failures, now + PAUSE_SECONDS
            return False

    def note_failure(self, address: str) -> None:
        """Write down that a call got no answer."""
        with self._lock:
            failures, _again_at = self._known.get(address, (0, 0.0))
            self._known[address] = failures + 1, time.monotonic() + PAUSE_SECONDS

    def note_answer(self, address: str) -> None:
        """Forget that an address was silent: it answered, if only to refuse."""
        if address in self._known:
            with self._lock:
                self._known.pop(address, None)
