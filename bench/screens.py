"""How long is each page, and how far down is its first picture? Measured as a reader's laptop shows the story, 1366×768.

    .venv/bin/python bench/screens.py [page …]     of the built site; default: every page of the table of contents

A screen is the height of the window. Words are those that are seen without opening anything; the share of code is that of the
page's height; the grade is how hard the words are to read (``explorable/course/grades.py``). A page that is longer than the target is named, and makes the exit code 1, unless it serves to look things up.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from explorable import chromium  # noqa: E402
from explorable.book import open_book  # noqa: E402
from explorable.course import grades  # noqa: E402
from explorable.editions import printed  # noqa: E402
from explorable.publish.serve import serve  # noqa: E402

WIDTH, HEIGHT = 1366, 768
LONGEST = 25  # screens
MEASURE = """() => {
  const article = document.querySelector("article.bd-article"), top = part => part.getBoundingClientRect().top + scrollY;
  const first = [...article.querySelectorAll("figure, svg, form")].find(part => part.checkVisibility() && part.getBoundingClientRect().height > 60);
  const code = [...article.querySelectorAll(".cell_input, .highlight")].filter(part => part.checkVisibility() && !part.parentElement.closest(".cell_input"));
  return {
    first: first ? top(first) / innerHeight : null,
    screens: document.documentElement.scrollHeight / innerHeight,
    words: article.innerText.split(/\\s+/).length,
    code: code.reduce((sum, part) => sum + part.getBoundingClientRect().height, 0) / article.getBoundingClientRect().height,
  };
}"""


class Length(NamedTuple):
    """Of one page: screens to the first picture (none: no picture), screens in all, words seen, share of code."""

    first: float | None
    screens: float
    words: int
    code: float


def length(page: Page, address: str) -> Length:
    """Measure the page at an address, once its scripts have run."""
    page.goto(address, wait_until="load")
    page.wait_for_function("() => !document.querySelector('.guess-form[hidden]')")
    return Length(**page.evaluate(MEASURE))


def main(names: list[str]) -> int:
    book, long = open_book(ROOT), []
    hard = {name: grades.grade(found) for name, found in grades.of_book(ROOT / "_build" / "html").items()}
    looked_up = {page for page, part in printed.pages() if part == "Reference"}
    print(f"{'page':34} {'first picture':>13} {'screens':>8} {'words':>7} {'code':>5} {'grade':>6}")
    with sync_playwright() as playwright, serve(ROOT / "_build" / "html") as site:
        browser = playwright.chromium.launch(executable_path=chromium.path(windowless=True), args=chromium.FLAGS)
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True).new_page()
        for name in names or book.pages():
            found = length(page, f"{site}/{name}.html")
            first = "–" if found.first is None else f"{found.first:.1f}"
            print(
                f"{name:34} {first:>13} {found.screens:8.1f} {found.words:7,} {found.code:5.0%} {hard.get(name, 0):6.1f}",
                flush=True,
            )
            long += [name] if found.screens > LONGEST and name not in looked_up else []
        browser.close()
    print(f"longest page ≤ {LONGEST} screens: {'MISSED by ' + ', '.join(long) if long else 'met'}")
    return bool(long)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
