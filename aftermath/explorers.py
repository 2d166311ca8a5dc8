"""Explorers: the model as charts whose sliders work in the published page, with no kernel.

Each explorer is one call in a chapter. Its formulas are those of :mod:`aftermath.model`, called with Altair parameters
in place of numbers; its sliders, labels and ranges come from the registry. The page adds words, tables, presets and
links (``_ext/static/explorers.js``); in Jupyter the same chart carries Vega's own sliders.

``usermeta["explorer"]`` tells the page which views have numbers to show as a table, and a parameter ``summary`` says
in a sentence what the present assumptions lead to. Axes are fixed, so that two settings can be compared.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping

import altair as alt

from aftermath import data, model, uncertainty
from aftermath.assumptions import WEIGHTS, get, middles, registry
from aftermath.theme import COLOURS, TEXT

NOT_A_FORECAST = "If … then, not a forecast: the sliders say what to assume, the chart what would follow."
MONTHS = 60
DRAWS = 256
ENDS = {"low": "low end of its range", "high": "high end of its range"}
GRID = 100  # steps over an assumption's range in which break-even looks for a change

PATH_COLOURS = [COLOURS[name] for name in ("green", "orange", "purple", "gold", "red", "teal", "grey", "blue")][:len(model.PATHS)]
OWN = {path: tuple(id for id, this in registry().items() if this.scenario == path and id not in WEIGHTS) for path in model.PATHS}
MANY = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")[len(model.PATHS)]  # paths, in words
OUTCOMES = {
    "at_large": "at large, on all paths",
    "reengaged": "took up violence again",
    "staying": "in the insurgency",
    "joined": "in other groups",
    "relocated": "in new theatres",
    "dispatched": "sent, not yet acted or given up",
    "still_attached": "home, tied to the milieu, not violent",
    "tried": "home, convicted",
    "converted": "won over in prison",
}
OUTCOMES_OF = {
    "disengage": ("still_attached", "reengaged", "tried", "converted"),
    "stay": ("staying",),
    "join": ("joined",),
    "relocate": ("relocated",),
    "dispatch": ("dispatched",),
}


# What explorers are made of


def slider(id: str) -> alt.Parameter:
    """Return one assumption as a parameter with a slider."""
    assumption = get(id)
    low, high = assumption.slider
    bind = alt.binding_range(name=assumption.label, min=low, max=high, step=assumption.step)
    return alt.param(name=id, value=assumption.default, bind=bind)


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
    return alt.X("month:Q", title="Months after the end of 2017", axis=alt.Axis(values=list(range(0, MONTHS + 1, 12))),
                 scale=alt.Scale(domain=[0, MONTHS], nice=False))


def axis_top(value: int) -> alt.Parameter:
    """Return the top of the axis as the reader's choice: it stays until chosen anew."""
    tops = (1_000, 5_000, 20_000, 40_000, 100_000)
    return choice("axis_top", "Top of the axis", {top: f"{top:,} people" for top in tops}, value)


def pairs(mapping: Mapping) -> list[list]:
    """Return a mapping as a list: a notebook's file sorts the keys of a mapping, and here their order counts."""
    return [[name, value] for name, value in mapping.items()]


def explorer(*panels: alt.Chart, id: str, title: str, description: str, assumptions: Iterable[str], sources: dict,
             summary: str, tables: Mapping[str, Mapping[str, str]], others: Iterable[alt.Parameter] = (), **more) -> alt.VConcatChart:
    """Put panels together; ``tables`` gives, for each named view, its columns (field → heading), the value last."""
    ids = list(assumptions)
    columns = [[view, pairs(headings)] for view, headings in tables.items()]
    about = {"id": id, "assumptions": ids, "tables": columns, "note": NOT_A_FORECAST, **more}
    chart = alt.vconcat(*panels, title=title, description=description, usermeta={"explorer": about, **sources})
    chart = chart.resolve_scale(color="independent")  # in Jupyter one chart holds all panels, and each has its own colours
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
            tooltip=[alt.Tooltip("part:N", title="Of those who travelled"), alt.Tooltip("people:Q", title="People", format=",.0f")],
        )
    )
    band = alt.Chart(rows("people", [low, high])).mark_rule(strokeDash=[5, 4], strokeWidth=2).encode(x="people:Q")
    where = f"{left} < {low} ? 'below' : {left} > {high} ? 'above' : 'inside'"
    return explorer(
        alt.layer(bar, band), id="who-is-left",
        title=f"Nearly any story leaves between {low:,} and {high:,}",
        description=f"A bar of all who travelled, split into those still there, gone home and killed. Dashed lines mark the document's "
                    f"{low:,} and {high:,}: with the starting assumptions the part still there ends between them.",
        assumptions=ids, sources=sources_of(ids, "wilner2017"),
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
    points = reported.assign(month=months, low=reported["low"].fillna(reported["central"]).fillna(0),
                             high=reported["high"].fillna(reported["central"]))[["month", "low", "high", "note"]]
    axis = alt.X("month:Q", title="Months after June 2015", scale=alt.Scale(domain=[-9, 30]))
    curve = (
        alt.Chart(alt.sequence(0, 31, 1, as_="month"), name="arrivals", height=260)
        .transform_calculate(people=text(arrivals))
        .mark_line()
        .encode(x=axis, y=people_axis(title="Arrivals a month", top=2_000))
    )
    ranges = alt.Chart(points).mark_bar(width=6, color=COLOURS["orange"], opacity=0.5).encode(x=axis, y=people_axis("low", "Lowest", 2_000), y2="high:Q")
    marks = alt.Chart(points).mark_point(size=80, color=COLOURS["orange"], shape="diamond").encode(
        x=axis, y=people_axis("high", "Reported, or at most", 2_000), tooltip=["month:Q", alt.Tooltip("high:Q", title="Reported, or at most"), alt.Tooltip("note:N", title="Note")])
    return explorer(
        alt.layer(curve, ranges, marks), id="inflow",
        title="One half-life joins the document's two figures, and misses others that were reported",
        description="A falling curve of arrivals a month from June 2015. Diamonds, with bars down to the lowest figure, mark what officials reported.",
        assumptions=ids, sources=sources_of(ids, reported),
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
    rules = {"the same area each month": f"max(0, {text(model.area_left(territory_pace=pace, month=alt.datum.month))})",
             "the same share each month": model.area_left_halving(territory_half_life=half_life, month=alt.datum.month)}
    axis = alt.X("month:Q", title="Months after January 2015", scale=alt.Scale(domain=[0, 84], nice=False))
    lines = (
        alt.Chart(alt.sequence(0, 85, 3, as_="month"), name="areas", height=280)
        .transform_calculate(rule=str([*rules]))
        .transform_flatten(["rule"])
        .transform_calculate(area_km2=switch("datum.rule", rules))
        .mark_line()
        .encode(x=axis, y=people_axis("area_km2", "Area held (km²)", 100_000), color=alt.Color("rule:N", title="ISIS loses", scale=alt.Scale(domain=[*rules])),
                strokeDash=alt.StrokeDash("rule:N", title="ISIS loses", scale=alt.Scale(domain=[*rules])))
    )
    marks = alt.Chart(measured).mark_point(size=80, color=TEXT).encode(
        x=axis, y=people_axis("area_km2", "Area held (km²)", 100_000), tooltip=["month:Q", alt.Tooltip("area_km2:Q", title="Area (km²)", format=",d"), "estimator:N"])
    return explorer(
        alt.layer(lines, marks), id="territory",
        title="Two rules that fit the same two years part ways afterwards",
        description="Two lines of the area held over seven years from January 2015, one straight and one halving, in square kilometres. "
                    "Points mark what IHS measured and the declared end of the territory.",
        assumptions=ids, sources=sources_of(ids, areas),
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
    """Keep the model from dividing by nothing: with no weight at all nobody travels, and nothing is drawn."""
    total = sum((values[id] for id in WEIGHTS[1:]), start=values[WEIGHTS[0]])
    return {**values, "travelled": values["travelled"] * (total > 0), WEIGHTS[0]: values[WEIGHTS[0]] + (total <= 0)}


def ends(name: str) -> dict[str, str]:
    """Return both ends of the range of the assumption that ``name`` names, as :func:`uncertainty.flips` has them.

    The only path with any weight keeps some: else nobody goes anywhere.
    """
    low, high = ("{" + ", ".join(f"{id}: {getattr(get(id), end)}" for id in all_ids()) + "}" for end in ("low", "high"))
    alone = "{" + ", ".join(f"{id}: {id}" for id in WEIGHTS) + f"}}[{name}] === {' + '.join(WEIGHTS)}"
    return {"low": f"{alone} ? {get(WEIGHTS[0]).step} : {low}[{name}]", "high": f"{high}[{name}]"}


def one_scenario(path: str) -> alt.VConcatChart:
    """One scenario alone: its weight against the other four and its own assumptions, over 60 months."""
    ids = (f"weight_{path}", *OWN[path])
    values = {**defaults(), **{id: slider(id) for id in ids}}
    then = model.outcomes(values, alt.datum.month)
    lines = {OUTCOMES[name]: then[name] for name in OUTCOMES_OF[path]}
    label, start = path_labels()[path], model.people(values)[path]
    alive = sum(model.people(defaults()).values())
    chart = (
        alt.Chart(alt.sequence(0, MONTHS + 1, 3, as_="month"), name="path", height=260)
        .transform_calculate(outcome=str([*lines]))
        .transform_flatten(["outcome"])
        .transform_calculate(people=switch("datum.outcome", lines))
        .mark_line(clip=True)
        .encode(x=month_axis(), y=people_axis(), color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=[*lines])),
                strokeDash=alt.StrokeDash("outcome:N", title=None, scale=alt.Scale(domain=[*lines])))
    )
    return explorer(
        chart, id=f"scenario-{path}",
        title=f"{label}: what would follow from its own assumptions",
        description=f"Lines of people over 60 months from the end of 2017 on the path “{label}”, for the assumptions that the sliders set.",
        assumptions=ids, others=[axis_top(5_000)], sources=sources_of(ids),
        summary=f"'If ' + {share(start / alive)} + ' of {alive:,.0f} survivors take this path, then ' + {count(start)} + ' people start on it.'",
        tables={"path": {"month": "Months after 2017", "outcome": "Outcome", "people": "People"}},
    )


def five_scenarios() -> alt.VConcatChart:
    """All five scenarios with all assumptions: people by path, range of outcomes, what matters most, where it flips."""
    ids = all_ids()
    values = guarded({id: slider(id) for id in ids})
    month = alt.param(name="month", value=24, bind=alt.binding_range(name="Months after the end of 2017", min=0, max=MONTHS, step=1))
    outcome = choice("outcome", "Outcome of the last three charts", OUTCOMES, "at_large")
    moved = choice("moved", "Break-even of", {id: get(id).label for id in ids}, "killed")
    threshold = alt.param(name="threshold", value=10_000, bind=alt.binding_range(name="Break-even: threshold (people)", min=0, max=30_000, step=100))
    total = " + ".join(WEIGHTS)
    now = model.outcomes(values, month)
    return explorer(
        _paths(values), _outcomes(now), _fan(ids, now), _tornado(ids, now, month), _break_even(ids, values, month),
        id="five-scenarios",
        title="What follows from what you assume",
        description="Five charts that answer to the sliders: people by path over 60 months; each outcome at the chosen month; the range of an outcome over "
                    f"{DRAWS} draws; which assumption moves it most; and at which values of one assumption the answer flips.",
        assumptions=ids, others=[month, axis_top(40_000), outcome, moved, threshold],
        sources=sources_of(ids),
        groups=groups(), dominant=pairs(_dominant()),
        entry=[["How many are left?", "lost"], ["Which path dominates?", "dominant"], ["How long?", "month"]],
        summary=f"{total} <= 0 ? 'All {MANY} weights are zero: nobody goes anywhere. Give at least one of them points.' : 'If these assumptions held, then '"
                f" + {count(sum(model.people(values).values()))} + ' people would choose among the paths, and ' + month + ' months on '"
                f" + {count(now['at_large'])} + ' would be at large.'",
        tables={
            "outcomes": {"words": "Outcome at the chosen month", "people": "People"},
            "paths": {"month": "Months after 2017", "label": "Path", "people": "People"},
            "fan": {"month": "Months after 2017", "level": "Share of draws at or below", "people": "People"},
            "tornado": {"label": "Assumption", "end": "moved to its", "people": "People"},
            "flips": {"question": "The answer flips", "at": "at this value"},
        },
    )


def groups() -> dict[str, str]:
    """Return the heading under which each slider of the large explorer stands."""
    labels = path_labels()
    own = {id: labels[path] for path, ids in OWN.items() for id in ids}
    return {id: own.get(id, f"Which path: {MANY} weights" if id in WEIGHTS else "Who is left") for id in all_ids()}


def _dominant() -> dict[str, dict[str, int]]:
    """Return weights for the short entry: none of the paths dominates, or one with more than half."""
    labels = path_labels()
    equal = dict.fromkeys(WEIGHTS, max(int(get(id).default) for id in WEIGHTS))
    one = {f"mostly: {label}": {f"weight_{other}": 60 if other == path else 10 for other in labels} for path, label in labels.items()}
    return {f"none: {MANY} equal shares": equal, **one}


def _paths(values: Mapping) -> alt.Chart:
    labels = path_labels()
    people = model.paths(values, alt.datum.month)
    return (
        alt.Chart(alt.sequence(0, MONTHS + 1, 6, as_="month"), name="paths", title="People by path", height=260)
        .transform_calculate(path=str([*labels]))
        .transform_flatten(["path"])
        .transform_calculate(people=switch("datum.path", people), label=switch("datum.path", {path: f"'{label}'" for path, label in labels.items()}),
                             order=f"indexof({[*labels]}, datum.path)")
        .mark_area(clip=True)
        .encode(x=month_axis(), y=people_axis(stack="zero"), order="order:Q",
                color=alt.Color("label:N", title=None, sort=[*labels.values()], scale=alt.Scale(domain=[*labels.values()], range=PATH_COLOURS)))
    )


def _outcomes(now: Mapping) -> alt.Chart:
    return (
        alt.Chart(rows("outcome", OUTCOMES), name="outcomes", title="Outcomes at the chosen month", height=190)
        .transform_calculate(people=switch("datum.outcome", now), words=switch("datum.outcome", {name: f"'{words}'" for name, words in OUTCOMES.items()}))
        .mark_bar(clip=True)
        .encode(x=alt.X("people:Q", title="People", axis=alt.Axis(format=",d", tickCount=8), scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("axis_top"), nice=False)),
                y=alt.Y("words:N", title=None, sort=[*OUTCOMES.values()], axis=alt.Axis(labelLimit=220)))
    )


def _fan(ids: list[str], now: Mapping) -> alt.LayerChart:
    """The range over an ensemble: each assumption drawn over its whole range, half below its slider, half above."""
    drawn = {
        id: uncertainty.spread(
            point=uncertainty.point(draw=alt.datum.draw, step=uncertainty.step(id)),
            low=alt.expr.min(get(id).low, slider(id)), default=slider(id), high=alt.expr.max(get(id).high, slider(id)),
        )
        for id in ids
    }
    then = model.outcomes(guarded({id: alt.datum["drawn"][id] for id in ids}), alt.datum.month)
    levels = [f"q{100 * level:.0f}" for level in uncertainty.LEVELS]
    base = (
        alt.Chart(alt.sequence(1, DRAWS + 1, 1, as_="draw"))
        .transform_calculate(drawn="{" + ", ".join(f"{id}: {text(formula)}" for id, formula in drawn.items()) + "}")
        .transform_calculate(month=str(list(range(0, MONTHS + 1, 12))))
        .transform_flatten(["month"])
        .transform_calculate(people=switch("outcome", then))
        .transform_quantile("people", probs=list(uncertainty.LEVELS), as_=["level", "people"], groupby=["month"])
    )
    wide = base.transform_calculate(key="'q' + round(100 * datum.level)").transform_pivot("key", value="people", groupby=["month"])
    y = people_axis(levels[0])
    outer = wide.mark_area(opacity=0.25, clip=True).encode(x=month_axis(), y=y, y2=levels[-1])
    inner = wide.mark_area(opacity=0.45, clip=True).encode(x=month_axis(), y=people_axis(levels[1]), y2=levels[-2])
    middle = base.transform_filter("datum.level === 0.5").mark_line(clip=True).encode(x=month_axis(), y=people_axis())
    whole = base.properties(name="fan").mark_line(opacity=0).encode(x=month_axis(), y=people_axis())  # seen in the table only
    return alt.layer(outer, inner, middle, whole, height=240,
                     title=f"The range over {DRAWS} draws: half of them in the dark band, nine of ten in the light one")


def _tornado(ids: list[str], now: Mapping, month: alt.Parameter) -> alt.Chart:
    """Each assumption at either end of its range, the others as they are; the one that moves most on top.

    Two bars an assumption, from the present outcome to that at either end: a mark for each row, and no group of marks
    for each assumption, which would cost three times as much a move.
    """
    moved = [{"assumption": id, "label": get(id).label, "end": end} for id in ids for end in ENDS]
    at = model.outcomes(guarded({id: alt.expr.if_(alt.datum.assumption == id, alt.datum.value, slider(id)) for id in ids}), month)
    return (
        alt.Chart(alt.Data(values=moved), name="tornado", title="Which assumption moves it most? Each over its own range", height=360)
        .transform_calculate(value=switch("datum.end", ends("datum.assumption")))
        .transform_calculate(people=switch("outcome", at), present=switch("outcome", now))
        .transform_joinaggregate(least="min(people)", most="max(people)", groupby=["assumption"])
        .transform_calculate(swing="datum.most - datum.least")
        .mark_bar(height=8, clip=True)
        .encode(x=alt.X("people:Q", title="People", axis=alt.Axis(format=",d", tickCount=8), scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("axis_top"), nice=False)),
                x2="present:Q",
                y=alt.Y("label:N", title=None, sort=alt.EncodingSortField("swing", op="max", order="descending"), axis=alt.Axis(labelLimit=240)),
                color=alt.Color("end:N", title="Assumption at the", sort=[*ENDS], scale=alt.Scale(domain=[*ENDS], range=[COLOURS["blue"], COLOURS["orange"]]),
                                legend=alt.Legend(labelExpr=f"{ENDS}[datum.label]")))
    )


def _break_even(ids: list[str], values: Mapping, month: alt.Parameter) -> alt.LayerChart:
    """One assumption over its range: where does the outcome pass the threshold, and where does the largest path change?

    A step of the grid in which an answer changes is cut at the point where a straight line between its ends would pass.
    """
    low, high = (f"({end})" for end in ends("moved").values())
    swept = guarded({id: alt.expr.if_(alt.param(name="moved") == id, alt.datum.value, slider(id)) for id in ids})
    people, labels = model.paths(swept, month), path_labels()
    on_paths = "{" + ", ".join(f"{path}: {text(people[path])}" for path in labels) + "}"
    leader = "null"
    for path in reversed(labels):  # at a tie it is the first, in the document's order
        leads = " && ".join(f"datum.on.{path} >= datum.on.{other}" for other in labels if other != path)
        leader = f"{leads} ? '{path}' : ({leader})"
    sweep = (
        alt.Chart(alt.sequence(0, GRID + 1, 1, as_="step"))
        .transform_calculate(value=f"{low} + datum.step / {GRID} * ({high} - {low})")
        .transform_calculate(people=switch("outcome", model.outcomes(swept, month)), on=on_paths)
        .transform_calculate(leader=leader)
        .transform_window(before="lag(people)", value_before="lag(value)", leader_before="lag(leader)", on_before="lag(on)",
                          sort=[alt.SortField("step")])
    )
    x = alt.X("value:Q", title="Value of the chosen assumption", axis=alt.Axis(tickCount=8), scale=alt.Scale(nice=False, zero=False))
    curve = sweep.mark_line(clip=True).encode(x=x, y=people_axis())
    line = alt.Chart(rows("zero", [0])).transform_calculate(threshold="threshold").mark_rule(strokeDash=[5, 4]).encode(y=people_axis("threshold"))
    gap = "(datum.{0}[datum.leader_before] - datum.{0}[datum.leader])".format
    words = f"({labels})"
    flips = (
        sweep.transform_filter("datum.step > 0")
        .transform_calculate(passes="(datum.before > threshold) !== (datum.people > threshold)", changes="datum.leader !== datum.leader_before")
        .transform_fold(["passes", "changes"], as_=["kind", "happens"])
        .transform_filter("datum.happens")
        .transform_calculate(
            part="datum.kind === 'passes' ? (threshold - datum.before) / (datum.people - datum.before)"
                 f" : {gap('on_before')} / ({gap('on_before')} - {gap('on')})")
        .transform_calculate(
            at="datum.value_before + datum.part * (datum.value - datum.value_before)",
            height="datum.before + datum.part * (datum.people - datum.before)",
            question="datum.kind === 'passes' ? (datum.people > threshold ? 'from at most the threshold to more' : 'from above the threshold to at most that')"
                     f" : 'largest path: from “' + {words}[datum.leader_before] + '” to “' + {words}[datum.leader] + '”'")
        .properties(name="flips")
        .mark_point(size=110, filled=True, color=COLOURS["red"], clip=True)
        .encode(x=alt.X("at:Q", title="Value of the chosen assumption"), y=people_axis("height"), shape=alt.Shape("kind:N", legend=None),
                tooltip=[alt.Tooltip("question:N", title="The answer flips"), alt.Tooltip("at:Q", title="at", format=".3~f")])
    )
    return alt.layer(curve, line, flips, height=220, title="Break-even: where along one assumption does the answer flip?")
