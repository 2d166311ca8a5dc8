"""The registry holds what the design fixed, refuses what can't be with a remedy, and warns where no source covers."""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from _ext import controls
from aftermath import assumptions, data, explorers, model

IDS = list(assumptions.registry())

# id: low, default, high. Fixed by the design; a change of one of these changes every answer in the book.
FIXED = {
    "travelled": (30_000, 40_000, 52_800),
    "killed": (0.15, 0.15, 0.45),
    "returned": (0.14, 0.16, 0.30),
    "lost": (0.10, 0.30, 0.70),
    **{f"weight_{path}": (0, 20, 100) for path in model.PATHS},
    "attached": (0.10, 0.48, 0.75),
    "reengage": (0, 0.08, 0.25),
    "reengage_half_life": (2, 4, 12),
    "prosecuted": (0.25, 0.71, 0.90),
    "prison_spread": (0, 0.1, 1),
    "stay_growth": (-0.40, 0, 0.40),
    "join_growth": (-0.30, 0, 0.30),
    "relocate_growth": (-0.40, 0, 0.60),
    "interdicted": (0.30, 0.58, 0.90),
    "dispatch_half_life": (3, 6, 24),
    "inflow_half_life": (2, 4.13, 24),
    "territory_pace": (600, 1267, 4100),
    "territory_half_life": (6, 41, 60),
}


def test_the_registry_is_the_design():
    assert {a.id: (a.low, a.default, a.high) for a in assumptions.registry().values()} == FIXED


def on_slider(a, value):
    """Whether a slider, which counts its steps from its low end, can be set to a value."""
    low, high = a.slider
    steps = (value - low) / a.step
    return low <= value <= high and steps == pytest.approx(round(steps), abs=1e-6)


def test_paths_weights_and_scenarios_are_the_same_list():
    assert model.PATHS == tuple(data.load("scenarios")["id"])
    assert assumptions.WEIGHTS == tuple(f"weight_{path}" for path in model.PATHS)


@pytest.mark.parametrize("id", IDS)
def test_a_slider_goes_beyond_the_evidence_but_not_beyond_sense(id):
    a = assumptions.get(id)
    assert all(on_slider(a, value) for value in (a.low, a.default, a.high, *a.slider))
    least, most, _ = a.limits
    assert least <= a.slider[0] and a.slider[1] <= most


def test_beside_each_slider_its_range_is_told_from_low_to_high():
    page = BeautifulSoup(controls.for_chart(explorers.five_scenarios().to_dict(), prefix="one", bibliography="bibliography.html"), "html.parser")
    told = {row["data-assumption"]: row.select_one(".assumption-why p").get_text() for row in page.select(".assumption")}
    assert len(told) > 10
    for id, text in told.items():
        this = assumptions.get(id)
        assert f"The shaded range, {this.written(this.low)} to {this.written(this.high)}, is {this.covers}" in text and this.low < this.high
        shaded = dict(part.split(":") for part in page.select_one(f"[data-assumption={id}]")["style"].split(";"))
        assert float(shaded["--low"].rstrip("%")) < float(shaded["--high"].rstrip("%"))


def test_sliders_cannot_kill_more_than_all():
    assert sum(assumptions.get(id).slider[1] for id in ("killed", "returned")) <= 1


def test_values_are_written_as_a_reader_meets_them():
    written = {id: assumptions.get(id).written(value) for id, value in assumptions.defaults().items()}
    assert (written["travelled"], written["killed"], written["weight_stay"]) == ("40,000 people", "15 %", "20 points")
    assert (written["reengage_half_life"], written["inflow_half_life"]) == ("4 months", "4.13 months")
    assert written["territory_pace"] == "1,267 km² a month"
    assert assumptions.get("stay_growth").written(-0.25) == "−25 % a year"


@pytest.mark.parametrize("id", IDS)
def test_its_words_stand_alone(id):
    a = assumptions.get(id)
    assert a.label and a.help.endswith(".") and a.covers
    assert not any(name in f"{a.label} {a.help}" for name in IDS if "_" in name), "an id is no word for a reader"
    assert a.scenario in ("all", "inflow", "territory", *model.PATHS)


def test_only_the_document_is_cited_as_the_document():
    for a in assumptions.registry().values():
        assert (a.basis == "document") == (a.source == "wilner2017"), a.id


@pytest.mark.parametrize("id", [a.id for a in assumptions.registry().values() if "evidence" in a.basis])
def test_a_range_that_claims_evidence_has_some(id):
    a = assumptions.get(id)
    rows = data.load("evidence").query("assumption == @id")
    figures = rows[["low", "central", "high"]].stack() / (100 if a.unit.startswith("share") else 1)
    assert figures.between(a.low, a.high).any()


def test_defaults_come_from_the_evidence_that_they_cite():
    def central(assumption, scope):
        row = data.load("evidence").query("assumption == @assumption and scope.str.startswith(@scope)")
        return row["central"].iloc[0]

    default = assumptions.defaults()
    assert default["killed"] == central("killed", "European fighters") / 100
    assert default["attached"] == central("attached", "Germany") / 100
    assert default["prosecuted"] == round(central("prosecuted", "Belgium") / 100, 2)
    assert default["interdicted"] == round(central("interdicted", "Western Europe, 1994") / 100, 2)
    assert default["territory_pace"] == central("territory_pace", "Iraq and Syria")
    assert default["inflow_half_life"] == round(12 / np.log2(1500 / 200), 2)
    assert default["territory_half_life"] == round(24 / np.log2(90_800 / 60_400))
    world = data.load("evidence").query("assumption == 'returned' and scope.str.startswith('world')")
    ends = world[["low", "central"]].stack() / 100
    assert ends.min() == assumptions.get("returned").low
    assert default["returned"] == round((ends.min() + ends.max()) / 2, 2)


# What can't be


@pytest.mark.parametrize(
    ("given", "named", "remedy"),
    [
        ({"kiled": 0.2}, "kiled", "Did you mean 'killed'"),
        ({"weather": 1}, "weather", "The assumptions are: travelled"),
        ({"killed": 1.2}, "killed = 1.2", "write 15 % as 0.15"),
        ({"killed": -0.1}, "killed = -0.1", "between 0 and 1"),
        ({"killed": 15}, "killed = 15", "write 15 % as 0.15"),
        ({"killed": 0.8, "returned": 0.3}, "killed + returned = 1.1", "Lower killed or returned"),
        ({"returned": 0.9}, "killed + returned = 1.05", "Lower"),
        ({f"weight_{path}": 0 for path in model.PATHS}, "weight_disengage", "Give at least one of them points"),
        ({"weight_stay": -1}, "weight_stay = -1", "0 points or more"),
        ({"reengage_half_life": 0}, "reengage_half_life = 0", "more than 0 months"),
        ({"stay_growth": -1}, "stay_growth = -1", "more than −1"),
        ({"travelled": -5}, "travelled = -5", "0 people or more"),
        ({"travelled": float("nan")}, "travelled = nan", "0 people or more"),
        ({"travelled": float("inf")}, "travelled = inf", "0 people or more"),
        ({"lost": "a third"}, "lost = 'a third'", "write 15 % as 0.15"),
        ({"lost": None}, "lost = None", "not a number"),
        ({"killed": np.array([0.2, np.nan])}, "killed = nan", "between 0 and 1"),
        ({"killed": pd.Series([0.2, 1.5])}, "killed = 1.5", "between 0 and 1"),
        ({"killed": np.array([0.2, 0.8]), "returned": np.array([0.3, 0.3])}, "killed + returned = 1.1", "Lower"),
    ],
)
@pytest.mark.parametrize("use", [assumptions.check, model.people, lambda given: model.outcomes(given, 24)])
@pytest.mark.filterwarnings("ignore::aftermath.assumptions.OutsideEvidence")
def test_what_cannot_be_is_refused_with_a_remedy(use, given, named, remedy):
    with pytest.raises(ValueError) as refused:
        use(given)
    assert named in str(refused.value) and remedy in str(refused.value)


def test_unknown_names_list_what_there_is():
    with pytest.raises(ValueError, match="The presets are: equal-weights"):
        assumptions.preset("realist")
    with pytest.raises(ValueError, match="Did you mean 'travelled'"):
        assumptions.get("traveled")


# What no source covers


@pytest.mark.parametrize("id", IDS)
def test_the_whole_range_passes_without_a_word(id):
    a = assumptions.get(id)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (a.low, a.default, a.high, np.linspace(a.low, a.high, 50)):
            assumptions.check({id: value})


def test_beyond_the_range_a_warning_says_what_the_evidence_covers():
    with pytest.warns(assumptions.OutsideEvidence) as caught:
        people = model.people({"killed": 0.6})
    assert people["stay"] == pytest.approx(40_000 * 0.24 * 0.7 / 5), "and the model still answers"
    message = str(caught[0].message)
    assert "killed = 0.6 lies outside 0.15 to 0.45" in message
    assert assumptions.get("killed").covers in message and "wilner2017" in message
    assert caught[0].filename == __file__, "it points at the reader's own line"


def test_what_is_not_named_keeps_its_default():
    assert assumptions.check({"killed": 0.2}) == assumptions.defaults() | {"killed": 0.2}


# Presets


@pytest.mark.parametrize("name", assumptions.presets())
def test_a_preset_can_be_set_by_the_sliders(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assumptions.check(assumptions.preset(name))
    for row in data.load("presets").query("preset == @name").itertuples():
        assert on_slider(assumptions.get(row.assumption), row.value) and row.reason.endswith(".")


def test_equal_weights_are_the_defaults():
    assert assumptions.preset("equal-weights") == assumptions.defaults()


def test_the_sahel_preset_is_what_the_deaths_give():
    deaths = data.load("theatres").query("series == 'all organised violence'")
    three = deaths[deaths["country"].isin(["Mali", "Burkina Faso", "Niger"])]
    total = three.groupby("year")["deaths"].sum()
    assert (total[2013], total[2019]) == (912, 2927)
    growth = (total[2019] / total[2013]) ** (1 / 6) - 1
    assert assumptions.preset("sahel-analogy")["relocate_growth"] == round(growth, 2)
    assert assumptions.preset("pessimist")["relocate_growth"] == round((total[2019] / total[2014]) ** (1 / 5) - 1, 2)


def test_the_dutch_preset_is_the_dutch_cohort():
    preset = assumptions.preset("dutch-cohort-2024")
    cohort = data.load("cohorts").query("iso3 == 'NLD'")
    cohort = cohort[cohort["as_of"] == pd.Timestamp("2024-06")]
    count = dict(zip(cohort["category"], cohort["count"]))
    killed, back = count["killed"], count["returned to the Netherlands"]
    held = next(number for category, number in count.items() if "prison" in category)
    assert preset["killed"] == round(killed / 300, 2)
    assert preset["returned"] == round(back / 300, 2)
    assert preset["lost"] == round(held / (300 - killed - back), 2)
    assert {preset[id] for id in assumptions.WEIGHTS} <= {0, *count.values()}
    with pytest.warns(assumptions.OutsideEvidence, match="travelled = 300"):
        people = model.people(preset | {"travelled": 300})
    assert sum(people.values()) == pytest.approx(300 - killed - back - held, abs=2)
    assert people["dispatch"] == 0


@pytest.mark.parametrize("month", [6, 24, 60])
def test_the_optimist_hopes_and_the_pessimist_fears(month):
    def at_large(name):
        return model.outcomes(assumptions.preset(name), month)["at_large"]

    assert at_large("optimist") < at_large("equal-weights") < at_large("pessimist")
    for name in ("optimist", "pessimist"):
        for id in ("travelled", "killed", "returned", "lost"):
            assert assumptions.preset(name)[id] == assumptions.get(id).default, "hope is not bought with deaths"
