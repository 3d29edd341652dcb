"""Pure pandas: rows of a store in, figures of days, periods and products out. Money is int64 in minor units."""

from analytics.frames.columns import FrameError
from analytics.frames.daily import DAILY_SALES_COLUMNS, DAILY_VISITS_COLUMNS, VISIT_KINDS, daily_sales, daily_visits
from analytics.frames.periods import Comparison, Period, PeriodComparison, compare_periods
from analytics.frames.products import top_products
from analytics.frames.revenue import SubscriptionLine, mrr, mrr_by_currency, subscription_lines

__all__ = [
    "DAILY_SALES_COLUMNS",
    "DAILY_VISITS_COLUMNS",
    "VISIT_KINDS",
    "Comparison",
    "FrameError",
    "Period",
    "PeriodComparison",
    "SubscriptionLine",
    "compare_periods",
    "daily_sales",
    "daily_visits",
    "mrr",
    "mrr_by_currency",
    "subscription_lines",
    "top_products",
]
