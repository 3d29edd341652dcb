"""Charts drawn on the server: coordinates for SVG that stretches with the page while its labels stay HTML."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Number = int | float
Format = Callable[[Number], str]

SPARK_HEIGHT = 32
TOP_MARGIN = 1.5
MAX_X_LABELS = 5


@dataclass(frozen=True, slots=True)
class Spark:
    """Two polylines in a box of 100 by 32: the values, and the whole earlier period behind them."""

    points: str
    previous: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line at ``y`` (0 is the top, 100 the bottom) with its label."""

    y: str
    label: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that stands beside a chart; the cells are formatted texts."""

    label: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class LineChart:
    """An area with an optional earlier period and an optional unfinished last step, in a box of 100 by 100."""

    points: str
    area: str
    previous: str
    unfinished: str
    ticks: list[Tick]
    x_labels: list[str]
    rows: list[Row]
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a stack; ``tone`` is 1 to 4, a class of the style sheet."""

    x: str
    y: str
    width: str
    height: str
    tone: int


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values for a stacked chart; negative values hang below zero."""

    name: str
    values: Sequence[Number]


@dataclass(frozen=True, slots=True)
class BarChart:
    """Stacked bars, split at zero, in a box of 100 by 100."""

    bars: list[Bar]
    ticks: list[Tick]
    x_labels: list[str]
    rows: list[Row]
    names: list[tuple[int, str]] = field(default_factory=list)
    kind: str = "bar"


def spark(values: Sequence[Number], previous: Sequence[Number] = ()) -> Spark:
    """Return a sparkline from zero; a shorter ``values`` stops at now while ``previous`` runs to the end."""
    steps = max(len(values), len(previous), 2) - 1
    low, high = _range([*values, *previous])
    return Spark(
        points=_polyline(values, steps, low, high, SPARK_HEIGHT, TOP_MARGIN),
        previous=_polyline(previous, steps, low, high, SPARK_HEIGHT, TOP_MARGIN),
    )


def line_chart(
    labels: Sequence[str],
    values: Sequence[Number],
    previous: Sequence[Number] = (),
    *,
    format_value: Format = str,
    last_is_unfinished: bool = False,
) -> LineChart:
    """Return an area chart of ``values`` by ``labels``; the last step is dotted when its period still runs.

    Raises: ValueError where there is not one label for each value.
    """
    if len(labels) != len(values):
        raise ValueError(f"{len(labels)} labels for {len(values)} values")
    low, high = _range([*values, *previous])
    ticks = nice_ticks(low, high)
    low, high = ticks[0], ticks[-1]
    steps = max(len(values), len(previous), 2) - 1
    whole = values[:-1] if last_is_unfinished and len(values) > 1 else values
    points = _polyline(whole, steps, low, high, 100)
    unfinished = ""
    if len(whole) < len(values):
        start = len(whole) - 1
        unfinished = " ".join(
            f"{_x(start + i, steps)},{_y(value, low, high, 100)}" for i, value in enumerate(values[start:])
        )
    ground = _y(0 if low <= 0 <= high else low, low, high, 100)
    area = f"{_x(0, steps)},{ground} {points} {_x(max(len(whole) - 1, 0), steps)},{ground}" if points else ""
    return LineChart(
        points=points,
        area=area,
        previous=_polyline(previous, steps, low, high, 100),
        unfinished=unfinished,
        ticks=_ticks(ticks, format_value),
        x_labels=pick_labels(labels),
        rows=[
            Row(label, [format_value(value)] + ([format_value(previous[i])] if i < len(previous) else []))
            for i, (label, value) in enumerate(zip(labels, values, strict=True))
        ],
    )


def bar_chart(labels: Sequence[str], series: Sequence[Series], *, format_value: Format = str) -> BarChart:
    """Return stacked bars, one per label, at most four series.

    Raises: ValueError for a fifth series or a series of another length than ``labels``.
    """
    if len(series) > 4:
        raise ValueError("A stack has at most four series")
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("Each series needs one value for each label")
    above = [sum(max(one.values[i], 0) for one in series) for i in range(len(labels))]
    below = [sum(min(one.values[i], 0) for one in series) for i in range(len(labels))]
    ticks = nice_ticks(*_range([*above, *below]))
    low, high = ticks[0], ticks[-1]
    slot = 100 / max(len(labels), 1)
    bars: list[Bar] = []
    for i in range(len(labels)):
        up: Number = 0
        down: Number = 0
        for tone, one in enumerate(series, start=1):
            value = one.values[i]
            start, end = (up, up + value) if value > 0 else (down, down + value)
            if value > 0:
                up = end
            else:
                down = end
            upper, lower = _y(max(start, end), low, high, 100), _y(min(start, end), low, high, 100)
            height = float(lower) - float(upper)
            if height > 0:
                bars.append(Bar(_text(slot * (i + 0.24)), upper, _text(slot * 0.52), _text(height), tone))
    return BarChart(
        bars=bars,
        ticks=_ticks(ticks, format_value),
        x_labels=list(labels),
        rows=[Row(label, [format_value(one.values[i]) for one in series]) for i, label in enumerate(labels)],
        names=[(tone, one.name) for tone, one in enumerate(series, start=1)],
    )


def nice_ticks(low: Number, high: Number, count: int = 4) -> list[Number]:
    """Return at most ``count`` + 2 round values that cover the range, zero among them when the range spans it."""
    if low == high:
        high = low + 1
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999999)
    first, last = math.floor(float(low) / step), math.ceil(float(high) / step)
    return [_plain(i * step) for i in range(first, last + 1)]


def pick_labels(labels: Sequence[str], count: int = MAX_X_LABELS) -> list[str]:
    """Return at most ``count`` labels spread evenly from the first to the last."""
    if len(labels) <= count:
        return list(labels)
    return [labels[round(i * (len(labels) - 1) / (count - 1))] for i in range(count)]


def heat(value: Number, high: Number) -> int:
    """Return the tone of a heat cell, 0 to 9; the style sheet stops at 45 % so that the text keeps its contrast."""
    if high <= 0 or value <= 0:
        return 0
    return min(9, max(1, round(9 * float(value) / float(high))))


def _range(values: Sequence[Number]) -> tuple[Number, Number]:
    return min([0, *values]), max([0, *values])


def _ticks(values: Sequence[Number], format_value: Format) -> list[Tick]:
    low, high = values[0], values[-1]
    return [Tick(_y(value, low, high, 100), format_value(value), value == 0) for value in reversed(values)]


def _polyline(values: Sequence[Number], steps: int, low: Number, high: Number, height: float, margin: float = 0) -> str:
    return " ".join(f"{_x(i, steps)},{_y(value, low, high, height, margin)}" for i, value in enumerate(values))


def _x(i: int, steps: int) -> str:
    return _text(100 * i / steps)


def _y(value: Number, low: Number, high: Number, height: float, margin: float = 0) -> str:
    span = float(high) - float(low)
    share = (float(value) - float(low)) / span if span else 0.0
    return _text(height - share * (height - margin))


def _text(value: float) -> str:
    return f"{value:.1f}"


def _plain(value: float) -> Number:
    return int(value) if value == int(value) else round(value, 6)
