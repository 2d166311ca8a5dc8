"""The table under a chart: what a reader who can't see the chart, or wants its numbers, finds there."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from explorable.figures import data_tables as tables


def shown(frame: pd.DataFrame) -> list[list[str]]:
    """Return the rows of the table under a chart that shows these columns, the headings first."""
    chart = (
        alt.Chart(frame, title="A chart")
        .mark_point()
        .encode(tooltip=[alt.Tooltip(name, title=name.replace("_", " ")) for name in frame])
    )
    table = BeautifulSoup(tables.for_chart(chart.to_dict()), "html.parser")
    return [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]


def test_a_number_is_read_at_a_glance_and_a_year_is_a_year():
    frame = pd.DataFrame(
        {
            "year": [2014, 2017],
            "first_year": [2011, 2012],
            "people": [40_000, 250],
            "area": [1234567.5, 0.25],
            "text": ["1000", "a"],
        }
    )
    assert shown(frame) == [
        ["year", "first year", "people", "area", "text"],
        ["2014", "2011", "40,000", "1,234,567.5", "1000"],
        ["2017", "2012", "250", "0.25", "a"],
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2014-06-10", "10 June 2014"),
        ("2014-06-10T00:00:00", "10 June 2014"),
        (None, ""),
        (float("nan"), ""),
        (True, "yes"),
        (-12_500, "-12,500"),
    ],
)
def test_days_missing_values_and_the_rest(value, words):
    assert tables.cell(value) == words
