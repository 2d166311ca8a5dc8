"""The page's engine: the model compiled to JavaScript, and the analysis there, beside Python's own numbers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from aftermath import assumptions, explorers, model, uncertainty
from aftermath import engine as book_engine
from explorable.assumptions import compiler, draws, sensitivity, value_of_information
from explorable.assumptions.inputs import ends, moved, point
from explorable.pages import expressions
from explorable.stage import engine

INPUTS = uncertainty.inputs()
OUTCOMES = list(model.outcomes({}, 0))
pytestmark = pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")


def node(calls: list[list], folder: Path, script: str, of: str) -> list[dict]:
    """Call functions of a global of a script in node: {"value": …} or {"error": …} for each [name, *arguments]."""
    given = folder / "calls.json"
    given.write_text(json.dumps({"scripts": [script], "of": of, "calls": calls}, allow_nan=False), "utf-8")
    twins = ROOT / "tests" / "scripts" / "twins.mjs"
    run = subprocess.run([expressions.node(), str(twins), str(given)], capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def of_engine(calls: list[list], folder: Path) -> list[dict]:
    """Call methods of the engine; ``lists`` gives its draws as lists."""
    more = "globalThis.bookEngine = explorable.engine; bookEngine.lists = (...given) => Object.fromEntries(Object.entries(bookEngine.draws(...given)).map(([id, values]) => [id, [...values]]));"
    return node(calls, folder, engine.script() + more, "bookEngine")


def same(found: object, expected: object, where: str) -> None:
    """Compare what JavaScript found with what Python says: numbers to a billionth, all else exactly."""
    if isinstance(expected, Mapping):
        assert isinstance(found, dict) and set(found) == set(map(str, expected)), f"{where}: {found}"
        for name, value in expected.items():
            same(found[str(name)], value, f"{where}.{name}")
    elif isinstance(expected, (list, tuple)):
        assert isinstance(found, list) and len(found) == len(expected), f"{where}: {found}"
        if all(isinstance(value, float) for value in expected):
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=where)
        else:
            for place, value in enumerate(expected):
                same(found[place], value, f"{where}[{place}]")
    elif isinstance(expected, (str, bool)):
        assert found == expected, where
    else:
        np.testing.assert_allclose(found, float(expected), rtol=1e-9, atol=1e-9, err_msg=where)


# The model and the analysis, on settings drawn at random


def settings(count: int, seed: int) -> Iterator[tuple[np.random.Generator, dict, int, str]]:
    """Yield what is held, a month and an outcome: each assumption held in one of three settings, the mixture in one of two."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        held = {
            id: float(rng.uniform(span.low, span.high)) for id, span in INPUTS.ranges.items() if rng.random() < 1 / 3
        }
        if rng.random() < 1 / 2:
            held |= dict(zip(assumptions.share_ids(), rng.dirichlet(np.ones(len(assumptions.share_ids()))).tolist()))
        yield rng, held, int(rng.integers(0, 61)), str(rng.choice(OUTCOMES))


def answer(outcome: str, month: int) -> Callable[[Mapping], object]:
    return lambda values: model.outcomes(values, month)[outcome]


def quantiles(outcome: str, month: int, held: Mapping, count: int, shape: str | None = None) -> list[float]:
    drawn = draws.draws(INPUTS, held, count, shape=shape)
    return draws.quantiles(np.broadcast_to(answer(outcome, month)(drawn), count)).tolist()


def a_range(rng, held, month, outcome):
    shape = [None, "split", "triangle", "flat"][rng.integers(4)]
    values = np.broadcast_to(answer(outcome, month)(draws.draws(INPUTS, held, 128, shape=shape)), 128)
    at = float(answer(outcome, month)(point(INPUTS, held)))
    expected = {"quantiles": quantiles(outcome, month, held, 128, shape), "point": at, "place": draws.place(values, at)}
    return ["range", outcome, month, held, {"count": 128} | ({"shape": shape} if shape else {})], expected


def a_fan(rng, held, month, outcome):
    return ["fan", outcome, [0, month], held, {"count": 64}], [
        {"month": each, "quantiles": quantiles(outcome, each, held, 64)} for each in (0, month)
    ]


def drawn(rng, held, month, outcome):
    second = bool(rng.integers(2))
    values = draws.draws(INPUTS, held, 16, second=second)
    return ["lists", held, {"count": 16, "second": second}], {id: each.tolist() for id, each in values.items()}


def a_tornado(rng, held, month, outcome):
    id = str(rng.choice(INPUTS.ids))  # one is enough: they are made alike
    low, high = ends(INPUTS, id)
    base = point(INPUTS, held)
    at_low, at_high = (float(answer(outcome, month)(moved(INPUTS, base, id, value))) for value in (low, high))
    return ["swing", id, outcome, month, held], {
        "id": id,
        "low": low,
        "high": high,
        "atLow": at_low,
        "atHigh": at_high,
        "size": abs(at_high - at_low),
    }


def all_indices(rng, held, month, outcome):
    def expected():
        found = sensitivity.indices(answer(outcome, month), INPUTS, held, uncertainty.groups(), 32)
        ranks = sensitivity.alike(
            {id: index.total for id, index in found.single.items()},
            {id: index.error for id, index in found.single.items()},
        )
        named = {
            part: {id: index._asdict() for id, index in getattr(found, part).items()} for part in ("single", "groups")
        }
        return {**named, "together": found.together, "ranks": ranks}

    return ["indices", outcome, month, held, {"pairs": 32}], expected


def a_question(rng, held, month, outcome, kinds=2):
    """A question in the page's words, and in Python's."""
    if rng.integers(kinds):
        return {"ask": "largest", "of": "paths", "month": month}, uncertainty.largest_path(month)
    people = float(answer(outcome, month)(point(INPUTS, held)) * rng.uniform(0.5, 1.5))
    return {"ask": "more than", "people": people, "outcome": outcome, "month": month}, uncertainty.more_than(
        people, outcome, month
    )


def all_flips(rng, held, month, outcome):
    theirs, question = a_question(rng, held, month, outcome)
    id = str(rng.choice(INPUTS.ids))
    found = sensitivity.flips(question, INPUTS, id, held, 20)
    plain = [
        {name: getattr(value, "item", lambda value=value: value)() for name, value in flip._asdict().items()}
        for flip in found
    ]
    return ["flips", theirs, id, held, 20], plain


def all_turned(rng, held, month, outcome):
    theirs, question = a_question(rng, held, month, outcome)
    return ["turned", theirs, held, {"count": 32, "grid": 3}], sensitivity.turned(question, INPUTS, held, 32, 3)


def all_worth(rng, held, month, outcome):
    theirs, question = a_question(rng, held, month, outcome, kinds=1)

    def expected():
        value = value_of_information.value(question, INPUTS, held, 128)
        worth = {id: one._asdict() for id, one in value.worth.items()}
        return {"yes": value.yes, "score": value.score, "asGoodAsSettled": value.as_good_as_settled, "worth": worth}

    return ["worth", theirs, held, {"count": 128}], expected


KINDS = (a_range, a_fan, drawn, a_tornado, all_indices, all_flips, all_turned, all_worth)


@pytest.mark.parametrize(
    ("count", "seed"), [(200, 2017), pytest.param(1_800, 2018, marks=pytest.mark.slow)], ids=["some", "many more"]
)
def test_the_page_computes_what_python_computes(tmp_path, count, seed):
    """On 2,000 settings: all results of the model, and one of eight analyses each, by turns; to a billionth."""
    calls, expected = [], []
    for number, (rng, held, month, outcome) in enumerate(settings(count, seed)):
        full = point(INPUTS, held)
        calls += [["outcomes", full, month], ["paths", full, month], ["people", full]]
        expected += [
            {"value": each} for each in (model.outcomes(full, month), model.paths(full, month), model.people(full))
        ]
        call, value = KINDS[number % len(KINDS)](rng, held, month, outcome)
        try:
            told = {"value": value() if callable(value) else value}
        except sensitivity.Settled as settled:
            told = {"error": str(settled)}
        calls.append(call)
        expected.append(told)
    for call, found, wanted in zip(calls, of_engine(calls, tmp_path), expected, strict=True):
        same(found, wanted, json.dumps(call))


CASES = {"start": {}} | {name: assumptions.preset(name) for name in assumptions.presets()}


def asked(held: Mapping) -> dict:
    """Are there more than where the setting itself stands?"""
    people = round(model.outcomes(held, 24)["at_large"])
    return {"ask": "more than", "people": people, "outcome": "at_large", "month": 24}


@pytest.fixture(scope="module")
def at_presets(tmp_path_factory) -> dict[str, list[dict]]:
    """What the engine says at the start and at every preset, with all its draws."""
    calls = {
        name: [
            ["fan", "at_large", list(range(0, 61, 12)), held],
            ["range", "at_large", 24, held],
            ["tornado", "at_large", 24, held],
            ["indices", "at_large", 24, held],
            ["turned", asked(held), held],
            ["worth", asked(held), held],
            ["flips", asked(held), "lost", held],
        ]
        for name, held in CASES.items()
    }
    found = iter(of_engine([call for each in calls.values() for call in each], tmp_path_factory.mktemp("presets")))
    return {name: [next(found) for _ in each] for name, each in calls.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_reader_sees_the_books_own_numbers(name, at_presets):
    """At the start and each preset the page's full analysis is what the chapters' Python says."""
    held = {id: value for id, value in CASES[name].items() if id in INPUTS.ids}
    fan, span, tornado, indices, turned, worth, flips = (each["value"] for each in at_presets[name])
    question = uncertainty.more_than(asked(held)["people"])
    theirs = uncertainty.fan("at_large", range(0, 61, 12), held).set_index("month")
    same(fan, [{"month": month, "quantiles": row.tolist()} for month, row in theirs.iterrows()], "fan")
    same(
        [*span["quantiles"], span["point"], span["place"]], uncertainty.range_of("at_large", 24, held).tolist(), "range"
    )
    swings = uncertainty.tornado("at_large", 24, held)
    assert [one["size"] for one in tornado] == pytest.approx(swings["swing"].tolist())
    single, grouped, together = uncertainty.matters("at_large", 24, held)
    same(
        {id: each["total"] for id, each in indices["single"].items()},
        dict(zip(single["assumption"], single["total"])),
        "indices",
    )
    same(
        {id: each["total"] for id, each in indices["groups"].items()},
        dict(zip(grouped["group"], grouped["total"])),
        "groups",
    )
    same(indices["ranks"], dict(zip(single["assumption"], single["rank"])), "ranks")
    same(indices["together"], together, "together")
    same({id: 100 * share for id, share in turned.items()}, uncertainty.turned(question, held).to_dict(), "turned")
    table, _ = uncertainty.worth(question, held)
    same(
        {id: each["share"] for id, each in worth["worth"].items()},
        dict(zip(table["assumption"], table["share"])),
        "worth",
    )
    same([flip["value"] for flip in flips], [flip.value for flip in uncertainty.flips("lost", question, held)], "flips")


def test_it_knows_what_the_registry_says(tmp_path):
    known = node(
        [["inputs"], ["others"], ["presets"], ["groups"]],
        tmp_path,
        engine.script()
        + "globalThis.told = Object.fromEntries(['inputs', 'others', 'presets', 'groups'].map(name => [name, () => explorable.engine[name]]));",
        "told",
    )
    inputs, others, presets, groups = (each["value"] for each in known)
    assert {one["id"] for one in (*inputs, *others)} == set(assumptions.registry())
    assert [one["id"] for one in inputs] == [a.id for a in uncertainty.drawn()]
    for one in (*inputs, *others):
        this = assumptions.get(one["id"])
        assert (one["label"], one["low"], one["middle"], one["high"]) == (this.label, this.low, this.middle, this.high)
        assert one["slider"] == list(this.slider) and one["source"] == this.source
        assert one.get("mixture") == (uncertainty.MIXTURE if this.id in assumptions.share_ids() else None)
    assert {one["id"]: one["values"] for one in presets} == {
        name: assumptions.preset(name) for name in assumptions.presets()
    }
    assert groups == uncertainty.groups()


def test_single_formulas_are_the_models(tmp_path):
    calls, expected = [], []
    script = engine.script() + "globalThis.formulas = explorable.engine.formulas;"
    for function in book_engine.FORMULAS:
        given = {
            name: 0.3 if name in ("killed", "returned", "lost") else 12.5
            for name in function.__kwdefaults__ or function.__code__.co_varnames[: function.__code__.co_kwonlyargcount]
        }
        calls.append([function.__name__, given])
        expected.append(function(**given))
    same([each["value"] for each in node(calls, tmp_path, script, "formulas")], expected, "formulas")


# The compiler


def run_compiled(
    programs: Mapping, given: Mapping[str, list[float]], single: Mapping[str, float], folder: Path
) -> tuple[list, dict]:
    """Compile programs and run them in node: one by one over the given values, and step by step over all of them."""
    made = compiler.compiled(programs, given, single)
    script = f"""globalThis.made = {{ one: {{ {made.one} }}, steps: {{ {made.steps} }}, results: {json.dumps(made.results)} }};
    made.all = (program, name, columns, single) => {{
      const known = {{ ...columns, ...single }}, count = Object.values(columns)[0].length;
      for (const [step, {{ of, fill }}] of Object.entries(made.steps)) {{ known[step] = new Float64Array(count); fill(count, known[step], ...of.map(part => known[part])); }}
      return [...known[made.results[program][name]]];
    }};
    made.each = (program, values) => made.one[program](values);"""
    rows = [dict(zip(given, row)) for row in zip(*given.values())]
    results = [(program, name) for program, found in made.results.items() for name in found]
    calls = [["each", program, {**row, **single}] for program in programs for row in rows]
    calls += [["all", program, name, given, single] for program, name in results]
    found = [each["value"] for each in node(calls, folder, script, "made")]
    return found[: len(programs) * len(rows)], dict(zip(results, found[len(programs) * len(rows) :]))


def a_tree(rng: np.random.Generator, depth: int) -> Callable[[Mapping], object]:
    """An expression drawn at random, as a function of named values."""
    if depth == 0 or rng.random() < 0.15:
        name, number = str(rng.choice(["a", "b", "t"])), round(float(rng.uniform(-3, 3)), 2)
        return (lambda values: values[name]) if rng.random() < 0.7 else (lambda values: number)
    kind, left, right = (
        rng.choice(["+", "-", "*", "/", "**", "negative", "abs"]),
        a_tree(rng, depth - 1),
        a_tree(rng, depth - 1),
    )
    return {
        "+": lambda values: left(values) + right(values),
        "-": lambda values: left(values) - right(values),
        "*": lambda values: left(values) * right(values),
        "/": lambda values: left(values) / (right(values) * right(values) + 1),
        "**": lambda values: (abs(left(values)) + 0.5) ** (right(values) / (abs(right(values)) + 1)),
        "negative": lambda values: -left(values),
        "abs": lambda values: abs(left(values)),
    }[str(kind)]


def test_what_is_written_means_what_python_means(tmp_path):
    """Two hundred expressions drawn at random: brackets, signs and powers as Python reads them, one by one and over arrays."""
    rng = np.random.default_rng(5)
    trees = [a_tree(rng, 5) for _ in range(200)]
    given, single = {"a": rng.uniform(-2, 2, 7).tolist(), "b": rng.uniform(-2, 2, 7).tolist()}, {"t": 1.25}
    program = {"trees": lambda values: {f"r{at}": tree(values) + 0 * values["a"] for at, tree in enumerate(trees)}}
    one, many = run_compiled(program, given, single, tmp_path)
    for at, tree in enumerate(trees):
        expected = [float(tree({"a": a, "b": b, **single})) for a, b in zip(*given.values())]
        np.testing.assert_allclose([row[f"r{at}"] for row in one], expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(many["trees", f"r{at}"], expected, rtol=1e-12, atol=1e-12)


def doubled(*, a, b):
    return (a + b) * (a + b) / (1 - (a + b))


def test_common_parts_are_written_once_and_are_called_after_who_made_them():
    def shared(values):
        part = doubled(a=values["a"], b=values["b"])
        return {"x": part * 2, "y": part * 3}

    made = compiler.compiled({"both": shared}, ["a", "b"])
    assert made.one.count("a + b") == 1 and made.steps.count("a[i] + b[i]") == 1
    assert "const doubled = " in made.one and "const part_of_doubled = a + b;" in made.one
    assert compiler.formula(doubled, ["a", "b"]).startswith("doubled: ({ a, b }) => (a + b) * (a + b) / ")


def limited(*, a):
    return a if a < 1 else 1


def logged(*, a):
    return np.log(a)


def summed(*, a):
    return a + np.ones(2)


def rounded(*, a):
    return a // 1


def clipped(*, a):
    return a.clip(0)


def with_words(*, a):
    return a + "1"


def endless(*, a):
    return a * float("inf")


@pytest.mark.parametrize(
    ("function", "operation"),
    [
        (limited, "<"),
        (logged, "numpy.log()"),
        (summed, "+ with ndarray"),
        (rounded, "//"),
        (clipped, ".clip"),
        (with_words, "+ with str"),
        (endless, "* with inf"),
    ],
)
def test_what_cannot_be_compiled_is_named_with_its_function(function, operation):
    with pytest.raises(compiler.CannotCompile) as told:
        compiler.compiled({"program": lambda values: {"x": function(a=values["a"])}}, ["a"])
    assert f"{function.__name__}() uses {operation}" in str(told.value) and "only + - * / **" in str(told.value)


def test_names_that_javascript_keeps_are_refused():
    with pytest.raises(ValueError, match="'class' in JavaScript: rename it"):
        compiler.compiled({"program": lambda values: {"x": values["class"] + 1}}, ["class"])
    with pytest.raises(compiler.CannotCompile, match="'x' is 1, which hangs on no argument"):
        compiler.compiled({"program": lambda values: {"x": 1}}, ["a"])


def test_a_model_that_remembers_what_it_was_given_before_is_not_compiled():
    """A formula with a value of an earlier run in it would look right, and be wrong."""
    seen = []

    def program(values: dict) -> dict:
        seen.append(values["a"])
        return {"x": seen[0] + values["b"]}

    compiler.compiled({"program": program}, ["a", "b"])
    with pytest.raises(ValueError, match="Symbols of two models can't be mixed"):
        compiler.compiled({"program": program}, ["a", "b"])


def test_the_page_makes_no_code_from_text():
    text = engine.script()
    assert "eval(" not in text and "new Function" not in text and "Function(" not in text
    assert explorers.SAID_BESIDE in text
