"""What a colour means: one table, and charts that keep to it; the document's month on every axis of time; words that none cuts or covers."""

from __future__ import annotations

import json
import re

import pytest
from conftest import ROOT, notebooks, read_notebook
from test_site import Visit

from aftermath import data, theme
from explorable.book import MACHINE
from explorable.figures import meanings
from explorable.figures.labels import spread
from explorable.figures.theme import COLOUR_PAIRS
from explorable.pages import charts

#: Charts that span January 2017 and have no rule there, each with the reason.
WITHOUT_RULE = {"chapters/toll#figure-perpetrators": "three years as names of bars, no axis of time"}
ICONS = "one mark a person or an attack: no room for a name at each"
PARTS = "parts of bars, some too short for a name on a phone"
SCATTER = "marks that lie among each other, with no line and so no end of one"
MAP = "marks on a map, whose names are those of places"
#: Charts that keep a legend, each with the reason; all others name their series where they are. Explorers have theirs beside the stage.
LEGENDS = {
    "territorial-collapse#estimators-chart": SCATTER,
    "territorial-collapse#shares-chart": SCATTER,
    "territorial-collapse#lanes": PARTS,
    "territorial-collapse#map-retaken": MAP,
    "when-would-it-end#futures": "two dashes, each of which three lines have",
    "recruitment#figure-shares": SCATTER,
    "recruitment#figure-map": MAP,
    "how-many-were-left#figure-inflow": "three shapes that say how a figure was bounded",
    "how-many-were-left#figure-cumulative": SCATTER,
    "scenarios/leave#german-chart": PARTS,
    "scenarios/leave#telling-chart": ICONS,
    "scenarios/leave#courts-chart": PARTS,
    "scenarios/stay#foreigners-chart": ICONS,
    "scenarios/join#figure-1": SCATTER,
    "scenarios/relocate#figure-3": ICONS,
    "scenarios/relocate#figure-1": MAP,
    "scenarios/relocate#figure-4": "the lines are another country's with each choice, and end elsewhere",
    "scenarios/dispatch#figure-5": PARTS,
    "scenarios/dispatch#figure-2": ICONS,
    "scenarios/dispatch#cell-22": SCATTER,
    "scenarios/how-many-how-deadly#figure-4": SCATTER,
    "scenarios/how-many-how-deadly#figure-6": ICONS,
    "which-assumption-decides#histogram": "two rules close to each other",
    "sahel-analogy#figure-map": MAP,
    "sahel-analogy#cell-46": SCATTER,
    "toll#figure-perpetrators": PARTS,
    "toll#cell-51": SCATTER,
    "audit#fill-chart": PARTS,
    "audit#balance-chart": PARTS,
    "base-rates#small-chart": ICONS,
    "base-rates#belgium-chart": ICONS,
    "base-rates#three-chart": "two curves that lie on each other",
    "hindsight#glance-chart": SCATTER,
    "hindsight#cell-32": SCATTER,
    "none-of-the-five#fates-chart": PARTS,
    "none-of-the-five#cell-45": PARTS,
}
CHARTS = [
    (f"{page}#{cell['id']}", output["data"][theme.MIME])
    for page in notebooks()
    for cell in read_notebook(page).cells
    if cell.cell_type == "code"
    for output in cell.outputs
    if theme.MIME in output.get("data", {})
]
SHORT = dict(zip(data.load("scenarios")["short"], data.load("scenarios")["id"]))


def test_the_machine_gives_no_colour_by_place():
    """A style sheet knows no meaning: what a page marks with ``data-means`` finds the colour that the table gives it."""
    sheets = {path.name: path.read_text("utf-8") for path in MACHINE.glob("*/static/*.css")}
    roles = "|".join(COLOUR_PAIRS)
    found = {
        name: re.findall(rf"nth-(?:last-)?child[^{{}}]*{{[^}}]*--book-(?:{roles})\b[^}}]*", text)
        for name, text in sheets.items()
    }
    assert len(sheets) > 5 and not any(found.values()), found


def test_the_front_page_gives_each_scenario_the_colour_of_its_path():
    chapters = {row.chapter.removesuffix(".ipynb"): row.id for row in data.load("scenarios").itertuples()}
    shown = re.findall(
        r'<li(?: data-means="(\w+)")?><a href="(chapters/scenarios/[\w-]+)\.html"',
        (ROOT / "index.md").read_text("utf-8"),
    )
    assert len(shown) >= 5 and [page for means, page in shown if means != chapters[page]] == []


def parts(spec) -> list[dict]:
    """Return every dictionary within a chart, but for its data and configuration."""
    if isinstance(spec, list):
        return [found for part in spec for found in parts(part)]
    if not isinstance(spec, dict):
        return []
    inner = [value for name, value in spec.items() if name not in ("datasets", "config", "usermeta")]
    return [spec, *parts(inner)]


def test_a_meaning_that_is_none_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="No colour of this book means 'enemy'.*record"):
        theme.colour("enemy")
    with pytest.raises(ValueError, match="There is no colour 'mauve'"):
        meanings.Meaning("mauve", "something")


def test_each_path_has_a_colour_that_nothing_else_in_the_table_has():
    paths = [theme.colour(path) for path in SHORT.values()]
    others = [theme.colour(name) for name in theme.MEANINGS if name not in SHORT.values()]
    assert len({*paths}) == len(paths) and not {*paths} & {*others}


def test_no_chapter_asks_for_a_colour_by_its_name():
    asked = [
        f"{page}#{cell['id']}: {found[0]}"
        for page in notebooks()
        for cell in read_notebook(page).cells
        if cell.cell_type == "code"
        for found in re.finditer(r"COLOURS\b|color=\"(?:blue|red|green|orange|grey|black)\"", cell.source)
    ]
    assert asked == [], "take theme.colour(…), theme.scale(…) or theme.mark(…) with a meaning of aftermath/theme.py"


@pytest.mark.parametrize(("place", "spec"), CHARTS, ids=[place for place, _ in CHARTS])
def test_a_path_and_the_document_look_the_same_wherever_a_chart_names_them(place, spec):
    """Where a scale of colours or shapes names one: by its short name, its id, or "document"."""
    known = {**SHORT, **{path: path for path in SHORT.values()}}
    wrong = []
    for part in parts(spec):
        for channel in ("color", "fill", "stroke", "shape"):
            scale = (part.get("encoding", {}).get(channel) or {}).get("scale") or {}
            for label, shown in zip(scale.get("domain", []), scale.get("range", [])):
                said = str(label).lower()
                meaning = known.get(label) or (
                    "document" if re.search(r"\b(the|in the) document$|^document\b", said) else None
                )
                if not meaning:
                    continue
                due = theme.MEANINGS[meaning].shape if channel == "shape" else theme.colour(meaning)
                if shown != due and (channel != "shape" or meaning == "document"):
                    wrong.append(f"{label}: {channel} {shown}, not {due}")
    assert wrong == []
    marks = [part["mark"] for part in parts(spec) if isinstance(part.get("mark"), dict)]
    assert [mark for mark in marks if mark.get("shape") == "diamond" and mark.get("color") != theme.TEXT] == [], (
        "a diamond is the document’s"
    )


def spans_2017(spec: dict) -> bool:
    """Whether a chart has an axis of time with places on both sides of January 2017: dates, or years."""
    texts = json.dumps(spec.get("datasets", {}))
    for part in parts(spec):
        for channel in ("x", "y"):
            axis = part.get("encoding", {}).get(channel) or {}
            field = axis.get("field")
            if not field:
                continue
            if axis.get("type") == "temporal":
                years = {int(year) for year in re.findall(rf'"{re.escape(field)}": "(\d{{4}})-', texts)}
            elif re.fullmatch(r"(year|Year)", field):
                years = {int(float(year)) for year in re.findall(rf'"{re.escape(field)}": (\d{{4}})', texts)}
            else:
                continue
            if years and min(years) < 2017 <= max(years):
                return True
    return False


@pytest.mark.parametrize(("place", "spec"), CHARTS, ids=[place for place, _ in CHARTS])
def test_an_axis_of_time_says_when_the_document_was_written(place, spec):
    has = theme.DOCUMENT in json.dumps(spec, ensure_ascii=False)
    if place in WITHOUT_RULE:
        assert not has, f"{place} has the rule now: strike it from the list"
    elif spans_2017(spec):
        assert has, "add theme.document_rule() as a layer"


def legends(part: dict) -> list:
    """Return the legends of a compiled chart and of its groups."""
    return part.get("legends", []) + [found for mark in part.get("marks", []) for found in legends(mark)]


@pytest.mark.slow
def test_a_legend_stands_only_where_names_can_t_stand_at_the_marks():
    shown = {
        place.removeprefix("chapters/")
        for place, spec in CHARTS
        if "explorer" not in spec.get("usermeta", {}) and legends(charts.COMPILER.vega(spec))
    }
    assert shown == {*LEGENDS}, "name the series where they are (theme.line_ends), or say here why not"


def test_names_move_apart_as_little_as_they_must():
    assert spread([1, 10, 20], 2) == [1, 10, 20]
    assert spread([5, 5.5, 20], 2) == [4.25, 6.25, 20]
    assert spread([3, 1, 2], 1) == [3, 1, 2]
    assert spread([0.5, 1, 9], 2, least=0) == [0, 2, 9]
    moved = sorted(spread([0, 0.1, 0.2, 0.3, 9], 3))
    assert all(above - below >= 3 - 1e-9 for below, above in zip(moved, moved[1:]))


#: Of each word in a figure's charts: is it cut ("…", or by the edge), or does it lie on another? Rows of a stage that are scrolled to are not cut.
CROWDED = r"""figure => {
  const found = [];
  for (const svg of figure.querySelectorAll(".chart-view svg")) {
    const room = svg.closest(".chart-view").getBoundingClientRect();
    if (!room.width || svg.closest(".scrolls")) continue;
    const seen = part => { for (let at = part; at !== svg; at = at.parentNode) if (!Number(getComputedStyle(at).opacity)) return false; return true; };
    const words = [...svg.querySelectorAll("text")].filter(word => word.textContent.trim() && seen(word)).map(word => {
      const box = word.getBoundingClientRect(), turn = /rotate\((-?[\d.]+)/.exec(word.getAttribute("transform"));
      return { text: word.textContent, box, turned: turn && Number(turn[1]) % 90 !== 0, axis: word.closest("[class*=role-axis]") };
    }).filter(({ box }) => box.width && box.height);
    for (const { text, box } of words) {
      if (text.includes("…")) found.push(`cut: ${text}`);
      else if (box.left < room.left - 1 || box.right > room.right + 1 || box.top < room.top - 1 || box.bottom > room.bottom + 1 ) found.push(`outside: ${text}`);
    }
    words.forEach((one, at) => words.slice(at + 1).forEach(other => {
      if (one.turned && other.turned) return;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (wide > 2 && high > 4) found.push(`on each other: ${one.text} | ${other.text}`);
    }));
  }
  return found;
}"""


@pytest.mark.full
@pytest.mark.parametrize("width", [375, 768, 1366])
@pytest.mark.parametrize("page", notebooks())
def test_no_word_in_a_chart_is_cut_or_lies_on_another(browser, site, page, width):
    with Visit(browser, site, page, viewport={"width": width, "height": 900}) as visit:
        visit.page.goto(f"{site}/{page}.html?view=shown")
        visit.wake_charts()
        found = {
            visit.page.evaluate("chart => chart.querySelector('figcaption')?.textContent", chart): words
            for chart in visit.page.query_selector_all("figure.chart")
            if (words := visit.page.evaluate(CROWDED, chart))
        }
        assert found == {}


def test_a_notebook_cuts_no_title():
    """JupyterLab has some 900 pixels for a chart on a laptop, and does not part a title by itself: 100 letters fill them."""
    lines = {
        (place, line)
        for place, spec in CHARTS
        for part in parts(spec)
        if "mark" in part or "layer" in part or "vconcat" in part
        for title in [part.get("title") or ""]
        for written in [title["text"] if isinstance(title, dict) else title]
        for line in ([written] if isinstance(written, str) else written)
    }
    assert len(lines) > 100 and [found for found in lines if len(found[1]) > 100] == []
