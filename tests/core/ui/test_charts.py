import pytest

from core.ui.charts import Series, bar_chart, heat, line_chart, nice_ticks, pick_labels, spark


def test_a_sparkline_stops_at_now_and_shows_the_whole_day_before() -> None:
    drawn = spark([0, 5], [0, 5, 10])
    assert drawn.points == "0.0,32.0 50.0,16.8"
    assert drawn.previous == "0.0,32.0 50.0,16.8 100.0,1.5"


def test_a_sparkline_of_nothing_is_empty() -> None:
    assert spark([]).points == ""


def test_a_line_chart_begins_at_zero_and_dots_the_unfinished_day() -> None:
    chart = line_chart(
        ["a", "b", "c"], [10, 40, 20], [20, 20, 20], format_value=lambda v: f"${v}", last_is_unfinished=True
    )
    assert chart.points == "0.0,75.0 50.0,0.0"
    assert chart.unfinished == "50.0,0.0 100.0,50.0"
    assert chart.area == "0.0,100.0 0.0,75.0 50.0,0.0 50.0,100.0"
    assert [(tick.y, tick.label, tick.is_zero) for tick in chart.ticks] == [
        ("0.0", "$40", False),
        ("25.0", "$30", False),
        ("50.0", "$20", False),
        ("75.0", "$10", False),
        ("100.0", "$0", True),
    ]
    assert [row.cells for row in chart.rows] == [["$10", "$20"], ["$40", "$20"], ["$20", "$20"]]


def test_a_line_chart_wants_a_label_for_each_value() -> None:
    with pytest.raises(ValueError, match="1 labels for 2 values"):
        line_chart(["a"], [1, 2])


def test_a_line_chart_of_zeros_still_has_a_scale() -> None:
    assert line_chart(["a", "b"], [0, 0]).points == "0.0,100.0 100.0,100.0"


def test_stacks_split_at_zero() -> None:
    chart = bar_chart(["Nov"], [Series("New", [30]), Series("Left", [-10])])
    assert [(bar.tone, bar.y, bar.height) for bar in chart.bars] == [(1, "0.0", "75.0"), (2, "75.0", "25.0")]
    assert [tick.label for tick in chart.ticks if tick.is_zero] == ["0"]


def test_a_fifth_series_is_refused() -> None:
    with pytest.raises(ValueError, match="at most four"):
        bar_chart(["Nov"], [Series(str(i), [1]) for i in range(5)])


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 1466, [0, 500, 1000, 1500]), (0, 0, [0, 0.25, 0.5, 0.75, 1]), (-170, 660, [-250, 0, 250, 500, 750])],
)
def test_ticks_are_round_and_cover_the_range(low: int, high: int, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


def test_labels_are_spread_from_first_to_last() -> None:
    assert pick_labels([str(i) for i in range(1, 23)]) == ["1", "6", "11", "17", "22"]


def test_heat_has_ten_tones() -> None:
    assert [heat(0, 40), heat(1, 40), heat(20, 40), heat(40, 40), heat(5, 0)] == [0, 1, 4, 9, 0]
