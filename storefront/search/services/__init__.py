"""Keep what products are found by, and what was asked."""

from storefront.search.services.indexing import (
    REBUILD_TASK,
    follow_changes,
    index_all,
    index_outdated,
    index_products,
    rebuild,
    start_rebuild,
)
from storefront.search.services.learning import learn_words, tidy_words
from storefront.search.services.log import log_click, log_query, write_down
from storefront.search.services.meanings import (
    arrange_filters,
    remove_lead,
    remove_synonym,
    save_lead,
    save_synonym,
    write_terms,
)

__all__ = [
    "REBUILD_TASK",
    "arrange_filters",
    "follow_changes",
    "index_all",
    "index_outdated",
    "index_products",
    "learn_words",
    "log_click",
    "log_query",
    "rebuild",
    "remove_lead",
    "remove_synonym",
    "save_lead",
    "save_synonym",
    "start_rebuild",
    "tidy_words",
    "write_down",
    "write_terms",
]
