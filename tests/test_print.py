"""On paper: settings of an explorer in place of its sliders, and a worksheet for each chapter."""
from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from conftest import SITE

from _ext.editions import presets
from aftermath import assumptions, model


def test_printed_settings_are_what_the_model_says():
    ids = ["travelled", "killed", "returned"]
    table = BeautifulSoup(presets.table("who-is-left", ids), "html.parser")
    rows = {row.th.get_text(): [int(cell.get_text().replace(",", "")) for cell in row.find_all("td")] for row in table.select("tbody tr")}
    start = assumptions.defaults()
    assert rows["As the book starts"][0] == round(model.remaining(**{id: start[id] for id in ids}))
    dutch = assumptions.preset("dutch-cohort-2024")
    assert rows["Preset: Dutch cohort by 2024"][0] == round(model.remaining(**{id: dutch[id] for id in ids}))
    ends = [label for label in rows if label.startswith(assumptions.get("killed").label)]
    assert ends == [f"{assumptions.get('killed').label} = 45 %"] and rows[ends[0]][0] < rows["As the book starts"][0]


@pytest.mark.parametrize("explorer", ["five-scenarios", *(f"scenario-{path}" for path in model.PATHS)])
def test_printed_paths_are_what_the_model_says(explorer):
    values = assumptions.preset("pessimist")
    told = presets.outcomes(explorer, values)
    then = model.outcomes(values, presets.MONTH)
    assert set(told.values()) <= {*then.values(), *model.paths(values, presets.MONTH).values(), *model.people(values).values()}


def test_worksheets_ask_and_give_no_answer():
    sheet = BeautifulSoup((SITE / "worksheets" / "recruitment.html").read_text("utf-8"), "html.parser")
    assert len(sheet.select("ol > li .sheet-lines")) >= 5 and len(sheet.select(".sheet-exercise")) >= 4
    assert not any(cell.get_text().strip() for cell in sheet.select(".sheet-table tbody td"))
