"""The embedded broker and cache: private, durable, and replaced by folders where its wheel is missing."""

import os
import signal
import stat
from pathlib import Path

import pytest
import redis
from celery import Celery

from shopstead.embedded import processes
from shopstead.embedded.valkey import EmbeddedValkey, FileBroker
from tests.shopstead.embedded.running import processes_in, ready_word, running

MODULE = ("-m", "shopstead.embedded.valkey", "--data-dir")


def test_broker_and_cache_are_two_databases_of_one_server_that_never_evicts(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as server:
        broker, cache = redis.Redis.from_url(server.broker_url), redis.Redis.from_url(server.cache_url)
        broker.set("only", "here")
        assert cache.get("only") is None
        assert broker.config_get("appendonly", "maxmemory-policy", "bind") == {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "bind": "127.0.0.1",
        }
        broker.close()
        cache.close()


def test_nobody_gets_in_without_the_password_and_its_files_are_private(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as server:
        stranger = redis.Redis(host="127.0.0.1", port=server.port)
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        stranger.close()
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
        assert server.password not in Path(f"/proc/{server.pid}/cmdline").read_text()


def test_a_killed_server_comes_back_with_its_queue_at_the_same_address(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "data").start()
    address = server.broker_url
    queue = redis.Redis.from_url(address)
    queue.rpush("celery", *range(100))
    queue.close()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.stop()
    with EmbeddedValkey(tmp_path / "data") as again:
        assert again.broker_url == address
        queue = redis.Redis.from_url(address)
        assert queue.llen("celery") == 100
        queue.close()


def test_after_a_killed_owner_the_next_one_works_and_there_is_one_server(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running(*MODULE, str(data_dir)) as owner:
        queue = redis.Redis.from_url(ready_word(owner))
        queue.rpush("celery", "task")
        queue.close()
        owner.kill()
        owner.wait()
        with EmbeddedValkey(data_dir) as server:
            assert server.owned
            assert {pid for pid in processes_in(data_dir) if processes.program_name(pid) == "valkey-server"} == {
                server.pid
            }
            queue = redis.Redis.from_url(server.broker_url)
            assert queue.lrange("celery", 0, -1) == [b"task"]
            queue.close()
    assert processes_in(data_dir) == set()


def test_a_second_process_attaches_and_leaves_the_server_running(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running(*MODULE, str(data_dir)) as owner:
        address = ready_word(owner)
        with EmbeddedValkey(data_dir) as attached:
            assert not attached.owned
            assert attached.broker_url == address
        assert attached.answers()


def test_folders_take_the_queue_where_there_is_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("shopstead.embedded.valkey.logger.warning", lambda text, *_words: said.append(text))
    files = FileBroker(tmp_path / "data")
    assert "queues and cache are kept as files" in said[0]
    app = Celery(broker=files.broker_url, set_as_current=False)
    app.conf.broker_transport_options = files.transport_options
    with app.connection() as connection, connection.SimpleQueue("celery") as queue:
        queue.put({"task": "train"})
        message = queue.get(timeout=5)
        assert message.payload == {"task": "train"}
        message.ack()
    assert files.cache_url == f"file://{tmp_path}/data/broker/cache"
