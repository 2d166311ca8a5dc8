"""One model, every runtime: the design's values; floats = arrays = formulas = chart expressions; nobody is lost."""

from __future__ import annotations

import ast
import inspect

import altair as alt
import numpy as np
import pandas as pd
import pytest
import sympy
import vegafusion
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aftermath import assumptions, data, explorers, model, uncertainty
from explorable.assumptions import inputs

IDS = [a.id for a in uncertainty.drawn()]
OUTCOMES = list(model.outcomes({}, 0))
ONCE = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=15, deadline=None)


def within(a):
    return st.floats(a.low, a.high, allow_subnormal=False)


mixtures = (
    st.lists(
        st.floats(0, 1, allow_subnormal=False),
        min_size=len(assumptions.share_ids()),
        max_size=len(assumptions.share_ids()),
    )
    .filter(lambda parts: sum(parts) > 1e-6)
    .map(lambda parts: dict(zip(assumptions.share_ids(), (part / sum(parts) for part in parts))))
)
worlds = st.tuples(
    st.fixed_dictionaries({a.id: within(a) for a in uncertainty.drawn() if a.id not in assumptions.share_ids()}),
    mixtures,
).map(lambda pair: {id: {**pair[0], **pair[1]}[id] for id in IDS})
months = st.integers(0, 60)


# The design's values


def test_who_is_left():
    middle = assumptions.middles()
    left = model.remaining(**{id: middle[id] for id in ("travelled", "killed", "returned")})
    assert left == pytest.approx(23_600)
    assert model.survivors(remaining=left, lost=middle["lost"]) == pytest.approx(16_520)
    assert model.people({}) == pytest.approx(dict.fromkeys(model.path_ids(), 16_520 / len(model.path_ids())))


def test_what_becomes_of_them():
    """Worked on paper, from 3,304 people on each path and 6,400 who were home before."""
    home = 6_400 + 3_304
    fifths = assumptions.preset("equal-shares")
    assert {name: people for name, people in model.outcomes(fifths, 24).items() if people} == pytest.approx(
        {
            "still_attached": home * 0.48,
            "reengaged": 0.04 * (6_400 + 3_304 * 63 / 64),
            "tried": home * 0.71,
            "converted": home * 0.71 * 0.1,
            "staying": 3_304 * 0.64,
            "joined": 3_304,
            "relocated": 3_304,
            "stopped": 3_304 * 0.58,
            "waiting": 3_304 * 0.42 / 16,
            "gone_off": 3_304 * 0.42 * 15 / 16,
            "at_large": 9_195.385,
        }
    )
    assert model.outcomes(fifths, 0)["at_large"] == pytest.approx(0.04 * 6_400 + 3 * 3_304 + 3_304 * 0.42)


def test_growth_is_by_the_year_and_a_half_life_halves():
    for function, id in (
        (model.staying, "stay_growth"),
        (model.joined, "join_growth"),
        (model.relocated, "relocate_growth"),
    ):
        grown = [function(people=100, **{id: 0.21}, month=month) for month in (0, 6, 12, 24)]
        assert grown == pytest.approx([100, 110, 121, 146.41])
    sent = {"people": 100, "interdicted": 0.2, "dispatch_half_life": 6}
    assert [model.waiting(**sent, month=month) for month in (0, 6, 12)] == pytest.approx([80, 40, 20])
    assert [model.gone_off(**sent, month=month) for month in (0, 6, 12)] == pytest.approx([0, 40, 60])
    again = [
        model.reengaged(travelled=1_000, returned=0.3, people=100, reengage=0.1, reengage_half_life=4, month=month)
        for month in (0, 4, 8)
    ]
    assert again == pytest.approx([30, 35, 37.5]), "the early ones' time has run at month 0"


def test_newcomers_fall_as_the_document_says():
    default = assumptions.get("inflow_half_life").middle
    assert model.inflow(inflow_half_life=default, month=0) == 1_500
    assert model.inflow(inflow_half_life=default, month=12) == pytest.approx(200, abs=0.5)


def test_territory_passes_through_the_first_and_the_last_area():
    areas = data.load("territory").query("estimator.str.startswith('IHS')")["area_km2"]
    first, last = areas.max(), 60_400
    assert model.AREA_START == first == 90_800 and last in set(areas)
    pace, half = (assumptions.get(id).middle for id in ("territory_pace", "territory_half_life"))
    assert model.area_left(territory_pace=pace, month=24) == pytest.approx(last, abs=pace / 10)
    assert model.area_left_halving(territory_half_life=half, month=24) == pytest.approx(last, rel=0.005)


def test_nearly_any_story_fits_the_documents_remainder():
    """10,000 to 30,000 of 40,000 is an identity with 25 to 75 % removed, by whatever mixture of death and return."""
    for gone, left in ((0.75, 10_000), (0.25, 30_000)):
        for killed in np.linspace(0, gone, 6):
            assert model.remaining(travelled=40_000, killed=killed, returned=gone - killed) == pytest.approx(left)


# One code, every runtime


def test_it_is_plain_arithmetic():
    """Only names, numbers, + - * / ** and calls of one another: that is why every runtime can run it."""
    allowed = (
        ast.BinOp,
        ast.UnaryOp,
        ast.USub,
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.Pow,
        ast.Name,
        ast.Load,
        ast.Store,
        ast.Constant,
        ast.Assign,
        ast.Return,
        ast.Dict,
    )
    combining = {"people", "outcomes", "paths", "_people"}
    own = (f for f in vars(model).values() if inspect.isfunction(f) and f.__module__ == model.__name__)
    functions = [function for function in own if function.__name__ not in combining]
    assert {model.remaining, model.area_left, model.area_left_halving} <= set(functions)
    for function in functions:
        definition = ast.parse(inspect.getsource(function)).body[0]
        assert definition.args.kwonlyargs and not definition.args.args, f"{function.__name__}: keywords only"
        text, *statements = definition.body
        assert ast.get_docstring(definition)
        for node in (node for statement in statements for node in ast.walk(statement)):
            assert isinstance(node, allowed), f"{function.__name__}: {ast.unparse(node)}"


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(expected, float), rtol=1e-9, atol=1e-100)


@ONCE
@given(st.lists(st.tuples(worlds, months), min_size=1, max_size=5))
def test_arrays_and_series_are_the_numbers_in_a_row(cases):
    table = pd.DataFrame([world for world, _ in cases], index=range(10, 10 + len(cases)))
    month = pd.Series([month for _, month in cases], index=table.index)
    arrays = model.outcomes({id: table[id].to_numpy() for id in IDS}, month.to_numpy())
    series = model.outcomes(dict(table.items()), month)
    for name in OUTCOMES:
        numbers = [model.outcomes(world, month)[name] for world, month in cases]
        close(arrays[name], numbers)
        close(series[name], numbers)
        assert series[name].index.equals(table.index)


SYMBOLS = {id: sympy.Symbol(id) for id in IDS}
FORMULAS = model.outcomes(SYMBOLS, sympy.Symbol("month"))


@ONCE
@given(worlds, months)
def test_formulas_are_the_numbers(world, month):
    numbers = model.outcomes(world, month)
    values = {SYMBOLS[id]: value for id, value in world.items()} | {sympy.Symbol("month"): month}
    for name in OUTCOMES:
        close(FORMULAS[name].evalf(18, subs=values), numbers[name])


def test_formulas_read_like_the_design():
    names = sympy.symbols("travelled killed returned")
    formula = model.remaining(**{str(name): name for name in names})
    travelled, killed, returned = names
    assert sympy.simplify(formula - travelled * (1 - killed - returned)) == 0
    reached = {str(symbol) for symbol in FORMULAS["at_large"].free_symbols}
    assert reached == {*IDS, "month"} - {"attached", "prosecuted", "prison_spread"}


def evaluate(rows: list[dict], expressions: dict, params=()) -> pd.DataFrame:
    """Let VegaFusion, which knows nothing of this model, compute a chart's expressions row by row."""
    texts = {name: expression.to_dict() for name, expression in expressions.items()}
    texts = {name: text["expr"] if isinstance(text, dict) else text for name, text in texts.items()}
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_point()
        .transform_calculate(**texts)
        .encode(detail=[f"{name}:Q" for name in texts])
        .add_params(*params)
    )
    spec, problems = vegafusion.runtime.pre_transform_spec(chart.to_dict(format="vega"), keep_datasets=["data_0"])
    assert not problems
    return pd.DataFrame({part["name"]: part for part in spec["data"]}["data_0"]["values"])


ROW_BY_ROW = model.outcomes({id: alt.datum[id] for id in IDS}, alt.datum.month)


@FEW
@given(st.lists(st.tuples(worlds, months), min_size=1, max_size=10))
@pytest.mark.slow
def test_chart_expressions_are_the_numbers_row_by_row(cases):
    table = evaluate([world | {"month": month} for world, month in cases], ROW_BY_ROW)
    for name in OUTCOMES:
        close(table[name], [model.outcomes(world, month)[name] for world, month in cases])


@FEW
@given(worlds)
def test_sliders_give_the_numbers_month_by_month(world):
    sliders = {id: alt.param(name=id, value=value) for id, value in world.items()}
    moving = model.outcomes(sliders, alt.datum.month)
    table = evaluate([{"month": month} for month in range(0, 61, 6)], moving, sliders.values())
    for name in OUTCOMES:
        close(table[name], np.broadcast_to(model.outcomes(world, np.arange(0, 61, 6))[name], 11))


def test_inflow_and_territory_run_everywhere_too():
    month = sympy.Symbol("month")
    for function, id in (
        (model.inflow, "inflow_half_life"),
        (model.area_left, "territory_pace"),
        (model.area_left_halving, "territory_half_life"),
    ):
        value = assumptions.get(id).middle
        numbers = [function(**{id: value, "month": number}) for number in range(0, 49)]
        close(function(**{id: value, "month": np.arange(49)}), numbers)
        close([function(**{id: value, "month": month}).subs(month, number) for number in range(49)], numbers)
        slider = alt.param(name=id, value=value)
        moving = {"result": function(**{id: slider, "month": alt.datum.month})}
        close(evaluate([{"month": number} for number in range(49)], moving, [slider])["result"], numbers)


# Nobody is lost, nothing leaves its bounds


@ONCE
@given(worlds, months)
def test_everybody_who_travelled_is_somewhere(world, month):
    """At month 0: killed, returned, lost, and the five paths. At every month: those sent are stopped, waiting or gone off."""
    people, then = model.people(world), model.outcomes(world, month)
    travelled, left = (
        world["travelled"],
        model.remaining(**{id: world[id] for id in ("travelled", "killed", "returned")}),
    )
    gone = travelled * (world["killed"] + world["returned"]) + left * world["lost"]
    assert gone + sum(people.values()) == pytest.approx(travelled)
    assert model.paths(world, 0) == pytest.approx(people), "people and paths agree at month 0"
    assert then["stopped"] + then["waiting"] + then["gone_off"] == pytest.approx(people["dispatch"])
    assert (
        model.paths(world, month)["disengage"] == people["disengage"]
        and model.paths(world, month)["dispatch"] == people["dispatch"]
    )


@ONCE
@given(worlds, months)
def test_without_growth_three_paths_stay_as_they_are(world, month):
    still = {**world, "stay_growth": 0, "join_growth": 0, "relocate_growth": 0}
    people, then = model.people(still), model.outcomes(still, month)
    assert [then[name] for name in ("staying", "joined", "relocated")] == pytest.approx(
        [people[path] for path in ("stay", "join", "relocate")]
    )


@ONCE
@given(worlds, months)
def test_nothing_leaves_its_bounds(world, month):
    people, result = model.people(world), model.outcomes(world, month)
    home = world["travelled"] * world["returned"] + people["disengage"]
    assert min(result.values()) >= 0 and min(people.values()) >= 0
    assert result["still_attached"] <= home * (1 + 1e-12) and result["tried"] <= home * (1 + 1e-12)
    early = world["reengage"] * world["travelled"] * world["returned"]
    assert early * (1 - 1e-12) <= result["reengaged"] <= world["reengage"] * home * (1 + 1e-12), (
        "those home before have had their time"
    )
    assert result["converted"] <= result["tried"] * (1 + 1e-12), "no more than one inmate won over per prisoner"
    assert result["at_large"] == pytest.approx(sum(result[name] for name in model.AT_LARGE))


@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
@ONCE
@given(worlds, months, st.floats(0.01, 100))
def test_nothing_depends_on_the_scale_of_anything(world, month, factor):
    """Ten times the travellers are ten times every outcome; shares made from points are the same for 20 points each and for 2."""
    scaled = model.outcomes({**world, "travelled": world["travelled"] * factor}, month)
    assert {name: people / factor for name, people in scaled.items()} == pytest.approx(
        model.outcomes(world, month), rel=1e-9
    )
    points = {id: world[id] * factor for id in assumptions.share_ids()}
    assert assumptions.normalised(points) == pytest.approx({id: world[id] for id in assumptions.share_ids()})


@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
@ONCE
@given(worlds, months)
def test_many_stories_give_one_picture(world, month):
    """Only how many survive, and how many were home before, count at the start: the rest can be traded."""
    left = model.remaining(**{id: world[id] for id in ("travelled", "killed", "returned")})
    home = world["travelled"] * world["returned"]
    travelled = (left + home) / 0.75
    retold = {**world, "travelled": travelled, "killed": 0.25, "returned": home / travelled}
    assert model.outcomes(retold, month) == pytest.approx(model.outcomes(world, month), rel=1e-9, abs=1e-9)


# Which way each assumption pushes: "+" up, "-" down, on these outcomes; all others it leaves alone
HOME = ["still_attached", "reengaged", "tried", "converted"]
LEFT = [name for name in OUTCOMES if name not in (*HOME, "at_large")]
PUSHES = {
    "travelled": {"+": OUTCOMES},
    "killed": {"-": OUTCOMES},
    "returned": {
        "-": [*LEFT],
        "?": [*HOME, "at_large"],
    },  # who is home before is not among those who choose, but may be violent again
    "lost": {"-": OUTCOMES},
    "attached": {"+": ["still_attached"]},
    "reengage": {"+": ["reengaged", "at_large"]},
    "reengage_half_life": {"-": ["reengaged", "at_large"]},
    "prosecuted": {"+": ["tried", "converted"]},
    "prison_spread": {"+": ["converted"]},
    "stay_growth": {"+": ["staying", "at_large"]},
    "join_growth": {"+": ["joined", "at_large"]},
    "relocate_growth": {"+": ["relocated", "at_large"]},
    "interdicted": {"+": ["stopped"], "-": ["waiting", "gone_off", "at_large"]},
    "dispatch_half_life": {"+": ["waiting", "at_large"], "-": ["gone_off"]},
} | {
    f"share_{path}": {"+": own, "-": [name for name in OUTCOMES if name not in (*own, "at_large")], "?": ["at_large"]}
    for path, own in explorers.OUTCOMES_OF.items()
}


@pytest.mark.parametrize("id", IDS)
@settings(max_examples=25, deadline=None)
@given(world=worlds, month=months, pick=st.data())
def test_each_assumption_pushes_one_way(id, world, month, pick):
    """A share is moved with the others keeping their proportions."""
    low, high = sorted((world[id], pick.draw(within(assumptions.get(id)))))
    assume(high > low)
    before, after = (
        model.outcomes(inputs.moved(uncertainty.inputs(), world, id, value), month) for value in (low, high)
    )
    for name in OUTCOMES:
        change, slack = after[name] - before[name], 1e-9 * (1 + before[name])
        if name in PUSHES[id].get("+", []):
            assert change >= -slack, name
        elif name in PUSHES[id].get("-", []):
            assert change <= slack, name
        elif name not in PUSHES[id].get("?", []):
            assert change == 0, name
