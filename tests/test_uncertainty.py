"""Draws fill their ranges evenly, quantiles are those named, the tornado and the flips are found where they are."""
from __future__ import annotations

import warnings

import altair as alt
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from test_model import close, evaluate, worlds

from aftermath import assumptions, model, uncertainty

DRAWN = uncertainty.drawn()


# Draws


@pytest.mark.parametrize("a", DRAWN, ids=lambda a: a.id)
def test_half_are_below_the_default_and_half_above(a):
    values = uncertainty.draws(1000)[a.id]
    assert a.low <= values.min() and values.max() <= a.high
    assert np.median(values) == pytest.approx(a.default, abs=0.01 * (a.high - a.low))
    if a.low < a.default:
        assert np.mean(values[values < a.default]) == pytest.approx((a.low + a.default) / 2, rel=0.02, abs=0.01)
    if a.default < a.high:
        assert np.mean(values[values > a.default]) == pytest.approx((a.default + a.high) / 2, rel=0.02, abs=0.01)


@pytest.mark.parametrize("count", [256, 512, 1024])
def test_no_two_assumptions_move_together(count):
    points = [uncertainty.point(draw=np.arange(1, count + 1), step=uncertainty.step(a.id)) for a in DRAWN]
    together = np.corrcoef(points) - np.eye(len(DRAWN))
    assert np.abs(together).max() < 0.09
    for values in points:  # and each fills its span without gaps
        assert np.histogram(values, bins=16, range=(0, 1))[0].min() >= count / 16 - 4


def test_assumptions_to_come_will_not_move_with_the_others():
    """The primes that no assumption has yet keep apart from all others, too; and when none is left, an error says what to do."""
    points = [uncertainty.point(draw=np.arange(1, 513), step=prime**0.5 % 1) for prime in uncertainty.PRIMES]
    assert np.abs((np.corrcoef(points) - np.eye(len(points)))[len(assumptions.registry()):]).max() < 0.09


def test_an_assumption_without_a_prime_is_told(monkeypatch):
    monkeypatch.setattr(uncertainty, "PRIMES", uncertainty.PRIMES[:3])
    with pytest.raises(ValueError, match="lost is assumption 4 .* add one to PRIMES"):
        uncertainty.step("lost")


def test_they_beat_chance():
    """256 draws miss the quantiles that many draws give by less than half of what 256 random ones do."""
    levels, names = uncertainty.LEVELS, ["at_large", "reengaged", "converted", "staying", "relocated", "dispatched"]

    def quantiles(points):
        drawn = {
            a.id: uncertainty.spread(point=point, low=a.low, default=a.default, high=a.high)
            for a, point in zip(DRAWN, points)
        }
        outcomes = model.outcomes(drawn, 24)
        return np.array([uncertainty.quantiles(outcomes[name], levels) for name in names])

    def ours(count):
        return [uncertainty.point(draw=np.arange(1, count + 1), step=uncertainty.step(a.id)) for a in DRAWN]

    random, truth = np.random.default_rng(1), quantiles(ours(200_000))
    span = np.ptp(truth, axis=1, keepdims=True)
    chance = np.mean([abs(quantiles(random.random((len(DRAWN), 256))) - truth) / span for _ in range(30)])
    assert np.mean(abs(quantiles(ours(256)) - truth) / span) < chance / 2
    assert np.mean(abs(quantiles(random.random((len(DRAWN), 200_000))) - truth) / span) < 0.005, "and many agree"


def test_every_reader_gets_the_same_draws():
    assert uncertainty.ensemble(256, 24).equals(uncertainty.ensemble(256, 24))
    close(uncertainty.draws(10)["lost"], uncertainty.draws(100)["lost"][:10])


def test_the_page_draws_the_same_values():
    a, moved = assumptions.get("killed"), 0.22
    slider = alt.param(name="killed", value=moved)
    point = uncertainty.point(draw=alt.datum.draw, step=uncertainty.step(a.id))
    drawn = {"value": uncertainty.spread(point=point, low=a.low, default=slider, high=a.high)}
    table = evaluate([{"draw": draw} for draw in range(1, 257)], drawn, [slider])
    close(table["value"], uncertainty.draws(256, {"killed": moved})["killed"])


def test_draws_follow_the_assumptions_given():
    around = uncertainty.draws(1000, {"lost": 0.6, "stay_growth": -0.25})
    assert np.median(around["lost"]) == pytest.approx(0.6, abs=0.005)
    assert np.median(around["stay_growth"]) == pytest.approx(-0.25, abs=0.005)
    with pytest.warns(assumptions.OutsideEvidence):
        assert uncertainty.draws(1000, {"lost": 0.8})["lost"].max() == pytest.approx(0.8, abs=0.001)


def test_no_draw_leaves_the_evidence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        uncertainty.ensemble(20_000, 60)


# Quantiles


def test_quantiles_are_those_named():
    """Type 7 of Hyndman and Fan: a share p of n sorted values stands at place 1 + (n - 1) p."""
    assert uncertainty.METHOD == "linear"
    assert uncertainty.quantiles([10, 20, 30, 40], [0, 0.25, 0.5, 1]).tolist() == [10, 17.5, 25, 40]


def test_the_fan_opens_and_its_middle_is_no_outcome_of_middles():
    fan = uncertainty.fan("at_large", range(0, 61, 12))
    assert list(fan.columns) == ["month", "5%", "25%", "50%", "75%", "95%"]
    assert (fan.drop(columns="month").diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
    assert fan["95%"].iloc[-1] - fan["5%"].iloc[-1] > fan["95%"].iloc[0] - fan["5%"].iloc[0]
    assert abs(fan["50%"].iloc[0] - model.outcomes({}, 0)["at_large"]) > 1_000


# Tornado


@pytest.mark.parametrize("outcome", model.outcomes({}, 0))
@pytest.mark.parametrize("preset", assumptions.presets())
def test_the_tornado_spans_what_each_assumption_can_do(outcome, preset):
    base = assumptions.preset(preset)
    table = uncertainty.tornado(outcome, 24, base)
    assert sorted(table["assumption"]) == sorted(a.id for a in DRAWN)
    assert table["swing"].is_monotonic_decreasing and (table["swing"] >= 0).all()
    for row in table.itertuples():
        moved = model.outcomes(base | {row.assumption: np.linspace(row.low, row.high, 41)}, 24)[outcome]
        assert np.ptp(moved) == pytest.approx(row.swing, abs=1e-6), f"{row.assumption}: the ends are not the extremes"


def test_courts_and_prisons_do_not_reach_those_at_large():
    still = uncertainty.tornado("at_large").query("swing == 0")
    assert set(still["assumption"]) == {"prosecuted", "prison_spread"}
    assert uncertainty.tornado("converted")["assumption"].iloc[0] == "prison_spread"


def test_death_and_detention_move_the_total_more_than_most_weights():
    order = list(uncertainty.tornado()["assumption"])
    weights = sorted(order.index(id) for id in assumptions.WEIGHTS)
    assert order[0] == "lost" and order.index("lost") < weights[0]


# Flips


def test_the_largest_path_flips_where_its_weight_passes_the_others():
    flips = uncertainty.flips("weight_join", uncertainty.largest_path(0))
    assert [(flip.below, flip.above) for flip in flips] == [("disengage", "join")]
    assert flips[0].value == pytest.approx(20)


def test_a_threshold_is_crossed_where_algebra_says():
    total = 12_000
    (flip,) = uncertainty.flips("lost", uncertainty.more_than(total, month=0))
    lost = sympy.Symbol("lost")
    (where,) = sympy.solve(model.outcomes({"lost": lost}, 0)["at_large"] - total, lost)
    assert flip.value == pytest.approx(float(where)) and (flip.below, flip.above) == (True, False)


def test_an_answer_that_never_flips_says_so():
    assert uncertainty.flips("prison_spread", uncertainty.more_than(1)) == []
    assert uncertainty.flips("killed", uncertainty.largest_path()) == []


def test_all_flips_are_reported():
    """A band, "between 8,000 and 10,000 at large", is entered and left again; three answers give two flips."""

    def band(given):
        return 8_000 < model.outcomes(given, 24)["at_large"] < 10_000

    entered, left = uncertainty.flips("lost", band)
    assert (entered.below, entered.above, left.below, left.above) == (False, True, True, False)
    for flip, people in ((entered, 10_000), (left, 8_000)):
        assert model.outcomes({"lost": flip.value}, 24)["at_large"] == pytest.approx(people, rel=1e-9)

    def size(given):
        people = model.outcomes(given, 24)["at_large"]
        return "small" if people < 8_000 else "middling" if people < 8_001 else "large"

    assert [flip[1:] for flip in uncertainty.flips("lost", size, grid=10)] == [
        ("large", "middling"),
        ("middling", "small"),
    ], "even within one step of the grid"


@settings(max_examples=20, deadline=None)
@given(worlds, st.sampled_from([a.id for a in DRAWN]), st.integers(0, 60))
def test_a_flip_is_a_flip(world, id, month):
    people = model.outcomes(world, month)["at_large"]
    for question in (uncertainty.more_than(people * 0.9, month=month), uncertainty.largest_path(month)):
        for flip in uncertainty.flips(id, question, world, grid=40):
            step = 1e-9 * (1 + abs(flip.value))
            assert question(world | {id: flip.value}) == flip.above != flip.below
            assert question(world | {id: max(flip.value - step, assumptions.get(id).low)}) == flip.below


def test_one_path_alone_can_still_be_asked_about():
    only = dict.fromkeys(assumptions.WEIGHTS, 0) | {"weight_stay": 50}
    table = uncertainty.tornado(assumptions=only).set_index("assumption")
    assert table.loc["weight_stay", "swing"] == 0, "all go one way, whatever the points"
    assert uncertainty.flips("weight_stay", uncertainty.largest_path(), only) == []
