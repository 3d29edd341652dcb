"""The command line's `analytics refresh`."""

import json
from time import perf_counter
from typing import TextIO

from analytics.merchant.services.rollups import refresh_rollups
from core.clock import utc_now
from tenants.models import Tenant


def run_refresh(*, tenant: Tenant, as_json: bool, out: TextIO, days: int | None = None) -> None:
    """Compute the store's days anew, by default its whole history, and print what was read."""
    started = perf_counter()
    done = refresh_rollups(tenant=tenant, now=utc_now(), days=days)
    seconds = perf_counter() - started
    if as_json:
        facts = {
            "first_day": done.first_day.isoformat() if done.first_day else None,
            "last_day": done.last_day.isoformat(),
            "orders_count": done.orders_count,
            "visits_count": done.visits_count,
            "seconds": round(seconds, 2),
        }
        out.write(json.dumps(facts) + "\n")
        return
    if done.first_day is None:
        out.write("Nothing to compute yet: no order and no visit.\n")
        return
    out.write(
        f"{done.first_day} to {done.last_day}: {done.orders_count} orders, {done.visits_count} visits, "
        f"{seconds:.1f} s\n"
    )
