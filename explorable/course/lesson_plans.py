"""The pages for teachers: plans whose minutes add up, and what students may believe.

    {misconceptions}   the rows of teaching/misconceptions.csv, by chapter; its cells are Markdown
    {lesson-plan} 50   the steps of a lesson as YAML: how long each takes, what to do, on which page, with which controls

    - title: Predict before you look
      minutes: 5
      do: Each student writes one number.          (Markdown)
      page: /chapters/forecast.md#your-forecast-first   (optional: what is on the screen)
      use: [This is my forecast]                   (optional: names of controls and headings, as the page shows them)
      paper: Read the question aloud.              (optional: the same without a network or a screen)
      wall: [What do you expect?]                  (optional: what the class reads on the slide of this step, line by line)

The clock before each step is computed. A plan whose minutes do not add up to its length is a Sphinx error, and so fails
the build. ``tests/test_teaching.py`` looks up each page, anchor and control in the built site.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import current_book
from explorable.pages import links

FENCE = re.compile(r"^```\{lesson-plan\} (\d+)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
NEEDED, OPTIONAL = {"title", "minutes", "do"}, {"page", "use", "paper", "wall"}


class PlanError(ValueError):
    """A lesson plan does not hold together. The message says which step, and what to do about it."""


def setup(app: Sphinx) -> None:
    app.add_directive("lesson-plan", LessonPlan)
    app.add_directive("misconceptions", Misconceptions)
    app.connect("html-page-context", _uncover)
    app.connect("html-page-context", _load_style)


def steps(text: str, *, length: int) -> list[dict]:
    """Return the steps of a plan, each with the minute at which it begins; :class:`PlanError` if they do not fit."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise PlanError(f"This plan can't be read as YAML: {problem}") from None
    if not isinstance(found, list) or not all(isinstance(step, dict) for step in found):
        raise PlanError("A plan is a list of steps: begin each with '- title:'.")
    start = 0
    for number, step in enumerate(found, start=1):
        _check(step, number)
        step["start"], start = start, start + step["minutes"]
    if start != length:
        raise PlanError(
            f"The steps add up to {start} minutes, and the plan says {length}: change a step, or the plan's length."
        )
    return found


def _check(step: dict, number: int) -> None:
    missing, unknown = NEEDED - set(step), set(step) - NEEDED - OPTIONAL
    if missing or unknown:
        raise PlanError(
            f"Step {number} lacks {sorted(missing)} or has unknown parts {sorted(unknown)}: a step has {sorted(NEEDED)} and may have {sorted(OPTIONAL)}."
        )
    if type(step["minutes"]) is not int or step["minutes"] < 1:
        raise PlanError(f"Step {number} takes {step['minutes']!r} minutes: write a whole number of at least 1.")
    if not isinstance(step.get("wall", []), list):
        raise PlanError(f"Step {number} has {step['wall']!r} on its slide: write a list, one line after the other.")
    if step.get("use") and not step.get("page"):
        raise PlanError(f"Step {number} uses {step['use']} of no page: say on which 'page' they are.")


def plans(page: str) -> list[tuple[int, list[dict]]]:
    """Return all plans of a page of the book, with their lengths."""
    text = (current_book().root / f"{page}.md").read_text("utf-8")
    return [(int(length), steps(body, length=int(length))) for length, body in FENCE.findall(text)]


class LessonPlan(SphinxDirective):
    """A plan as a list of steps, which bends to a phone and prints well."""

    has_content = True
    required_arguments = 1

    def run(self):
        try:
            found = steps("\n".join(self.content), length=int(self.arguments[0]))
        except (PlanError, ValueError) as problem:
            raise self.error(str(problem)) from None
        plan = nodes.enumerated_list(classes=["lesson-plan"])
        plan += [self._step(step) for step in found]
        return [plan]

    def _step(self, step: dict) -> nodes.list_item:
        end = step["start"] + step["minutes"]
        clock = nodes.inline("", f"{step['start']}–{end} min", classes=["lesson-clock"])
        head = nodes.paragraph("", "", clock, nodes.Text(" "), nodes.strong("", step["title"]), classes=["lesson-head"])
        item = nodes.list_item("", head, *self.parse_text_to_nodes(step["do"]))
        if step.get("page"):
            stop = "" if step.get("use") and step["use"][-1].endswith((".", "?", "!")) else "."
            controls = ", ".join(f"**{name}**" for name in step.get("use", []))
            item += self.parse_text_to_nodes(
                f"*On the screen*: [](<{step['page']}>)" + (f"; use {controls}" if controls else "") + stop
            )
        if step.get("paper"):
            item += self.parse_text_to_nodes(f"*Without a screen*: {step['paper']}")
        return item


@lru_cache(maxsize=1)
def misconceptions() -> dict[str, list[dict[str, str]]]:
    """Return what students may believe, by chapter, in the order of the table."""
    found: dict[str, list[dict[str, str]]] = {}
    with open(current_book().teaching / "misconceptions.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["chapter"], []).append(row)
    return found


class Misconceptions(SphinxDirective):
    """A section for each chapter, with its beliefs."""

    def run(self):
        self.env.note_dependency(str(current_book().teaching / "misconceptions.csv"))
        return [self._section(chapter, rows) for chapter, rows in misconceptions().items()]

    def _section(self, chapter: str, rows: list[dict[str, str]]) -> nodes.section:
        pages = current_book().pages_by_chapter().get(chapter)
        if pages is None:
            raise self.error(
                f"teaching/misconceptions.csv: there is no chapter {chapter!r}. Correct the name, or take its rows out."
            )
        section = nodes.section(
            "", nodes.title("", chapter.replace("-", " ").capitalize()), ids=[f"in-{chapter}"], names=[f"in-{chapter}"]
        )
        places = " and ".join(f"[](</{page}{Path(self.env.doc2path(page)).suffix}>)" for page in pages)
        section += self.parse_text_to_nodes(f"In the chapter {places}:")
        for row in rows:
            told = f"**“{row['belief']}”**\n\n*Why it sounds right*: {row['because']}\n\n*What the chapter says*: {row['answer']}\n\n*Ask*: {row['ask']}"
            section += nodes.container("", *self.parse_text_to_nodes(links.to_roles(told)), classes=["misconception"])
        return section


ON_SCREEN = re.compile(r'(<em>On the screen</em>: <a class="[^"]*" href="[^"#?]*chapters/[^"#?]+\.html)(#?)')


def _uncover(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Let a plan's links to chapters lead to the story: a teacher has no time to open code first.

    A section is shown uncovered. A chapter's beginning is its question, which the class answers before the picture opens.
    """
    if 'class="lesson-plan' in context.get("body", ""):
        context["body"] = ON_SCREEN.sub(
            lambda match: f"{match[1]}?view=story{',shown#' if match[2] else ''}", context["body"]
        )


def _load_style(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if page.startswith("teaching/"):
        app.add_css_file("teaching.css", priority=910)
