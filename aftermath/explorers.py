"""Explorers: the model as charts whose sliders work in the published page, with no kernel.

Each explorer is one call in a chapter. Its formulas are those of :mod:`aftermath.model`, called with Altair parameters
in place of numbers; its sliders, labels and ranges come from the registry. The page adds words, tables, presets and
links (``explorable/stage/static/explorers.js``); in Jupyter the same chart carries Vega's own sliders.

``usermeta["explorer"]`` tells the page which views have numbers to show as a table, and a parameter ``summary`` says
in a sentence what the present assumptions lead to. Axes are fixed, so that two settings can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import altair as alt

from aftermath import data, model, uncertainty
from aftermath.assumptions import SHARES, get, middles, normalised, registry
from aftermath.theme import COLOURS, TEXT

NOT_A_FORECAST = "If … then, not a forecast: the sliders say what to assume, the chart what would follow."
MONTHS = 60

PATH_COLOURS = [COLOURS[name] for name in ("green", "orange", "purple", "gold", "red", "teal", "grey", "blue")][
    : len(model.PATHS)
]
OWN = {
    path: tuple(id for id, this in registry().items() if this.scenario == path and id not in SHARES)
    for path in model.PATHS
}
MANY = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")[len(model.PATHS)]  # paths, in words
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


# What explorers are made of


def slider(id: str) -> alt.Parameter:
    """Return one assumption as a parameter with a slider."""
    assumption = get(id)
    low, high = assumption.slider
    bind = alt.binding_range(name=assumption.label, min=low, max=high, step=assumption.step)
    return alt.param(name=id, value=assumption.middle, bind=bind)


def choice(name: str, label: str, options: Mapping, value) -> alt.Parameter:
    """Return a parameter that is chosen from a list; ``options`` maps values to labels."""
    bind = alt.binding_select(options=list(options), labels=list(options.values()), name=label)
    return alt.param(name=name, value=value, bind=bind)


def text(formula) -> str:
    """Return a formula of parameters and fields as the text that Vega reads."""
    if isinstance(formula, (str, int, float)):
        return str(formula)
    written = formula.to_dict()
    return written["expr"] if isinstance(written, dict) else str(written)


def switch(variable: str, cases: Mapping[str, object]) -> str:
    """Return an expression that picks the formula of the case that ``variable`` names."""
    chain = "null"
    for name, formula in reversed(cases.items()):
        chain = f"{variable} === '{name}' ? {text(formula)} : ({chain})"
    return chain


def rows(column: str, values: Iterable) -> alt.Data:
    """Return a table of one column as a chart's data."""
    return alt.Data(values=[{column: value} for value in values])


def share(formula) -> str:
    return f"format({text(formula)}, '.0%')"


def count(formula) -> str:
    return f"format(round({text(formula)}), ',')"


def people_axis(field: str = "people", title: str = "People", top: object = None, **options) -> alt.Y:
    """Return a vertical axis of people, fixed from 0 to ``top`` (by default the parameter ``axis_top``)."""
    scale = alt.Scale(domainMin=0, domainMax=alt.ExprRef("axis_top") if top is None else top, nice=False)
    return alt.Y(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(format=",d"), **options)


def month_axis() -> alt.X:
    return alt.X(
        "month:Q",
        title="Months after the end of 2017",
        axis=alt.Axis(values=list(range(0, MONTHS + 1, 12))),
        scale=alt.Scale(domain=[0, MONTHS], nice=False),
    )


def axis_top(value: int) -> alt.Parameter:
    """Return the top of the axis as the reader's choice: it stays until chosen anew."""
    tops = (1_000, 5_000, 20_000, 40_000, 100_000)
    return choice("axis_top", "Top of the axis", {top: f"{top:,} people" for top in tops}, value)


def pairs(mapping: Mapping) -> list[list]:
    """Return a mapping as a list: a notebook's file sorts the keys of a mapping, and here their order counts."""
    return [[name, value] for name, value in mapping.items()]


def explorer(
    *panels: alt.Chart,
    id: str,
    title: str,
    description: str,
    assumptions: Iterable[str],
    sources: dict,
    summary: str,
    tables: Mapping[str, Mapping[str, str]],
    others: Iterable[alt.Parameter] = (),
    **more,
) -> alt.VConcatChart:
    """Put panels together; ``tables`` gives, for each named view, its columns (field → heading), the value last."""
    ids = list(assumptions)
    columns = [[view, pairs(headings)] for view, headings in tables.items()]
    about = {"id": id, "assumptions": ids, "tables": columns, "note": NOT_A_FORECAST, **more}
    chart = alt.vconcat(*panels, title=title, description=description, usermeta={"explorer": about, **sources})
    # In Jupyter one chart holds all panels, and each has its own colours; a dash stands in one legend with its colour.
    chart = chart.resolve_scale(color="independent", strokeDash="independent")
    parameters = [*others, *map(slider, ids), alt.param(name="summary", expr=summary)]
    chart.params = [parameter.param for parameter in parameters]
    return chart


def sources_of(ids: Iterable[str], *more) -> dict:
    """Return the sources of assumptions, and of tables or keys besides, for ``usermeta``."""
    return data.sources(*dict.fromkeys(get(id).source for id in ids), *more)


# Who is left?


def who_is_left() -> alt.VConcatChart:
    """Travelled, killed, returned: who is left, beside the document's band of those who remained."""
    ids = ("travelled", "killed", "returned")
    travelled, killed, returned = map(slider, ids)
    left = text(model.remaining(travelled=travelled, killed=killed, returned=returned))
    stock = data.load("flows").query("series == 'stock' and source == 'wilner2017'").iloc[0]
    low, high = int(stock["low"]), int(stock["high"])
    parts = {"still there": left, "gone home": travelled * returned, "killed": travelled * killed}
    colours = alt.Scale(domain=[*parts], range=[COLOURS["blue"], COLOURS["green"], COLOURS["grey"]])
    bar = (
        alt.Chart(rows("part", parts), name="parts", height=70)
        .transform_calculate(people=switch("datum.part", parts), order=f"indexof({[*parts]}, datum.part)")
        .mark_bar()
        .encode(
            x=alt.X("people:Q", title="People", scale=alt.Scale(domain=[0, 60_000]), axis=alt.Axis(format=",d")),
            color=alt.Color("part:N", title=None, scale=colours),
            order="order:Q",
            tooltip=[
                alt.Tooltip("part:N", title="Of those who travelled"),
                alt.Tooltip("people:Q", title="People", format=",.0f"),
            ],
        )
    )
    band = alt.Chart(rows("people", [low, high])).mark_rule(strokeDash=[5, 4], strokeWidth=2).encode(x="people:Q")
    where = f"{left} < {low} ? 'below' : {left} > {high} ? 'above' : 'inside'"
    return explorer(
        alt.layer(bar, band),
        id="who-is-left",
        title=f"Nearly any story leaves between {low:,} and {high:,}",
        description=f"A bar of all who travelled, split into those still there, gone home and killed. Dashed lines mark the document's "
        f"{low:,} and {high:,}: with the starting assumptions the part still there ends between them.",
        assumptions=ids,
        sources=sources_of(ids, "wilner2017"),
        summary=f"'If ' + {count('travelled')} + ' people travelled, ' + {share('killed')} + ' of them were killed and ' + {share('returned')}"
        f" + ' had gone home, then ' + {count(left)} + ' were left: ' + ({where}) + ' the document’s {low:,} to {high:,}.'",
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
    )[["month", "low", "high", "note"]]
    axis = alt.X("month:Q", title="Months after June 2015", scale=alt.Scale(domain=[-9, 30]))
    curve = (
        alt.Chart(alt.sequence(0, 31, 1, as_="month"), name="arrivals", height=260)
        .transform_calculate(people=text(arrivals))
        .mark_line()
        .encode(x=axis, y=people_axis(title="Arrivals a month", top=2_000))
    )
    ranges = (
        alt.Chart(points)
        .mark_bar(width=6, color=COLOURS["orange"], opacity=0.5)
        .encode(x=axis, y=people_axis("low", "Arrivals a month", 2_000), y2="high:Q")
    )
    marks = (
        alt.Chart(points)
        .mark_point(size=80, color=COLOURS["orange"], shape="diamond")
        .encode(
            x=axis,
            y=people_axis("high", "Arrivals a month", 2_000),
            tooltip=[
                "month:Q",
                alt.Tooltip("high:Q", title="Reported, or at most"),
                alt.Tooltip("note:N", title="Note"),
            ],
        )
    )
    return explorer(
        alt.layer(curve, ranges, marks),
        id="inflow",
        title="One half-life joins the document's two figures, and misses others that were reported",
        description="A falling curve of arrivals a month from June 2015. Diamonds, with bars down to the lowest figure, mark what officials reported.",
        assumptions=ids,
        sources=sources_of(ids, reported),
        summary=f"'If arrivals halved every ' + format(inflow_half_life, '.1f') + ' months from {model.INFLOW_START:,} in June 2015, then a year later ' + "
        f"{count(model.inflow(inflow_half_life=slider('inflow_half_life'), month=12))} + ' people a month arrived.'",
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
    rules = {
        "the same area each month": f"max(0, {text(model.area_left(territory_pace=pace, month=alt.datum.month))})",
        "the same share each month": model.area_left_halving(territory_half_life=half_life, month=alt.datum.month),
    }
    axis = alt.X("month:Q", title="Months after January 2015", scale=alt.Scale(domain=[0, 84], nice=False))
    lines = (
        alt.Chart(alt.sequence(0, 85, 3, as_="month"), name="areas", height=280)
        .transform_calculate(rule=str([*rules]))
        .transform_flatten(["rule"])
        .transform_calculate(area_km2=switch("datum.rule", rules))
        .mark_line()
        .encode(
            x=axis,
            y=people_axis("area_km2", "Area held (km²)", 100_000),
            color=alt.Color("rule:N", title="ISIS loses", scale=alt.Scale(domain=[*rules])),
            strokeDash=alt.StrokeDash("rule:N", title="ISIS loses", scale=alt.Scale(domain=[*rules])),
        )
    )
    marks = (
        alt.Chart(measured)
        .mark_point(size=80, color=TEXT)
        .encode(
            x=axis,
            y=people_axis("area_km2", "Area held (km²)", 100_000),
            tooltip=["month:Q", alt.Tooltip("area_km2:Q", title="Area (km²)", format=",d"), "estimator:N"],
        )
    )
    return explorer(
        alt.layer(lines, marks),
        id="territory",
        title="Two rules that fit the same two years part ways afterwards",
        description="Two lines of the area held over seven years from January 2015, one straight and one halving, in square kilometres. "
        "Points mark what IHS measured and the declared end of the territory.",
        assumptions=ids,
        sources=sources_of(ids, areas),
        summary=f"'If ' + {count('territory_pace')} + ' km² were lost each month, nothing would be left after ' + format({model.AREA_START} / territory_pace, '.0f')"
        f" + ' months. If the area halved every ' + format(territory_half_life, '.0f') + ' months, it would never reach zero. The end was declared after {end} months.'",
        tables={"areas": {"month": "Months after January 2015", "rule": "ISIS loses", "area_km2": "Area held (km²)"}},
    )


# The scenarios


def all_ids() -> list[str]:
    """Return the ids of all assumptions on which the five paths depend."""
    return [assumption.id for assumption in uncertainty.drawn()]


def path_labels() -> dict[str, str]:
    """Return the short label of each of the five paths, from the table of scenarios."""
    table = data.load("scenarios")
    return dict(zip(table["id"], table["short"]))


def guarded(values: Mapping) -> dict:
    """Make shares of the five sliders, of which only the proportions count; with all five at nothing nobody travels."""
    total = sum((values[id] for id in SHARES[1:]), start=values[SHARES[0]])
    some = {**{id: values[id] for id in SHARES}, SHARES[0]: values[SHARES[0]] + (total <= 0)}
    return {**values, **normalised(some), "travelled": values["travelled"] * (total > 0)}


def one_scenario(path: str) -> alt.VConcatChart:
    """One scenario alone: its share of the survivors and its own assumptions, over 60 months."""
    ids = (f"share_{path}", *OWN[path])
    own = {id: slider(id) for id in ids}
    rest = {id: (1 - own[ids[0]]) / (len(SHARES) - 1) for id in SHARES if id != ids[0]}
    values = {**middles(), **rest, **own}
    then = model.outcomes(values, alt.datum.month)
    lines = {OUTCOMES[name]: then[name] for name in OUTCOMES_OF[path]}
    label, start = path_labels()[path], model.people(values)[path]
    alive = sum(model.people({}).values())
    chart = (
        alt.Chart(alt.sequence(0, MONTHS + 1, 3, as_="month"), name="path", height=260)
        .transform_calculate(outcome=str([*lines]))
        .transform_flatten(["outcome"])
        .transform_calculate(people=switch("datum.outcome", lines))
        .mark_line(clip=True)
        .encode(
            x=month_axis(),
            y=people_axis(),
            color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=[*lines])),
            strokeDash=alt.StrokeDash("outcome:N", title=None, scale=alt.Scale(domain=[*lines])),
        )
    )
    return explorer(
        chart,
        id=f"scenario-{path}",
        title=f"{label}: what would follow from its own assumptions",
        description=f"Lines of people over 60 months from the end of 2017 on the path “{label}”, for the assumptions that the sliders set.",
        assumptions=ids,
        others=[axis_top(5_000)],
        sources=sources_of(ids),
        summary=f"'If ' + {share(start / alive)} + ' of {alive:,.0f} survivors take this path, then ' + {count(start)} + ' people start on it.'",
        tables={"path": {"month": "Months after 2017", "outcome": "Outcome", "people": "People"}},
    )


def five_scenarios() -> alt.VConcatChart:
    """All five scenarios with all assumptions: people by path, and each outcome at the chosen month.

    The range, what matters and where the answer flips are pictures of their own (``aftermath/pictures.py``).
    """
    ids = all_ids()
    values = guarded({id: slider(id) for id in ids})
    month = alt.param(
        name="month", value=24, bind=alt.binding_range(name="Months after the end of 2017", min=0, max=MONTHS, step=1)
    )
    total = " + ".join(SHARES)
    now = model.outcomes(values, month)
    return explorer(
        _paths(values),
        _outcomes(now),
        id="five-scenarios",
        title="What follows from what you assume",
        description="Two charts that answer to the sliders: people by path over 60 months, and each outcome at the chosen month.",
        assumptions=ids,
        others=[month, axis_top(40_000)],
        sources=sources_of(ids),
        groups=groups(),
        dominant=pairs(_dominant()),
        entry=[["How many are left?", "lost"], ["Which path dominates?", "dominant"], ["How long?", "month"]],
        summary=f"{total} <= 0 ? 'All {MANY} shares are zero: nobody goes anywhere. Give at least one of them something.' : 'If these assumptions held, then '"
        f" + {count(sum(model.people(values).values()))} + ' people would choose among the paths, and ' + month + ' months on '"
        f" + {count(now['at_large'])} + ' would be in a war, waiting to be sent, or back in violence. {SAID_BESIDE}'",
        tables={
            "outcomes": {"words": "Outcome at the chosen month", "people": "People"},
            "paths": {"month": "Months after 2017", "label": "Path", "people": "People"},
        },
    )


def groups() -> dict[str, str]:
    """Return the heading under which each slider of the large explorer stands."""
    labels = path_labels()
    own = {id: labels[path] for path, ids in OWN.items() for id in ids}
    return {id: own.get(id, f"Which path: {MANY} shares" if id in SHARES else "Who is left") for id in all_ids()}


def _dominant() -> dict[str, dict[str, float]]:
    """Return shares for the short entry: none of the paths dominates, or one with more than half."""
    labels = path_labels()
    equal = {id: get(id).middle for id in SHARES}
    one = {
        f"mostly: {label}": {f"share_{other}": 0.6 if other == path else 0.1 for other in labels}
        for path, label in labels.items()
    }
    return {f"none: {MANY} equal shares": equal, **one}


def _paths(values: Mapping) -> alt.Chart:
    labels = path_labels()
    people = model.paths(values, alt.datum.month)
    return (
        alt.Chart(alt.sequence(0, MONTHS + 1, 6, as_="month"), name="paths", title="People by path", height=260)
        .transform_calculate(path=str([*labels]))
        .transform_flatten(["path"])
        .transform_calculate(
            people=switch("datum.path", people),
            label=switch("datum.path", {path: f"'{label}'" for path, label in labels.items()}),
            order=f"indexof({[*labels]}, datum.path)",
        )
        .mark_area(clip=True)
        .encode(
            x=month_axis(),
            y=people_axis(stack="zero"),
            order="order:Q",
            color=alt.Color(
                "label:N",
                title=None,
                sort=[*labels.values()],
                scale=alt.Scale(domain=[*labels.values()], range=PATH_COLOURS),
            ),
        )
    )


def _outcomes(now: Mapping) -> alt.Chart:
    return (
        alt.Chart(
            rows("outcome", OUTCOMES),
            name="outcomes",
            title="Outcomes at the chosen month; those who came home may be in several",
            height=220,
        )
        .transform_calculate(
            people=switch("datum.outcome", now),
            words=switch("datum.outcome", {name: f"'{words}'" for name, words in OUTCOMES.items()}),
        )
        .mark_bar(clip=True)
        .encode(
            x=alt.X(
                "people:Q",
                title="People",
                axis=alt.Axis(format=",d", tickCount=8),
                scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("axis_top"), nice=False),
            ),
            y=alt.Y("words:N", title=None, sort=[*OUTCOMES.values()], axis=alt.Axis(labelLimit=220)),
        )
    )
