"""Read who may withdraw or send goods back, and who did."""

from storefront.returns.selectors.comparing import Comparison, compare_exchange
from storefront.returns.selectors.returning import (
    ReturnableLine,
    ReturnPage,
    count_tabs,
    count_waiting,
    find_return_end,
    get_return,
    get_return_page,
    list_of_order,
    list_returnable,
    list_returns,
    list_versions,
)
from storefront.returns.selectors.withdrawals import (
    count_days,
    find_withdrawal_end,
    get_terms,
    is_offered_in,
    list_withdrawals,
)

__all__ = [
    "Comparison",
    "ReturnPage",
    "ReturnableLine",
    "compare_exchange",
    "count_days",
    "count_tabs",
    "count_waiting",
    "find_return_end",
    "find_withdrawal_end",
    "get_return",
    "get_return_page",
    "get_terms",
    "is_offered_in",
    "list_of_order",
    "list_returnable",
    "list_returns",
    "list_versions",
    "list_withdrawals",
]
