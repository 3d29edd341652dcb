"""A pytest plugin, loaded before Django: the servers that the tests talk to are real.

`DATABASE_URL` and `BROKER_URL` name running servers; where they are not set, the embedded ones are started under
`.shopstead-test` and stopped when the run ends. Processes side by side (`pytest -n 2`) share the servers that the first one
started, and each has a database and a folder of its own; the tests of the broker stay in one process.
"""

import atexit
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Importing shopstead below chooses the local settings where nothing is chosen yet.
os.environ["DJANGO_SETTINGS_MODULE"] = "shopstead.settings.test"
os.environ.setdefault("SHOPSTEAD_DATA_DIR", str(ROOT / ".shopstead-test"))
os.environ.setdefault("OMP_NUM_THREADS", "1")

if "DATABASE_URL" not in os.environ:
    from shopstead.embedded.postgres import EmbeddedPostgres

    class PostgresOfTests(EmbeddedPostgres):
        """Waits for no disk: nobody would miss these data after a power cut."""

        settings = EmbeddedPostgres.settings | {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "4GB",
            "checkpoint_timeout": "30min",
            "jit": "off",
        }

    postgres = PostgresOfTests(Path(os.environ["SHOPSTEAD_DATA_DIR"]))
    postgres.start()
    atexit.register(postgres.stop)
    os.environ["DATABASE_URL"] = postgres.url

if "BROKER_URL" not in os.environ:
    from shopstead.embedded.valkey import EmbeddedValkey

    valkey = EmbeddedValkey(Path(os.environ["SHOPSTEAD_DATA_DIR"]))
    valkey.start()
    atexit.register(valkey.stop)
    os.environ["BROKER_URL"] = valkey.broker_url

if "PYTEST_XDIST_WORKER" in os.environ:
    worker = os.environ["PYTEST_XDIST_WORKER"]
    os.environ["SHOPSTEAD_DATA_DIR"] += f"/{worker}"
    os.environ["SHOPSTEAD_TEST_DB"] = f"{os.environ.get('SHOPSTEAD_TEST_DB', '')}{worker}"
