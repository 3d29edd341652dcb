"""What every drill answers, whatever it broke."""

from bench.result import Result


def none_of(*, lost: int, doubled: int, leaked: int) -> list[Result]:
    """Return the three counts that have to be nought: work that vanished, work done twice, bytes in a foreign place."""
    counts = {"lost": lost, "doubled": doubled, "leaked": leaked}
    return [Result(measure, count, "", "= 0", count == 0) for measure, count in counts.items()]
