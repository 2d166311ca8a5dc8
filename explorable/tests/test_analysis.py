"""What is true of any model of plain arithmetic: even points, held and open, indices, flips, the value of a fact.

The models here are small ones whose answers are known on paper; nothing is of this book.
"""

from __future__ import annotations

import ast
import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import beta, qmc, triang

from explorable.assumptions import draws, points, sensitivity, value_of_information
from explorable.assumptions.inputs import SHAPES, Inputs, Range, ends, is_held, moved, open_ids, open_units, point
from explorable.pages import expressions

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "explorable"
TWO = Inputs({"a": Range(0, 1, 4), "b": Range(-1, 0, 1, "flat")}, {"kind": ("x", "y", "z")})


# Points


def test_the_sequence_is_sobols():
    theirs = qmc.Sobol(points.DIMENSIONS, scramble=False, bits=32).random_base2(12) * 2**32
    ours = np.array([points.sobol(4096, dimension) for dimension in range(points.DIMENSIONS)]).T
    assert (np.sort(ours, axis=0) == np.sort(theirs, axis=0)).all(), "each dimension has the same numbers"
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, theirs.astype(np.int64).tolist())), (
        "and the points are the same set"
    )


@pytest.mark.parametrize("power", [8, 9, 10, 12])
def test_any_first_power_of_two_is_even(power):
    """Scrambling keeps what Sobol's points have: in each dimension exactly one of 2**m in every 2**m-th of the span."""
    count = 2**power
    for dimension in range(points.DIMENSIONS):
        places = points.integers(4096, dimension)[:count].astype(np.int64) >> (32 - power)
        assert sorted(places) == list(range(count)), dimension


def test_no_two_dimensions_move_together():
    """Nor does one follow another's distance from the middle. With 4,096 points one pair of 8,128, which no 30 inputs reach, still does a little."""
    units = points.units(4096, range(points.DIMENSIONS))
    assert np.abs(np.corrcoef(units) - np.eye(len(units))).max() < 0.05
    more = points.units(8192, range(points.DIMENSIONS))
    both = np.vstack([more, np.abs(more - 0.5)])
    assert np.abs(np.corrcoef(both) - np.eye(len(both))).max() < 0.06


def test_every_reader_gets_the_same_bits():
    assert points.integers(4, 0).tolist() == [2531594857, 1787135889, 3643290520, 109174028]
    assert points.integers(4096, 40)[:512].tolist() == points.integers(512, 40).tolist()


def test_javascript_gets_the_same_bits():
    """The arithmetic is 32-bit integers only: a page needs ``Math.imul`` and shifts."""
    script = """
const [directions, seeds, count] = JSON.parse(require('fs').readFileSync(0));
const reversed = n => { for (const [s, m] of [[1, 0x55555555], [2, 0x33333333], [4, 0x0F0F0F0F], [8, 0x00FF00FF], [16, 0x0000FFFF]])
  n = ((n >>> s) & m) | ((n & m) << s); return n >>> 0; };
const scrambled = (n, seed) => { n = (reversed(n) + seed) >>> 0;
  for (const f of [0x6C50B47C, 0xB82F1E52, 0xC7AFE638, 0x8D22F6E6]) n = (n ^ Math.imul(n, f)) >>> 0; return reversed(n); };
console.log(JSON.stringify(directions.map((v, d) => Array.from({ length: count }, (_, i) => {
  let n = 0; for (let b = 0; i >>> b; b += 1) if (i >>> b & 1) n ^= v[b]; return scrambled(n >>> 0, seeds[d]); }))));
"""
    dimensions = [0, 1, 17, 41, 63]
    given = json.dumps([[points.directions(d) for d in dimensions], [points.seed(d) for d in dimensions], 1024])
    told = subprocess.run(
        [expressions.node(), "-e", script], input=given, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(told) == [points.integers(1024, d).tolist() for d in dimensions]


def test_a_dimension_too_many_is_told():
    with pytest.raises(ValueError, match="no dimension 64: .* Add a line"):
        points.directions(points.DIMENSIONS)
    many = Inputs({f"i{number}": Range(0, 1, 2) for number in range(draws.SECOND + 1)})
    with pytest.raises(ValueError, match="33 inputs, .* add lines to DIRECTIONS"):
        draws.draws(many)


# Draws


@given(st.floats(-5, 0), st.floats(0, 5), st.floats(0, 5))
@settings(deadline=None)
def test_each_shape_has_its_own_distribution(low, up, more):
    span = Range(low, low + up, low + up + more)
    unit = points.units(4096, [3])[0]
    width = span.high - span.low
    values = {shape: draws.shaped(unit, span._replace(shape=shape)) for shape in SHAPES}
    for shape, drawn in values.items():
        assert span.low - 1e-9 <= drawn.min() and drawn.max() <= span.high + 1e-9, shape
        assert (np.diff(drawn[np.argsort(unit)]) >= -1e-9).all(), f"{shape}: a larger point gives a larger value"
    assert np.mean(values["split"] <= span.middle + 1e-12) >= 0.5 <= np.mean(values["split"] >= span.middle - 1e-12)
    np.testing.assert_allclose(values["flat"], low + unit * width, atol=1e-9)
    if width > 0.01:
        np.testing.assert_allclose(
            values["triangle"], triang(min((span.middle - low) / width, 1), low, width).ppf(unit), atol=1e-6
        )


def test_an_unknown_shape_is_told():
    with pytest.raises(ValueError, match="no shape 'round': choose one of split, triangle, flat"):
        draws.shaped(0.5, Range(0, 1, 2, "round"))


def test_every_mixture_is_equally_likely():
    """Each share is Beta(1, n − 1), they sum to 1, and a share says nothing about the proportions of the others."""
    drawn = draws.draws(TWO)
    x, y, z = (drawn[id] for id in "xyz")
    np.testing.assert_allclose(x + y + z, 1, atol=1e-12)
    for share in (x, y, z):
        np.testing.assert_allclose(draws.quantiles(share), beta(1, 2).ppf(draws.LEVELS), atol=0.01)
    assert abs(np.corrcoef(x, y / (y + z))[0, 1]) < 0.03


def test_holding_one_leaves_the_others_where_they_were():
    free, held = draws.draws(TWO), draws.draws(TWO, {"a": 3.0})
    assert set(held["a"]) == {3.0}
    for id in ("b", "x", "y", "z"):
        assert (free[id] == held[id]).all()
    mixed = draws.draws(TWO, {"x": 0.2, "y": 0.3, "z": 0.5})
    assert set(mixed["z"]) == {0.5} and (mixed["b"] == free["b"]).all()


def test_quantiles_are_those_named():
    """Type 7 of Hyndman and Fan: a share p of n sorted values stands at place 1 + (n - 1) p."""
    assert draws.quantiles([10, 20, 30, 40], [0, 0.25, 0.5, 1]).tolist() == [10, 17.5, 25, 40]
    assert draws.place([1, 2, 3, 4], 2.5) == 0.5


# Held and open


def test_one_rule_gives_the_point():
    assert point(TWO, {}) == {"a": 1, "b": 0, "x": 1 / 3, "y": 1 / 3, "z": 1 / 3}
    assert point(TWO, {"a": 2, "x": 1, "y": 0, "z": 0}) == {"a": 2, "b": 0, "x": 1, "y": 0, "z": 0}
    assert open_ids(TWO, {"a": 2}) == ["b", "x", "y", "z"] and open_units(TWO, {"a": 2}) == ["b", "kind"]
    assert is_held(TWO, {"x": 1, "y": 0, "z": 0}, "kind") and not is_held(TWO, {}, "x")


def test_half_a_mixture_and_strangers_are_refused():
    with pytest.raises(ValueError, match="held or open as one: give all of x, y, z"):
        point(TWO, {"x": 0.5})
    for use in (lambda: point(TWO, {"q": 1}), lambda: is_held(TWO, {}, "q")):
        with pytest.raises(ValueError, match="no input 'q'. There are: a, b, x, y, z"):
            use()


shares = (
    st.lists(st.floats(0, 1), min_size=3, max_size=3)
    .filter(lambda parts: sum(parts) > 1e-6)
    .map(lambda parts: [part / sum(parts) for part in parts])
)


@given(shares, st.floats(0, 1))
@example([0.0, 1.0, 0.0], 0.25)
def test_a_moved_share_leaves_the_proportions_of_the_others(parts, value):
    before = {"a": 1, "b": 0, **dict(zip("xyz", parts))}
    after = moved(TWO, before, "y", value)
    assert after["y"] == value and after["x"] + after["y"] + after["z"] == pytest.approx(1)
    assert min(after[id] for id in "xyz") >= 0
    if before["x"] + before["z"] < 1e-12:
        assert after["x"] == pytest.approx(after["z"]), "with nothing to go by they divide what is left equally"
    else:
        assert after["x"] * before["z"] == pytest.approx(after["z"] * before["x"], abs=1e-9)


def test_arrays_move_like_numbers():
    drawn = draws.draws(TWO, count=64)
    together = moved(TWO, drawn, "x", 0.7)
    one_by_one = [moved(TWO, {id: values[draw] for id, values in drawn.items()}, "x", 0.7) for draw in range(64)]
    np.testing.assert_allclose(together["z"], [each["z"] for each in one_by_one])


def test_a_share_is_moved_over_what_nine_of_ten_mixtures_give_it():
    np.testing.assert_allclose(ends(TWO, "y"), beta(1, 2).ppf([0.05, 0.95]))
    assert ends(TWO, "a") == (0, 4)


# What matters


def known(values):
    """An answer whose indices can be worked out: variance 3 from a (flat, 0 to 6), 12 from b (flat, 0 to 12), 1 from their product."""
    return values["a"] + values["b"] + (values["a"] - 3) * (values["b"] - 6) / 6


KNOWN = Inputs({"a": Range(0, 3, 6, "flat"), "b": Range(0, 6, 12, "flat"), "c": Range(0, 1, 2)})


def test_indices_are_those_of_the_book_of_formulas():
    found = sensitivity.indices(known, KNOWN, groups={"both": ["a", "b"], "idle": ["c"]})
    assert found.single["a"].total == pytest.approx(4 / 16, abs=0.015) and found.single["a"].first == pytest.approx(
        3 / 16, abs=0.02
    )
    assert found.single["b"].total == pytest.approx(13 / 16, abs=0.02) and found.single["b"].first == pytest.approx(
        12 / 16, abs=0.02
    )
    assert found.single["c"] == (0, 0, 0) == found.groups["idle"]
    assert found.groups["both"].total == pytest.approx(1, abs=0.02) and found.together == pytest.approx(
        1 / 16, abs=0.03
    )


def test_a_share_has_the_index_of_an_independent_input():
    """x alone: all the variance goes through it, though in the mixture it moves the others, too."""
    found = sensitivity.indices(lambda values: values["x"], TWO, groups={"kind": ["x", "y", "z"]})
    assert found.single["x"].total == pytest.approx(1, abs=0.03) and found.groups["kind"].total == pytest.approx(
        1, abs=0.03
    )
    # x = p * (1 - y) with p = x / (x + z), flat from 0 to 1: the index of y is E(p²) Var(y) / Var(x) = 1/3
    assert found.single["y"].total == pytest.approx(1 / 3, abs=0.02)


def test_nothing_open_or_nothing_moved_is_said_and_not_shown():
    everything = point(TWO, {})
    with pytest.raises(sensitivity.Settled, match="Nothing is open"):
        sensitivity.indices(known, TWO, everything)
    with pytest.raises(sensitivity.Settled, match="No open assumption reaches this answer"):
        sensitivity.indices(lambda values: values["a"], TWO, {"a": 1})
    with pytest.raises(ValueError, match="takes all shares of kind or none: y, z is missing"):
        sensitivity.indices(lambda values: values["x"], TWO, groups={"part": ["x"]})


def test_those_within_their_error_are_alike():
    values, errors = {"a": 0.5, "b": 0.3, "c": 0.29, "d": 0.1}, {"a": 0.02, "b": 0.02, "c": 0.02, "d": 0.02}
    assert sensitivity.alike(values, errors) == {"a": 1, "b": 2, "c": 2, "d": 4}
    # errors of two add up as squares: 0.02 and 0.02 to 0.028
    assert sensitivity.alike({"a": 0.33, "b": 0.3}, errors) == {"a": 1, "b": 2}


def test_four_times_as_many_draws_halve_the_error_that_is_shown():
    few, many = (sensitivity.indices(known, KNOWN, pairs=pairs).single["b"].error for pairs in (512, 2048))
    assert few / many == pytest.approx(2, rel=0.1)


def test_the_tornado_moves_one_at_a_time_from_where_the_reader_stands():
    swings = sensitivity.tornado(lambda values: values["a"] * values["b"] + 10 * values["x"], TWO, {"b": 0.5})
    assert (
        list(swings)[0] == "x"
        and swings["a"] == (0, 4, pytest.approx(10 / 3), pytest.approx(2 + 10 / 3))
        and swings["a"].size == pytest.approx(2)
    )


# Where it flips


def test_flips_are_found_where_they_are():
    one = Inputs({"a": Range(0, 1, 4)})
    assert [flip.value for flip in sensitivity.flips(lambda values: 1 < values["a"] < 3, one, "a")] == pytest.approx(
        [1, 3]
    )
    assert sensitivity.flips(lambda values: values["a"] > 5, one, "a") == []
    size = sensitivity.flips(
        lambda values: "s" if values["a"] < 1 else "m" if values["a"] < 1.001 else "l", one, "a", grid=3
    )
    assert [flip[1:] for flip in size] == [("s", "m"), ("m", "l")], "even within one step of the grid"


def test_in_how_many_draws_one_alone_turns_the_answer():
    """a + b > t turns by a where b lies between t − 4 and t: with b flat from 0 to 8 and t = 6 in half of all draws."""
    inputs = Inputs({"a": Range(0, 2, 4, "flat"), "b": Range(0, 4, 8, "flat"), "c": Range(0, 1, 2)})
    found = sensitivity.turned(lambda values: values["a"] + values["b"] > 6, inputs)
    assert found["a"] == pytest.approx(0.5, abs=0.01) and found["b"] == 1 and found["c"] == 0
    assert "b" not in sensitivity.turned(lambda values: values["a"] + values["b"] > 6, inputs, {"b": 1})


# The value of a fact


def test_knowing_what_decides_is_worth_all():
    inputs = Inputs({"a": Range(0, 1, 2), "b": Range(0, 1, 2)})
    found = value_of_information.value(lambda values: values["a"] > 1, inputs)
    assert found.yes == 0.5 and found.score == 0.25
    assert found.worth["a"] == (pytest.approx(1, abs=0.01), 0, 1) and found.worth["b"].share == pytest.approx(
        0, abs=0.005
    )


def test_the_value_is_what_algebra_gives():
    """a + b > 1 with both flat from 0 to 1: who knows a says q = a, so that the mean of (q − p)² is 1/12, a third of 1/4."""
    inputs = Inputs({"a": Range(0, 0.5, 1, "flat"), "b": Range(0, 0.5, 1, "flat")})
    found = value_of_information.value(lambda values: values["a"] + values["b"] > 1, inputs)
    for id in "ab":
        assert found.worth[id].share == pytest.approx(1 / 3, abs=0.01)
        assert found.worth[id].least == pytest.approx(1 / 32, abs=0.02) and found.worth[id].most == pytest.approx(
            31 / 32, abs=0.02
        )


def test_the_noise_taken_off_is_that_of_shuffled_answers():
    rng, answers = np.random.default_rng(4), np.arange(4096) % 10 < 3
    yes, bins = answers.mean(), 16
    shuffled = [
        np.mean([(part.mean() - yes) ** 2 for part in np.array_split(rng.permutation(answers), bins)])
        for _ in range(4000)
    ]
    assert np.mean(shuffled) == pytest.approx(yes * (1 - yes) * (bins - 1) / 4095, rel=0.03)
    inputs = Inputs({"a": Range(0, 1, 2)})
    worth = [
        value_of_information.value(lambda values: rng.permutation(answers), inputs).worth["a"].share for _ in range(200)
    ]
    assert np.mean(worth) < 0.0015, (
        "a fact that has nothing to do with it is worth nothing; the noise alone would be 0.0037"
    )


def test_a_settled_question_is_said_to_be_settled():
    inputs = Inputs({"a": Range(0, 1, 2)})
    with pytest.raises(sensitivity.Settled, match="Every draw answers yes"):
        value_of_information.value(lambda values: values["a"] > -1, inputs)
    with pytest.raises(sensitivity.Settled, match="No draw answers yes"):
        value_of_information.value(lambda values: values["a"] > 5, inputs)
    with pytest.raises(sensitivity.Settled, match="Nothing is open"):
        value_of_information.value(lambda values: values["a"] > 1, inputs, {"a": 1})
    assert value_of_information.value(lambda values: values["a"] > 1.96, inputs).as_good_as_settled
    assert not value_of_information.value(lambda values: values["a"] > 1.5, inputs).as_good_as_settled


# The package


def modules() -> list[Path]:
    return sorted((PACKAGE / "assumptions").rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_it_knows_no_word_of_the_book(path):
    """Neither a name of an assumption nor a module of the book, and it opens no file."""
    text = path.read_text("utf-8")
    names = {
        name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert all(
        name.split(".")[0]
        in {
            *"__future__ collections dataclasses difflib functools json numbers re sys types typing warnings".split(),
            "numpy",
            "pandas",
            "explorable",
        }
        for name in names
    ), names
    with (ROOT / "data" / "assumptions.csv").open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    words = {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert not ids & (words | names)
    assert not any(
        word in text.lower() for word in ("caliphate", "isis", "aftermath", "fighter", "returnee", "traveller", "open(")
    )
