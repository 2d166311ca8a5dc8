"""Tables that pandas writes: what a reader sees of them in the built and in the live page."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from explorable.figures import dataframes


def at_left(frame: pd.DataFrame) -> dict[str, bool]:
    """Return of each column whether its heading and all its cells stand at the left."""
    html = dataframes.tidy(frame.to_html())
    rows = [re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    columns = {
        cell[1]: [row[place][0] for row in rows if len(row) > place] for place, cell in enumerate(rows[0]) if cell[1]
    }
    assert all(len({'class="text"' in cell for cell in cells}) == 1 for cells in columns.values()), html
    return {name: 'class="text"' in cells[0] for name, cells in columns.items()}


@pytest.mark.parametrize(
    "values",
    [
        ["contested", "supported"],
        ["30,000 to 52,800 people", "10 % to 70 %, a judgement"],
        ["<a href='#x'>aivd2024</a>", ""],
        ["", "up to 5,000"],
    ],
)
def test_texts_stand_at_the_left(values):
    assert at_left(pd.DataFrame({"what": values, "people": [40_000, 250]})) == {"What": True, "People": False}


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 3],
        ["+21 % a year", "−4 %", "0 %"],
        ["20 points", "4 months", ""],
        [1.5, None, 2.0],
        ["3,000", "not printed", "5,000"],
    ],
)
def test_figures_stand_at_the_right_even_where_one_is_missing(values):
    assert at_left(pd.DataFrame({"figure": values, "note": ["all of them", "a part", "none"]})) == {
        "Figure": False,
        "Note": True,
    }


def test_a_column_of_sentences_asks_for_room_in_its_heading_and_no_other_does():
    sentence = "Women and children fetched home by their states, in the year alone, up to November"
    frame = pd.DataFrame({"who": ["women", "men"], "note": [sentence, ""], "people": [517, 6]})
    html = dataframes.tidy(frame.to_html())
    assert re.findall(r"<th[^>]* data-long>(.*?)</th>", html) == ["Note"] and html.count("data-long") == 1


def test_names_of_rows_stand_at_the_left_also_where_one_spans_several():
    frame = pd.DataFrame(
        {"people": [1, 2, 3]},
        index=pd.MultiIndex.from_tuples(
            [("Europe", "Belgium"), ("Europe", "France"), ("Balkans", "Bosnia")], names=["region", "country"]
        ),
    )
    html = dataframes.tidy(frame.to_html())
    assert all(
        'class="text"' in re.search(rf"<th[^>]*>{name}</th>", html)[0]
        for name in ("Country", "Belgium", "France", "Bosnia")
    )
    assert not re.search(r'<td class="text"[^>]*>\d', html)


@pytest.mark.parametrize("names", [["place"], ["region", "country"]])
def test_the_names_of_rows_stand_in_the_same_line_as_those_of_columns(names):
    """A row of its own for them says nothing, and is read as a row of empty headings."""
    index = pd.MultiIndex.from_tuples([("Europe", "Belgium"), ("Balkans", "Bosnia")][:2], names=["region", "country"])
    index = index if len(names) == 2 else pd.Index(["Belgium", "Bosnia"], name="place")
    soup = BeautifulSoup(dataframes.tidy(pd.DataFrame({"people": [1, 2]}, index=index).to_html()), "html.parser")
    heads = [[cell.get_text() for cell in row.select("th, td")] for row in soup.select("thead tr")]
    assert heads == [[*map(str.capitalize, names), "People"]]
    years = pd.DataFrame({2014: [1], 2015: [2]}, index=pd.Index(["GTD"], name="Counter")).rename_axis(columns="Year")
    assert len(BeautifulSoup(dataframes.tidy(years.to_html()), "html.parser").select("thead tr")) == 2, (
        "both have names"
    )


def test_the_empty_corner_of_a_table_is_read_as_no_heading():
    """A screen reader would announce a heading without a name for each row below it."""
    soup = BeautifulSoup(
        dataframes.tidy(pd.DataFrame({"people": [1, 2]}, index=["here", "there"]).to_html()), "html.parser"
    )
    assert [heading.get_text() for heading in soup.select("th")] == ["People", "here", "there"]
    assert len(soup.select("thead td")) == 1


def test_what_is_no_table_stays_and_nothing_is_lost():
    frame = pd.DataFrame({"claim": ["A <b> & more", "two\nlines"], "n": [1, 2]})
    html = dataframes.tidy(f"<p>before</p>{frame.to_html()}<p>after</p>")
    assert html.startswith("<p>before</p><div") and html.endswith("</div><p>after</p>")
    assert [cell.get_text() for cell in BeautifulSoup(html, "html.parser").select("tbody td")] == [
        "A <b> & more",
        "1",
        "two\\nlines",
        "2",
    ]


def test_headings_are_words_and_the_name_that_code_uses_stands_with_them():
    soup = BeautifulSoup(
        dataframes.tidy(pd.DataFrame({"first_year": [2014], "GDP": [1], 2015: [2], "a month": [3]}).to_html()),
        "html.parser",
    )
    heads = [
        [part.get_text() for part in (head.find(string=True), head.find("code")) if part]
        for head in soup.select("thead th")
    ]
    assert heads == [["First year", "first_year"], ["GDP"], ["2015"], ["A month"]]


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (
            pd.DataFrame({"people": [3000, 2000, 450], "first_year": [2013, 2015, 2015]}),
            "3,000 2013 2,000 2015 450 2015",
        ),
        (pd.DataFrame({"covers": [2014, 2017], "area": [55000.0, None]}), "2014 55,000.0 2017 NaN"),
        (pd.DataFrame({"": ["2017", "20730"], "note": ["−1340", "1e4"]}), "2,017 −1,340 20,730 1e4"),
        (pd.DataFrame({"first": [2017, 41490]}, index=["year", "people"]), "2017 41,490"),
        (pd.DataFrame({"tenth year": [20000], "10% freed a year": [5731]}), "20000 5,731"),
    ],
    ids=["years beside people", "parts", "texts", "a row of years", "a name"],
)
def test_thousands_stand_apart_and_years_stay_as_they_are(frame, shown):
    soup = BeautifulSoup(dataframes.tidy(frame.to_html()), "html.parser")
    assert " ".join(cell.get_text() for cell in soup.select("tbody td")) == shown


def test_the_names_of_rows_stay_as_they_are_written():
    soup = BeautifulSoup(dataframes.tidy(pd.DataFrame({"plots": [1]}, index=[2017]).to_html()), "html.parser")
    assert soup.select_one("tbody th").get_text() == "2017"
