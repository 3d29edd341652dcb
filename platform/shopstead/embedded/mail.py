"""The mail catcher of a data directory, as one of the embedded servers."""

import secrets
import signal
import socket
import sys
from pathlib import Path

from shopstead.embedded import processes
from shopstead.embedded.files import read_or_create_secret
from shopstead.embedded.mailbox import Mailbox
from shopstead.embedded.ports import HOST
from shopstead.embedded.server import EmbeddedServer

WEB_PORT = 8025


class EmbeddedMail(EmbeddedServer):
    """The mail catcher of one data directory."""

    name = "mail"
    patience = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    @property
    def email_url(self) -> str:
        """The address to send mail to, for EMAIL_URL."""
        return f"smtp://{HOST}:{self.port}"

    @property
    def web_url(self) -> str:
        """The address of the page that shows what was caught."""
        return f"http://localhost:{self.ports.get('mail-web')}"

    @property
    def mailbox(self) -> Mailbox:
        """The caught messages."""
        return Mailbox(self.folder)

    def prepare(self) -> processes.Launch:
        """Choose the ports and return how to start the catcher."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.shut_down()
        argv = [
            *(sys.executable, "-m", "shopstead.embedded.mailcatcher", "--data-dir", str(self.data_dir)),
            *("--smtp-port", str(self.ports.choose(self.name))),
            *("--web-port", str(self.ports.choose("mail-web", prefer=WEB_PORT))),
        ]
        return processes.Launch(argv=argv, cwd=self.folder)

    def answers(self) -> bool:
        """Say whether the catcher of this data directory greets on its port, and its page is up."""
        port, web_port = self.ports.get(self.name), self.ports.get("mail-web")
        if port is None or web_port is None or not (self.folder / "name").exists():
            return False
        try:
            with socket.create_connection((HOST, port), timeout=5) as connection, connection.makefile("rb") as stream:
                greeting = stream.readline().decode("ascii", "replace")
            with socket.create_connection((HOST, web_port), timeout=5):
                return greeting.rstrip().endswith(catcher_name(self.folder))
        except OSError:
            return False


def catcher_name(folder: Path) -> str:
    """Return what a catcher calls itself in its greeting, its own for each data directory."""
    return f"shopstead-mail-{read_or_create_secret(folder / 'name', lambda: secrets.token_hex(8))}"
