"""What is written to the log while everybody knocks everywhere: each line names its store, and no line another's words."""

import logging

import pytest

from shopstead.logs import TenantFilter
from tests.isolation.conftest import THEIR_WORD, Room
from tests.isolation.test_replay import replay


class Kept(logging.Handler):
    """Keep each line as the files would have it, with the store it names."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []
        self.addFilter(TenantFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((str(record.__dict__["schema"]), self.format(record)))


@pytest.mark.guard("line-names-its-store", found="names no store")
def test_the_log_of_acmes_host_names_acme_and_holds_no_word_of_globex(room: Room) -> None:
    kept, root = Kept(), logging.getLogger()
    root.addHandler(kept)
    try:
        for who in ("anonymous", "merchant of acme"):
            list(replay(room, who, methods=("get",)))
            check(kept.lines, room)
    finally:
        root.removeHandler(kept)
    assert len(kept.lines) > 50


def check(lines: list[tuple[str, str]], room: Room) -> None:
    secrets = {str(room.acme.secrets[name]) for name in ("session", "cart")} | {"a long enough passphrase"}
    stores = {room.acme.tenant.schema_name, "public"}
    for store, line in lines:
        assert store in stores, f"{line!r} names no store but {store}"
        assert THEIR_WORD not in line, line
        assert not [one for one in secrets if one in line and "/carts/" not in line], line
