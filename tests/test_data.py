"""The data package is valid, its tables load typed from anywhere, and each way to break one gets a clear error."""
from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT
from frictionless import Package

from aftermath import data

NAMES = [entry["name"] for entry in data.package()["resources"]]


def test_the_package_is_valid():
    report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["taskNumber", "rowNumber", "fieldName", "message"])


def test_every_file_is_described():
    assert {path.stem for path in data.DATA.glob("*.csv")} == set(NAMES)


#: What a column's name says of its unit: where the two differ, one of them misleads.
TOLD_BY_NAME = {
    r"km2": r"^km(²|2)$", r"percent": r"^per ?cent$", r"^lat": r"^degrees( north)?$", r"^lon": r"^degrees( east)?$", r"population|deaths|persons|killed": r"^(persons|people)$",
    r"^attacks": r"^attacks$", r"plots": r"^plots$", r"^members": r"^countries$",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_table_says_what_it_is(name):
    entry = data.resource(name)
    for property in ("title", "description", "licenses", "redistribution", "sources", "dates", "hash"):
        assert entry.get(property), property
    for field in entry["schema"]["fields"]:
        assert field.get("title") and field.get("description"), field["name"]
        if field["type"] in ("number", "integer") and not field["name"].startswith(("lat", "lon", "number")):
            assert field.get("unit"), f"{field['name']} has no unit"
            said = next((unit for name, unit in TOLD_BY_NAME.items() if re.search(name, field["name"])), "")
            assert re.search(said, field["unit"]), f"{field['name']} is in {field['unit']!r}"
        if re.search(r"\bunit\b", field.get("unit", "")):  # of each row its own
            assert data.load(name)["unit"].str.strip().all(), f"{field['name']} is in the unit of its row, which has none"


@pytest.mark.parametrize("name", NAMES)
def test_a_table_loads_with_types_and_sources(name):
    frame = data.load(name)
    assert len(frame)
    for field in data.resource(name)["schema"]["fields"]:
        column = frame[field["name"]]
        if field["type"] in ("date", "yearmonth"):
            assert pd.api.types.is_datetime64_any_dtype(column)
        if field["type"] in ("number", "integer", "year"):
            assert pd.api.types.is_numeric_dtype(column)
    assert "source" in frame and frame["source"].notna().all()


def test_data_are_found_from_any_working_directory(tmp_path):
    command = [sys.executable, "-c", "from aftermath import data; print(len(data.load('territory')))"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(data.load("territory"))


def test_a_change_of_the_result_does_not_reach_the_next_reader():
    frame = data.load("territory")
    frame.loc[0, "area_km2"] = -1
    assert data.load("territory").loc[0, "area_km2"] > 0


# Broken on purpose

SCHEMA = {"fields": [{"name": "when", "type": "date", "constraints": {"required": True}},
                     {"name": "people", "type": "integer", "constraints": {"minimum": 0}},
                     {"name": "share", "type": "number", "constraints": {"maximum": 1}},
                     {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
                     {"name": "source", "type": "string", "constraints": {"required": True}}],
          "primaryKey": ["when", "kind"]}
GOOD = "when,people,share,kind,source\n2016-01-01,5,0.5,a,wilner2017\n2016-02-01,6,,b,wilner2017\n"


@pytest.mark.parametrize(("old", "new", "says"), [
    ("people", "persons", ["row 1", "'people' is missing", "datapackage.json"]),
    (",source\n", ",source,extra\n", ["row 1", "'extra' is not described"]),
    ("2016-02-01", "Feb 2016", ["row 3", "when", "'Feb 2016'", "date"]),
    (",6,", ",six,", ["row 3", "people", "'six'", "integer"]),
    (",6,", ",-6,", ["row 3", "people", "minimum"]),
    ("0.5", "1.5", ["row 2", "share", "maximum of 1"]),
    (",b,", ",c,", ["row 3", "kind", "'c'", "a, b"]),
    ("b,wilner2017", "b,nobody1999", ["row 3", "source", "'nobody1999'", "references.bib"]),
    ("b,wilner2017", "b,", ["row 3", "source", "empty"]),
    ("2016-02-01,6,,b", "2016-01-01,6,,a", ["row 3", "repeats"]),
])
def test_a_broken_table_gets_a_clear_error(tmp_path, old, new, says):
    path = tmp_path / "made.csv"
    path.write_text(GOOD.replace(old, new, 1) if old != ",source\n" else GOOD.replace(old, new).replace("wilner2017\n", "wilner2017,x\n"))
    with pytest.raises(data.DataError) as error:
        data.read(path=path, schema=SCHEMA)
    for words in ["data/made.csv", *says]:
        assert words in str(error.value)


def test_a_comma_too_many_gets_a_clear_error(tmp_path):
    path = tmp_path / "made.csv"
    path.write_text(GOOD.replace(",b,", ",b, or c,"))
    with pytest.raises(data.DataError, match=r"data/made\.csv: .*line 3.*double quotes"):
        data.read(path=path, schema=SCHEMA)


def test_a_good_table_is_read(tmp_path):
    path = tmp_path / "made.csv"
    path.write_text(GOOD)
    frame = data.read(path=path, schema=SCHEMA)
    assert frame["when"].dt.month.tolist() == [1, 2] and frame["people"].sum() == 11 and frame["share"].isna().sum() == 1


@pytest.fixture()
def copied(tmp_path, monkeypatch):
    """A copy of the data that a test may spoil."""
    shutil.copytree(data.DATA, tmp_path / "data")
    shutil.copy(ROOT / "references.bib", tmp_path)
    monkeypatch.setattr(data, "DATA", tmp_path / "data")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    data._load.cache_clear()
    yield tmp_path / "data"
    data._load.cache_clear()


def test_a_changed_file_is_noticed_and_make_data_accepts_it(copied):
    path = copied / "territory.csv"
    path.write_text(path.read_text("utf-8").replace("90800", "90801"), encoding="utf-8")
    with pytest.raises(data.DataError, match=r"data/territory\.csv.*checksum.*make data"):
        data.load("territory")
    assert data.refresh() == ["territory"]
    assert 90801 in data.load("territory")["area_km2"].to_list()


def test_make_data_refuses_a_broken_table(copied):
    before = (copied / "datapackage.json").read_text("utf-8")
    path = copied / "territory.csv"
    path.write_text(path.read_text("utf-8").replace("90800", "many"), encoding="utf-8")
    with pytest.raises(data.DataError, match="'many'"):
        data.refresh()
    assert (copied / "datapackage.json").read_text("utf-8") == before


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(data.DataError, match="territory"):
        data.load("teritory")


def test_an_unknown_source_of_a_chart_is_an_error():
    with pytest.raises(data.DataError, match="nobody1999"):
        data.sources("nobody1999")


def test_no_source_is_a_mirror_or_a_repost():
    text = (ROOT / "references.bib").read_text("utf-8").lower()
    for host in ("worddisk", "kiwix", "wikimili", "infogalactic", "piglix", "gravy.cc", "profilpelajar", "goodnames.eth", "docslib", "scribd"):
        assert host not in text, host


def test_every_entry_of_the_bibliography_is_used():
    """A source that nothing cites is not a source."""
    used = {key for name in NAMES for column in data.load(name) if column.startswith("source") for key in data.load(name)[column].dropna()}
    prose = "".join(path.read_text("utf-8") for path in [*ROOT.glob("chapters/**/*.ipynb"), *ROOT.glob("chapters/*.md"), *ROOT.glob("teaching/*.md"), ROOT / "index.md"])
    assert sorted(key for key in data.source_keys() - used if key not in prose) == []


def test_rows_of_the_terrorism_database_are_not_shipped():
    """START's licence: annual totals may be cited, its rows may not be published. So: sums of a year, nothing finer."""
    finer = {"country", "iso3", "city", "region", "group", "event", "date", "lat"}
    for name in NAMES:
        frame = data.load(name)
        gtd = frame[frame["source"] == "gtd2021"]
        if len(gtd) and name != "claims":
            assert "year" in gtd and not finer & set(gtd.columns), name
            assert not gtd.duplicated([column for column in gtd if column not in ("deaths", "attacks", "note")]).any(), name
