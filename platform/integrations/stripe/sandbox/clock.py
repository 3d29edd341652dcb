"""The sandbox's own time: it runs with the real one, can be moved forward, and makes due things happen."""

import time

from integrations.stripe.sandbox.checkout import expire_session
from integrations.stripe.sandbox.disputes import dispute_charge
from integrations.stripe.sandbox.errors import Obj
from integrations.stripe.sandbox.payments import end_refund
from integrations.stripe.sandbox.scope import Scope
from integrations.stripe.sandbox.store import Store
from integrations.stripe.sandbox.subscriptions import advance_subscription

OFFSET = "clock_offset"


def clock_now(store: Store) -> int:
    """Return the sandbox's time in Unix seconds."""
    return int(time.time()) + int(store.meta(OFFSET, 0))


def move_clock(store: Store, seconds: int) -> int:
    """Move the time forward and return it."""
    with store.transaction():
        store.set_meta(OFFSET, int(store.meta(OFFSET, 0)) + seconds)
    return clock_now(store)


def run_due(base: Scope) -> int:
    """Do all that is due until the scope's time, oldest first and each at its own moment; return how many.

    Each step commits by itself, so a stopped process loses none and repeats none.
    """
    done, until = 0, base.now
    while True:
        with base.store.transaction():
            due = base.store.next_due(until)
            if due is None:
                return done
            obj, account, moment = due
            scope = base.at(account)
            scope.now = moment
            _advance(scope, obj)
            after = base.store.next_due(until)
            if after and after[0]["id"] == obj["id"] and after[2] <= moment and after[0] == obj:
                base.store.put(obj, account, None)
        done += 1


def _advance(scope: Scope, obj: Obj) -> None:
    if obj["object"] == "checkout.session":
        expire_session(scope, obj)
    elif obj["object"] == "subscription":
        advance_subscription(scope, obj)
    elif obj["object"] == "refund":
        end_refund(scope, obj)
    elif obj["object"] == "charge":
        dispute_charge(scope, obj)
    else:
        scope.save(obj)
