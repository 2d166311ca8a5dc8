"""Explorers: the model as charts whose sliders work in the published page, with no kernel.

Each explorer is one call in a chapter. Its formulas are those of :mod:`aftermath.model`, called with Altair parameters
in place of numbers; its sliders, labels and ranges come from the registry. The page adds words, tables, presets and
links (``explorable/stage/static/explorers.js``); in Jupyter the same chart carries Vega's own sliders.

``usermeta["explorer"]`` tells the page which views have numbers to show as a table; the parameters ``answer`` and ``words``
are the number that the present assumptions lead to, and what it counts. An axis ends at the next round tick above all
that is drawn. The run of the start stays as a thin line, and so does one that the reader pins (the data set ``pinned``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap

import altair as alt
import pandas as pd

from aftermath import data, model, uncertainty
from aftermath.assumptions import get, middles, normalised, preset, presets, registry, share_ids
from aftermath.assumptions import sources as sources_of
from aftermath.theme import MUTED, TEXT, colour, document_rule, mark, scale
from explorable.figures import blocks
from explorable.figures.blocks import (
    TICKS,
    choice,
    following,
    pairs,
    pinned,
    rows,
    switch,
    text,
)

MONTHS = 60
SHAPES = {"given": "as the evidence has it", "flat": "flat, from low to high", "triangle": "as a triangle"}
LEVELS = ("q5", "q25", "q50", "q75", "q95")  # of the draws, in the range
ROWS = 8  # of assumptions in a chart of bars; the page shows as many as it has room for
#: The chosen month in words: the first ones, then all others; and the same as a formula.
AFTER = ("at the end of 2017", "after 1 month", "after {} months")
WHEN = f"replace({[*AFTER]}[min(month, {len(AFTER) - 1})], '{{}}', month)"
COUNTS = {
    "month": "months",
    "threshold": "people",
    "base_rate": "of 1,000",
    "detection": "of 100",
    "alarms": "of 100",
}  # what the numbers of sliders count that are no assumptions
TITLE = 64  # letters of a line of a chart's title: a notebook cuts what is wider than the plot; a page joins the lines
RETIRED = ["axis_top"]  # settings of earlier pages, which their links and files may still name
COMPARED = {
    "relocate": ("optimist", "sahel-analogy")
}  # presets whose runs stand beside a path, where not the two moods
DASHES = [[1, 0], [8, 3], [3, 3], [10, 3, 2, 3]]  # of the outcomes of one path, which have its colour
LONG = alt.Legend(symbolSize=900)  # a legend's line of 30 pixels: in 10 a dash can't be told from another
GHOST = dict(color=MUTED, strokeWidth=1, strokeDash=[4, 3])  # a run that is compared with

OUTCOMES = {
    "at_large": "in a war, waiting, or violent again",
    "reengaged": "violent again, counted for good",
    "staying": "in the insurgency",
    "joined": "in other groups",
    "relocated": "in new theatres",
    "waiting": "sent, waiting",
    "gone_off": "sent, acted or gave up",
    "stopped": "sent, stopped",
    "still_attached": "home, tied to the milieu, not violent",
    "tried": "home, tried (at Belgium’s rate)",
    "converted": "won over in prison",
}
OUTCOMES_OF = {
    "disengage": ("still_attached", "reengaged", "tried", "converted"),
    "stay": ("staying",),
    "join": ("joined",),
    "relocate": ("relocated",),
    "dispatch": ("waiting", "gone_off", "stopped"),
}
#: What is said beside the number of those at large, wherever it stands.
SAID_BESIDE = (
    "Those violent again are counted for good, though most known cases were soon dead or held; growth counts newcomers who never travelled; "
    "women and minors are counted. It counts heads, not harm."
)


# What explorers are made of: explorable/figures/blocks.py, given this book's assumptions


def slider(id: str) -> alt.Parameter:
    """Return one assumption as a parameter with a slider."""
    return blocks.slider(get(id))


def explorer(*panels: alt.Chart, assumptions: Iterable[str], **about) -> alt.VConcatChart:
    """Put panels together, with a slider for each of the assumptions; ``about`` is what :func:`blocks.explorer` takes."""
    for panel in panels:
        if isinstance(panel.title, str) and len(panel.title) > TITLE:
            panel.title = wrap(panel.title, TITLE)
    return blocks.explorer(*panels, assumptions=map(get, assumptions), counts=COUNTS, **about)


def people_axis(field: str = "people", title: str = "People", **options) -> alt.Y:
    """Return a vertical axis of people that follows what is drawn."""
    return alt.Y(f"{field}:Q", title=title, scale=following(), axis=alt.Axis(format=",d", tickCount=TICKS), **options)


def month_axis() -> alt.X:
    return alt.X(
        "month:Q",
        title="Months after the end of 2017",
        axis=alt.Axis(values=list(range(0, MONTHS + 1, 12))),
        scale=alt.Scale(domain=[0, MONTHS], nice=False),
    )


def month_slider(value: int = 24) -> alt.Parameter:
    """Return the chosen month as a parameter with a slider."""
    bind = alt.binding_range(name="Months after the end of 2017", min=0, max=MONTHS, step=1)
    return alt.param(name="month", value=value, bind=bind)


def month_rule() -> alt.LayerChart:
    """Return the chosen month as a rule across a chart over time, with a handle: on a page a hand drags it."""
    chosen = alt.Chart(rows("chosen", [0])).transform_calculate(month="month").encode(x=alt.X("month:Q"))
    handle = chosen.mark_point(filled=True, size=120, color=MUTED, opacity=1).encode(y=alt.value("height"))
    return alt.layer(chosen.mark_rule(color=MUTED), handle)


# Who is left?


def who_is_left() -> alt.VConcatChart:
    """Travelled, killed, returned: who is left, beside the document's band of those who remained."""
    ids = ("travelled", "killed", "returned")
    travelled, killed, returned = map(slider, ids)
    left = text(model.remaining(travelled=travelled, killed=killed, returned=returned))
    stock = data.load("flows").query("series == 'stock' and source == 'wilner2017'").iloc[0]
    low, high = int(stock["low"]), int(stock["high"])
    parts = {"still there": left, "gone home": travelled * returned, "killed": travelled * killed}
    dutch = {**preset("dutch-cohort-2024"), "travelled": travelled}
    counted = {
        "still there": text(model.remaining(**{id: dutch[id] for id in ids})),
        **{part: travelled * dutch[id] for part, id in (("gone home", "returned"), ("killed", "killed"))},
    }
    colours = scale(dict(zip(parts, ("record", "disengage", "rest"))))
    own, theirs = "as you|assume", "the Dutch,|as counted in|June 2024"
    x = alt.X("people:Q", title="People", scale=following(), axis=alt.Axis(format=",d", tickCount=TICKS))
    y = alt.Y("who:N", title=None, sort=[own, theirs], axis=alt.Axis(labelExpr="split(datum.label, '|')"))
    order = f"indexof({[*parts]}, datum.part)"

    def bar(name: str, who: str, people: Mapping) -> alt.Chart:
        bars = alt.Chart(rows("part", people), name=name, height=150)
        return (
            bars.transform_calculate(people=switch("datum.part", people), order=order, who=f"'{who}'")
            .mark_bar()
            .encode(
                x=x,
                y=y,
                color=alt.Color("part:N", title=None, scale=colours),
                order="order:Q",
                tooltip=[
                    alt.Tooltip("part:N", title="Of those who travelled"),
                    alt.Tooltip("people:Q", title="People", format=",.0f"),
                ],
            )
        )

    begun = {id: get(id).middle for id in ids}
    ends = [model.remaining(**begun), begun["travelled"] * (1 - begun["killed"]), begun["travelled"]]
    start = alt.Chart(alt.InlineData(values=[{"people": round(end), "who": own} for end in ends]))
    kept = (
        pinned()
        .transform_calculate(order=order, who=f"'{own}'")
        .transform_stack(stack="people", as_=["before", "end"], groupby=["who"], sort=[alt.SortField("order")])
    )
    ticks = [
        start.mark_tick(color=TEXT, thickness=2).encode(x=x, y=y),
        kept.mark_tick(color=colour("second"), thickness=2).encode(x=alt.X("end:Q", title="People"), y=y),
    ]
    edges = alt.Chart(rows("people", [low, high])).encode(x="people:Q")
    words = edges.transform_calculate(
        words=f"format(datum.people, ',') + (datum.people === {high} ? ': the document' : '')"
    ).mark_text(baseline="bottom", dy=-8, fontSize=11)
    band = alt.layer(edges.mark_rule(strokeDash=[5, 3], strokeWidth=2), words.encode(y=alt.value(0), text="words:N"))
    where = f"{left} < {low} ? 'below' : {left} > {high} ? 'above' : 'inside'"
    return explorer(
        alt.layer(bar("parts", own, parts), bar("counted", theirs, counted), *ticks, band),
        id="who-is-left",
        title=f"Nearly any story leaves between {low:,} and {high:,}",
        description=f"A bar of all who travelled, split into those still there, gone home and killed, with ticks at the start. "
        "Below it the same number of people, split as the Dutch who travelled were counted in June 2024. Dashed lines mark the document's "
        f"{low:,} and {high:,}: with the starting assumptions the part still there ends between them.",
        assumptions=ids,
        sources=sources_of(ids, "wilner2017", "aivd2024uitreizigers"),
        answer=left,
        words=f"'people were left, ' + ({where}) + ' the document’s {low:,} to {high:,}'",
        tabs=("Who is left",),
        tables={"parts": {"part": "Of those who travelled", "people": "People"}},
    )


# Inflow and territory


def inflow() -> alt.VConcatChart:
    """Arrivals a month from June 2015, halving at the reader's pace, against what was reported."""
    ids = ("inflow_half_life",)
    arrivals = model.inflow(inflow_half_life=slider("inflow_half_life"), month=alt.datum.month)
    reported = data.load("flows").query("series == 'inflow' and date < '2018'")
    months = 12 * (reported["date"].dt.year - 2015) + reported["date"].dt.month - 6
    points = reported.assign(
        month=months,
        low=reported["low"].fillna(reported["central"]).fillna(0),
        high=reported["high"].fillna(reported["central"]),
    )[["month", "low", "high", "note", "source"]]
    axis = alt.X("month:Q", title="Months after June 2015", scale=alt.Scale(domain=[-9, 30], nice=False))

    def height(field: str) -> alt.Y:
        return people_axis(field, "Arrivals a month")

    curve = (
        alt.Chart(alt.sequence(0, 31, 1, as_="month"), name="arrivals", height=260)
        .transform_calculate(people=text(arrivals))
        .mark_line(color=colour("second"))
        .encode(x=axis, y=height("people"))
    )
    ranges = (
        alt.Chart(points)
        .mark_bar(width=6, color=colour("record"), opacity=0.4)
        .encode(x=axis, y=height("low"), y2=alt.Y2("high:Q", title="Arrivals a month"))
    )
    marks = alt.Chart(points).encode(
        x=axis,
        y=height("high"),
        tooltip=["month:Q", alt.Tooltip("high:Q", title="Reported, or at most"), alt.Tooltip("note:N", title="Note")],
    )
    is_document = "datum.source === 'wilner2017'"
    reports = marks.transform_filter(f"!({is_document})").mark_point(**mark("record", size=80))
    stated = marks.transform_filter(is_document).mark_point(**mark("document", size=100))
    begun = get("inflow_half_life").middle
    start = [
        {"month": month, "people": round(model.inflow(inflow_half_life=begun, month=month), 1)} for month in range(31)
    ]
    return explorer(
        alt.layer(
            document_rule("quantitative", at=19),
            curve,
            *ghosts(start, axis, people_axis(title="Arrivals a month")),
            ranges,
            reports,
            stated,
        ),
        id="inflow",
        title="One half-life joins the document's two figures, and misses others that were reported",
        description="A falling curve of arrivals a month from June 2015, dashed as at the start. Circles, with bars down to the lowest figure, mark what officials reported, diamonds what the document says.",
        assumptions=ids,
        sources=sources_of(ids, reported),
        answer=model.inflow(inflow_half_life=slider("inflow_half_life"), month=12),
        words=f"'people a month arrived in June 2016; a year earlier it was {model.INFLOW_START:,}'",
        tabs=("Arrivals",),
        tables={"arrivals": {"month": "Months after June 2015", "people": "Arrivals a month"}},
    )


def territory() -> alt.VConcatChart:
    """Area held from January 2015: a straight line or a half-life, against what was measured, and the end."""
    ids = ("territory_pace", "territory_half_life")
    pace, half_life = map(slider, ids)
    areas = data.load("territory").query("estimator == 'IHS' or area_km2 == 0")
    months = (areas["date"] - areas["date"].min()).dt.days / 30.4375
    end = round(months.max())
    measured = areas.assign(month=months.round(1))[["month", "area_km2", "estimator"]]

    def ruled(month) -> dict:
        return {
            "the same area each month": f"max(0, {text(model.area_left(territory_pace=pace, month=month))})",
            "the same share each month": text(model.area_left_halving(territory_half_life=half_life, month=month)),
        }

    rules, at_the_end = ruled(alt.datum.month), ruled(36)
    axis = alt.X("month:Q", title="Months after January 2015", scale=alt.Scale(domain=[0, 84], nice=False))
    lines = (
        alt.Chart(alt.sequence(0, 85, 3, as_="month"), name="areas", height=280)
        .transform_calculate(rule=str([*rules]))
        .transform_flatten(["rule"])
        .transform_calculate(area_km2=switch("datum.rule", rules))
        .mark_line()
        .encode(
            x=axis,
            y=people_axis("area_km2", "Area held (km²)"),
            color=alt.Color("rule:N", title="ISIS loses", scale=scale(dict(zip(rules, ("second", "third"))))),
            strokeDash=alt.StrokeDash("rule:N", title="ISIS loses", scale=alt.Scale(domain=[*rules]), legend=LONG),
        )
    )
    marks = (
        alt.Chart(measured)
        .mark_point(**mark("record", size=80))
        .encode(
            x=axis,
            y=people_axis("area_km2", "Area held (km²)"),
            tooltip=["month:Q", alt.Tooltip("area_km2:Q", title="Area (km²)", format=",d"), "estimator:N"],
        )
    )
    start = [
        {"month": month, "rule": rule, "area_km2": round(area, 1)}
        for month in range(0, 85, 3)
        for rule, area in zip(
            rules,
            (
                max(0.0, model.area_left(territory_pace=get(ids[0]).middle, month=month)),
                model.area_left_halving(territory_half_life=get(ids[1]).middle, month=month),
            ),
        )
    ]
    kept = ghosts(start, axis, people_axis("area_km2", "Area held (km²)"), detail="rule:N")
    return explorer(
        alt.layer(document_rule("quantitative", at=24), lines, *kept, marks),
        id="territory",
        title="Two rules that fit the same two years part ways afterwards",
        description="Two lines of the area held over seven years from January 2015, one straight and one halving, in square kilometres, thin and dashed as at the start. "
        "Points mark what IHS measured and the declared end of the territory.",
        assumptions=ids,
        sources=sources_of(ids, areas),
        answer=f"abs({at_the_end['the same area each month']} - {at_the_end['the same share each month']})",
        words=f"'km² lie between the two rules at the end of 2017. At the same area each month nothing is left after ' + format({model.AREA_START} / territory_pace, '.0f')"
        f" + ' months; the end was declared after {end}'",
        brief="'km² between the two rules at the end of 2017'",
        fewer="less",
        tabs=("Area held",),
        tables={"areas": {"month": "Months after January 2015", "rule": "ISIS loses", "area_km2": "Area held (km²)"}},
    )


# Base rates


def thousand_people() -> alt.VConcatChart:
    """1,000 people of whom few would act, and a test that is seldom wrong: of 100 whom it marks, how many would act?"""
    base_rate, detection, alarms = (
        alt.param(name=name, value=value, bind=alt.binding_range(min=0, max=top, step=step, name=label))
        for name, value, top, step, label in (
            ("base_rate", 10, 200, 1, "Would act, of 1,000"),
            ("detection", 80, 100, 1, "Detected, of 100 who would"),
            ("alarms", 5, 50, 0.5, "Falsely marked, of 100 who would not"),
        )
    )
    found, wrong = "round(base_rate * detection / 100)", "round((1000 - base_rate) * alarms / 100)"
    people = {
        "would act, marked": found,
        "would act, missed": f"base_rate - {found}",
        "would not, marked": wrong,
        "would not, left alone": f"1000 - base_rate - {wrong}",
    }
    first, second, third, rest = people
    look = {
        "color": alt.Color(
            "kind:N", legend=None, scale=scale(dict(zip(people, ("dispatch", "third", "record", "rest"))))
        ),
        "shape": alt.Shape(
            "kind:N", legend=None, scale=alt.Scale(domain=[*people], range=["square", "cross", "triangle-up", "circle"])
        ),
    }
    x = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[-0.5, 49.5], nice=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[-5.5, 19.5], reverse=True, nice=False))
    kind = f"datum.n < {found} ? '{first}' : datum.n < base_rate ? '{second}' : datum.n < base_rate + {wrong} ? '{third}' : '{rest}'"
    dots = (
        alt.Chart(alt.sequence(0, 1000, 1, as_="n"))
        .transform_calculate(column="datum.n % 50", row="floor(datum.n / 50)", kind=kind)
        .mark_point(filled=True)
        .encode(x=x, y=y, size=alt.condition(f"datum.kind == '{rest}'", alt.value(20), alt.value(60)), **look)
    )
    begun = pd.DataFrame({"kind": [*people], "people": [8, 2, 50, 940]})
    key = (
        alt.Chart(begun)
        .transform_calculate(
            people=switch("datum.kind", people),
            column=f"datum.kind == '{first}' || datum.kind == '{third}' ? 0 : 25",
            row=f"datum.kind == '{first}' || datum.kind == '{second}' ? -4.6 : -2.4",
            words="format(datum.people, ',') + ' ' + datum.kind",
        )
        .encode(x=x, y=y)
    )
    words = key.mark_text(align="left", baseline="middle", dx=9).encode(text="words:N").properties(name="kinds")
    marked = f"({found} + {wrong})"
    return explorer(
        alt.layer(dots, key.mark_point(filled=True, size=60).encode(**look), words, height=300),
        id="thousand-people",
        title="When few would act, most of those marked would not",
        description="One thousand marks, one for each person, in four kinds. As the sliders start, 10 would act, of whom 8 are marked and 2 missed; "
        "of the others 50 are marked and 940 left alone. Of 58 people marked 8 would act, or 14 of 100.",
        assumptions=(),
        others=[base_rate, detection, alarms],
        said={
            "base_rate": "{} of 1,000 would act",
            "detection": "the test marks {} of 100 who would act",
            "alarms": "the test marks {} of 100 who would not act",
        },
        sources=data.sources("gigerenzer1995improve"),
        answer=f"{marked} > 0 ? 100 * {found} / {marked} : 0",
        words=f"{marked} > 0 ? 'of 100 people marked would act. Of 1,000 people ' + {marked} + ' are marked, and ' + ({found} > 0 ? {found} : 'none') + ' of these would act' : 'would act, for nobody is marked'",
        brief=f"{marked} > 0 ? 'of 100 marked would act: ' + {found} + ' of ' + {marked} : 'would act: nobody is marked'",
        tabs=("1,000 people",),
        tables={"kinds": {"kind": "Of 1,000 people", "people": "People"}},
    )


# The scenarios


def all_ids() -> list[str]:
    """Return the ids of all assumptions on which the five paths depend."""
    return [assumption.id for assumption in uncertainty.drawn()]


def path_colours() -> list[str]:
    """Return the colours of the five paths, in the document's order."""
    return [colour(path) for path in model.path_ids()]


def own_ids(path: str) -> tuple[str, ...]:
    """Return the ids of the assumptions that one path has for itself, its share left out."""
    return tuple(id for id, this in registry().items() if this.scenario == path and id not in share_ids())


def path_count() -> str:
    """Return in words how many paths there are."""
    return ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")[len(model.path_ids())]


def path_labels() -> dict[str, str]:
    """Return the short label of each of the five paths, from the table of scenarios."""
    table = data.load("scenarios")
    return dict(zip(table["id"], table["short"]))


def guarded(values: Mapping) -> dict:
    """Make shares of the five sliders, of which only the proportions count; with all five at nothing nobody travels."""
    first, *others = share_ids()
    total = sum((values[id] for id in others), start=values[first])
    some = {first: values[first] + (total <= 0), **{id: values[id] for id in others}}
    return {**values, **normalised(some), "travelled": values["travelled"] * (total > 0)}


def one_scenario(path: str) -> alt.VConcatChart:
    """One scenario alone: its share of the survivors and its own assumptions, over 60 months."""
    ids = (f"share_{path}", *own_ids(path))
    own = {id: slider(id) for id in ids}
    rest = {id: (1 - own[ids[0]]) / (len(share_ids()) - 1) for id in rest_of(path)}
    values = {**middles(), **rest, **own}
    then = model.outcomes(values, alt.datum.month)
    lines = {OUTCOMES[name]: then[name] for name in OUTCOMES_OF[path]}
    label, (first, *_) = path_labels()[path], OUTCOMES_OF[path]
    begun = {
        **middles(),
        ids[0]: get(ids[0]).middle,
        **rest_of(path),
    }  # as its slider stands, with as many on each of the others
    start = [
        {"month": month, "outcome": OUTCOMES[name], "people": round(model.outcomes(begun, month)[name], 1)}
        for month in range(0, MONTHS + 1, 3)
        for name in OUTCOMES_OF[path]
    ]
    chart = (
        alt.Chart(alt.sequence(0, MONTHS + 1, 3, as_="month"), name="path", height=260)
        .transform_calculate(outcome=str([*lines]))
        .transform_flatten(["outcome"])
        .transform_calculate(people=switch("datum.outcome", lines))
        .mark_line()
        .encode(
            x=month_axis(),
            y=people_axis(),
            color=alt.Color("outcome:N", title=None, scale=scale(dict.fromkeys(lines, path))),
            strokeDash=alt.StrokeDash(
                "outcome:N", title=None, scale=alt.Scale(domain=[*lines], range=DASHES[: len(lines)]), legend=LONG
            ),
        )
    )
    month, runs = month_slider(), compared(path, month_axis(), people_axis())
    return explorer(
        alt.layer(
            month_rule(),
            *runs,
            chart,
            *ghosts(start, month_axis(), people_axis(), detail="outcome:N"),
        ),
        id=f"scenario-{path}",
        title=f"{label}: what would follow from its own assumptions",
        description=f"Lines of people over 60 months from the end of 2017 on the path “{label}”, for the assumptions that the sliders set, "
        "and thin dashed lines for the start" + (" and for two presets, named." if runs else "."),
        assumptions=ids,
        others=[month],
        retired=RETIRED,
        sources=sources_of(ids),
        answer=model.outcomes(values, month)[first],
        words=f"'{OUTCOMES[first]}, ' + {WHEN}",
        when=[*AFTER],
        tabs=("Over time",),
        tables={"path": {"month": "Months after 2017", "outcome": "Outcome", "people": "People"}},
    )


def rest_of(path: str) -> dict[str, float]:
    """Return equal shares for the paths beside one, as that explorer starts."""
    own = get(f"share_{path}").middle
    return {id: (1 - own) / (len(share_ids()) - 1) for id in share_ids() if id != f"share_{path}"}


def ghosts(start: list[dict], x: alt.X, y: alt.Y, **more) -> list[alt.Chart]:
    """Return the layers of the runs that are compared with: the start, and what the reader pins. Same fields as the chart."""
    begun = alt.Chart(alt.InlineData(values=start)).mark_line(**GHOST).encode(x=x, y=y, **more)
    return [begun, pinned().mark_line(**{**GHOST, "color": TEXT, "strokeDash": [1, 2]}).encode(x=x, y=y, **more)]


def named(name: str, row: Mapping, x: alt.X, y: alt.Y) -> alt.LayerChart:
    """Return the name of a run above one of its ends, ``row``, apart from names at the other end."""
    is_last = row["month"] == MONTHS
    label = alt.Chart(alt.InlineData(values=[{**row, "name": name}])).encode(x=x, y=y, text="name:N")
    place = dict(align="right" if is_last else "left", baseline="bottom", dx=-4 if is_last else 4, dy=-2, fontSize=11)
    return alt.layer(label.mark_text(color=TEXT, **place))


def compared(path: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return runs to compare with, named, for a path with one outcome: the start alone may be a flat line. A preset may send nobody on it."""
    if len(OUTCOMES_OF[path]) > 1:
        return []
    layers, (outcome,) = [], OUTCOMES_OF[path]
    for name in COMPARED.get(path, ("optimist", "pessimist")):
        values = {**middles(), **preset(name)}
        run = [
            {"month": month, "people": round(model.outcomes(values, month)[outcome], 1)}
            for month in range(0, MONTHS + 1, 3)
        ]
        if not any(row["people"] for row in run):
            continue
        line = alt.Chart(alt.InlineData(values=run)).mark_line(**GHOST).encode(x=x, y=y)
        grows = (
            run[-1]["people"] > run[0]["people"]
        )  # then its name stands clear of it at its end, else at its beginning
        layers += [line, named(presets()[name], run[-1 if grows else 0], x, y)]
    return layers


def first_look() -> alt.VConcatChart:
    """A small one for any page: all paths from equal shares, with the assumptions that the number hangs on most."""
    ids = ("killed", "lost", "stay_growth", "relocate_growth")
    own = {id: slider(id) for id in ids}
    values, month = {**middles(), **own}, month_slider()
    return explorer(
        _paths(values),
        id="first-look",
        title="Move one assumption: how many would still be in a war?",
        description="People by path over 60 months from the end of 2017, with a dashed line for all of them at the start.",
        assumptions=ids,
        others=[month],
        sources=sources_of(ids),
        beside=SAID_BESIDE,
        answer=model.outcomes(values, month)["at_large"],
        words=f"'in a war, waiting to be sent, or back in violence, ' + {WHEN}",
        brief=f"'{OUTCOMES['at_large']}, ' + {WHEN}",
        when=[*AFTER],
        tabs=("Paths",),
        tables={"paths": {"month": "Months after 2017", "label": "Path", "people": "People"}},
    )


def five_scenarios() -> alt.VConcatChart:
    """All five scenarios with all assumptions: people by path, each outcome at the chosen month, and what all may move at once.

    The last three charts hold what Python finds for the start; on a page the engine fills them anew with each move.
    """
    ids = all_ids()
    values = guarded({id: slider(id) for id in ids})
    month = month_slider()
    total = " + ".join(share_ids())
    now = model.outcomes(values, month)
    return explorer(
        _paths(values),
        _outcomes(now),
        _range(),
        _matters(),
        _turned(),
        _worth(),
        id="five-scenarios",
        title="What follows from what you assume",
        description="Six charts that answer to the sliders: people by path over 60 months, each outcome at the chosen month, the range of the "
        "number over all that is left open, what that range goes through, what could turn the answer to a question, and what knowing one "
        "fact would be worth for it.",
        assumptions=ids,
        others=[
            month,
            choice("outcome", "Which number?", OUTCOMES, "at_large"),
            question_slider(),
            choice("shape", "The range: how the draws fill what is open", SHAPES, "given"),
        ],
        retired=RETIRED,
        beside=SAID_BESIDE,
        tabs=("Paths", "Outcomes", "Range", "What matters", "Where it flips", "Worth knowing"),
        fills=["", "", "range", "matters", "turned", "worth"],
        outcome="at_large",
        sources=sources_of(ids),
        groups=groups(),
        parts=[[f"share_{path}", label, path] for path, label in path_labels().items()],
        dominant=pairs(_dominant()),
        entry=[["How many are left?", "lost"], ["Which path dominates?", "dominant"], ["How long?", "month"]],
        answer=now["at_large"],
        words=f"{total} <= 0 ? 'All {path_count()} shares are zero: nobody goes anywhere. Give at least one of them something' : "
        f"'in a war, waiting to be sent, or back in violence, ' + {WHEN}",
        brief=f"'{OUTCOMES['at_large']}, ' + {WHEN}",
        when=[*AFTER],
        tables={
            "outcomes": {"words": "Outcome at the chosen month", "people": "People"},
            "paths": {"month": "Months after 2017", "label": "Path", "people": "People"},
            "range": {
                "month": "Months after 2017",
                **{f"q{level}": f"{level} % of draws at or below" for level in (5, 25, 50, 75, 95)},
            },
            "matters": {"label": "Assumption or group", "share": "Share of the spread, in %"},
            "turned": {"label": "Assumption", "draws": "Draws of 100 in which it alone turns the answer"},
            "worth": {"label": "Knowing", "share": "Worth, in % of all that could be known"},
        },
    )


def question_slider(value: int = 10_000) -> alt.Parameter:
    """Return the number of people that the question asks about."""
    bind = alt.binding_range(name="The question: more than how many people?", min=1_000, max=30_000, step=500)
    return alt.param(name="threshold", value=value, bind=bind)


def groups() -> dict[str, str]:
    """Return the heading under which each slider of the large explorer stands."""
    labels = path_labels()
    own = {id: label for path, label in labels.items() for id in own_ids(path)}
    mixture = f"Which path: {path_count()} shares"
    return {id: own.get(id, mixture if id in share_ids() else "Who is left") for id in all_ids()}


def _dominant() -> dict[str, dict[str, float]]:
    """Return shares for the short entry: none of the paths dominates, or one with more than half."""
    labels = path_labels()
    equal = {id: get(id).middle for id in share_ids()}
    one = {
        f"mostly: {label}": {f"share_{other}": 0.6 if other == path else 0.1 for other in labels}
        for path, label in labels.items()
    }
    return {f"none: {path_count()} equal shares": equal, **one}


def _paths(values: Mapping) -> alt.Chart:
    labels = path_labels()
    people = model.paths(values, alt.datum.month)
    start = [
        {"month": month, "people": round(sum(model.paths({}, month).values()), 1)} for month in range(0, MONTHS + 1, 6)
    ]
    areas = (
        alt.Chart(alt.sequence(0, MONTHS + 1, 6, as_="month"), name="paths", height=260)
        .transform_calculate(path=str([*labels]))
        .transform_flatten(["path"])
        .transform_calculate(
            people=switch("datum.path", people),
            label=switch("datum.path", {path: f"'{label}'" for path, label in labels.items()}),
            order=f"indexof({[*labels]}, datum.path)",
        )
        .mark_area()
        .encode(
            x=month_axis(),
            y=people_axis(stack="zero"),
            order="order:Q",
            color=alt.Color(
                "label:N",
                title=None,
                sort=[*labels.values()],
                scale=alt.Scale(domain=[*labels.values()], range=path_colours()),
            ),
        )
    )
    begun, kept = ghosts(start, month_axis(), people_axis())
    told = [
        {"month": month, "people": round(sum(model.paths(preset("document"), month).values()), 1)}
        for month in range(0, MONTHS + 1, 6)
    ]
    document = alt.Chart(alt.InlineData(values=told)).mark_line(**GHOST).encode(x=month_axis(), y=people_axis())
    names = [
        named("the start", start[-1], month_axis(), people_axis()),
        named("the document: no numbers, so equal", told[0], month_axis(), people_axis()),
    ]
    kept = kept.transform_aggregate(people="sum(people)", groupby=["month"])
    return alt.layer(
        areas, month_rule(), begun, document, *names, kept, title="People by path; dashed: all of them, as labelled"
    )


def _outcomes(now: Mapping) -> alt.LayerChart:
    begun = [{"words": OUTCOMES[name], "people": round(people, 1)} for name, people in model.outcomes({}, 24).items()]
    x = alt.X("people:Q", title="People", axis=alt.Axis(format=",d", tickCount=TICKS), scale=following())
    y = alt.Y("words:N", title=None, sort=[*OUTCOMES.values()], axis=alt.Axis(labelLimit=260, labelOverlap=False))
    of = {name: path for path, names in OUTCOMES_OF.items() for name in names}
    whose = {
        words: of.get(name, "record") for name, words in OUTCOMES.items()
    }  # the total of paths has none of their colours
    bars = (
        alt.Chart(rows("outcome", OUTCOMES), name="outcomes")
        .transform_calculate(
            people=switch("datum.outcome", now),
            words=switch("datum.outcome", {name: f"'{words}'" for name, words in OUTCOMES.items()}),
        )
        .mark_bar()
        .encode(
            x=x,
            y=y,
            color=alt.Color("words:N", legend=None, scale=scale(whose)),
            stroke=alt.condition("datum.outcome === outcome", alt.value(TEXT), alt.value("transparent")),
            strokeWidth=alt.value(2),
        )
    )
    start = alt.Chart(alt.InlineData(values=begun)).mark_tick(color=TEXT, thickness=2).encode(x=x, y=y)
    kept = pinned().mark_tick(color=colour("second"), thickness=3).encode(x=x, y=y)
    return alt.layer(
        bars,
        start,
        kept,
        height=alt.Step(20),
        title="Outcomes at the chosen month; those who came home may be in several. A tick: the start; framed: the number that is asked for",
    )


# What all that is open leaves: at the start, as Python finds it


def _range() -> alt.LayerChart:
    """The number over time: nine of ten draws, half of them, the middle one, and the line of what is set."""
    found = uncertainty.fan("at_large", range(0, MONTHS + 1, 12)).round(1)
    found.columns = ["month", *LEVELS]
    points = [
        {"month": month, "people": round(model.outcomes({}, month)["at_large"], 1)} for month in range(0, MONTHS + 1, 3)
    ]
    base = alt.Chart(alt.InlineData(values=found.to_dict("records"), name="range"))

    def height(field: str) -> alt.Y:
        return people_axis(field, "People")

    def band(low: str, high: str, opacity: float) -> alt.Chart:
        return base.mark_area(opacity=opacity, color=colour("record")).encode(
            x=month_axis(), y=height(low), y2=f"{high}:Q"
        )

    middle = base.properties(name="range").mark_line(color=colour("record"), strokeWidth=2)
    here = alt.Chart(alt.InlineData(values=points, name="points")).mark_line(color=colour("second"))
    return alt.layer(
        band("q5", "q95", 0.2),
        band("q25", "q75", 0.35),
        middle.encode(x=month_axis(), y=height("q50")),
        here.encode(x=month_axis(), y=height("people")),
        alt.Chart(alt.InlineData(values=points, name="begun"))
        .mark_line(**GHOST)
        .encode(x=month_axis(), y=height("people")),
        month_rule(),
        height=260,
        title="Nine of ten draws, half of them, the middle one; in teal what is set, dashed the start",
        description="The number of people over 60 months: a band of nine of ten draws, a darker one of half of them, and the line of what is set.",
    )


def in_lines(label: str, length: int = 26) -> str:
    """Return a label with a bar where its lines part."""
    return "|".join(wrap(label, length))


def _bars(rows: list[dict], name: str, field: str, axis: str, title: str, description: str, **more) -> alt.LayerChart:
    """A bar for each row, in their order; labels in lines; behind a bar what the row says besides, if anything."""
    y = alt.Y(
        "words:N",
        title=None,
        sort=alt.SortField("order"),
        axis=alt.Axis(labelLimit=260, labelExpr="split(datum.label, '|')", labelOverlap=False),
    )
    x = alt.X(
        f"{field}:Q", title=axis, scale=alt.Scale(domain=[0, 100]), stack=None
    )  # stacked bars would be rows of their own, in another order
    base = alt.Chart(alt.InlineData(values=rows, name=name)).encode(x=x, y=y)
    bars = base.mark_bar().encode(**more).properties(name=name)
    says = base.mark_text(align="left", dx=5, fontSize=11).encode(text="says:N")
    layers = [bars, says] if "says" in rows[0] else [bars]
    return alt.layer(*layers, height=alt.Step(28), title=title, description=description)


def _matters() -> alt.LayerChart:
    """Total indices in groups and singly: how much of the spread of the number goes through each; and the number at either end of one alone."""
    singles, grouped, together = uncertainty.matters("at_large", 24)
    rows = [(f"all of: {group}", "group", total) for group, total in zip(grouped["group"], grouped["total"])]
    rows = sorted(rows, key=lambda row: -row[2])
    rows.append(("no single one", "group", max(0.0, together)))
    rows += [(label, "single", total) for label, total in zip(singles["label"], singles["total"])][:ROWS]
    ends = uncertainty.tornado("at_large", 24).itertuples()
    alone = {row.label: f"alone {rounded(row.from_low)} to {rounded(row.from_high)}" for row in ends}
    table = [
        {
            "order": order,
            "label": label,
            "words": in_lines(label),
            "kind": kind,
            "share": round(100 * share, 2),
            "says": alone.get(label, ""),
        }
        for order, (label, kind, share) in enumerate(rows)
    ]
    return _bars(
        table,
        "matters",
        "share",
        "Share of the spread (%)",
        "What makes the number so uncertain? First groups of assumptions, then each alone, with the number at its low and at its high value",
        "Bars: how much of the spread of the number goes through each group of assumptions, and through each assumption; behind each "
        "assumption the number that it alone leads to at its low and at its high value.",
        color=alt.Color(
            "kind:N",
            title=None,
            legend=None,
            scale=scale({"group": "record", "single": "second"}),
        ),
    )


def rounded(people: float) -> str:
    """Return a number of people in three digits, as a page writes it."""
    return f"{float(f'{people:.3g}'):,.0f}"


def _turned() -> alt.LayerChart:
    """In how many of 100 draws each assumption alone can turn the answer to the question."""
    found = uncertainty.turned(uncertainty.more_than(10_000, "at_large", 24))[:ROWS]
    table = [
        {"order": order, "label": get(id).label, "words": in_lines(get(id).label), "draws": round(share, 2)}
        for order, (id, share) in enumerate(found.items())
    ]
    return _bars(
        table,
        "turned",
        "draws",
        "Draws of 100",
        "More than 10,000 people after 24 months? What can turn the answer alone",
        "Bars: in how many of 100 draws moving one assumption alone, over its range, turns the answer to the question.",
    )


def _worth() -> alt.LayerChart:
    """What knowing one fact would be worth to whoever asks the question, and between what their answer would then lie."""
    found, value = uncertainty.worth(uncertainty.more_than(10_000, "at_large", 24))
    table = [
        {
            "order": order,
            "label": row.label,
            "words": in_lines(row.label),
            "share": round(100 * row.share, 2),
            "says": f"then {row.least:.0%} to {row.most:.0%}".replace("%", " %"),
        }
        for order, row in enumerate(found.head(ROWS).itertuples())
    ]
    return _bars(
        table,
        "worth",
        "share",
        "Worth, in % of all that could be known",
        f"More than 10,000 people after 24 months? In {100 * value.yes:.0f} of 100 draws: yes. How much would it help to know one fact?",
        "Bars: by how much knowing one assumption would lower the expected Brier score of the answer, in percent of what knowing everything "
        "would; behind each the share of yes that would then be said, from its least to its most.",
    )
