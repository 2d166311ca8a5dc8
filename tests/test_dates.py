"""Charts of dates are the same in every time zone: for a reader, and for the machine that builds."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT, notebooks, read_notebook
from test_site import Visit

from aftermath import theme
from explorable.figures import dates
from explorable.publish import notebooks as commands

ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")
AXIS = {"field": "date", "type": "temporal"}


def of_dates(page: str) -> bool:
    """Say if a page has a chart with a date on an axis, in a tooltip or in a formula."""
    outputs = [output.get("data", {}) for cell in read_notebook(page).cells for output in cell.get("outputs", [])]
    return any(
        sign in str(data[theme.MIME])
        for data in outputs
        if theme.MIME in data
        for sign in ("'temporal'", "timeFormat(", "datetime(")
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (
            {"encoding": {"x": {**AXIS, "scale": {"domain": ["2014-06-01", "2024-01-01"]}}}},
            "encoding.x.scale.domain: write alt.DateTime(year=2014, month=6, date=1)",
        ),
        (
            {"encoding": {"x": {**AXIS, "scale": {"domain": ["2014", "2024"]}}}},
            "2014 for a date in encoding.x.scale.domain",
        ),
        ({"encoding": {"x": {**AXIS, "scale": {"domainMin": 2014}}}}, "2014 for a date in encoding.x.scale.domainMin"),
        ({"encoding": {"x": {**AXIS, "scale": {"type": "utc"}}}}, "Greenwich’s time in encoding.x.scale.type"),
        ({"encoding": {"x": {**AXIS, "timeUnit": "utcyearmonth"}}}, "Greenwich’s time in encoding.x.timeUnit"),
        ({"encoding": {"x": {**AXIS, "axis": {"values": ["2014-06"]}}}}, "alt.DateTime(year=2014, month=6, date=1)"),
        (
            {"layer": [{"mark": "rule", "encoding": {"x": {"type": "temporal", "datum": "2016-12-31"}}}]},
            "layer.encoding.x.datum",
        ),
        (
            {
                "layer": [
                    {"mark": "rule", "encoding": {"x": {"type": "temporal", "datum": {"year": 2016, "utc": True}}}}
                ]
            },
            "Greenwich’s time in layer.encoding.x.datum.utc",
        ),
        ({"transform": [{"filter": {"field": "date", "gte": "2016-12-31"}}]}, "transform.filter.gte"),
        ({"transform": [{"filter": "datum.date < toDate('2016-12-31')"}]}, "in a formula, datetime(2016, 11, 31)"),
        (
            {"transform": [{"calculate": "utcyear(datum.date)", "as": "year"}]},
            "Greenwich’s time in transform.calculate",
        ),
        ({"params": [{"name": "from", "value": "2016-12-31"}]}, "params.value"),
        ({"datasets": {"a": [{"date": "2016-12-31"}]}}, "column date: give the column timestamps"),
        ({"datasets": {"a": [{"text": "2016-12-31"}]}}, "column text"),
        ({"data": {"values": [{"text": "2016-12-31"}]}}, "column text"),
        ({"datasets": {"a": [{"date": "2016-12-31T00:00:00Z"}]}}, "Greenwich’s time in column date"),
        ({"datasets": {"a": [{"date": 2016}]}, "encoding": {"x": AXIS}}, "2016 for a date in column date"),
    ],
)
def test_a_date_of_another_time_zone_is_named_with_its_remedy(spec, says):
    assert len(dates.misdated(spec)) == 1 and says in dates.misdated(spec)[0]


@pytest.mark.parametrize(
    "spec",
    [
        {
            "encoding": {"x": {**AXIS, "scale": {"domain": [{"year": 2014, "month": 6}, {"year": 2024}]}}},
            "datasets": {"a": [{"date": "2016-12-31T00:00:00"}, {"date": None}]},
        },
        {
            "encoding": {"x": {"field": "year", "type": "quantitative", "scale": {"domain": [2014, 2024]}}},
            "datasets": {"a": [{"year": 2014, "text": "31 December 2016"}]},
        },
        {
            "description": "From 2014-06-01",
            "title": "2014-06",
            "usermeta": {"made": "2014-06-01"},
            "transform": [{"filter": "year(datum.date) < 2016"}],
        },
    ],
)
def test_other_dates_are_the_reader_s_own(spec):
    assert dates.misdated(spec) == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            lambda spec: spec["encoding"].update(x={**AXIS, "scale": {"domain": ["2014-06-01"]}}),
            "the bare date 2014-06-01",
        ),
        (lambda spec: spec["config"]["axis"].pop("gridColor"), "the colour #ddd in its axis-grid"),
        (lambda spec: spec.pop("usermeta"), "a chart without sources"),
    ],
)
def test_the_check_of_notebooks_names_the_cell(spoil, says):
    notebook = nbformat.read(ROOT / "chapters" / "_template.ipynb", as_version=4)
    cell = next(
        cell
        for cell in notebook.cells
        if any(theme.MIME in output.get("data", {}) for output in cell.get("outputs", []))
    )
    spoil(cell["outputs"][0]["data"][theme.MIME])
    assert [
        complaint
        for complaint in commands.complaints(notebook)
        if says in complaint and f"cell {cell['id']}: " in complaint
    ]


@pytest.mark.slow
def test_a_picture_does_not_depend_on_the_builder_s_time_zone():
    """A chapter's charts as the build makes them, where there is no summer time and where there is: byte for byte the same."""
    program = """
import json, nbformat
from aftermath import theme
from explorable.figures.compiling import compiled, split
from explorable.pages.charts import COMPILER
for cell in nbformat.read("chapters/scenarios/stay.ipynb", as_version=4).cells:
    for output in cell.get("outputs", []):
        for spec in split(output["data"][theme.MIME]) if theme.MIME in output.get("data", {}) else []:
            print(*compiled(json.dumps(spec, sort_keys=True), COMPILER))
"""
    made = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ZONES[:2]
    ]
    assert "2014" in made[0]
    assert made[0] == made[1]


#: All that the charts say, to the eye and to the ear, with what is hidden for want of room.
SAID = """() => [...document.querySelectorAll('figure.chart .chart-view svg')].flatMap(picture =>
    [picture, ...picture.querySelectorAll('[aria-label], text')].map(part =>
        [part.getAttribute('aria-label'), part.tagName === 'text' ? `${part.textContent} ${part.getAttribute('opacity')}` : null]))"""


@pytest.mark.parametrize("page", [page for page in notebooks() if of_dates(page)])
def test_charts_say_the_same_in_every_time_zone(browser, site, page):
    said = []
    for zone in ZONES:
        with Visit(browser, site, page, timezone_id=zone) as visit:
            visit.wake_charts()
            assert set(visit.states()) == {"live"}
            said.append(visit.page.evaluate(SAID))
    differ = {zone: [pair for pair in zip(said[0], other) if pair[0] != pair[1]] for zone, other in zip(ZONES, said)}
    assert differ == dict.fromkeys(ZONES, [])
    assert len({len(one) for one in said}) == 1
