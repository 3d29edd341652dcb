"""Kill -9 sign-ups at random instants: each ends as a whole store or as none, and nothing half-made is ever shown."""

import argparse
import sys
import time

from bench.result import Result, plain
from bench.site import Site

from drills.harm import none_of

PATIENCE_SECONDS = 240


def run(arguments: argparse.Namespace) -> list[Result]:
    """Kill sign-ups one after another, wait until the platform has tidied up, and judge what there is."""
    with Site() as site:
        found = site.inside(
            "drills.killing", "kill_sign_ups", rounds=arguments.rounds, seed=arguments.seed, port=site.port
        )
        began = time.monotonic()
        while site.inside("drills.killing", "unfinished") and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(2)
        waited = time.monotonic() - began
        written = [one["slug"] for one in found if one["step"]]
        wrong = site.inside("drills.killing", "judge", slugs=written)
        shut = [slug for slug in written if site.get(f"{slug}.localhost", "/")[0] != 200]
    wrong["lost"] = sorted({*wrong["lost"], *shut})
    wrong["leaked"] += [f"{one['slug']} was shown half-made" for one in found if one["half_open"]]
    for kind, what in wrong.items():
        if what:
            print(f"{kind}: {', '.join(what)}", file=sys.stderr)
    steps = {"": "before_anything_was_written", "row": "at_row", "schema": "at_schema", "done": "at_done"}
    at = {name: float(sum(one["step"] == step for one in found)) for step, name in steps.items()}
    return [
        plain("sign-ups killed", len(found), "", **at),
        plain("all stores open or gone after", waited, "s"),
        *none_of(**{kind: len(what) for kind, what in wrong.items()}),
    ]
