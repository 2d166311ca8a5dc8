"""The one style sheet of every page: what a page needs of it stays, and nothing else."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from conftest import SITE, pages

from explorable.pages import styles

KEPT = [
    "p{margin:0}",
    ".note{color:red}",
    ".note.open p{color:red}",
    ".note:not(.gone){color:red}",
    "@font-face{font-family:x}",
    "[data-theme=dark] a{color:red}",
    "@media print{.note{color:red}}",
    "@keyframes turn{to{opacity:0}}",
    ":root{--a:1}",
]
LOST = [".gone{color:red}", ".note.gone{color:red}", ".note .gone>p{color:red}", "@media print{.gone{color:red}}"]


@pytest.mark.parametrize("rule", KEPT)
def test_a_rule_that_may_apply_stays(rule):
    assert re.sub(r"\s", "", styles.rules_for(rule, {"note", "open"})) == re.sub(r"\s", "", rule)


@pytest.mark.parametrize("rule", LOST)
def test_a_rule_for_what_occurs_nowhere_goes(rule):
    assert styles.rules_for(rule, {"note", "open"}) == ""


def test_of_several_selectors_those_that_may_apply_stay():
    assert styles.rules_for(".gone,.note:is(.gone,p) , a{color:red}", {"note"}) == ".note:is(.gone,p),a{color:red}"


def test_names_are_those_of_pages_and_scripts(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "a.html").write_text('<p class="note open">', "utf-8")
    (tmp_path / "_static" / "a.js").write_text("box.classList.add('shown-later')", "utf-8")
    assert {"note", "open", "shown-later"} <= styles.names_used(tmp_path) and "gone" not in styles.names_used(tmp_path)


@pytest.mark.site
def test_every_page_waits_for_one_style_sheet_and_for_no_script_but_the_frame_of_an_explorer():
    """The frame is small and stands before the page is painted: an explorer that took its place later would move all below it."""
    assert (SITE / "_static" / "frame.js").stat().st_size < 6_000
    for name in pages():
        head = BeautifulSoup((SITE / f"{name}.html").read_text("utf-8").partition("</head>")[0], "html.parser")
        waited = [script["src"] for script in head.select("script[src]") if not script.has_attr("defer")]
        has_explorer = '<figure class="chart explorer"' in (SITE / f"{name}.html").read_text("utf-8")
        assert [address.partition("?")[0].rpartition("/")[2] for address in waited] == ["frame.js"] * has_explorer, name
        every = [link["href"] for link in head.select("link[rel=stylesheet]") if not link.find_parent("noscript")]
        assert sum("page.css" in address for address in every) == 1 and len(every) <= 2, (
            name,
            every,
        )  # one more for teachers' pages


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_buttons_under_the_title_come(browser, site, width):
    """Scripts come after the page is shown: the room of what they make is kept."""
    below = []
    for scripts in ("come", "never come"):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        if scripts == "never come":
            page.route(re.compile(r"/_static/(code|live)\.js"), lambda route: route.abort())
        page.goto(f"{site}/chapters/strategy.html?view=code")
        assert page.get_by_role("button", name="Make this page live").count() == (scripts == "come")
        below.append(page.locator("details.launch").bounding_box()["y"])
        context.close()
    assert below[0] == pytest.approx(below[1], abs=1)
