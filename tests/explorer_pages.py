"""Each explorer on a small page of its own, without the book around it: for its tests and for bench/."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from aftermath import explorers, model, theme
from explorable.book import MACHINE
from explorable.figures import colours
from explorable.pages import charts, expressions
from explorable.publish.serve import serve  # noqa: F401  (for the tests and bench/)
from explorable.stage import engine

EXPLORERS: Mapping[str, Callable] = {
    "who-is-left": explorers.who_is_left,
    "inflow": explorers.inflow,
    "territory": explorers.territory,
    **{f"scenario-{path}": functools.partial(explorers.one_scenario, path) for path in model.PATHS},
    "five-scenarios": explorers.five_scenarios,
    "first-look": explorers.first_look,
}
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{name}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="stage.css"><link rel="stylesheet" href="colours.css">
<script defer src="library.js"></script><script defer src="page.js"></script><script defer src="charts.js"></script><script defer src="engine.js"></script><script defer src="tabs.js"></script><script defer src="explorers.js"></script></head>
<body><p id="elsewhere" tabindex="-1">An explorer.</p>{figures}<p style="height: 100vh">Text below.</p></body></html>
"""


def write(folder: Path, pages: Mapping[str, list[str]]) -> Path:
    """Write a page for each name, with the explorers it is to hold, and all that they load."""
    theme.enable()
    for file in ("book.css", "stage.css", "library.js", "page.js", "charts.js", "tabs.js", "explorers.js"):
        shutil.copy(next(MACHINE.glob(f"*/static/{file}")), folder)
    shutil.copy(expressions.RUNTIME, folder)
    (folder / "engine.js").write_text(engine.script(), "utf-8")
    (folder / "colours.css").write_text(colours.colours(), "utf-8")
    for name, held in pages.items():
        figures = "\n".join(charts.html(EXPLORERS[one]().to_dict(), bibliography="bibliography.html") for one in held)
        (folder / f"{name}.html").write_text(PAGE.format(name=name, figures=figures), "utf-8")
    return folder
