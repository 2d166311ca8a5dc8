"""The registry holds what the design fixed, refuses what can't be with a remedy, and warns where no source covers."""

from __future__ import annotations

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from aftermath import assumptions, data, explorers, first_edition, model
from explorable.figures import controls
from explorable.figures.sources import Cited
from explorable.pages import references

IDS = list(assumptions.registry())
FIVE = first_edition.TODAY  # the document's five paths, and the names that they had in the first edition

# id: low, middle, high. Fixed by the design; a change of one of these changes every answer in the book.
FIXED = {
    "travelled": (30_000, 40_000, 52_800),
    "killed": (0.14, 0.25, 0.45),
    "returned": (0.14, 0.16, 0.31),
    "lost": (0.10, 0.30, 0.70),
    **{f"share_{path}": (0, 0.2, 1) for path in model.path_ids()},
    "attached": (0.10, 0.48, 0.75),
    "reengage": (0, 0.04, 0.11),
    "reengage_half_life": (2, 4, 12),
    "prosecuted": (0.25, 0.71, 0.90),
    "prison_spread": (0, 0.1, 1),
    "stay_growth": (-0.40, -0.20, 0.40),
    "join_growth": (-0.30, 0, 0.30),
    "relocate_growth": (-0.40, 0, 0.60),
    "interdicted": (0.30, 0.58, 0.90),
    "dispatch_half_life": (3, 6, 24),
    "inflow_half_life": (2, 4.13, 24),
    "territory_pace": (600, 1267, 4100),
    "territory_half_life": (6, 41, 60),
}


def test_the_registry_is_the_design():
    assert {a.id: (a.low, a.middle, a.high) for a in assumptions.registry().values()} == FIXED
    assert {a.shape for a in assumptions.registry().values() if a.id not in assumptions.share_ids()} == {"split"}


def on_slider(a, value):
    """Whether a slider, which counts its steps from its low end, can be set to a value."""
    low, high = a.slider
    steps = (value - low) / a.step
    return low <= value <= high and steps == pytest.approx(round(steps), abs=1e-6)


def test_paths_shares_and_scenarios_are_the_same_list():
    assert model.path_ids() == tuple(data.load("scenarios")["id"])
    assert assumptions.share_ids() == tuple(f"share_{path}" for path in model.path_ids())


@pytest.mark.parametrize("id", IDS)
def test_a_slider_goes_beyond_the_evidence_but_not_beyond_sense(id):
    a = assumptions.get(id)
    assert all(on_slider(a, value) for value in (a.low, a.middle, a.high, *a.slider))
    least, most, _ = a.limits
    assert least <= a.slider[0] and a.slider[1] <= most


def test_beside_each_slider_its_range_is_told_from_low_to_high():
    page = BeautifulSoup(
        controls.for_chart(
            explorers.five_scenarios().to_dict(),
            prefix="one",
            cited=Cited(references.short_forms(), "bibliography.html"),
        ),
        "html.parser",
    )
    together = [text.get_text() for text in page.select(".shares-place ~ .assumption-why p")]  # no slider of its own
    assert len(together) == len(assumptions.share_ids())
    for this, text in zip(map(assumptions.get, assumptions.share_ids()), together):
        assert f"The range, {this.written(this.low)} to {this.written(this.high)}, is {this.covers}" in text
    told = {
        row["data-assumption"]: row.select_one(".assumption-why p").get_text()
        for row in page.select(".assumption:not([hidden])")
    }
    assert len(told) > 10 and not set(told) & set(assumptions.share_ids())
    for id, text in told.items():
        this = assumptions.get(id)
        assert (
            f"The shaded range, {this.written(this.low)} to {this.written(this.high)}, is {this.covers}" in text
            and this.low < this.high
        )
        shaded = dict(part.split(":") for part in page.select_one(f"[data-assumption={id}]")["style"].split(";"))
        assert float(shaded["--low"].rstrip("%")) < float(shaded["--high"].rstrip("%"))


def test_sliders_cannot_kill_more_than_all():
    assert sum(assumptions.get(id).slider[1] for id in ("killed", "returned")) <= 1


def test_values_are_written_as_a_reader_meets_them():
    written = {id: assumptions.get(id).written(value) for id, value in assumptions.middles().items()}
    assert (written["travelled"], written["killed"]) == ("40,000 people", "25 %")
    assert assumptions.get("share_stay").written(0.2) == "20 %"
    assert (written["reengage_half_life"], written["inflow_half_life"]) == ("4 months", "4.13 months")
    assert written["territory_pace"] == "1,267 km² a month"
    assert assumptions.get("stay_growth").written(-0.25) == "−25 % a year"


@pytest.mark.parametrize("id", IDS)
def test_its_words_stand_alone(id):
    a = assumptions.get(id)
    assert a.label and a.help.endswith(".") and a.covers
    assert not any(name in f"{a.label} {a.help}" for name in IDS if "_" in name), "an id is no word for a reader"
    assert a.scenario in ("all", "inflow", "territory", *model.path_ids())


def test_only_the_document_is_cited_as_the_document():
    for a in assumptions.registry().values():
        assert (a.basis == "document") == (a.source == "wilner2017"), a.id


@pytest.mark.parametrize("id", [a.id for a in assumptions.registry().values() if "evidence" in a.basis])
def test_a_range_that_claims_evidence_has_some(id):
    a = assumptions.get(id)
    rows = data.load("evidence").query("assumption == @id")
    figures = rows[["low", "central", "high"]].stack() / (100 if a.unit.startswith("share") else 1)
    assert figures.between(a.low, a.high).any()


@pytest.mark.parametrize("id", IDS)
def test_a_range_says_what_it_runs_from_and_to_or_that_it_is_a_judgement(id):
    covers = assumptions.get(id).covers
    assert covers.startswith("from ") and " to " in covers or "judgement" in covers
    if assumptions.get(id).basis == "judgement":
        assert "judgement" in covers


def test_middles_come_from_the_evidence_that_they_cite():
    def central(assumption, scope):
        row = data.load("evidence").query("assumption == @assumption and scope.str.startswith(@scope)")
        return row["central"].iloc[0]

    middle = assumptions.middles()
    killed = (
        data.load("evidence")
        .query("assumption == 'killed'")
        .assign(value=lambda rows: rows["central"].fillna((rows["low"] + rows["high"]) / 2))
    )
    later = killed[~killed["scope"].str.contains("early 2016")]["value"]
    assert (round(later.min()), round(later.max())) == (18, 38) and middle["killed"] == round(
        later.median() / 100, 2
    ), "the middle of the counts after early 2016"
    assert assumptions.get("killed").low == killed["value"].min() / 100
    assert middle["attached"] == central("attached", "Germany") / 100
    assert middle["prosecuted"] == round(central("prosecuted", "Belgium") / 100, 2)
    assert middle["interdicted"] == round(central("interdicted", "Western Europe, 1994") / 100, 2)
    assert middle["territory_pace"] == central("territory_pace", "Iraq and Syria")
    assert middle["inflow_half_life"] == round(12 / np.log2(1500 / 200), 2)
    assert middle["territory_half_life"] == round(24 / np.log2(90_800 / 60_400))
    world = data.load("evidence").query("assumption == 'returned' and scope.str.startswith('world')")
    ends = world[["low", "central"]].stack() / 100
    assert ends.min() == assumptions.get("returned").low
    assert middle["returned"] == round((ends.min() + ends.max()) / 2, 2)
    falls = [
        (7_000 / 20_000) ** (1 / 5) - 1,
        (5_000 / 30_000) ** (1 / 5) - 1,
    ]  # ends of the United Nations' estimates of 2018 and 2023
    assert [round(fall, 2) for fall in falls] == [-0.19, -0.30] and falls[1] < middle["stay_growth"] < falls[0]
    rates = data.load("evidence").query("assumption == 'reengage' and unit != 'in words only'")
    ceilings = sorted(
        rates[["central", "high"]].max(axis=1).drop(rates.index[rates["scope"].str.contains("to 2018")]) / 100
    )
    assert ceilings[0] <= middle["reengage"] <= ceilings[1], "between the two Belgian counts of convicts"
    assert assumptions.get("reengage").high == round(ceilings[-1], 2)


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
        ({"returned": 0.9}, "killed + returned = 1.15", "Lower"),
        (
            {f"share_{path}": 0 for path in model.path_ids()},
            "share_disengage",
            "sum to 0, and should sum to 1. Divide each by their sum",
        ),
        (
            {f"share_{path}": 0.3 for path in model.path_ids()},
            "share_dispatch",
            f"sum to {0.3 * len(model.path_ids()):.4g}, and should sum to 1",
        ),
        ({"share_stay": 0.7, "share_join": 0.5}, "share_stay, share_join", "sum to 1.2, and may sum to at most 1"),
        ({"share_stay": -1}, "share_stay = -1", "between 0 and 1"),
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
    with pytest.raises(ValueError, match="The presets are: document, equal-shares"):
        assumptions.preset("realist")
    with pytest.raises(ValueError, match="Did you mean 'travelled'"):
        assumptions.get("traveled")


# What no source covers


@pytest.mark.parametrize("id", IDS)
def test_the_whole_range_passes_without_a_word(id):
    a = assumptions.get(id)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in (a.low, a.middle, a.high, np.linspace(a.low, a.high, 50)):
            assumptions.check({id: value})


def test_beyond_the_range_a_warning_says_what_the_evidence_covers():
    with pytest.warns(assumptions.OutsideEvidence) as caught:
        people = model.people({"killed": 0.6})
    assert people["stay"] == pytest.approx(40_000 * 0.24 * 0.7 / len(model.path_ids())), "and the model still answers"
    message = str(caught[0].message)
    assert "killed = 0.6 lies outside 0.14 to 0.45" in message
    assert assumptions.get("killed").covers in message and "icct2016foreign" in message
    assert caught[0].filename == __file__, "it points at the reader's own line"


def test_what_is_not_named_stands_at_its_middle():
    assert assumptions.check({"killed": 0.2}) == assumptions.middles() | {"killed": 0.2}


def test_where_some_shares_are_named_the_others_make_room():
    full = assumptions.check({"share_stay": 0.5, "share_join": 0.2})
    room = 0.3 / (len(assumptions.share_ids()) - 2)
    expected = {**dict.fromkeys(assumptions.share_ids(), room), "share_stay": 0.5, "share_join": 0.2}
    assert {id: full[id] for id in assumptions.share_ids()} == pytest.approx(expected)
    assert sum(
        assumptions.check({"share_stay": np.linspace(0, 1, 5)})[id] for id in assumptions.share_ids()
    ) == pytest.approx(np.ones(5))


# Presets


@pytest.mark.parametrize("name", assumptions.presets())
def test_a_preset_can_be_held(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assumptions.check(assumptions.preset(name))
    assert all(row.reason.endswith(".") for row in data.load("presets").query("preset == @name").itertuples())
    held = set(assumptions.preset(name)) & set(assumptions.share_ids())
    assert held in (set(), set(assumptions.share_ids())), "the mixture is held or open as one"


def test_the_document_holds_only_what_it_states():
    assert assumptions.preset("document") == {"travelled": 40_000, "killed": 0.15}


def test_equal_shares_are_the_start():
    """The preset is the document's five; where a fork has more paths, those have nobody in it, and the start has as many on each."""
    assert {id: share for id, share in assumptions.preset("equal-shares").items() if share} == dict.fromkeys(FIVE, 0.2)
    assert [assumptions.middles()[id] for id in assumptions.share_ids()] == pytest.approx(
        [1 / len(assumptions.share_ids())] * len(assumptions.share_ids())
    )


def test_the_sahel_preset_is_what_the_deaths_give():
    deaths = data.load("theatres").query("series == 'all organised violence'")
    three = deaths[deaths["country"].isin(["Mali", "Burkina Faso", "Niger"])]
    total = three.groupby("year")["deaths"].sum()
    assert (total[2013], total[2019]) == (912, 2927)
    growth = (total[2019] / total[2013]) ** (1 / 6) - 1
    assert assumptions.preset("sahel-analogy") == {"relocate_growth": round(growth, 2)}
    assert assumptions.preset("pessimist")["relocate_growth"] == round((total[2019] / total[2014]) ** (1 / 5) - 1, 2)


def test_the_dutch_preset_is_the_dutch_cohort():
    """Exactly: the 295 accounted for, each in the place where they were counted."""
    preset = assumptions.preset("dutch-cohort-2024")
    cohort = data.load("cohorts").query("iso3 == 'NLD'")
    cohort = cohort[cohort["as_of"] == pd.Timestamp("2024-06")]
    count = dict(zip(cohort["category"], cohort["count"]))
    total = sum(count.values())
    held = next(number for category, number in count.items() if "prison" in category)
    with pytest.warns(assumptions.OutsideEvidence, match="travelled = 295"):
        people = model.people(preset | {"travelled": total})
    assert total == 295 and [round(preset[id], 3) for id in ("killed", "returned", "lost")] == [0.390, 0.305, 0.278]
    assert [total * preset["killed"], total * preset["returned"], (total - 205) * preset["lost"]] == pytest.approx(
        [115, 90, held]
    )
    assert {path: people[path] for path in ("disengage", "stay", "join", "relocate", "dispatch")} == pytest.approx(
        {"disengage": 15, "stay": 15, "join": 25, "relocate": 10, "dispatch": 0}
    )


@pytest.mark.parametrize("month", [6, 24, 60])
def test_the_optimist_hopes_and_the_pessimist_fears(month):
    def at_large(name):
        return model.outcomes(assumptions.preset(name), month)["at_large"]

    assert at_large("optimist") < at_large("equal-shares") < at_large("pessimist")
    for name in ("optimist", "pessimist"):
        assert not {"travelled", "killed", "returned", "lost"} & set(assumptions.preset(name)), (
            "hope is not bought with deaths"
        )


# Files and links of the first edition


FIRST = json.dumps(
    {
        "format": "after-the-caliphate/assumptions",
        "version": 1,
        "explorer": "five-scenarios",
        "assumptions": {
            "killed": 0.2,
            "attached": 0.75,
            "reengage": 0.1,
            "weight_disengage": 60,
            "weight_stay": 10,
            "weight_join": 10,
            "weight_relocate": 10,
            "weight_dispatch": 10,
        },
    }
)


def test_an_old_file_is_understood_and_says_so():
    with pytest.warns(
        assumptions.Translated, match="old.json has version 1.* weights were turned into shares.* one of all returnees"
    ):
        read = assumptions.from_json(FIRST, name="old.json")
    assert {id: value for id, value in read.items() if value} == pytest.approx(
        {"killed": 0.2, "attached": 0.75, "reengage": 0.075, **dict.fromkeys(FIVE, 0.1), "share_disengage": 0.6}
    ), "a path that it did not know has nobody"


def test_the_scale_of_old_weights_changes_nothing():
    def read(points):
        text = FIRST.replace("60,", f"{6 * points},").replace("10,", f"{points},").replace("10}", f"{points}}}")
        with pytest.warns(assumptions.Translated):
            return assumptions.from_json(text)

    assert read(1) == pytest.approx(read(10))


def test_an_old_link_means_the_starts_of_its_time():
    """It left out what was not moved: then 15 of 100 were killed and no group grew. What today's start says anyway stays open."""
    with pytest.warns(assumptions.Translated, match="This link has version 1"):
        read = assumptions.from_link({"explorer": "five-scenarios", "version": "1", "lost": "0.5"})
    assert {id: value for id, value in read.items() if id not in assumptions.share_ids()} == pytest.approx(
        {"killed": 0.15, "lost": 0.5, "reengage": 0.0384, "stay_growth": 0}
    )
    with pytest.warns(assumptions.Translated):
        few = assumptions.from_link(
            {"explorer": "who-is-left", "version": "1"}, ids=("travelled", "killed", "returned")
        )
    assert few == {"killed": 0.15}


def test_an_old_link_with_all_weights_zero_leaves_the_mixture_open():
    link = {"explorer": "five-scenarios", "version": "1", **dict.fromkeys(FIVE.values(), "0")}
    with pytest.warns(assumptions.Translated, match="weights were all 0: the five shares are left open"):
        assert not set(assumptions.share_ids()) & set(assumptions.from_link(link))


def test_a_link_of_today_holds_what_it_names():
    assert assumptions.from_link({"explorer": "five-scenarios", "version": "2", "lost": "0.5"}) == {"lost": 0.5}
    shares = assumptions.from_link({"version": "2", "share_stay": "0.4"})
    total = 0.4 + 0.2 * (len(assumptions.share_ids()) - 1)
    assert shares == pytest.approx(
        {**dict.fromkeys(assumptions.share_ids(), 0.2 / total), "share_stay": 0.4 / total}
    ), "the page's sliders count by their proportions"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"version": "3"}, "has version '3'; this book reads 1, 2"),
        ({}, "has version None"),
        ({"version": "1", "share_stay": "0.5"}, "knew no assumption 'share_stay'"),
        ({"version": "2", "weight_stay": "20"}, "no assumption 'weight_stay'"),
        ({"version": "2", "lost": "much"}, "lost = 'much' is not a number"),
        ({"version": "1", "lost": "nan"}, "lost = nan is not a number"),
        ({"version": "1", "lost": "1.4"}, "write 15 % as 0.15"),
    ],
)
@pytest.mark.filterwarnings("ignore::aftermath.assumptions.Translated")
def test_a_link_that_cannot_be_says_why(parts, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        assumptions.from_link(parts)
