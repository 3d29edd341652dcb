"""Bring stores to the code's migrations: all of them in a run, or one that is about to open."""

from tenants.fleet.services.running import migrate_fleet, seconds_until_free, survey_fleet
from tenants.fleet.services.storing import bring_up_to_date

__all__ = ["bring_up_to_date", "migrate_fleet", "seconds_until_free", "survey_fleet"]
