"""Exercises: plain Markdown that reads well in Jupyter becomes a block of sphinx-exercise on the page.

    ### Exercise 2: The order of the fall            →   ```{exercise} …
                                                         :label: strategy-2
    *recall · introductory · objective 4*

    Which indicator …

One Markdown cell is one exercise; the code cell after it, if any, takes the answer and calls ``check("strategy-2", …)``.
On a page without code an exercise ends at the next heading of its level or above. The chapter's quiz (``quizzes.py``) is put before the exercises,
and its questions where their sections end. No cell is added: live Python counts them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx_exercise.nodes import is_exercise_node

from explorable.book import current_book
from explorable.course import quizzes

KINDS = ("recall", "compute", "critique")
LEVELS = ("introductory", "intermediate", "advanced")
HEADING = "## Exercises"
NEXT = re.compile(r"^(?=#{2,3} )", flags=re.MULTILINE)  # where a part of a plain page begins
CELL = re.compile(
    r"### Exercise (?P<number>\d+): (?P<title>[^\n]+)\n\n"
    r"\*(?P<kind>\w+) · (?P<level>\w+) · objectives? (?P<objectives>\d+(?:, \d+)*)\*\n\n(?P<text>.+)",
    flags=re.DOTALL,
)
OBJECTIVES = re.compile(r"(.* )(objectives? )(\d+)((?:, \d+)*)")


class Exercise(NamedTuple):
    """One exercise of a chapter, as its cell says."""

    id: str
    chapter: str
    number: int
    title: str
    kind: str
    level: str
    objectives: tuple[int, ...]
    text: str


def setup(app: Sphinx) -> None:
    #: Asks what follows an exercise and, with None for it, the opening of a chapter's exercises: see solutions.py.
    app.add_event("exercise-followed-by")
    # sphinx-exercise switches numbered figures on, over which sphinx-external-toc stumbles; blocks are numbered by chapter here
    app.connect("config-inited", lambda app, config: setattr(config, "numfig", False), priority=600)
    app.connect("env-before-read-docs", _forget)
    app.connect("source-read", _read, priority=600)  # after links.py
    app.connect("doctree-read", _finish, priority=600)  # after sphinx-exercise


def _forget(app: Sphinx, env, pages: list[str]) -> None:
    """Forget the exercises and labels of all pages that are read anew, before the first is: Sphinx forgets them page by page, and takes
    what has moved to an earlier page for a second of that name."""
    for page in pages:
        env.get_domain("std").clear_doc(page)
    known = getattr(env, "sphinx_exercise_registry", {})
    for label in [label for label, about in known.items() if about["docname"] in pages]:
        del known[label]


def chapter_of(page: str) -> str:
    """Return the short name of a page's chapter: ``chapters/scenarios/leave`` is ``leave``."""
    return current_book().chapter_of(page)


def parse(chapter: str, cell: str) -> Exercise | None:
    """Return the exercise that a Markdown cell holds; None if it holds none. ``ValueError`` if its head is damaged."""
    if not cell.startswith("### Exercise "):
        return None
    match = CELL.fullmatch(cell.strip())
    if not match or match["kind"] not in KINDS or match["level"] not in LEVELS:
        raise ValueError(
            f"{chapter}: {cell.splitlines()[0]!r} needs a second line such as *{KINDS[0]} · {LEVELS[0]} · objective 1*, "
            f"with a kind of {', '.join(KINDS)} and a level of {', '.join(LEVELS)}."
        )
    return Exercise(
        f"{chapter}-{match['number']}",
        chapter,
        int(match["number"]),
        match["title"],
        match["kind"],
        match["level"],
        tuple(map(int, match["objectives"].split(", "))),
        match["text"].strip(),
    )


def of(page: str) -> list[Exercise]:
    """Return the exercises of a page of the book, in their order."""
    found = (parse(chapter_of(page), part) for part in parts(page))
    return [exercise for exercise in found if exercise]


def parts(page: str) -> list[str]:
    """Return the prose of a page: each Markdown cell of a notebook, or what stands under each heading of a plain page."""
    path = current_book().root / f"{page}.ipynb"
    if path.exists():
        return [cell["source"] for cell in nbformat.read(path, as_version=4).cells if cell["cell_type"] == "markdown"]
    return NEXT.split(path.with_suffix(".md").read_text("utf-8"))


def to_directive(exercise: Exercise, text: str) -> str:
    """Return the Markdown of sphinx-exercise for one exercise, whose text may have been changed since it was parsed."""
    about = text.partition("\n\n")[2].strip()
    return f"``````{{exercise}} {exercise.title}\n:label: {exercise.id}\n:class: exercise-{exercise.kind}\n:nonumber:\n\n{about}\n``````\n"


def elsewhere(page: str) -> str:
    """Return the Markdown that says where the other exercises of a page's chapter stand: they are numbered through all of its pages. Empty
    if the chapter has one page."""
    told = ""
    for other in (one for one in current_book().pages_of(page) if one != page):
        *first, last = [str(one.number) for one in of(other)]
        those = f"Exercises {', '.join(first)} and {last}" if first else f"Exercise {last}"
        told += f"\n\n{those} of this chapter {'are' if first else 'is'} on the page [](</{other}.ipynb>)."
    return told


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    def follow(exercise: Exercise | None) -> str:
        return "".join(app.emit("exercise-followed-by", chapter_of(page), exercise))

    if Path(app.env.doc2path(page)).suffix != ".ipynb":
        source[0] = plain(page, source[0], follow)
        return
    notebook = json.loads(source[0])
    prose = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    for cell, text in zip(prose, cells(page, ["".join(cell["source"]) for cell in prose], follow)):
        cell["source"] = text
    source[0] = json.dumps(notebook)


def cells(page: str, texts: list[str], follow: Callable[[Exercise | None], str]) -> list[str]:
    """Return the prose of a notebook, cell by cell, with its exercises as blocks and with the quiz.

    ``follow`` gives what comes after an exercise, or after the heading of all. It begins the next prose: between them stands the
    exercise's own cell of code.
    """
    chapter, asked = chapter_of(page), quizzes.directives(page, texts)
    opening = HEADING if any(text.startswith(HEADING) for text in texts) else "## Summary"
    made, after = [], ""
    for number, text in enumerate(texts):
        exercise, is_heading = parse(chapter, text), text.startswith(HEADING)
        if exercise:
            shown = to_directive(exercise, text)
        else:
            shown = quizzes.before(opening, chapter, text + elsewhere(page) if is_heading else text)
        made.append(after + asked.get(number, "") + shown)
        after = follow(exercise) if exercise or is_heading else ""
    return made


def plain(page: str, text: str, follow: Callable[[Exercise | None], str]) -> str:
    """Return the text of a plain page, likewise: there what comes after an exercise follows at once."""
    chapter, made = chapter_of(page), ""
    parts = NEXT.split(text)
    asked = quizzes.directives(page, parts)
    for number, part in enumerate(parts):
        exercise = parse(chapter, part)
        made += asked.get(number, "") + (to_directive(exercise, part) + "\n" if exercise else part)
        made += follow(exercise) if exercise or part.startswith(HEADING) else ""
    return quizzes.place(chapter, made)


def _finish(app: Sphinx, doctree: nodes.document) -> None:
    """Give each block the title that its cell has in Jupyter, and its inner section no id: all have the same."""
    for node in doctree.findall(is_exercise_node):
        number, subtitle = node["label"].rpartition("-")[2], node[0].children[1].astext()
        node[0] = nodes.title("", f"Exercise {number}: {subtitle}")
        node[1]["ids"] = []
        node[1][0]["classes"].append("exercise-about")
        _link_objectives(node[1][0], chapter=node["label"].rpartition("-")[0])


def _link_objectives(about: nodes.paragraph, *, chapter: str) -> None:
    """Let “objectives 4, 5” lead to the first of them in the table of objectives: a page lists its own without their numbers."""
    told = OBJECTIVES.fullmatch(about.astext())
    if not told:
        return
    before, named, first, rest = told.groups()
    link = pending_xref(
        "",
        nodes.inline("", f"{named}{first}{rest}"),
        refdomain="std",
        reftype="ref",
        reftarget=f"{chapter}.{first}",
        refexplicit=True,
        refwarn=False,
    )
    about[0].children = []
    about[0] += [nodes.Text(before), link]
