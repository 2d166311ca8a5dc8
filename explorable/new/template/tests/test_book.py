"""The book itself: its tables, its model, its chapters. Change it with your book."""

from __future__ import annotations

import altair as alt
import numpy as np
import pytest
from book import assumptions, data, explorers, model, theme
from conftest import ROOT, notebooks, read_notebook

from explorable.figures.blocks import text
from explorable.publish import notebooks as commands

# Data


@pytest.mark.parametrize("name", [entry["name"] for entry in data.package()["resources"]])
def test_a_table_loads_and_each_row_has_its_source(name):
    frame = data.load(name)
    assert len(frame) and frame["source"].notna().all()


def test_every_table_is_described():
    assert {path.name for path in data.DATA.glob("*.csv")} == {entry["path"] for entry in data.package()["resources"]}


# Model


def test_visits_by_hand():
    assert model.visits(visits_now=100_000, hours_cut=0.2, growth=0.1, years=0) == 80_000
    assert model.visits(visits_now=100_000, hours_cut=0.2, growth=0.1, years=2) == pytest.approx(96_800)


def test_arrays_are_the_numbers_in_a_row():
    years = np.arange(11)
    assert model.outcomes({}, years)["visits"].tolist() == pytest.approx(
        [model.outcomes({}, year)["visits"] for year in years.tolist()]
    )


def test_the_first_year_is_the_last_one_counted():
    assert assumptions.get("visits_now").middle == data.load("visits")["visits"].iloc[-1]


@pytest.mark.parametrize("name", assumptions.presets())
def test_a_preset_can_be(name):
    assumptions.check(assumptions.preset(name))


@pytest.mark.parametrize(
    ("given", "says"), [({"hours_cut": 15}, "write 15 % as 0.15"), ({"hour_cut": 0.1}, "Did you mean 'hours_cut'")]
)
def test_what_cannot_be_is_refused_with_a_remedy(given, says):
    with pytest.raises(ValueError, match=says):
        model.outcomes(given, 1)


# Explorers and chapters


def test_an_explorer_owes_nothing_and_has_a_slider_for_each_assumption():
    spec = explorers.visits().to_dict()
    assert theme.missing(spec) == []
    assert {param["name"] for param in spec["params"] if "bind" in param} == set(assumptions.registry())


def test_the_formula_of_the_page_is_the_model():
    written = text(model.outcomes({id: alt.param(name=id) for id in explorers.IDS}, alt.datum.years)["visits"])
    assert {id for id in explorers.IDS if id in written} == set(explorers.IDS)


@pytest.mark.parametrize("page", notebooks())
def test_a_chapter_is_stored_executed_and_tidy(page):
    assert commands.untidy(ROOT / f"{page}.ipynb") == ""
    assert commands.complaints(read_notebook(page)) == []


def test_the_status_page_is_that_of_the_stored_notebooks():
    rows = [line for line in commands.status_page().read_text("utf-8").splitlines() if line.startswith("| [")]
    assert rows == [line for line in commands.status().splitlines() if line.startswith("| [")], "run: make notebooks"
