"""The embedded servers a command needs, as environment variables: started or found running, and left when done."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shopstead.embedded import processes
from shopstead.embedded.clients import Registration, list_requests
from shopstead.embedded.errors import EmbeddedError, require_supported_system
from shopstead.embedded.files import FileLock, read_json, read_or_create_secret, write_json
from shopstead.embedded.keeper import gate_path, keeper_path, state_path
from shopstead.embedded.mail import EmbeddedMail
from shopstead.embedded.postgres import EmbeddedPostgres
from shopstead.embedded.sandbox import EmbeddedStripe
from shopstead.embedded.supervisor import log_end
from shopstead.embedded.valkey import EmbeddedValkey, FileBroker, find_program

ALL = frozenset({"postgres", "broker", "mail", "stripe"})


def choose_data_dir(argument: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data directory: the argument, else SHOPSTEAD_DATA_DIR, else `.shopstead` here."""
    return Path(argument or environ.get("SHOPSTEAD_DATA_DIR") or ".shopstead").absolute()


class EmbeddedStack:
    """What a command needs of the embedded servers; a context manager.

    `need` names kinds of `ALL`; a kind whose address the environment has already is left out. `site_url`, given by `up`
    alone, is where the sandbox sends its webhooks, and makes this the one `up` of the data directory.
    """

    def __init__(
        self,
        data_dir: Path | str,
        need: Iterable[str] = ALL,
        *,
        environ: Mapping[str, str] = os.environ,
        site_url: str | None = None,
        timeout: float = 120.0,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.given = {name: value for name, value in environ.items() if value}
        self.site_url = site_url
        self.timeout = timeout
        self.need = self._missing(frozenset(need))
        self._registration = Registration(self.data_dir)
        self._up_lock = FileLock(self.data_dir / "run" / "up.lock")
        self._keeper: subprocess.Popen[bytes] | None = None
        self._entered = False

    @property
    def environ(self) -> dict[str, str]:
        """The variables to set: those of needed kinds that are not set yet, SECRET_KEY too, and SHOPSTEAD_DATA_DIR."""
        values = {
            "SECRET_KEY": read_or_create_secret(self.data_dir / "secret-key", lambda: secrets.token_urlsafe(64)),
        }
        if "postgres" in self.need:
            values["DATABASE_URL"] = EmbeddedPostgres(self.data_dir).url
        if "broker" in self.need:
            values |= self._broker_environ()
        if "mail" in self.need:
            values["EMAIL_URL"] = EmbeddedMail(self.data_dir).email_url
        if "stripe" in self.need:
            sandbox = EmbeddedStripe(self.data_dir)
            values["STRIPE_API_BASE"] = sandbox.api_base
            values["STRIPE_SECRET_KEY"] = sandbox.secret_key
            values["STRIPE_WEBHOOK_SECRET"] = sandbox.webhook_secret
        chosen = {name: value for name, value in values.items() if name not in self.given}
        return {"SHOPSTEAD_DATA_DIR": str(self.data_dir), **chosen}

    @property
    def mail_url(self) -> str | None:
        """The page of caught mail, None when mail goes to a server of the environment."""
        return EmbeddedMail(self.data_dir).web_url if "mail" in self.need else None

    @property
    def servers(self) -> dict[str, dict[str, Any]]:
        """What runs, by kind: `{"pid", "port", "ready"}`."""
        return dict(read_json(state_path(self.data_dir)).get("servers", {}))

    def start(self) -> Self:
        """Start what is needed and missing, or join what runs; returns when all of it answers.

        Raises: EmbeddedError when a server does not start, or when a second `up` finds the first.
        """
        require_supported_system()
        if self.site_url is not None:
            self._become_up()
        try:
            self._entered = True
            self._join()
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def check(self) -> None:
        """Bring the servers back if their keeper was killed. For long-running callers, every second or so."""
        if self._entered and self._managed and not self._keeper_lives():
            self._registration.leave()
            self._join()
            self._wait()

    def stop(self) -> None:
        """Leave; the last to leave waits until the servers have stopped."""
        if self._entered:
            self._entered = False
            keeper = read_json(state_path(self.data_dir)).get("keeper")
            self._registration.leave()
            self._await_end(keeper)
        self._up_lock.release()

    @property
    def _managed(self) -> frozenset[str]:
        """The kinds a keeper has to run; a broker of files needs none."""
        if "broker" not in self.need or find_program() is not None:  # looking for it imports its client
            return self.need
        return self.need - {"broker"}

    def _missing(self, need: frozenset[str]) -> frozenset[str]:
        unknown = need - ALL
        if unknown:
            raise ValueError(f"unknown servers: {', '.join(sorted(unknown))}")
        has = self.given.__contains__
        present = {
            "postgres": has("DATABASE_URL"),
            "broker": has("BROKER_URL") and has("CACHE_URL"),
            "mail": has("EMAIL_URL"),
            "stripe": has("STRIPE_SECRET_KEY") or has("STRIPE_API_BASE"),
        }
        return frozenset(kind for kind in need if not present[kind])

    def _broker_environ(self) -> dict[str, str]:
        if find_program() is None:
            files = FileBroker(self.data_dir)
            options = json.dumps(files.transport_options)
            return {"BROKER_URL": files.broker_url, "CACHE_URL": files.cache_url, "BROKER_TRANSPORT_OPTIONS": options}
        valkey = EmbeddedValkey(self.data_dir)
        return {"BROKER_URL": valkey.broker_url, "CACHE_URL": valkey.cache_url}

    def _become_up(self) -> None:
        path = self.data_dir / "run" / "up.json"
        if not self._up_lock.acquire(wait=False):
            other = read_json(path)
            raise EmbeddedError(
                f"Shopstead already runs on {self.data_dir}: process {other.get('pid', '?')}, {other.get('url', '')}. "
                f"Open that address, or stop it (kill {other.get('pid', '?')}), or choose another --data-dir for a "
                "second one. Nothing was changed."
            )
        write_json(path, {"pid": os.getpid(), "url": self.site_url})

    def _join(self) -> None:
        if not self._managed:
            return
        with FileLock(gate_path(self.data_dir)):
            self._registration.enter(self._managed, site_url=self.site_url)
            if self._keeper_lives():
                return
            state_path(self.data_dir).unlink(missing_ok=True)
            log_path = self.data_dir / "logs" / "keeper.log"
            log_path.parent.mkdir(parents=True, exist_ok=True)
            with log_path.open("ab") as log:
                self._keeper = subprocess.Popen(
                    [sys.executable, "-m", "shopstead.embedded.keeper", "--data-dir", str(self.data_dir)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def _wait(self) -> None:
        deadline = time.monotonic() + self.timeout
        while self._managed:
            state = read_json(state_path(self.data_dir))
            # What stood there before the keeper saw us is about others: their errors, the sandbox of another site.
            if self._registration.name in state.get("seen", []):
                errors = state["errors"]
                if any(kind in errors for kind in self._managed):
                    raise EmbeddedError("\n".join(errors[kind] for kind in sorted(errors) if kind in self._managed))
                if all(self._is_ready(state, kind) for kind in self._managed):
                    return
            if self._keeper is not None and self._keeper.poll() and not self._keeper_lives():
                log = self.data_dir / "logs" / "keeper.log"
                raise EmbeddedError(f"The local servers could not be started. The end of {log}:\n{log_end(log)}")
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The local servers did not get ready within {self.timeout:.0f} s. Their logs are in "
                    f"{self.data_dir / 'logs'}. The data are untouched; run the command again."
                )
            time.sleep(0.03)

    def _is_ready(self, state: dict[str, Any], kind: str) -> bool:
        return bool(state.get("servers", {}).get(kind, {}).get("ready"))

    def _keeper_lives(self) -> bool:
        lock = FileLock(keeper_path(self.data_dir))
        if lock.acquire(wait=False):
            lock.release()
            return self._keeper is not None and self._keeper.poll() is None
        return True

    def _await_end(self, keeper: int | None) -> None:
        """Return when the keeper has stopped everything and ended, or when others still use the servers."""
        while self._managed and not list_requests(self.data_dir):
            if not self._keeper_lives() and (keeper is None or not processes.is_running(keeper)):
                return
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
