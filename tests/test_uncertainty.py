"""This book's model over its draws, beside references that share no line with it: quantiles, indices, flips, what a fact is worth."""

from __future__ import annotations

import dataclasses
import re
import warnings
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import reference
import sympy
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.analyze import sobol as analyse
from SALib.sample import sobol as sample
from scipy.stats import beta, spearmanr
from test_model import worlds

from aftermath import assumptions, model, pictures, theme, uncertainty
from explorable.assumptions import value_of_information

DRAWN = uncertainty.drawn()
CASES = {"start": {}} | {name: assumptions.preset(name) for name in assumptions.presets()}
EVERYTHING = assumptions.middles()
FIFTHS = assumptions.preset("equal-shares")
OTHERS = (
    len(assumptions.share_ids()) - 1
)  # a share of an open mixture is drawn from the Beta distribution with 1 and as many


def held_by(name: str) -> dict[str, float]:
    """What a case holds of the assumptions that are drawn."""
    return {id: value for id, value in CASES[name].items() if id in uncertainty.inputs().ids}


# Draws


@pytest.mark.parametrize("a", DRAWN, ids=lambda a: a.id)
def test_half_are_below_the_middle_and_half_above(a):
    values = uncertainty.draws()[a.id]
    assert a.low <= values.min() and values.max() <= a.high
    if a.id in assumptions.share_ids():
        below, levels = beta(1, OTHERS).cdf(uncertainty.quantiles(values)), np.array(uncertainty.LEVELS)
        assert (np.abs(below - levels) <= 3 * np.sqrt(levels * (1 - levels) / uncertainty.COUNT) / 2).all()
        return
    assert np.mean(values < a.middle) == 0.5
    assert np.mean(values[values < a.middle]) == pytest.approx((a.low + a.middle) / 2, rel=0.002, abs=0.001)
    assert np.mean(values[values > a.middle]) == pytest.approx((a.middle + a.high) / 2, rel=0.002, abs=0.001)


def test_other_shapes_are_what_their_names_say():
    flat = uncertainty.draws(shape="flat")["killed"]
    assert np.mean(flat) == pytest.approx((0.14 + 0.45) / 2, abs=0.001) and np.mean(flat < 0.25) == pytest.approx(
        11 / 31, abs=0.001
    )
    assert np.mean(uncertainty.draws(shape="triangle")["killed"]) == pytest.approx((0.14 + 0.25 + 0.45) / 3, abs=0.001)


def test_no_draw_leaves_the_evidence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.outcomes(uncertainty.draws(), 60)


@pytest.mark.slow
def test_they_beat_chance_by_half_against_a_million():
    """At the start and at every preset, all quantiles together: the median error is at most half that of as many random draws."""
    found = reference.errors(lambda held: uncertainty.draws(4096, held), sets=0, many=1_000_000, rounds=20)
    assert set(found) == set(CASES)
    assert np.nanmedian(list(found.values())) <= 0.5


@pytest.mark.full
@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
@pytest.mark.parametrize("month", [0, 24, 60])
def test_they_beat_chance_by_half_with_a_hundred_sets_of_held_ones(month):
    found = reference.errors(lambda held: uncertainty.draws(4096, held), month=month)
    assert len(found) == 100 + len(CASES) and np.nanmedian(list(found.values())) <= 0.5


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_range_is_what_a_million_random_draws_give(name):
    """Of a million random draws as many lie below each quantile as its name says, within three standard errors.

    So many random draws would miss by ``sqrt(p * (1 - p) / n)``; the even ones by half of that at most, as the test above says.
    """
    held, levels = held_by(name), np.array(uncertainty.LEVELS)
    many = reference.at_large(reference.random_draws(1_000_000, held, np.random.default_rng(8)), 24)
    found = uncertainty.range_of("at_large", 24, CASES[name])
    below = [uncertainty.place(many, value) for value in found[:5]]
    error = np.sqrt(levels * (1 - levels) / uncertainty.COUNT) / 2
    assert (np.abs(below - levels) <= 3 * error).all(), (below - levels) / error
    assert found["place"] == pytest.approx(np.mean(many < found["point"]), abs=0.01)


# Held and open


@pytest.mark.parametrize("month", [0, 12, 24, 60])
@pytest.mark.parametrize("name", CASES)
def test_a_presets_range_lies_around_the_preset(name, month):
    found = uncertainty.range_of("at_large", month, CASES[name])
    assert found["25%"] <= found["point"] <= found["75%"]


def test_with_nothing_open_the_range_is_one_line():
    found = uncertainty.range_of("at_large", 24, EVERYTHING)
    assert found[:5].to_numpy() == pytest.approx([found["point"]] * 5)
    for ask in (
        lambda: uncertainty.matters(held=EVERYTHING),
        lambda: uncertainty.worth(uncertainty.more_than(10_000), EVERYTHING),
    ):
        with pytest.raises(uncertainty.Settled, match="Nothing is open"):
            ask()


def test_holding_more_closes_the_range():
    """Not for every single one, but from all open over a few held to all but one."""
    ids = list(uncertainty.inputs().ranges)
    widths = [
        (lambda found: found["95%"] - found["5%"])(
            uncertainty.range_of(held={id: EVERYTHING[id] for id in ids[:count]})
        )
        for count in (0, 4, len(ids))
    ]
    assert widths[0] > widths[1] > widths[2] > 0


def test_the_fan_opens_and_its_middle_is_no_outcome_of_middles():
    fan = uncertainty.fan("at_large", range(0, 61, 12))
    assert list(fan.columns) == ["month", "5%", "25%", "50%", "75%", "95%"]
    assert (fan.drop(columns="month").diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
    assert fan["95%"].iloc[-1] - fan["5%"].iloc[-1] > fan["95%"].iloc[0] - fan["5%"].iloc[0]
    assert abs(fan["50%"].iloc[0] - model.outcomes({}, 0)["at_large"]) > 500


# What matters: beside SALib


def salib(held: dict, share: str | None = None, pairs: int = 8192) -> dict[str, tuple[float, float]]:
    """First-order and total indices by SALib, which draws and analyses by itself; shares from exponentials or, for one of them, from its Beta distribution.

    Returns them by id, and for the mixture as a whole under "mixture".
    """
    spans = {id: span for id, span in reference.ranges().items() if id not in held}
    mixed = not set(assumptions.share_ids()) & set(held)
    parts = [f"share_{path}" for path in reference.PATHS] if mixed else []
    group = {id: id for id in spans} | {
        part: ("rest" if share and part != share else share or "mixture") for part in parts
    }
    names = [*spans, *parts]
    problem = {
        "num_vars": len(names),
        "names": names,
        "bounds": [[0, 1]] * len(names),
        "groups": [group[name] for name in names],
    }
    units = dict(zip(names, sample.sample(problem, pairs, calc_second_order=False, seed=3).T))
    values = {
        id: np.where(u < 0.5, low + (middle - low) * 2 * u, middle + (high - middle) * (2 * u - 1))
        for id, (low, middle, high) in spans.items()
        for u in [units[id]]
    }
    others = [part for part in parts if part != share]
    weights = {part: -np.log1p(-np.minimum(units[part], 1 - 1e-12)) for part in others}
    alone = beta(1, len(parts) - 1).ppf(units[share]) if share else 0
    values |= {part: (1 - alone) * weight / sum(weights.values()) for part, weight in weights.items()} | (
        {share: alone} if share else {}
    )
    found = analyse.analyze(
        problem, reference.at_large({**values, **held}, 24), calc_second_order=False, print_to_console=False
    )
    unique = list(dict.fromkeys(problem["groups"]))
    return {name: (first, total) for name, first, total in zip(unique, found["S1"], found["ST"])}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_indices_are_salibs(name):
    held = held_by(name)
    theirs = salib(held)
    expected = {id: total for id, (_, total) in theirs.items() if id != "mixture"}
    if "mixture" in theirs:
        expected |= {share: salib(held, share)[share][1] for share in assumptions.share_ids()}
    for pairs, most in ((1024, 0.015), (256, 0.03)):
        single, grouped, together = uncertainty.matters(held=CASES[name], pairs=pairs)
        ours = dict(zip(single["assumption"], single["total"]))
        assert set(ours) - set(expected) <= {"attached", "prosecuted", "prison_spread"}, "they do not reach this answer"
        pair = np.array([(ours[id], expected.get(id, 0)) for id in ours])
        assert np.sqrt(np.mean((pair[:, 0] - pair[:, 1]) ** 2)) <= most
        assert spearmanr(pair[:, 0].round(3), pair[:, 1].round(3))[0] >= 0.95
    if "mixture" in theirs:
        grouped = uncertainty.matters(held=CASES[name], pairs=8192)[1].set_index("group")  # as many as SALib's
        assert grouped.loc["which path", "total"] == pytest.approx(theirs["mixture"][1], abs=0.03)
    assert uncertainty.matters(held=CASES[name])[2] == pytest.approx(
        1 - sum(first for first, _ in theirs.values()), abs=0.06
    )


def test_those_alike_share_a_rank():
    single, grouped, together = uncertainty.matters()
    assert single["assumption"][0] == "lost" and single["rank"].is_monotonic_increasing
    assert single["rank"].nunique() < len(single)
    assert set(single.query("total == 0")["assumption"]) == {"attached", "prosecuted", "prison_spread"}
    assert list(grouped["group"]) == ["who is left", "which path", "how it grows", "returnees and stopping"]
    assert grouped.set_index("group").loc["returnees and stopping", "total"] < 0.02 < 0.1 < together < 0.4


# Tornado


@pytest.mark.parametrize("outcome", model.outcomes({}, 0))
@pytest.mark.parametrize("name", CASES)
def test_the_tornado_spans_what_each_assumption_can_do(outcome, name):
    base = uncertainty.inputs()
    table = uncertainty.tornado(outcome, 24, CASES[name])
    assert sorted(table["assumption"]) == sorted(base.ids)
    assert table["swing"].is_monotonic_decreasing and (table["swing"] >= 0).all()
    stand = assumptions.check(CASES[name])
    for row in table.itertuples():
        this = assumptions.get(row.assumption)
        span = beta(1, OTHERS).ppf([0.05, 0.95]) if row.assumption in assumptions.share_ids() else (this.low, this.high)
        assert (row.low, row.high) == pytest.approx(tuple(span)), row.assumption
        if row.assumption in assumptions.share_ids():
            rest = 1 - stand[row.assumption]
            ends = [
                {
                    **stand,
                    **{id: stand[id] * (1 - value) / rest for id in assumptions.share_ids()},
                    row.assumption: value,
                }
                for value in (row.low, row.high)
            ]
            found = [model.outcomes(end, 24)[outcome] for end in ends]
        else:
            found = model.outcomes({**stand, row.assumption: np.linspace(row.low, row.high, 41)}, 24)[outcome]
        assert np.ptp(found) == pytest.approx(row.swing, abs=1e-6), f"{row.assumption}: the ends are not the extremes"


def test_the_scale_of_weights_is_gone():
    """What the first edition's points could change, nothing can now: the same mixture gives the same range, tornado and flips."""

    def all_of(points):
        held = assumptions.normalised(dict.fromkeys(assumptions.share_ids(), points))
        return (
            uncertainty.range_of(held=held),
            uncertainty.tornado(held=held),
            uncertainty.flips("share_join", uncertainty.more_than(10_000), held),
        )

    one, hundred = all_of(1), all_of(100)
    assert one[0].to_numpy() == pytest.approx(hundred[0].to_numpy()) and one[2] == hundred[2]
    assert one[1]["swing"].to_numpy() == pytest.approx(hundred[1]["swing"].to_numpy())


def test_courts_prisons_and_ties_do_not_reach_those_at_large():
    still = uncertainty.tornado("at_large").query("swing == 0")
    assert set(still["assumption"]) == {"attached", "prosecuted", "prison_spread"}
    assert uncertainty.tornado("converted")["assumption"].iloc[0] == "prison_spread"


# Flips


def test_the_largest_path_flips_where_its_share_passes_the_others():
    (flip,) = uncertainty.flips("share_join", uncertainty.largest_path(0))
    assert (flip.below, flip.above) == ("disengage", "join") and flip.value == pytest.approx(1 / (OTHERS + 1))


def test_a_threshold_is_crossed_where_algebra_says():
    total = 10_000
    (flip,) = uncertainty.flips("lost", uncertainty.more_than(total, month=0))
    lost = sympy.Symbol("lost")
    (where,) = sympy.solve(model.outcomes({"lost": lost}, 0)["at_large"] - total, lost)
    assert flip.value == pytest.approx(float(where)) and (flip.below, flip.above) == (True, False)


def test_an_answer_that_does_not_flip_from_here_may_flip_from_elsewhere():
    question = uncertainty.more_than(10_000)
    assert uncertainty.flips("dispatch_half_life", question, FIFTHS) == []
    assert uncertainty.flips("dispatch_half_life", question, {**FIFTHS, "lost": 0.24}) != []
    turned = uncertainty.turned(question)
    assert turned["dispatch_half_life"] > 1 and turned["lost"] == turned.max() > 40
    assert (
        {"attached", "prosecuted", "prison_spread"}
        <= set(turned[turned == 0].index)
        <= {"attached", "reengage_half_life", "prosecuted", "prison_spread"}
    )


@settings(max_examples=20, deadline=None)
@given(worlds, st.sampled_from([a.id for a in DRAWN if a.id not in assumptions.share_ids()]), st.integers(0, 60))
def test_a_flip_is_a_flip(world, id, month):
    people = model.outcomes(world, month)["at_large"]
    for question in (uncertainty.more_than(people * 0.9, month=month), uncertainty.largest_path(month)):
        for flip in uncertainty.flips(id, question, world, grid=40):
            step = 1e-9 * (1 + abs(flip.value))
            assert question(world | {id: flip.value}) == flip.above != flip.below
            assert question(world | {id: max(flip.value - step, assumptions.get(id).low)}) == flip.below


# Which fact would you buy?


@pytest.mark.slow
@pytest.mark.parametrize("name", ["start", "document", "sahel-analogy", "dutch-cohort-2024"])
def test_what_a_fact_is_worth_is_what_a_million_random_draws_give(name):
    """q is read off 16 bins of a million random draws in place of the fixed ones: each share within three standard errors.

    Of ``n`` random draws in ``b`` bins, ``n`` times the share is nearly a noncentral χ² with ``b - 1`` degrees of freedom around ``n`` times
    the true one, so that its variance is ``2 * (b - 1) + 4 * n * share``.
    """
    held, rng, bins = held_by(name), np.random.default_rng(21), value_of_information.BINS
    values = reference.random_draws(1_000_000, held, rng)
    answers = np.broadcast_to(reference.at_large(values, 24) > 7_500, 1_000_000)
    yes, count = answers.mean(), uncertainty.COUNT
    table, value = uncertainty.worth(uncertainty.more_than(7_500), CASES[name])
    assert value.yes == pytest.approx(yes, abs=0.01) and value.score == value.yes * (1 - value.yes)
    for row in table.itertuples():
        parts = np.array_split(answers[np.argsort(values[row.assumption])], bins)
        share = np.mean([(part.mean() - yes) ** 2 for part in parts]) / (yes * (1 - yes))
        error = (2 * (bins - 1) + 4 * count * share) ** 0.5 / count
        assert abs(row.share - share) <= 3 * error, f"{row.assumption}: {row.share:.4f}, and {share:.4f} ± {error:.4f}"


def test_no_fact_about_returnees_or_stopping_is_worth_much():
    """Because few act, not because little follows when they do: the page has to say so."""
    table, _ = uncertainty.worth(uncertainty.more_than(10_000))
    assert table["assumption"][0] == "lost"
    assert table.set_index("assumption").loc[uncertainty.groups()["returnees and stopping"], "share"].max() < 0.01


def test_a_question_that_is_settled_is_worth_nothing_and_says_so():
    with pytest.raises(uncertainty.Settled, match="Every draw answers yes"):
        uncertainty.worth(uncertainty.more_than(1))
    assert uncertainty.worth(uncertainty.more_than(25_000))[1].as_good_as_settled


# Pictures


def test_a_picture_names_every_row_with_three_assumptions_more(monkeypatch):
    """As in a fork with a sixth scenario: no label is left out, and none touches its neighbour."""
    found, get = uncertainty.turned(uncertainty.more_than(10_000)), assumptions.get
    more = pd.concat([found, pd.Series({"one_more": 9.0, "two_more": 8.0, "three_more": 7.0})])
    labelled = {id: dataclasses.replace(get("lost"), id=id, label=id.replace("_", " ")) for id in more.index[-3:]}
    monkeypatch.setattr(uncertainty, "turned", lambda question: more)
    monkeypatch.setattr(assumptions, "get", lambda id: labelled.get(id) or get(id))
    theme.enable()  # its letters are larger than Vega's own
    svg = ElementTree.fromstring(vl_convert.vegalite_to_svg(pictures.turned().to_json()))
    shown = [text for text in svg.iter("{http://www.w3.org/2000/svg}text") if text.get("opacity") != "0"]
    heights = {"".join(text.itertext()): float(re.findall(r"[-.\d]+", text.get("transform"))[1]) for text in shown}
    places = sorted(heights[assumptions.get(id).label] for id in more.index)
    size = max(float(text.get("font-size").removesuffix("px")) for text in shown)
    assert min(low - high for high, low in zip(places, places[1:])) > size
