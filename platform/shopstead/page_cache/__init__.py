"""Pages that are the same for everybody, kept ready: in the process, then in the shared cache, until their store changes."""

from shopstead.page_cache.front import PageCache

__all__ = ["PageCache"]
