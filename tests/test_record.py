"""What the book says of the record follows from its tables, verdicts fall by their rule, and tables equal public copies."""

from __future__ import annotations

import csv
import re
from functools import lru_cache

import pytest
from conftest import ROOT, notebooks, read_notebook

from aftermath import coding, data, recheck, ties
from explorable.pages import references, retold

CLAIMS = data.load("claims").set_index("id")


@lru_cache(maxsize=1)
def prose() -> dict[str, str]:
    """Return the Markdown of each chapter, and the texts of findings and records."""
    texts = {
        page: "\n\n".join(cell["source"] for cell in read_notebook(page).cells if cell.cell_type == "markdown")
        for page in notebooks()
    }
    texts |= CLAIMS["record"].to_dict() | data.load("hindsight").set_index("id")["finding"].to_dict()
    return texts


# Land and plots


def test_plots_rose_while_the_land_was_lost_and_fell_once_it_was_gone():
    plots = data.load("plots").query("series == 'JPED'").set_index("year")["all_plots"]
    land = (
        data.load("territory").query("estimator == 'IHS' and region == 'Iraq and Syria'").set_index("date")["area_km2"]
    )
    assert land.is_monotonic_decreasing and land.iloc[-1] < 0.1 * land.iloc[0]
    assert plots.loc[2014:2017].is_monotonic_increasing and plots.idxmax() == 2017
    assert plots.loc[2018:].max() < plots.loc[2015]


def test_months_add_up_to_their_years():
    months = data.load("plots_by_month")
    years = months.groupby(months["month"].dt.year)[["launched", "foiled"]].sum()
    jped = data.load("plots").query("series == 'JPED'").set_index("year")[["launched", "foiled"]]
    assert (years.to_numpy() == jped.to_numpy()).all() and list(years.index) == list(jped.index)


def test_a_row_of_plots_adds_up_where_both_parts_were_read():
    rows = data.load("plots").dropna(subset=["launched", "foiled"])
    assert (rows["launched"] + rows["foiled"] == rows["all_plots"]).all()


# Fairness


@pytest.mark.parametrize("name", sorted(prose()))
def test_whoever_says_none_after_brussels_names_manchester(name):
    for paragraph in ties.paragraphs(prose()[name]):
        if (
            re.search(r"(?:after|since|followed) Brussels|last .{0,40} Brussels|followed\.$", paragraph)
            and "Europe" in paragraph
        ):
            assert "Manchester" in prose()[name], paragraph


def test_all_of_the_attackers_are_in_the_shares():
    status = data.load("attackers_status")
    assert status["share_percent"].sum() == 100 and set(status["attackers"]) == {65}


def test_what_the_document_names_and_sets_aside_is_not_called_unforeseen():
    findings = data.load("hindsight").set_index("id")
    assert CLAIMS.loc["C51", "verdict"] == "supported"  # the document says that recruits die
    assert findings.loc["0a", "verdict"] == "set aside"


def test_every_link_to_a_war_zone_says_who_made_it_and_no_toll_is_turned_round():
    linked = data.load("linked_attacks")
    assert linked["who_says_so"].str.len().min() > 10 and (linked["killed_low"] <= linked["killed_high"]).all()
    assert (linked.loc[linked["outcome"] == "foiled", "killed_high"] == 0).all()


@pytest.mark.parametrize(
    ("table", "low", "middle", "high"),
    [
        ("theatres", "deaths_low", "deaths", "deaths_high"),
        ("violence_by_side", "civilians_killed_low", "civilians_killed", "civilians_killed_high"),
    ],
)
def test_a_best_estimate_lies_between_low_and_high(table, low, middle, high):
    rows = data.load(table)
    assert (rows[low] <= rows[middle]).all() and (rows[middle] <= rows[high]).all()


# Verdicts


def test_a_forecast_that_only_says_may_gets_neither_praise_nor_blame():
    forecasts = CLAIMS[CLAIMS["kind"] == "forecast"]
    only_may = forecasts.index[forecasts["claim"].str.contains(r"\b(?:may|might|could(?! not)|possible)\b")]
    assert set(only_may) == set(CLAIMS.index[CLAIMS["verdict"] == "worded so that it cannot fail"])


def test_the_second_coding_is_complete_and_says_why_where_it_differs():
    coded = coding.both()
    assert coded.notna()[["first", "second", "now"]].all().all() and list(coded.index) == list(CLAIMS.index)
    differs = coded["first"] != coded["second"]
    assert coded.loc[differs, "reason"].notna().all() and coded.loc[~differs, "reason"].isna().all()


def test_agreement_takes_off_what_chance_would_give(monkeypatch):
    import pandas as pd

    pair = pd.DataFrame({"first": ["a", "a", "b", "b"], "second": ["a", "a", "b", "a"], "reason": None})
    monkeypatch.setattr(coding, "both", lambda: pair)
    assert coding.agreement() == (4, 3, pytest.approx(0.5))  # 3 of 4 alike, 2 of 4 by chance


def test_two_later_codings_outweigh_the_first_and_only_a_reading_for_the_author_moves_a_verdict_else():
    coded = coding.both()
    mildness = ["not supported", "contested", "supported"]
    appealed = coded[coded["appeal"].notna()]
    assert (appealed["now"] == appealed["appeal"]).all() and appealed["appeal_reason"].notna().all()
    assert all(mildness.index(row.appeal) > mildness.index(row.first) for row in appealed.itertuples())
    coded = coded[coded["appeal"].isna()]
    outvoted = coded["blind"].notna() & (coded["second"] == coded["blind"]) & (coded["first"] != coded["second"])
    assert (coded.loc[outvoted, "now"] == coded.loc[outvoted, "second"]).all()
    assert (coded.loc[~outvoted, "now"] == coded.loc[~outvoted, "first"]).all()


def test_the_sheet_for_coding_tells_no_verdict(capsys):
    coding.main(["--blind", "108", "--seed", "1"])
    sheet = capsys.readouterr().out
    for id, claim in CLAIMS.iterrows():
        entry = sheet.partition(f"{id} (")[2].partition("What kind of sentence")[0]
        assert (
            claim["claim"] in entry
            and claim["record"] in entry
            and claim["verdict"] not in entry.replace(claim["record"], "")
        )


@pytest.mark.site
def test_the_page_shows_the_agreement_and_every_difference():
    from bs4 import BeautifulSoup
    from conftest import SITE

    page = BeautifulSoup((SITE / "chapters" / "how-we-checked.html").read_text("utf-8"), "html.parser")
    coded, agreed = coding.both(), coding.agreement()
    hidden = coding.agreement("first", "blind")
    assert f"Of {agreed.claims} claims {agreed.same} got the same verdict the second time" in page.get_text()
    assert f"of the {hidden.claims} coded with the verdicts hidden, {hidden.same} (" in page.get_text()
    differ = (coded["first"] != coded["second"]) | (coded["blind"].notna() & (coded["first"] != coded["blind"]))
    shown = [row.th.get_text() for row in page.select('[data-scrolls="Claims on which the codings differ"] tbody tr')]
    assert shown == coded.index[differ | coded["appeal"].notna()].to_list()
    cited = [row.a["href"] for row in page.select('[data-scrolls="Sources at second hand"] tbody tr')]
    assert len(cited) == recheck.kinds()[recheck.SECOND_HAND] and all("#cite-" in href for href in cited)
    rows = retold.rows_at_second_hand()
    assert f"{len(cited)} are at second hand, and {rows.resting.total()} of {rows.all:,} rows" in page.get_text()


# The rechecks


def test_a_copy_that_differs_is_told_and_one_that_is_missing_too(tmp_path):
    with (tmp_path / "nesser_cym.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["country", "year_month", "launched", "foiled", "all"])
        for row in data.load("plots_by_month").to_dict("records"):
            wrong = 1 if f"{row['month']:%Y-%m}" == "2017-03" else 0
            writer.writerow(
                ["A", f"{row['month'].year}m{row['month'].month}", row["launched"] + wrong, row["foiled"], ""]
            )
    said = "\n".join(recheck.compare(tmp_path))
    assert "1 of 672 figures differ: 2017-03, launched." in said
    assert "icsr.csv: not in" in said and "CC BY 4.0" in said


def test_a_number_without_a_tie_is_listed(tmp_path):
    page = read_notebook("chapters/base-rates")
    [*_, last] = (cell for cell in page.cells if cell.cell_type == "markdown")
    last["source"] += "\n\nAnd 41,234 others."
    import nbformat

    (tmp_path / "chapters").mkdir()
    nbformat.write(page, tmp_path / "chapters" / "base-rates.ipynb")
    assert [line for line in recheck.loose(tmp_path) if "41,234" in line]
    assert list(recheck.loose(ROOT)) == []


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("ucdp2025", "at its own address"),
        ("delfi2017study", recheck.SECOND_HAND),
        ("afp2013keydates", "an agency's report, in another paper's copy"),
        ("cragin2017paris", "no address"),
    ],
)
def test_sources_are_told_apart_by_their_fields(key, kind):
    assert recheck.kind(key) == kind


def test_whoever_says_whose_words_he_retells_is_counted_and_says_why_the_original_was_not_read():
    retells = re.compile(
        r"\b(reports|as reported|as summarised|as told|passes on|quotes|reprinted|aggregator|figures of)\b",
        re.IGNORECASE,
    )
    # Letter and fact sheet are where services and ministry publish their figures, and the data set is the count itself.
    primary = {"minjenv2023rapportage", "derpanopoulos2016predicting", "homeoffice2019travellers"}
    for key, entry in references.entries().items():
        fields = entry.fields
        assert ("passeson" in fields) == ("unread" in fields), key
        if "passeson" not in fields and key not in primary:
            assert not retells.search(fields.get("note", "") + fields.get("howpublished", "")), key
            assert "wikipedia" not in fields.get("url", ""), key


def test_sources_at_second_hand_grow_no_more():
    assert len(retold.retold()) <= 15, "read the original, cite somebody nearer, or leave out what it says"


def test_rows_that_rest_on_second_hand_sources_alone_are_counted():
    rows = retold.rows_at_second_hand()
    media = data.load("media_output")["source"].value_counts()
    assert rows.resting["hindu2016media"] == media["hindu2016media"] and "ihs2018perpetual" not in rows.resting
    towns = data.load("town_victims").set_index("source_other")["source"]
    assert towns["bbc2018graves"] not in retold.retold() and "bbc2018graves" not in rows.resting, (
        "it stands second to the UN"
    )
    assert rows.resting.total() < rows.all
