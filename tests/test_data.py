"""The data package is valid, its tables load typed from anywhere, and each way to break one gets a clear error."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from frictionless import Package

from aftermath import data, theme

NAMES = [entry["name"] for entry in data.package()["resources"]]


def test_the_package_is_valid():
    report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["taskNumber", "rowNumber", "fieldName", "message"])


def test_every_file_is_described():
    assert {path.stem for path in data.DATA.glob("*.csv")} == set(NAMES)


#: What a column's name says of its unit: where the two differ, one of them misleads.
TOLD_BY_NAME = {
    r"km2": r"^km(²|2)$",
    r"percent": r"^per ?cent$",
    r"^lat": r"^degrees( north)?$",
    r"^lon": r"^degrees( east)?$",
    r"population|deaths|persons|killed": r"^(persons|people)$",
    r"^attacks": r"^attacks$",
    r"plots": r"^plots$",
    r"^members": r"^countries$",
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
            assert data.load(name)["unit"].str.strip().all(), (
                f"{field['name']} is in the unit of its row, which has none"
            )


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

SCHEMA = {
    "fields": [
        {"name": "when", "type": "date", "constraints": {"required": True}},
        {"name": "people", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "share", "type": "number", "constraints": {"maximum": 1}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
        {"name": "source", "type": "string", "constraints": {"required": True}},
    ],
    "primaryKey": ["when", "kind"],
}
GOOD = "when,people,share,kind,source\n2016-01-01,5,0.5,a,wilner2017\n2016-02-01,6,,b,wilner2017\n"
LATIN = GOOD.replace("6,,b", "6,,ö")


class Small:
    """A book of one small table that a test spoils."""

    def __init__(self, root):
        self.root, self.folder = root, root / "data"
        self.folder.mkdir()
        self.package = {"resources": [{"name": "made", "path": "made.csv", "schema": copy.deepcopy(SCHEMA)}]}
        self.entry, self.fields = (
            self.package["resources"][0],
            {field["name"]: field for field in self.package["resources"][0]["schema"]["fields"]},
        )
        self.write(GOOD)
        (root / "references.bib").write_text("@misc{wilner2017,\n  title = {A text}\n}\n")

    def write(self, content: str | bytes) -> None:
        """Write the table, and note its checksum: nothing but its content is to be refused."""
        content = content.encode() if isinstance(content, str) else content
        (self.folder / "made.csv").write_bytes(content)
        self.entry["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"

    def describe(self, text: str | bytes | None = None) -> None:
        text = json.dumps(self.package, indent=2) if text is None else text
        (self.folder / "datapackage.json").write_bytes(text.encode() if isinstance(text, str) else text)

    def said(self) -> dict[str, str]:
        """Return what each way to read tables says: the two commands, and a chapter's line."""
        if not (self.folder / "datapackage.json").exists():
            self.describe()
        said = {"make data": data.main([]), "--check": data.main(["--check"])}
        try:
            said["load"] = str(data.load("made").shape)
        except data.DataError as error:
            said["load"] = str(error)
        return said


@pytest.fixture()
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(data.TABLES, "root", tmp_path)
    data.TABLES.forget()
    yield Small(tmp_path)
    data.TABLES.forget()


def agree(said: dict[str, str], words: list[str]) -> None:
    """Each way says one sentence a mistake, with all these words."""
    for way, message in said.items():
        assert isinstance(message, str), f"{way} was silent"
        for word in words:
            assert word in message, f"{way}: {message}"
        assert message.endswith((".", "?")), message


#: In place of which text of the good table, what is written, and what is said of it.
MISTAKES = [
    ("people", "persons", ["row 1", "'people' is missing", "datapackage.json"]),
    ("2016-02-01", "Feb 2016", ["row 3", "when", "'Feb 2016'", "date", "2021-02-01"]),
    (",6,", ",six,", ["row 3", "people", "'six'", "integer", "1200"]),
    (",6,", ",-6,", ["row 3", "people", "minimum"]),
    ("0.5", "1.5", ["row 2", "share", "maximum of 1"]),
    (",b,", ",c,", ["row 3", "kind", "'c'", "a, b"]),
    (",b,", ", b,", ["row 3", "kind", "' b'", "Did you mean 'b'?"]),
    ("b,wilner2017", "b,nobody1999", ["row 3", "source", "'nobody1999'", "references.bib"]),
    ("b,wilner2017", "b,wilner2016", ["row 3", "Did you mean 'wilner2017'?"]),
    ("b,wilner2017", "b,", ["row 3", "source", "empty", "leave the row out"]),
    ("b,wilner2017", "b,#NAME?", ["row 3, column source: '#NAME?' is no value", "spreadsheet"]),
    ("2016-02-01,6,,b", "2016-01-01,6,,a", ["row 3", "repeats the key 2016-01-01, a."]),
    # what spreadsheets and countries write
    (",6,", ',"1,200",', ["row 3, column people: '1,200'", "Write 1200."]),
    (",6,", ",1\u00a0200,", ["'1\\xa0200'", "Write 1200."]),
    (",6,", ",1'200,", ["Write 1200."]),
    (",6,", ",1.200,", ["Write 1200."]),
    (",6,", ",1.000,", ["Write 1000 or 1."]),
    (",6,", ",6.0,", ["Write 6."]),
    (",6,", ",–6,", ["Write -6."]),
    (",6,", ",TRUE,", ["'TRUE' is not of type integer", "write 1200"]),
    (",6,", ",#REF!,", ["row 3, column people: '#REF!'", "spreadsheet", "leave it empty"]),
    (",6,", ",NA,", ["'NA'", "leave it empty"]),
    (",6,", ",99999999999999999999,", ["row 3", "integer"]),
    ("0.5", '"0,5"', ["row 2, column share: '0,5'", "Write 0.5."]),
    ("0.5", '"1.200,5"', ["Write 1200.5."]),
    ("0.5", "50%", ["'50%'", "Write 0.5."]),
    ("0.5", "inf", ["'inf' is not of type number", "0.5"]),
    ("0.5", "1e400", ["'1e400' is not of type number"]),
    ("2016-02-01", "2262-03-01", ["1678 to 2261"]),
    ("2016-02-01", "01/02/2021", ["row 3, column when: '01/02/2021'", "Write 2021-02-01 or 2021-01-02."]),
    ("2016-02-01", "2021-02-01 00:00:00", ["Write 2021-02-01."]),
    ("2016-02-01", "44228", ["Write 2021-02-01."]),
    ("2016-02-01", "1 February 2021", ["Write 2021-02-01."]),
    ("2016-02-01", "2016–02–01", ["Write 2016-02-01."]),
    ("2016-02-01", "2016-02-30", ["'2016-02-30' is not of type date", "2021-02-01"]),
    ("2016-02-01", "1016-02-01", ["1678 to 2261"]),
    ("2016-02-01", "NA", ["row 3, column when: 'NA'", "leave the row out"]),
    # the shape of a row
    (",6,", ",1,200,", ["row 3: it has 6 values for 5 columns", "write 1200"]),
    (",b,", ",b, or c,", ["row 3: it has 6 values for 5 columns", "double quotes"]),
    (",b,wilner2017", "", ["row 3: it has 3 values for 5 columns", "a,,c"]),
    ("b,wilner2017", "b,wilner2017,", ["row 3", "1 comma too many"]),
    ("2016-02-01", ",,,,\n2016-02-01", ["row 3: nothing stands in it"]),
    ("2016-02-01", '"2016-02-01', ["row 3: a double quote is not closed"]),
    (",b,", ',b "or" c",', ["row 3"]),
    ("2016-02-01", "<<<<<<< HEAD\n2016-02-01", ["row 3: a merge left its mark"]),
    # the header
    ("people", "share", ["row 1: 2 columns are called 'share'"]),
    ("when,people", "when, People ", ["row 1: column ' People ' is written otherwise", "Write people."]),
    ("when,people,share,kind,source\n", "", ["row 1: the columns' names are missing", "when,people,share,kind,source"]),
    ("when,", "sep=,\nwhen,", ["row 1: 'sep=,'", "Delete it"]),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES)
def test_a_mistake_in_a_table_is_one_sentence_with_a_remedy(small, old, new, says):
    assert old in GOOD
    small.write(GOOD.replace(old, new, 1))
    said = small.said()
    agree(said, ["data/made.csv, row", *says])
    assert len({*said.values()}) == 1, "all three say the same"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD.replace(",", ";").replace("0.5", "0,5"), ["row 1", "semicolons", "CSV UTF-8, with commas"]),
        ('"when";"people";"share";"kind";"source"\n"2016-01-01";"5";"";"a";"wilner2017"\n', ["row 1", "semicolons"]),
        (GOOD.replace(",", "\t"), ["row 1", "tabs"]),
        (LATIN.encode("cp1252"), ["row 3", "0xf6", "'ö'", "CSV UTF-8"]),
        (LATIN.replace("\n", "\r").encode("cp1252"), ["row 3", "0xf6"]),
        (GOOD.encode("utf-16"), ["UTF-16", "CSV UTF-8"]),
        (GOOD.encode("utf-16-be"), ["UTF-16", "CSV UTF-8"]),
        (b"PK\x03\x04 and so on", ["a spreadsheet", "CSV UTF-8"]),
        (GOOD.replace(",b,", ",\0,"), ["row 3", "NUL byte", "Delete it"]),
        (GOOD.replace(",b,", ",\ufffd,"), ["row 3", "a letter that was lost"]),
        ("", ["is empty", "when,people,share,kind,source"]),
        ("\ufeff", ["is empty", "when,people,share,kind,source"]),
        ("\n  \n", ["is empty"]),
        (GOOD.partition("\n")[0], ["a header and no rows"]),
        (GOOD.replace("\n", ",\n"), ["row 1: column 6 has no name", "delete the comma"]),
        (
            GOOD.replace(",source\n", ",source,extra\n").replace("wilner2017\n", "wilner2017,x\n"),
            ["row 1", "'extra' is not described"],
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_one_sentence_with_a_remedy(small, content, says):
    small.write(content)
    agree(small.said(), ["data/made.csv", *says])


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        f"\ufeff{GOOD}",
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.rstrip("\n"),
        f"{GOOD}\n\n",
        GOOD.replace(",6,", ',"6",'),
    ],
)
def test_how_a_program_ends_lines_and_begins_files_is_no_mistake(small, content):
    small.write(content)
    assert small.said() == {"make data": 0, "--check": 0, "load": "(2, 5)"}
    assert data.load("made")["people"].tolist() == [5, 6]


def test_all_mistakes_are_told_at_once_in_the_order_of_rows_up_to_twenty(small):
    rows = [f"2016-01-{day:02},many,2,a,nobody{day}" for day in range(1, 9)]
    small.write("\n".join([GOOD.partition("\n")[0], *rows]))
    for message in small.said().values():
        lines = message.splitlines()
        assert [line.partition(":")[0] for line in lines[:5]] == [
            "data/made.csv, row 2, column people",
            "data/made.csv, row 2, column share",
            "data/made.csv, row 2, column source",
            "data/made.csv, row 3, column people",
            "data/made.csv, row 3, column share",
        ]
        assert len(lines) == 21 and lines[-1] == "… and 4 more."


def test_a_missing_file_and_a_folder_in_its_place_are_told(small):
    (small.folder / "made.csv").unlink()
    agree(small.said(), ["data/made.csv is missing", "datapackage.json"])
    (small.folder / "made.csv").mkdir()
    agree(small.said(), ["data/made.csv is a folder"])


# The description


@pytest.mark.parametrize(
    ("column", "change", "says"),
    [
        ("kind", {"type": "text"}, ["'text' is not known", "string, integer"]),
        ("kind", {"type": ["string"]}, ["is not known"]),
        ("kind", {"type": None}, ["no type", '"type": "string"']),
        ("kind", {"constraints": {"pattern": "[a-z"}}, ["'[a-z' can't be read", "[a-z_]+"]),
        ("kind", {"constraints": {"enum": []}}, ["enum", '["first", "second"]']),
        ("kind", {"constraints": {"minLength": 2}}, ["'minLength' is not known", "pattern"]),
        ("kind", {"constraints": {"minimum": 2}}, ["minimum", "string"]),
        ("kind", {"constraints": {"required": "yes"}}, ["'required' is 'yes'", "true or false"]),
        ("kind", {"constraints": ["required"]}, ['"constraints": {"required": true}']),
        ("people", {"constraints": {"minimum": 5, "maximum": 3}}, ["minimum 5 is above its maximum 3"]),
        ("people", {"constraints": {"minimum": "few"}}, ["'few' is not of type integer", "1200"]),
        ("people", {"constraints": {"enum": ["few"]}}, ["'few'", "integer"]),
        ("when", {"format": "%d/%m/%Y"}, ["'format' is not read", "2021-02-01"]),
        ("when", {"name": "kind"}, ["2 columns are called 'kind'"]),
    ],
)
def test_a_column_that_is_described_badly_is_one_sentence_with_a_remedy(small, column, change, says):
    small.fields[column].update(change)
    agree(small.said(), ["data/datapackage.json, table 'made'", *says])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"path": None}, ["no path", '"path": "made.csv"']),
        ({"path": "../made.csv"}, ["leads out of the folder data", '"path": "made.csv"']),
        ({"schema": None}, ["does not name the columns", '"fields"']),
        ({"schema": {"fields": ["when"]}}, ["does not name the columns"]),
        ({"schema": {**SCHEMA, "primaryKey": ["day"]}}, ["'day'", "when, people"]),
        ({"schema": {**SCHEMA, "foreignKeys": [{"fields": "kind"}]}}, ["foreign key is not complete", '"reference"']),
        ({"encoding": "cp1252"}, ["UTF-8", "delete 'encoding'"]),
    ],
)
def test_a_table_that_is_described_badly_is_one_sentence_with_a_remedy(small, change, says):
    small.entry.update(change)
    agree(small.said(), ["data/datapackage.json, table 'made'", *says])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"resources": [\n  {"name": "made",\n   "path": "made.csv",\n  }\n]}', ["line 3", "comma too many"]),
        ('{"resources": [\n  {"name": "made"\n   "path": "made.csv"\n  }\n]}', ["line 2", "comma is missing"]),
        ('{"resources": [\n  {"name": "made\n  }\n]}', ["line 2", "Close it with a double quote"]),
        ('{"resources": [\n  {"name": "made", "name": "again"}]}', ["'name' is given 2 times"]),
        ('{"resources": [', ["line 1", "no JSON"]),
        ("", ["is empty"]),
        ("[]", ['{"resources": ']),
        ('{"resources": ["made.csv"]}', ['{"resources": ']),
        ('{"resources": [{"path": "made.csv"}]}', ["table 1", "no name"]),
        ('{"resources": []}'.encode("utf-16"), ["UTF-16", "Save it as UTF-8"]),
        ('{"title": "Köln"}'.encode("cp1252"), ["line 1", "0xf6", "Save it as UTF-8"]),
    ],
)
def test_a_description_that_can_not_be_read_is_one_sentence_with_its_line(small, text, says):
    small.describe(text)
    agree(small.said(), ["data/datapackage.json", *says])


def test_two_tables_of_one_name_are_refused(small):
    small.package["resources"].append(dict(small.entry))
    agree(small.said(), ["2 tables are called 'made'"])


def test_a_new_table_asks_for_make_data(small):
    del small.entry["hash"]
    small.describe()
    for message in (data.main(["--check"]), pytest.raises(data.DataError, data.load, "made").value):
        assert "data/made.csv has no checksum in datapackage.json yet: run 'make data'." in str(message)
    assert data.main([]) == 0 and data.main(["--check"]) == 0 and len(data.load("made")) == 2


def test_a_checksum_that_differs_is_told_with_the_command(small):
    small.entry["hash"] = "sha256:0"
    small.describe()
    for message in (data.main(["--check"]), pytest.raises(data.DataError, data.load, "made").value):
        assert "its checksum differs" in str(message) and "'make data'" in str(message)


@pytest.mark.parametrize("name", ["other.csv", "OTHER.CSV", "more/other.tsv", "other.xlsx"])
def test_a_table_that_nobody_described_is_named(small, name):
    path = small.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a,b\n1,2\n")
    small.describe()
    for message in (data.main([]), data.main(["--check"])):
        assert message.startswith(f"data/{name} is described nowhere. Describe it in datapackage.json")


def test_missing_values_may_have_other_words(small):
    small.entry["schema"]["missingValues"] = ["", "NA"]
    small.write(GOOD.replace(",6,", ",NA,"))
    assert small.said()["load"] == "(2, 5)" and data.load("made")["people"].isna().tolist() == [False, True]


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_the_command_ends_in_words_and_not_in_a_traceback(small, arguments):
    small.write(LATIN.encode("cp1252"))
    small.describe()
    shutil.copytree(ROOT / "aftermath", small.root / "aftermath", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "aftermath.data", *arguments],
        cwd=small.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(small.root)},
    )
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("data/made.csv, row 3: the byte 0xf6") and len(done.stderr.splitlines()) == 1


# Between tables, texts and the model


def other(small: Small, rows: str) -> None:
    """Add a table whose key the first one's column 'kind' should name."""
    fields = [{"name": "id", "type": "string"}, {"name": "source", "type": "string"}]
    small.package["resources"].append({"name": "kinds", "path": "kinds.csv", "schema": {"fields": fields}})
    small.entry["schema"]["foreignKeys"] = [{"fields": ["kind"], "reference": {"resource": "kinds", "fields": ["id"]}}]
    (small.folder / "kinds.csv").write_text(f"id,source\n{rows}")
    small.describe()


def test_a_value_that_another_table_should_have_is_named(small):
    other(small, "a,wilner2017\n")
    for message in (data.main([]), data.main(["--check"])):
        assert message.startswith("data/made.csv, row 3, column kind: 'b' is not in id of data/kinds.csv.")


def test_where_the_other_table_can_not_be_read_its_own_mistake_is_told(small):
    other(small, "a,nobody1999\n")
    assert data.main([]).startswith("data/kinds.csv, row 2, column source: 'nobody1999'") and "made" not in data.main(
        []
    )


@pytest.mark.parametrize(
    "reference", [{"resource": "sorts", "fields": ["id"]}, {"resource": "kinds", "fields": ["name"]}]
)
def test_a_foreign_key_that_leads_nowhere_is_named(small, reference):
    other(small, "a,wilner2017\nb,wilner2017\n")
    assert data.main([]) == 0
    small.entry["schema"]["foreignKeys"][0]["reference"] = reference
    small.describe()
    assert "table 'made': a foreign key looks for" in data.main([])


def test_a_renamed_assumption_is_named_wherever_it_is_used(copied):
    path = copied / "assumptions.csv"
    path.write_text(path.read_text("utf-8").replace("\nrelocate_growth,", "\nrelocate_grow,"), encoding="utf-8")
    shutil.copytree(ROOT / "aftermath", copied.parent / "aftermath", ignore=shutil.ignore_patterns("__pycache__"))
    for message in (data.main([]), data.main(["--check"])):
        for table in ("presets", "evidence", "claims"):
            assert re.search(
                rf"data/{table}\.csv, row \d+, column assumption: 'relocate_growth' is not in id .* Did you mean 'relocate_grow'\?",
                message,
            )
    assert re.search(r"aftermath/model\.py, line \d+: relocated\(\) takes 'relocate_growth'", message)


@pytest.mark.parametrize(
    "page", ["index.md", "teaching/notes.md", "teaching/questions/one.toml", "solutions/one.md", "chapters/one.md"]
)
def test_a_source_that_a_text_cites_and_nobody_describes_is_named_with_its_line(small, page):
    path = small.root / page
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "A line.\nOf one paragraph, [here](bibliography.md#wilner2017)\nand [there](../chapters/bibliography.md#wilner2071); {cite:p}`wilner2017,gone2000`.\n"
    )
    small.describe()
    wrong = data.main(["--check"]).splitlines()
    assert wrong == [
        f"{page}, line 3: references.bib has no entry 'wilner2071'. Add the entry, or correct the key. Did you mean 'wilner2017'?",
        f"{page}, line 3: references.bib has no entry 'gone2000'. Add the entry, or correct the key.",
    ]


def test_a_source_that_a_notebook_cites_and_nobody_describes_is_named_with_its_cell(small):
    text = nbformat.v4.new_markdown_cell("A line.\n[There](bibliography.md#gone2000).", id="words")
    chart = nbformat.v4.new_code_cell(
        "chart",
        id="figure",
        outputs=[
            nbformat.v4.new_output("display_data", {theme.MIME: {"usermeta": {"sources": ["wilner2017", "gone2001"]}}})
        ],
    )
    (small.root / "chapters").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[text, chart]), small.root / "chapters" / "one.ipynb")
    small.describe()
    assert [line.partition(" has")[0] for line in data.main(["--check"]).splitlines()] == [
        "chapters/one.ipynb, cell words, line 2: references.bib",
        "chapters/one.ipynb, cell figure, its chart: references.bib",
    ]


def test_the_book_s_own_files_agree():
    assert data.main(["--check"]) == 0


# Good ones


def test_a_good_table_is_read(tmp_path):
    path = tmp_path / "made.csv"
    path.write_text(GOOD)
    frame = data.read(path=path, schema=SCHEMA)
    assert (
        frame["when"].dt.month.tolist() == [1, 2] and frame["people"].sum() == 11 and frame["share"].isna().sum() == 1
    )


def test_of_a_value_that_breaks_two_rules_the_first_is_told_and_no_other(small):
    small.write(GOOD.replace(",6,", ",#N/A,"))
    for message in small.said().values():
        assert message.count("row 3") == 1 and "is no value" in message, message


@pytest.fixture()
def copied(tmp_path, monkeypatch):
    """A copy of the data that a test may spoil."""
    shutil.copytree(data.DATA, tmp_path / "data")
    shutil.copy(ROOT / "references.bib", tmp_path)
    monkeypatch.setattr(data.TABLES, "root", tmp_path)
    data.TABLES.forget()
    yield tmp_path / "data"
    data.TABLES.forget()


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
    for host in (
        "worddisk",
        "kiwix",
        "wikimili",
        "infogalactic",
        "piglix",
        "gravy.cc",
        "profilpelajar",
        "goodnames.eth",
        "docslib",
        "scribd",
    ):
        assert host not in text, host


def test_every_entry_of_the_bibliography_is_used():
    """A source that nothing cites is not a source."""
    used = {
        key
        for name in NAMES
        for column in data.load(name)
        if column.startswith("source")
        for key in data.load(name)[column].dropna()
    }
    prose = "".join(
        path.read_text("utf-8")
        for path in [
            *ROOT.glob("chapters/**/*.ipynb"),
            *ROOT.glob("chapters/*.md"),
            *ROOT.glob("teaching/*.md"),
            ROOT / "index.md",
        ]
    )
    assert sorted(key for key in data.source_keys() - used if key not in prose) == []


def test_rows_of_the_terrorism_database_are_not_shipped():
    """START's licence: annual totals may be cited, its rows may not be published. So: sums of a year, nothing finer."""
    finer = {"country", "iso3", "city", "region", "group", "event", "date", "lat"}
    for name in NAMES:
        frame = data.load(name)
        gtd = frame[frame["source"] == "gtd2021"]
        if len(gtd) and name != "claims":
            assert "year" in gtd and not finer & set(gtd.columns), name
            assert not gtd.duplicated(
                [column for column in gtd if column not in ("deaths", "attacks", "note")]
            ).any(), name
