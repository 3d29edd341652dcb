"""Keep the offered plans as the code says."""

from datetime import datetime


def sync_default_plans(*, now: datetime) -> None:
    """Create or update the plans that the platform starts with."""
