"""The claims ledger: no orphan, no unknown source, no loose figure; and in a real browser it can be searched and filtered.

A claim is no orphan if the chapter that the ledger names is a page of the book and cites the document; the ledger links to it.
A figure in ``record`` is tied if a row of the claim's sources in another table has it, if the document says it, or if it is
computed here from such rows.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SITE, notebooks, pages, read_notebook

from aftermath import assumptions, data
from aftermath.ties import figures_of, numbers, tied, values
from explorable.book import Book
from explorable.pages import claims as ledger_page

BOOK = Book(ROOT)
CLAIMS = data.load("claims").set_index("id")
FIGURES = ["value", "low", "high"]
SOURCES = [column for column in CLAIMS if column.startswith("source")]
LINK = re.compile(r"\[([^\[\]]+)\]\([^)]*claims\.md#([^)]*)\)")
DENOMINATOR = re.compile(r"\bof (?:each )?100(?:,000)?\b")


def text(page: str) -> str:
    """Return the Markdown of a page."""
    if page not in notebooks():
        return (ROOT / f"{page}.md").read_text("utf-8")
    return "\n\n".join(cell["source"] for cell in read_notebook(page).cells if cell.cell_type == "markdown")


def page_of(chapter: str) -> str:
    """Return the page of a chapter that the ledger names."""
    return next(page for page in pages() if page in (f"chapters/{chapter}", f"chapters/scenarios/{chapter}"))


def said(*ids: str) -> set[float]:
    """Return the figures that the document gives, in these claims or in all of them."""
    return set(CLAIMS.loc[list(ids) or CLAIMS.index, FIGURES].stack())


# Links


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_to_a_claim_and_names_it(page):
    for name, target in LINK.findall(text(page)):
        assert name in CLAIMS.index and target == name.lower(), f"[{name}](…#{target})"


@pytest.mark.parametrize("chapter", sorted(CLAIMS["chapter"].unique()))
@pytest.mark.site
def test_no_claim_is_an_orphan(chapter):
    page, found = page_of(chapter), BOOK.pages_by_chapter()[chapter]
    assert "bibliography.md#wilner2017" in text(page), f"{page} takes claims up and does not cite the document"
    soup = BeautifulSoup((SITE / "chapters" / "claims.html").read_text("utf-8"), "html.parser")
    entries = soup.select(f'section.claim[data-chapter="{chapter}"]')
    assert [entry["id"].upper() for entry in entries] == CLAIMS.index[CLAIMS["chapter"] == chapter].to_list()
    for entry in entries:
        leads = (SITE / "chapters" / entry.select_one("p a")["href"]).resolve().relative_to(Path(SITE).resolve())
        named = [one for one in found if f"claims.md#{entry['id']})" in text(one)]
        assert leads.with_suffix("").as_posix() == (named or [page])[0], entry["id"]


def test_claims_are_numbered_without_gaps():
    assert [int(id[1:]) for id in CLAIMS.index] == list(range(1, len(CLAIMS) + 1))


# Values


def test_verdicts_are_those_of_the_page():
    assert set(CLAIMS["verdict"]) <= set(ledger_page.VERDICTS)


def test_every_source_is_known_and_named_once():
    for id, keys in CLAIMS[SOURCES].iterrows():
        keys = keys.dropna().to_list()
        assert set(keys) <= data.source_keys() and len(keys) == len(set(keys)), id
        assert CLAIMS.loc[id, SOURCES].isna().is_monotonic_increasing, f"{id}: a gap before its last source"


def test_every_assumption_is_one_of_the_model():
    for id in CLAIMS["assumption"].dropna():
        assert assumptions.get(id)


@pytest.mark.parametrize("id", CLAIMS.index)
def test_a_claim_shows_the_values_of_its_row(id):
    known = said(id)
    loose = [
        written for written, value, decimals in numbers(CLAIMS.loc[id, "claim"]) if not tied(value, decimals, known)
    ]
    assert loose == []
    low, high = CLAIMS.loc[id, ["low", "high"]]
    assert not low > high
    assert not known or isinstance(CLAIMS.loc[id, "unit"], str), "a figure without a unit"


# The record


def share(part: float, whole: float, digits: int = 1) -> float:
    return round(100 * part / whole, digits)


def months(first: str, last: str) -> int:
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    return 12 * (end.year - start.year) + end.month - start.month


def computed() -> dict[str, set[float]]:
    """Return the figures of records that no row has, computed from the rows that they come from."""
    value, recruits = CLAIMS["value"], data.load("recruits")
    most = recruits.assign(most=recruits[["low", "central", "high"]].max(axis=1))
    countries, total = most[most["level"] == "country"], value["C29"]
    region, west = "Middle East and North Africa", "Western Europe"

    named, western = value[["C33", "C34", "C35", "C36"]].sum(), value[["C39", "C40", "C41", "C42"]].sum()
    lists = countries[countries["estimate"].isin(["ICSR 2015", "Soufan 2015"]) & (countries["region"] == region)]
    unnamed = lists[~lists["iso3"].isin(["TUN", "SAU", "JOR", "MAR"])].groupby("iso3")["most"].max().sum()
    soufan = most[(most["level"] == "region") & (most["estimate"] == "Soufan 2015")].groupby("region")["most"].sum()

    people = data.load("populations").set_index("iso3")
    travellers = countries[countries["estimate"] == "document"].set_index("iso3")["most"]
    per_million = set((1e6 * travellers / people["population_2015"]).dropna().round())
    per_muslims = set((1e5 * travellers / people["muslim_population_2010"]).dropna().round())

    flows = data.load("flows")
    totals = flows[
        (flows["series"] == "cumulative")
        & flows["source"].isin(["nctc2015testimony", "nyt2015thousands", "reuters2016warren"])
    ].sort_values("date")
    steps = {round(step / 7, -1) for step in totals["central"].diff().dropna()}  # seven months each

    killed, returned = assumptions.get("killed"), assumptions.get("returned")
    left = {
        round(total * (1 - dead - home)) for dead, home in ((killed.low, returned.low), (killed.high, returned.high))
    }
    gone = {share(total - CLAIMS.loc["C47", end], total) for end in ("low", "high")}
    ends = {round(100 * end) for one in (killed, returned) for end in (one.low, one.high)}

    areas = data.load("areas").set_index("id")
    north = areas.loc["north_mali"]
    sahel = (
        data.load("theatres")
        .query("iso3 in ('MLI', 'BFA', 'NER') and series == 'all organised violence'")
        .groupby("year")["deaths"]
        .sum()
    )
    oecd = data.load("deaths_oecd").query("year == 2016").drop_duplicates("countries").set_index("countries")["deaths"]
    annex = data.load("deaths_world").query("source == 'state2016annex' and year == 2015").iloc[0]
    territory = (
        data.load("territory").query("estimator == 'IHS' and qualifier == 'estimate'").set_index("date")["area_km2"]
    )
    pace = (territory["2015-01-01"] - territory["2016-12-31"]) / 24
    pentagon = flows[(flows["source"] == "leadig2018second")]
    dutch = data.load("cohorts").query("iso3 == 'NLD' and category == 'killed'").set_index("as_of").loc["2024-06-01"]

    return {
        "C12": {months("2015-03-31", "2016-12-31")},
        "C27": {round(pace), round(pace, -1)},
        "C28": per_million,
        "C32": {
            named,
            share(named, total, 2),
            named + unnamed,
            share(named + unnamed, total),
            share(soufan[region], soufan.sum(), 0),
        },
        "C33": {0.6 * value["C33"]},
        "C37": per_million | per_muslims,
        "C38": {western, share(western, total), share(soufan[west], soufan.sum())},
        "C46": steps,
        "C49": steps,
        "C47": left | gone | ends,
        "C55": {share(dutch["count"], dutch["denominator"], 0)},
        "C81": {sahel[2013], sahel[2017], sahel[2019]},
        "C82": {months("2012-03-31", "2014-06-29")},
        "C83": {
            north["area_km2"],
            round(north["area_km2"] / areas.loc["france_overseas", "area_km2"], 2),
            round(north["population"], -4),
        },
        "C97": {oecd["all members"] - oecd["without Turkey"]},
        "C98": {annex["deaths"] - annex["perpetrators_killed"]},
        "C106": {
            round(pentagon[["low", "central"]].max(axis=1).sum(), -3),
            round(pentagon[["high", "central"]].max(axis=1).sum(), -4),
        },
    }


@pytest.fixture(scope="module")
def worked_out() -> dict[str, set[float]]:
    return computed()


def loose_in_record(id: str, record: str, worked_out: dict[str, set[float]]) -> list[str]:
    keys = CLAIMS.loc[id, SOURCES].dropna()
    known = said().union(worked_out.get(id, set()), *(figures_of(key, without="claims") for key in keys))
    return [
        written
        for written, value, decimals in numbers(DENOMINATOR.sub("of a hundred", record))
        if not tied(value, decimals, known)
    ]


@pytest.mark.parametrize("id", CLAIMS.index)
def test_every_figure_of_a_record_is_tied(id, worked_out):
    assert loose_in_record(id, CLAIMS.loc[id, "record"], worked_out) == []


def test_a_wrong_figure_in_a_record_is_caught(worked_out):
    record = CLAIMS.loc["C32", "record"]
    assert "36.9" in record and loose_in_record("C32", record.replace("36.9", "36.7"), worked_out) == ["36.7"]


# The document's figures in the chapters


def quoted(page: str) -> list[str]:
    """Return what a page gives as said by the document: the blocks that say so, as far as they cite it."""
    blocks = re.findall(r"(?:^>.*\n?)+", text(page), flags=re.MULTILINE)
    parts = [part for block in blocks for part in re.split(r"(?=\*\*The (?:document said|record says)\*\*)", block)]
    return [
        part[: part.rfind("wilner2017")]
        for part in parts
        if part.startswith("**The document said**") and "wilner2017" in part
    ]


@pytest.mark.parametrize("page", [page for page in pages() if quoted(page)])
def test_figures_that_the_document_gives_are_those_of_the_ledger(page):
    known = said()
    for block in quoted(page):
        assert [written for written, value, _ in numbers(block) if value not in known] == [], block[:100]


@pytest.mark.parametrize("page", pages())
def test_what_the_document_said_is_cited(page):
    """A block that says so and cites nothing would escape the comparison with the ledger, and a reader could not look it up."""
    blocks = re.findall(r"(?:^>.*\n?)+", text(page), flags=re.MULTILINE)
    parts = [part for block in blocks for part in re.split(r"(?=\*\*The (?:document said|record says)\*\*)", block)]
    assert [
        part[:100]
        for part in parts
        if part.startswith("**The document said**") and "bibliography.md#wilner2017" not in part
    ] == []


def test_there_are_such_blocks():
    figures = [figure for page in pages() for block in quoted(page) for figure in numbers(block)]
    assert len([page for page in pages() if quoted(page)]) >= 8 and len(figures) >= 15


# The pages


@pytest.mark.site
def test_a_badge_shows_the_verdict_and_leads_to_it():
    found = 0
    for page in pages():
        soup = BeautifulSoup((SITE / f"{page}.html").read_text("utf-8"), "html.parser")
        for badge in soup.select("a.claim-link"):
            id, mark, verdict = badge.get_text().split(" ", 2)
            assert verdict == CLAIMS.loc[id, "verdict"] and mark == ledger_page.VERDICTS[verdict]
            assert badge["href"].endswith(f"claims.html#{id.lower()}")
            assert "verdict-" + verdict.replace(",", "").replace(" ", "-") in badge["class"]
            found += 1
    assert found == sum(len(LINK.findall(text(page))) for page in pages())


@pytest.fixture()
def page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and page.problems.append(message.text))
    page.goto(f"{site}/chapters/claims.html")
    page.wait_for_selector(".claims-filter", state="visible")
    yield page
    assert page.problems == []
    context.close()


def shown(page) -> list[str]:
    return page.eval_on_selector_all(
        "section.claim", "all => all.filter(one => one.offsetHeight).map(one => one.id.toUpperCase())"
    )


def status(page) -> str:
    return page.locator(".claims-filter [role=status]").inner_text()


def test_the_ledger_shows_every_claim_with_its_verdict(page):
    assert shown(page) == CLAIMS.index.to_list() and status(page) == ""
    assert [mark.split(" ", 1)[1] for mark in page.locator(".claim-verdict").all_inner_texts()] == CLAIMS[
        "verdict"
    ].to_list()


@pytest.mark.parametrize("column", ["verdict", "kind", "chapter"])
def test_the_ledger_can_be_filtered(page, column):
    for choice in CLAIMS[column].unique():
        page.select_option(f"select[name={column}]", choice)
        expected = CLAIMS.index[CLAIMS[column] == choice].to_list()
        assert (
            shown(page) == expected
            and status(page)
            == f"{len(expected)} of {len(CLAIMS)} claims {'is' if len(expected) == 1 else 'are'} shown."
        )


def test_the_ledger_can_be_searched_by_keyboard_and_filtered_at_once(page):
    page.get_by_label("Search").last.focus()
    page.keyboard.type("palmyra  LOST")
    words = CLAIMS["claim"] + " " + CLAIMS["record"]
    found = CLAIMS.index[words.str.contains("Palmyra") & words.str.contains("lost")].to_list()
    assert "C19" in shown(page) and set(found) <= set(shown(page)) and len(shown(page)) < len(CLAIMS)
    searched = shown(page)
    page.select_option("select[name=kind]", "fact")
    assert shown(page) == [id for id in searched if CLAIMS.loc[id, "kind"] == "fact"] and "C19" in shown(page)
    page.select_option("select[name=kind]", "forecast")
    assert "C19" not in shown(page)
    page.locator("input[name=words]").fill("no such words anywhere")
    assert shown(page) == [] and status(page).startswith("0 of")
    page.locator("input[name=words]").fill("")
    page.select_option("select[name=kind]", "")
    assert shown(page) == CLAIMS.index.to_list()


def test_after_back_the_claims_shown_are_those_that_the_form_asks_for(page, site):
    page.locator("input[name=words]").focus()
    page.keyboard.type("palmyra")
    before = shown(page)
    page.goto(f"{site}/chapters/audit.html")
    page.go_back()
    page.wait_for_selector(".claims-filter", state="visible")
    assert (
        page.locator("input[name=words]").input_value() == "palmyra" and shown(page) == before != CLAIMS.index.to_list()
    )


def test_a_translated_claim_is_found_by_both_its_words(page):
    page.evaluate(
        "() => { document.querySelector('#c19 h2').innerHTML = '<font><font>Die Stadt ging verloren</font></font>'; }"
    )
    for words in ("palmyra", "verloren"):
        page.locator("input[name=words]").fill(words)
        assert "C19" in shown(page)


def test_without_javascript_the_whole_ledger_is_there_and_no_dead_filter(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/chapters/claims.html")
    assert page.locator("section.claim").count() == len(CLAIMS) and page.locator("section.claim").first.is_visible()
    assert not page.locator(".claims-filter").is_visible()
    context.close()


def test_a_badge_leads_a_reader_to_the_entry(page, site):
    page.goto(f"{site}/chapters/audit.html")
    page.locator("a.claim-link", has_text="C32").first.click()
    page.wait_for_url("**/claims.html#c32")
    assert page.locator("#c32 .claim-verdict").inner_text().endswith(CLAIMS.loc["C32", "verdict"])


def test_values_that_are_read_are_numbers():
    assert values("40,000 and 9.5") == {40000.0, 9.5}


def test_every_claim_is_linked_from_a_chapter():
    pages = [*ROOT.glob("chapters/**/*.ipynb"), *ROOT.glob("chapters/*.md")]
    linked = set(re.findall(r"\]\([^)]*claims\.md#(c\d+)\)", "".join(path.read_text("utf-8") for path in pages)))
    assert sorted({id.lower() for id in data.load("claims")["id"]} - linked) == []
