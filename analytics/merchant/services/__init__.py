"""Record visits; roll orders and visits up to days."""

from analytics.merchant.services.rollups import Refreshed, refresh_rollups
from analytics.merchant.services.visits import Beacon, forget_visitors, record_visit

__all__ = ["Beacon", "Refreshed", "forget_visitors", "record_visit", "refresh_rollups"]
