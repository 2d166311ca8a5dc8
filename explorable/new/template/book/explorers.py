"""Explorers: the model as charts whose sliders work in the published page, with no kernel.

An explorer is the model called with sliders in place of numbers. Its parts stand in :mod:`explorable.figures.blocks`.
"""

from __future__ import annotations

import altair as alt

from book import data, model
from book.assumptions import get, sources
from explorable.figures.blocks import explorer, slider, text

IDS = ("visits_now", "hours_cut", "growth")
YEARS = 10


def visits() -> alt.VConcatChart:
    """Visits over ten years to come, beside those counted so far."""
    sliders = {id: slider(get(id)) for id in IDS}
    counted = data.load("visits")
    years = counted["year"] - counted["year"].max()
    axis = alt.X("years:Q", title="Years from now", scale=alt.Scale(domain=[int(years.min()), YEARS], nice=False))
    height = alt.Y("visits:Q", title="Visits a year", scale=alt.Scale(domain=[0, 250_000]), axis=alt.Axis(format=",d"))
    line = (
        alt.Chart(alt.sequence(0, YEARS + 1, 1, as_="years"), name="visits", height=280)
        .transform_calculate(visits=text(model.outcomes(sliders, alt.datum.years)["visits"]))
        .mark_line(clip=True)
        .encode(x=axis, y=height)
    )
    points = alt.Chart(counted.assign(years=years)[["years", "visits"]]).mark_point().encode(x=axis, y=height)
    return explorer(
        alt.layer(line, points),
        id="visits",
        title="Visits follow the hours at once, and growth year by year",
        description="Points for the visits counted in past years, and a line for ten years to come, for the assumptions that the sliders set.",
        assumptions=map(get, IDS),
        sources=sources(IDS, counted),
        answer=model.outcomes(sliders, YEARS)["visits"],
        words=f"'visits a year, {YEARS} years from now'",
        tabs=("Visits",),
        tables={"visits": {"years": "Years from now", "visits": "Visits a year"}},
    )
