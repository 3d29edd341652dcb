"""The drills by name, and how their results are printed."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict

from bench.command import Machine, table
from bench.result import Result

from drills import domains, isolation, migration, money, neighbor, restore, signup
from drills.rush import crowd

# A drill starts what it needs, leaves nothing behind, and ends with `harm.none_of(lost=, doubled=, leaked=)`.
DRILLS: dict[str, Callable[[argparse.Namespace], list[Result]]] = {
    "buyers": crowd.run,
    "domains": domains.run,
    "isolation": isolation.run,
    "migration": migration.run,
    "money": money.run,
    "neighbor": neighbor.run,
    "restore": restore.run,
    "signup": signup.run,
}


def main() -> int:
    """Run the named drill and return 1 when something was lost, doubled, leaked or fell short."""
    parser = argparse.ArgumentParser(prog="infra/drills/run", description=__doc__)
    parser.add_argument("name", choices=sorted(DRILLS))
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--rounds", type=int, default=20, help="how often the thing is broken")
    parser.add_argument("--buyers", type=int, default=100, help="how many buy at the same moment")
    parser.add_argument("--stores", type=int, default=200, help="how many stores there are")
    parser.add_argument("--seconds", type=int, default=30, help="how long the flood lasts")
    parser.add_argument("--full", action="store_true", help="the sizes that the figures are promised for (money)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    results = DRILLS[arguments.name](arguments)
    if arguments.as_json:
        print(json.dumps({"results": [asdict(result) for result in results], "machine": asdict(Machine())}, indent=2))
    else:
        for line in table(results):
            print(line)
        print(f"{Machine().cores} cores, load {Machine().load:g}")
    return 0 if all(result.ok is not False for result in results) else 1
