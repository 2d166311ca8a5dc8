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
    **{f"scenario-{path}": functools.partial(explorers.one_scenario, path) for path in model.path_ids()},
    "five-scenarios": explorers.five_scenarios,
    "first-look": explorers.first_look,
}
#: These, and a stage whose sliders are no assumptions of the model.
STAGES: Mapping[str, Callable] = {**EXPLORERS, "thousand-people": explorers.thousand_people}
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{name}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="book.css"><link rel="stylesheet" href="stage.css"><link rel="stylesheet" href="colours.css">
<script defer src="library.js"></script><script defer src="page.js"></script><script defer src="charts.js"></script><script defer src="engine.js"></script><script defer src="tabs.js"></script><script defer src="frame.js"></script><script defer src="explorers.js"></script></head>
<body><p id="elsewhere" tabindex="-1">An explorer.</p>{figures}<p style="height: 100vh">Text below.</p></body></html>
"""


#: Windows in which the stage must hold, and how much of the chart must be seen there while a hand is on a control.
SIZES = {(1366, 768): 0.9, (1920, 1080): 0.9, (375, 812): 0.9, (360, 640): 0.75}
#: As in a chapter: a bar that stays at the top, and text above and below the explorer.
AROUND = """() => {
  const bar = document.createElement("div"), text = () => Object.assign(document.createElement("p"), { style: "height: 3000px" });
  Object.assign(bar, { className: "bd-header-article", style: "position: sticky; top: 0; height: 56px; background: Canvas; z-index: 1020" });
  document.body.prepend(bar, text());
  document.body.append(text());
  dispatchEvent(new Event("resize"));
}"""
#: For each slider, divider and field, all folds open, brought into view as a browser does for a key or a finger: how much is seen of it, of the
#: answer, of the chart, and of the rule of the month (null where there is none), from 0 to 1; 0 where something lies over it.
SEEN = """async () => {
  const figure = document.querySelector("figure.explorer"), bar = document.querySelector(".bd-header-article").offsetHeight;
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const fold of figure.querySelectorAll(".stage-controls details")) fold.open = true;
  await frame();
  const part = box => Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, bar)) / box.height;
  const uncovered = (element, box) => [.1, .5, .9].every(at => element.contains(document.elementFromPoint(box.left + box.width / 2, box.top + at * box.height)));
  const seen = (element, around = element) => { const box = element.getBoundingClientRect(); return uncovered(around, box) ? part(box) : 0; };
  const inputs = [...figure.querySelectorAll(".stage-controls input:is([type=range], [type=number])")].filter(input => input.checkVisibility());
  const found = [];
  for (const input of inputs) {
    input.scrollIntoView({ block: "center" });
    await frame();
    const rule = [...figure.querySelectorAll(".chart-panel:not(.is-behind) .mark-rule line")].find(line => line.__data__?.datum?.chosen !== undefined);
    found.push({
      control: input.dataset.param ?? input.ariaLabel ?? input.labels[0].textContent, itself: seen(input, input.closest(".shares-bar") ?? input),
      answer: seen(figure.querySelector(".stage-answer")), chart: part(figure.querySelector(".stage-chart").getBoundingClientRect()),
      rule: rule ? part(rule.getBoundingClientRect()) : null,
    });
  }
  return found;
}"""


def write(folder: Path, pages: Mapping[str, list[str]]) -> Path:
    """Write a page for each name, with the explorers it is to hold, and all that they load."""
    theme.enable()
    for file in ("book.css", "stage.css", "library.js", "page.js", "charts.js", "tabs.js", "frame.js", "explorers.js"):
        shutil.copy(next(MACHINE.glob(f"*/static/{file}")), folder)
    shutil.copy(expressions.RUNTIME, folder)
    (folder / "engine.js").write_text(engine.script(), "utf-8")
    (folder / "colours.css").write_text(colours.colours(), "utf-8")
    for name, held in pages.items():
        figures = "\n".join(charts.html(STAGES[one]().to_dict(), bibliography="bibliography.html") for one in held)
        (folder / f"{name}.html").write_text(PAGE.format(name=name, figures=figures), "utf-8")
    return folder
