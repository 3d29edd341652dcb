"""Shoppers who walk stores while something is done to them."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Self

from bench.site import Site


class Shoppers:
    """So many clients who look at pages of these stores until the block ends; every answer that is not 200 is kept."""

    def __init__(
        self, site: Site, slugs: Sequence[str], paths: Sequence[str], *, clients: int, pause: float, seed: int
    ) -> None:
        self._site, self._slugs, self._paths, self._pause = site, slugs, paths, pause
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._look, args=(random.Random(seed + n),)) for n in range(clients)]
        self.times: list[float] = []
        self.sent: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _look(self, dice: random.Random) -> None:
        while not self._stop.wait(self._pause):
            slug, path = dice.choice(self._slugs), dice.choice(self._paths)
            began = time.perf_counter()
            try:
                answer = str(self._site.get(f"{slug}.localhost", path)[0])
            except (OSError, http.client.HTTPException) as error:
                answer = repr(error)
            self.times.append(time.perf_counter() - began)
            self.sent[slug] += 1
            if answer != "200":
                self.failed[slug] += 1
                self.failures.append(f"{slug}{path}: {answer}")
