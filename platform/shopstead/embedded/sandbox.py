"""The Stripe sandbox as one of the embedded servers, with the keys of its data directory."""

import http.client
import secrets
import signal
import sys
from pathlib import Path

from integrations.stripe.heard import HEARD
from shopstead.embedded import processes
from shopstead.embedded.files import read_or_create_secret
from shopstead.embedded.ports import HOST
from shopstead.embedded.server import EmbeddedServer


class EmbeddedStripe(EmbeddedServer):
    """The Stripe sandbox of one data directory. `site_url` is the platform host that takes its webhooks."""

    name = "stripe"
    patience = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    def __init__(
        self, data_dir: Path | str, *, site_url: str = "http://localhost:8000", start_timeout: float = 60.0
    ) -> None:
        super().__init__(data_dir, start_timeout=start_timeout)
        self.site_url = site_url

    @property
    def secret_key(self) -> str:
        """A key of the form real test keys have, random for each data directory, from a 0600 file."""
        return read_or_create_secret(self.folder / "secret-key", lambda: f"sk_test_{secrets.token_hex(24)}")

    @property
    def webhook_secret(self) -> str:
        """The key the webhooks are signed with, from a 0600 file."""
        return read_or_create_secret(self.folder / "webhook-secret", lambda: f"whsec_{secrets.token_hex(24)}")

    @property
    def api_base(self) -> str:
        """The address of the API, for STRIPE_API_BASE."""
        return f"http://{HOST}:{self.port}"

    def prepare(self) -> processes.Launch:
        """Choose the port and return how to start the sandbox."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.shut_down()
        port = self.ports.choose(self.name)
        argv = [
            *(sys.executable, "-m", "integrations.stripe.sandbox", "--host", HOST, "--port", str(port)),
            *("--state", str(self.folder / "sandbox.sqlite3"), "--public-url", f"http://localhost:{port}"),
            *(
                "--webhook-url",
                f"{self.site_url.rstrip('/')}/webhooks/stripe/",
                "--webhook-secret",
                self.webhook_secret,
                "--webhook-events",
                ",".join(sorted(HEARD)),
            ),
        ]
        return processes.Launch(argv=argv, cwd=self.folder)

    def answers(self) -> bool:
        """Say whether the sandbox of this data directory runs and answers a request."""
        port = self.ports.get(self.name)
        if port is None or self.live_pid() is None:
            return False
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
