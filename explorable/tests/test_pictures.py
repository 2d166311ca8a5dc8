"""The picture of a chart that a page holds before its script has come."""

from __future__ import annotations

import json
import re

import altair as alt
import vl_convert

from explorable.figures import compiling
from explorable.pages import charts


def test_a_picture_is_lighter_by_what_nobody_sees_and_looks_the_same(monkeypatch):
    """A page near its budget went over it on another machine: a tenth of its pictures was seen by nobody."""
    rows = [{"year": year, "persons": year % 7} for year in range(1998, 2025)]
    chart = alt.Chart(alt.Data(values=rows), width=200).mark_line(point=True)
    years = alt.X("year:Q").axis(format="d", tickCount=27, labelOverlap="greedy")
    drawn = vl_convert.vegalite_to_svg(chart.encode(x=years, y="persons:Q").to_dict())
    assert 'opacity="0"' in drawn and 'display="none"' in drawn, "else this chart tries nothing"
    light = compiling.name_picture(drawn, "Lines")
    monkeypatch.setattr(compiling, "UNSEEN", re.compile(r"(?!)"))
    whole = compiling.name_picture(drawn, "Lines")
    assert len(light) < 0.9 * len(whole)
    outside = '<svg xmlns="http://www.w3.org/2000/svg" '  # a page needs no name space, a file does
    painted = [vl_convert.svg_to_png(picture.replace("<svg ", outside, 1)) for picture in (light, whole)]
    assert painted[0] == painted[1]
    assert not re.search(r'\s(opacity="[01]"|display="none")', light)


def test_the_lines_of_a_label_stand_to_both_sides_of_its_tick():
    """Vega hangs the second line beside the next row."""
    rows = [{"words": words, "persons": 1} for words in ("one line", "two|lines", "three|lines|here")]
    split = alt.Axis(labelExpr="split(datum.label, '|')", labelOverlap=False)
    words = alt.Y("words:N", sort=None).axis(split)
    spec = alt.Chart(alt.Data(values=rows), height=alt.Step(60)).mark_bar().encode(y=words, x="persons:Q").to_dict()
    _, picture = compiling.compiled(json.dumps(spec), charts.COMPILER)
    first = {
        words: float(y) for y, words in re.findall(r'translate\(-[\d.]+,([\d.]+)\)"[^>]*>(?:<tspan>)?(\w+)', picture)
    }
    above = {words: first[words] - row * 60 - first["one"] for row, words in enumerate(("one", "two", "three"))}
    assert above == {"one": 0, "two": -compiling.LINE / 2, "three": -compiling.LINE}
