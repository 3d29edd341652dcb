"""One figure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """A measured value, what it stands beside in the same run, and what it is to reach (`ok` is None where nothing is)."""

    measure: str
    value: float
    unit: str
    reach: str | None = None
    ok: bool | None = None
    beside: dict[str, float] = field(default_factory=dict)


def at_most(measure: str, value: float, unit: str, limit: float, **beside: float) -> Result:
    """Return a figure that has to stay at or under the limit."""
    return Result(measure, round(value, 3), unit, f"≤ {limit:g} {unit}", value <= limit, _rounded(beside))


def at_least(measure: str, value: float, unit: str, limit: float, **beside: float) -> Result:
    """Return a figure that has to reach the limit."""
    return Result(measure, round(value, 3), unit, f"≥ {limit:g} {unit}".strip(), value >= limit, _rounded(beside))


def plain(measure: str, value: float, unit: str, **beside: float) -> Result:
    """Return a figure that is only told."""
    return Result(measure, round(value, 3), unit, beside=_rounded(beside))


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name.replace("_", " "): round(value, 3) for name, value in values.items()}
