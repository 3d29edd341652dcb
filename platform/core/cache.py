"""Cache keys that carry the store, so that one store can never read what another one cached; and the cache's client."""

from itertools import islice
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from core.tenancy import current_schema

BLOCK = 1000


class SharedCacheClient(RedisCacheClient):
    """Django's client, with one of the library's kept for each server: to make one costs as much as to ask it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        own: Any = self
        index = own._get_connection_pool_index(write)
        client = self._clients.get(index)
        if client is None:
            library: Any = super()
            client = self._clients[index] = library.get_client(key, write=write)
        return client


class SharedCache(RedisCache):
    """The cache in Valkey or Redis."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SharedCacheClient


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Return the key with the current schema's name in front (Django's KEY_FUNCTION)."""
    return f"{current_schema()}:{key_prefix}:{version}:{key}"


def forget_keys(schema_name: str) -> int:
    """Remove everything that was cached for this schema and return how much it was.

    A cache that can only be asked by key (memcached) lets it run out by itself; then it is 0.
    """
    cache: Any = caches["default"]
    store: Any = getattr(cache, "_cache", None)
    client = store.get_client(None, write=True) if hasattr(store, "get_client") else None
    if client is not None:
        keys = client.scan_iter(match=f"{schema_name}:*", count=BLOCK)
        return sum(int(client.unlink(*block)) for block in iter(lambda: list(islice(keys, BLOCK)), []))
    if isinstance(store, dict):
        gone = [key for key in list(store) if str(key).startswith(f"{schema_name}:")]
        for key in gone:
            store.pop(key, None)
            cache._expire_info.pop(key, None)
        return len(gone)
    return 0
