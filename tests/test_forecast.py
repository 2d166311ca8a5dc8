"""Scores of forecasts: known values, the decomposition adds up, rivals and pools, and each way to break a file."""

from __future__ import annotations

import json
import math
import random
from datetime import date, datetime

import altair as alt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scripts import call

from aftermath import data, forecast
from explorable.course import forecast as page_part

TWO = {"Q01": 1, "Q02": 0}
FOUR = {"a": 1, "b": 1, "c": 0, "d": 0}
probabilities = st.floats(0, 1, allow_subnormal=False)
cases = st.lists(st.tuples(probabilities, st.integers(0, 1)), min_size=1, max_size=30)


def split(pairs):
    return {f"Q{n:02}": said for n, (said, _) in enumerate(pairs)}, {
        f"Q{n:02}": came for n, (_, came) in enumerate(pairs)
    }


# The arithmetic


@pytest.mark.parametrize(
    ("said", "came", "score"),
    [(1, 1, 0), (0, 0, 0), (0.5, 1, 0.25), (0.5, 0, 0.25), (0, 1, 1), (0.7, 1, 0.09), (0.7, 0, 0.49)],
)
def test_one_forecast(said, came, score):
    assert forecast.brier(said, came) == pytest.approx(score, abs=1e-15)


def test_one_forecast_is_a_formula_too():
    said = alt.param(name="said", value=0.5)
    assert forecast.brier(said, 1).to_dict() == {"expr": "pow((said - 1),2)"}


def test_a_mean_by_hand():
    assert forecast.score({"Q01": 0.7, "Q02": 0.2}, TWO) == pytest.approx((0.09 + 0.04) / 2)


def test_only_answered_and_settled_questions_count():
    assert forecast.score({"Q01": 0.7, "Q99": 0.0}, TWO) == pytest.approx(0.09)
    with pytest.raises(forecast.ForecastError, match="answer at least one"):
        forecast.score({"Q15": 0.5}, TWO)


@given(cases)
@settings(max_examples=80, deadline=None)
def test_the_parts_add_up(pairs):
    answers, outcomes = split(pairs)
    for bands in (None, 1, 5, 10):
        parts = forecast.decomposition(answers, outcomes, bands)
        whole = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within"]
        assert whole == pytest.approx(parts["brier"], abs=1e-12)
        assert min(parts["reliability"], parts["resolution"], parts["uncertainty"]) >= 0
        assert parts["resolution"] <= parts["uncertainty"] + 1e-12
        if bands is None:
            assert parts["within"] == pytest.approx(0, abs=1e-12)


@given(cases, probabilities)
@settings(max_examples=50, deadline=None)
def test_honesty_pays(pairs, rate):
    """Whoever believes in a rate expects the best score by naming it."""

    def expected(said):
        return rate * forecast.brier(said, 1) + (1 - rate) * forecast.brier(said, 0)

    for said, _ in pairs:
        assert expected(rate) <= expected(said) + 1e-15


def test_extreme_forecasters():
    perfect = forecast.decomposition({id: float(came) for id, came in FOUR.items()}, FOUR)
    assert perfect == pytest.approx(
        {"brier": 0, "reliability": 0, "resolution": 0.25, "uncertainty": 0.25, "within": 0}
    )
    cautious = forecast.decomposition(dict.fromkeys(FOUR, 0.5), FOUR)
    assert cautious == pytest.approx(
        {"brier": 0.25, "reliability": 0, "resolution": 0, "uncertainty": 0.25, "within": 0}
    )
    wrong = forecast.decomposition({id: 1.0 - came for id, came in FOUR.items()}, FOUR)
    assert wrong == pytest.approx({"brier": 1, "reliability": 1, "resolution": 0.25, "uncertainty": 0.25, "within": 0})


@pytest.mark.parametrize(
    ("said", "number"), [(0, 0), (0.19, 0), (0.2, 1), (0.4, 2), (0.6, 3), (0.6000000000000001, 3), (0.8, 4), (1, 4)]
)
def test_ends_of_bands(said, number):
    assert forecast.band(said) == number


def test_log_score_and_skill():
    assert forecast.log_score(0.7, 1) == pytest.approx(0.35667494) and forecast.log_score(0.7, 0) == pytest.approx(
        1.2039728
    )
    assert forecast.log_score(0, 1) == forecast.log_score(1, 0) == pytest.approx(-math.log(0.005)), (
        "one mistake costs no infinity"
    )
    assert forecast.skill(0.2, 0.25) == pytest.approx(0.2) and forecast.skill(0.25, 0.25) == 0 > forecast.skill(
        0.3, 0.25
    )


def test_luck_is_what_many_runs_give():
    rng, said = np.random.default_rng(2), np.array([0.9, 0.8, 0.8, 0.3, 0.5, 0.1, 0.65])
    runs = np.mean((said - (rng.random((200_000, 7)) < said)) ** 2, axis=1)
    found = forecast.luck(said)
    assert (found.mean, found.sd) == (pytest.approx(runs.mean(), abs=1e-3), pytest.approx(runs.std(), abs=1e-3))
    assert (found.low, found.high) == (
        pytest.approx(np.quantile(runs, 0.05), abs=2e-3),
        pytest.approx(np.quantile(runs, 0.95), abs=2e-3),
    )
    assert found.beaten == pytest.approx((runs > 0.25).mean(), abs=0.005)
    with pytest.raises(forecast.ForecastError, match="at least one"):
        forecast.luck([])


def test_even_a_perfect_forecaster_is_beaten_by_a_coin_now_and_then():
    """As the page of the scores says: four chances in five, fourteen times."""
    found = forecast.luck([0.8] * 14)
    assert found.mean == pytest.approx(0.16) and round(found.beaten, 2) == 0.13
    assert (round(found.low, 3), round(found.high, 3)) == (0.083, 0.254)
    assert [round(100 * end) for end in forecast.share_interval(1, 1)] == [27, 100] and [
        round(100 * end) for end in forecast.share_interval(10, 10)
    ] == [79, 100]


@pytest.mark.parametrize(("yes", "of"), [(0, 12), (1, 1), (3, 10), (9, 125), (50, 50)])
def test_the_interval_of_a_share_is_wilsons(yes, of):
    """Its ends are where the count is 1.645 standard deviations away: solved from the definition."""
    for end in forecast.share_interval(yes, of):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(yes / of - end) / math.sqrt(end * (1 - end) / of) == pytest.approx(1.6449, rel=1e-6)


def test_calibration_table():
    table = forecast.calibration({"a": 0.9, "b": 0.7, "c": 0.75, "d": 0.1}, FOUR)
    assert table["questions"].tolist() == [1, 2, 1]
    assert table["said"].tolist() == pytest.approx([0.1, 0.725, 0.9])
    assert table["came_true"].tolist() == [0, 0.5, 1]
    assert table["low"].tolist() == pytest.approx([0, 0.6, 0.8])
    assert table["yes"].tolist() == [0, 1, 1]
    assert (table["least"] <= table["came_true"]).all() and (table["came_true"] <= table["most"]).all()


# Against whom


ON = {"a": 1, "b": 2, "c": 2, "d": 4}  # days on which four questions are settled


def test_rivals_know_only_what_was_settled_before():
    simple = forecast.rivals(FOUR, FOUR, ON)
    assert set(simple[forecast.COIN].values()) == {0.5} and len(simple) == 2
    assert simple[forecast.BEFORE] == pytest.approx({"a": 1 / 2, "b": 2 / 3, "c": 2 / 3, "d": 3 / 5})
    turned = forecast.rivals(FOUR, {**FOUR, "d": 1, "c": 1}, ON)[forecast.BEFORE]
    assert [turned[id] for id in "abc"] == [simple[forecast.BEFORE][id] for id in "abc"], (
        "no outcome of the same or a later day is known"
    )


def test_a_comparison_is_on_the_same_questions():
    mine, yours = {"a": 0.9, "b": 0.8, "c": 0.1}, {"a": 0.6, "b": 0.5, "c": 0.5, "d": 0.9}
    table = forecast.compare({"me": mine, "you": yours}, FOUR, ON)
    assert table["questions"].unique().tolist() == [3]
    assert table["forecaster"].iloc[0] == "me"
    assert table.set_index("forecaster")["brier"]["me"] == pytest.approx((0.01 + 0.04 + 0.01) / 3)
    assert table["brier"].is_monotonic_increasing
    assert (
        table.set_index("forecaster")["skill"]["me"] == pytest.approx(1 - 0.02 / 0.25)
        and table.set_index("forecaster")["skill"][forecast.COIN] == 0
    )
    assert table.set_index("forecaster")["log"]["me"] == pytest.approx(-math.log(0.9 * 0.8 * 0.9) / 3)
    with pytest.raises(forecast.ForecastError, match="answered by all"):
        forecast.compare({"me": {"a": 1}, "you": {"d": 1}}, FOUR, ON)
    assert forecast.beside(mine, yours, FOUR) == (pytest.approx(0.02), pytest.approx((0.16 + 0.25 + 0.25) / 3))
    with pytest.raises(forecast.ForecastError):
        forecast.beside({"a": 1}, {"d": 1}, FOUR)
    with pytest.raises(forecast.ForecastError, match="at least one"):
        forecast.compare({}, FOUR)


@given(
    st.lists(st.dictionaries(st.sampled_from("abcd"), probabilities, min_size=4, max_size=4), min_size=1, max_size=8)
)
@settings(max_examples=50, deadline=None)
def test_a_pool_is_no_worse_than_its_members_on_average(forecasts):
    pooled = forecast.score(forecast.pool(forecasts), FOUR)
    assert pooled <= forecast.mean(forecast.score(answers, FOUR) for answers in forecasts) + 1e-12


def test_a_pool_can_be_worse_where_each_answered_others():
    """A is certain and right about one; B as well, and wrong about another that only B answered: the members average .25, the pool .5."""
    members = [{"a": 1.0}, {"a": 1.0, "c": 1.0}]
    pool = forecast.pool(members)
    assert forecast.score(pool, FOUR) == 0.5 > forecast.mean(forecast.score(one, FOUR) for one in members) == 0.25
    assert [forecast.beside(pool, one, FOUR) for one in members] == [(0, 0), (0.5, 0.5)], (
        "on the same questions it is no worse"
    )


def test_pooling():
    three = [{"a": 0.2, "b": 1.0}, {"a": 0.3}, {"a": 0.7}]
    assert forecast.pool(three) == pytest.approx({"a": 0.4, "b": 1.0})
    assert forecast.pool(three, "median") == pytest.approx({"a": 0.3, "b": 1.0})
    assert forecast.pool([{"a": 0.2}, {"a": 0.6}], "median") == pytest.approx({"a": 0.4})
    with pytest.raises(forecast.ForecastError, match="mean or median"):
        forecast.pool(three, "loudest")
    with pytest.raises(forecast.ForecastError, match="nothing to pool"):
        forecast.pool([{}])


# The book's questions


def test_the_books_questions():
    questions = data.load("forecast_questions")
    settled = forecast.outcomes()
    early = questions[questions["asked"].dt.year == 2017]
    assert len(settled) == questions["outcome"].isin(["yes", "no"]).sum() >= 14
    assert len(early) == 16 and early["outcome"].isin(["yes", "no"]).sum() == 14
    assert forecast.base_rate({id: settled[id] for id in early["id"] if id in settled}) == 0.5
    assert forecast.score(dict.fromkeys(questions["id"], 0.5), settled) == pytest.approx(0.25)


def test_live_questions_have_a_day_a_judge_and_a_rule():
    live = data.load("forecast_questions").query("asked >= '2026'")
    assert len(live) >= 8 and live["resolves_by"].between("2027-01-01", "2030-12-31").all()
    assert set(live["resolves_by"].dt.year) == {2027, 2028, 2029, 2030}
    ruled = data.load("forecast_questions").query("asked >= '2026' or id == 'Q16'")
    for column in ("judge", "rule", "source_rule"):
        assert ruled[column].notna().all(), column


def test_figures_of_live_questions_are_those_of_the_tables():
    live = data.load("forecast_questions").set_index("id")
    plots = data.load("plots").query("series == 'Europol'").set_index("year")["all_plots"]
    assert f"{plots[2024]} in 2024" == live.loc["Q17", "resolution"]
    deaths = (
        data.load("theatres")
        .query("series == 'all organised violence' and year == 2024 and country in ['Mali', 'Burkina Faso', 'Niger']")[
            "deaths"
        ]
        .sum()
    )
    assert live.loc["Q21", "resolution"] == f"{deaths:,} in 2024"
    dutch = data.load("cohorts").query("iso3 == 'NLD'")
    assert dutch[(dutch["as_of"] == "2024-06") & dutch["category"].str.contains("returned")]["count"].iloc[0] == 90


@pytest.mark.parametrize(("day", "standing"), [(date(2026, 12, 31), "open"), (date(2027, 1, 1), "due")])
def test_what_is_open_is_computed_from_the_day(day, standing):
    found = forecast.statuses(day)
    assert (
        found["Q16"] == standing
        and found["Q01"] == "settled"
        and found["Q15"] == "unresolved"
        and found["Q24"] == "open"
    )
    assert set(forecast.statuses(date(2031, 1, 1)).values()) <= {"settled", "due", "unresolved"}


def test_the_day_of_a_build_can_be_fixed(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798761600")
    assert forecast.today() == date(2027, 1, 1) and forecast.statuses()["Q16"] == "due"


def test_contradictions_are_named():
    assert forecast.contradictions({"Q03": 0.4, "Q04": 0.3}) == [("Q03", "Q04")]
    assert forecast.contradictions({"Q03": 0.4, "Q04": 0.4}) == forecast.contradictions({"Q03": 0.4}) == []


def test_outcomes_agree_with_the_plots():
    plots = data.load("plots").query("series == 'JPED'").set_index("year")["all_plots"]
    settled = forecast.outcomes()
    assert settled["Q03"] == int(plots[2018] > plots[2016])
    assert settled["Q04"] == int((plots.loc[2018:2021] > plots[2016]).any())


def test_outcomes_agree_with_the_strengths():
    flows = data.load("flows").query("series == 'strength'")
    settled = forecast.outcomes()
    for id, key in (("Q06", "un2018twentysecond"), ("Q07", "un2023thirtysecond")):
        row = flows[flows["source"] == key].iloc[0]
        assert (row["low"] >= 10_000) == (row["high"] >= 10_000) == bool(settled[id])


# Files


def test_a_file_comes_back_as_it_was(tmp_path):
    answers = {"Q02": 0.05, "Q01": 0.7, "Q16": 1.0}
    path = tmp_path / "mine.json"
    path.write_text(forecast.write(answers), encoding="utf-8")
    assert forecast.read(path) == answers
    path.write_text("\ufeff" + forecast.write(answers), encoding="utf-8")  # as some editors save it
    assert forecast.read(path) == answers


def exported(**changes) -> str:
    return json.dumps({"format": forecast.SAVED.format, "version": 1, "answers": {"Q01": 0.7}} | changes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        (exported()[:-5], "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[0.7]", "format"),
        (exported(format="another"), "format"),
        (exported(version=2), "version 2"),
        (exported(version=None), "version None"),
        (exported(answers=None), "no answers"),
        (exported(answers=[0.7]), "no answers"),
        (exported(answers={"Q99": 0.7}), "'Q99', which is no question"),
        (exported(answers={"Q01": "0.7"}), "Q01: '0.7' is not a number"),
        (exported(answers={"Q01": None}), "Q01: None is not a number"),
        (exported(answers={"Q01": True}), "Q01: True is not a number"),
        (exported(answers={"Q01": 70}), "70 lies outside 0 to 1. Write 70 % as 0.7"),
        (exported(answers={"Q01": -0.1}), "outside 0 to 1"),
        (exported(answers={"Q01": float("nan")}), "outside 0 to 1"),
        (exported(answers={"Q01": float("inf")}), "outside 0 to 1"),
        (exported().replace('"Q01": 0.7', '"Q01": 0.7, "Q01": 0.2'), "'Q01' twice"),
    ],
)
def test_a_damaged_file_gets_a_clear_error(tmp_path, text, says):
    path = tmp_path / "anna.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(forecast.ForecastError) as error:
        forecast.read(path)
    assert says in str(error.value) and "anna.json" in str(error.value)


def test_dates_come_back_and_are_told_in_words():
    kept, opened, changed = (
        datetime.fromisoformat(moment)
        for moment in ("2027-02-03T23:10:00-05:00", "2027-02-10T09:00:00.123Z", "2027-02-10T09:05:00Z")
    )
    for dates, words in (
        (forecast.Dates(), "never kept"),
        (forecast.Dates(kept), "kept on 3 February 2027"),
        (forecast.Dates(kept, opened), "kept on 3 February 2027"),
        (forecast.Dates(kept, opened, changed), "kept on 3 February 2027, changed after the outcomes were opened"),
        (forecast.Dates(changed, opened), "kept on 10 February 2027, after the outcomes were opened"),
        (forecast.Dates(None, opened), "never kept"),
    ):
        text = forecast.write({"Q01": 0.7}, dates)
        assert forecast.parse(text) == {"Q01": 0.7} and forecast.dates(text) == dates and str(dates) == words
    assert forecast.dates(exported()) is None, "a file of an older edition"
    assert forecast.dates(exported(kept=None)) == forecast.Dates()


@pytest.mark.parametrize("key", forecast.Dates._fields)
@pytest.mark.parametrize(
    "value",
    [
        "2027-02-03T10:15:00",
        "2027-02-03",
        "2027-02-30T10:00:00Z",
        "3 February 2027",
        "",
        1801648500,
        True,
        ["2027-02-03T10:15:00Z"],
        "2027-02-03T10:15:00+99:00",
    ],
)
def test_a_damaged_date_is_named_and_never_guessed(key, value):
    with pytest.raises(forecast.ForecastError, match=f"This forecast, {key}: .* is no date and time"):
        forecast.parse(exported(**{key: value}))


def test_other_files_get_a_clear_error(tmp_path):
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\xff\xfe")
    for name, says in (
        ("picture.json", "not a text file"),
        ("nowhere.json", "can't be opened"),
        ("", "can't be opened"),
    ):
        with pytest.raises(forecast.ForecastError, match=says):
            forecast.read(tmp_path / name)


def test_write_refuses_what_read_would_refuse():
    with pytest.raises(forecast.ForecastError, match="outside 0 to 1"):
        forecast.write({"Q01": 70})


def test_a_class_with_one_damaged_file_loses_nobody_else(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "mine.json").write_text(exported(answers={"Q01": 0.2}), encoding="utf-8")
    (tmp_path / "mine.json").write_text(exported(answers={"Q01": 0.6}), encoding="utf-8")
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    good, bad = forecast.read_all([tmp_path / "mine.json", tmp_path / "torn.json", tmp_path / "one" / "mine.json"])
    assert len(good) == 2 and forecast.pool(good.values()) == pytest.approx({"Q01": 0.4})
    assert list(bad) == ["torn.json"] and "not JSON" in bad["torn.json"]


def test_an_empty_forecast_is_read_but_not_scored():
    assert forecast.parse(exported(answers={})) == {}
    with pytest.raises(forecast.ForecastError):
        forecast.score({}, forecast.outcomes())


# The page's twin, without a page


def test_the_script_scores_as_python_does(tmp_path):
    chance = random.Random(17)
    outcomes, days = forecast.outcomes(), {id: f"{day:%Y-%m-%d}" for id, day in forecast.days().items()}
    settled = sorted(outcomes)
    many = [
        {id: round(chance.random(), 2) for id in chance.sample(settled, chance.randint(1, len(settled)))}
        for _ in range(20)
    ] + [dict.fromkeys(settled, 1.0), {settled[0]: 0.0}]
    calls = []
    for answers, other in zip(many, many[1:] + many[:1]):
        ids = forecast.scored(answers, outcomes)
        calls += [
            ["logTotal", answers, outcomes],
            ["rivals", ids, outcomes, days],
            ["luck", [answers[id] for id in ids]],
            ["beside", answers, other, outcomes],
            ["shareInterval", len(ids) // 2, len(ids)],
        ]
    found = (
        one.get("value")
        for one in call("bookForecast", page_part.formulas(), "forecast-arithmetic.js", calls, tmp_path)
    )
    for answers, other in zip(many, many[1:] + many[:1]):
        ids = forecast.scored(answers, outcomes)
        assert next(found) == pytest.approx(forecast.log_mean(answers, outcomes), rel=1e-12)
        assert next(found) == {
            name: pytest.approx(given, rel=1e-12) for name, given in forecast.rivals(ids, outcomes).items()
        }
        luck = forecast.luck(answers[id] for id in ids)._asdict()
        assert next(found) == {
            name: pytest.approx(luck[name], rel=1e-9, abs=1e-9) for name in ("mean", "low", "high", "beaten")
        }
        common = set(ids) & set(other)
        assert next(found) == (
            pytest.approx(list(forecast.beside(answers, other, outcomes)), rel=1e-12) if common else None
        )
        assert next(found) == pytest.approx(list(forecast.share_interval(len(ids) // 2, len(ids))), rel=1e-12)
