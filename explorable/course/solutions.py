"""The instructor's edition: worked solutions, their keys, and what merges them into the pages.

    python -m explorable.course.solutions     run every solution and write the keys of check() (``make keys``)
    make instructor              the book with solutions, in _build/instructor

``solutions/<chapter>.md`` has a part for teachers and one section an exercise::

    # Strategy
    **Timing**: …                  (what to take for a lesson; how long all takes is computed, and stands before it)
    ## Misconceptions
    - …
    ## Exercise 2
    *5 minutes.* …

    ```python
    answer = …
    slips["in thousands"] = …
    ```

A solution's code runs after the chapter's own cells, so it may use their names. It sets ``answer``, and ``slips``: wrong
answers by name, whose hints stand in ``teaching/questions/<chapter>.toml``. Both become hashes in ``teaching/keys.json``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

from explorable import command
from explorable.book import Part, current_book
from explorable.course import exercises, quizzes
from explorable.course.times import MINUTES_A_QUESTION

check = Part("check")

#: Set to "instructor" by ``make instructor``, and by nothing else.
EDITION = "BOOK_EDITION"
CODE = re.compile(r"^```python\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


class Solutions(NamedTuple):
    """What ``solutions/<chapter>.md`` holds: the part for teachers, and each exercise's solution by its number."""

    chapter: str
    teachers: str
    worked: dict[int, str]


def setup(app: Sphinx) -> None:
    if os.environ.get(EDITION) == "instructor":
        app.connect("config-inited", _name_edition)
        app.connect("exercise-followed-by", _following)


# Files


def of(chapter: str, folder: Path | None = None) -> Solutions:
    """Return the solutions of a chapter; ``ValueError`` says what is wrong with the file."""
    path = (folder or current_book().solutions) / f"{chapter}.md"
    if not path.exists():
        raise ValueError(f"solutions/{path.name} is missing: every chapter with exercises has one.")
    teachers, *parts = re.split(r"^## Exercise ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    worked = {}
    for part in parts:
        number, _, text = part.partition("\n")
        if not number.strip().isdigit() or not re.match(r"\s*\*\d+ minutes\.\*", text):
            raise ValueError(
                f"solutions/{path.name}: section 'Exercise {number.strip()}' should be a number and start with its time, such as *5 minutes.*"
            )
        worked[int(number)] = text.strip()
    return Solutions(chapter, teachers.partition("\n")[2].strip(), worked)


def chapters() -> list[str]:
    """Return the chapters that have solutions."""
    return sorted(path.stem for path in current_book().solutions.glob("*.md") if path.stem != "README")


# Keys


def run(page: str, texts: dict[int, str]) -> dict[int, dict]:
    """Run the code of each solution after the page's own cells, if it has any; return the names that each one sets or changes."""
    path = current_book().root / f"{page}.ipynb"
    names: dict = {"__name__": "solutions"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in nbformat.read(path, as_version=4).cells if path.exists() else []:
            if cell["cell_type"] == "code" and not cell["id"].startswith("exercise"):
                exec(compile(cell["source"], f"{page}, cell {cell['id']}", "exec"), names)
    found = {}
    for number, text in texts.items():
        code = "\n".join(CODE.findall(text))
        if code:
            own = {**names, "slips": {}}
            exec(compile(code, f"solutions/{exercises.chapter_of(page)}.md, exercise {number}", "exec"), own)
            found[number] = own
    return found


def worked(page: str) -> dict[int, str]:
    """Return the solutions of the exercises that stand on a page, by their numbers: a chapter of several pages has one file."""
    here = {exercise.number for exercise in exercises.of(page)}
    return {number: text for number, text in of(exercises.chapter_of(page)).worked.items() if number in here}


def keys(page: str) -> dict[str, dict]:
    """Return the keys of a page's checked exercises, from its solutions."""
    chapter, made = exercises.chapter_of(page), {}
    for number, names in run(page, worked(page)).items():
        id = f"{chapter}-{number}"
        if id not in check.exercises():
            continue
        exercise, slips = check.exercises()[id], names["slips"]
        if "answer" not in names:
            raise ValueError(f"solutions/{chapter}.md, exercise {number}: its code should set 'answer'.")
        if set(slips) != set(exercise["slips"]):
            raise ValueError(
                f"{id}: the solution has the slips {sorted(slips)}, teaching/questions/{chapter}.toml hints for {sorted(exercise['slips'])}."
            )
        made[id] = check.key(id, exercise, names["answer"], slips)
        if len(made[id]["slips"]) < len(slips) or set(made[id]["slips"]) & set(made[id]["right"]):
            raise ValueError(f"{id}: two slips have the same value, or one has the answer's.")
    return made


def pages() -> list[str]:
    """Return the pages of the chapters that have solutions, chapter by chapter."""
    found = current_book().pages_by_chapter()
    return [page for chapter in chapters() for page in found[chapter] if exercises.of(page)]


def absent() -> str:
    """Return what to say where this copy of the book has no solutions; nothing where it has them."""
    if current_book().solutions.exists():
        return ""
    return "This copy of the book has no folder solutions/: it is the students' edition. Teachers' sources have the folder."


def main(names: list[str]) -> int:
    if absent():
        print(absent(), file=sys.stderr)
        return 1
    path = check.TEACHING / "keys.json"
    stored = json.loads(path.read_text("utf-8")) if path.exists() else {}
    again = [page for page in pages() if not names or exercises.chapter_of(page) in names]
    chapters_again = {exercises.chapter_of(page) for page in again}
    stored = {id: key for id, key in stored.items() if id.rpartition("-")[0] not in chapters_again}
    for page in again:
        stored |= keys(page)
        print(f"keys of {page}")
    lines = ",\n".join(f"{json.dumps(id)}: {json.dumps(key)}" for id, key in sorted(stored.items()))
    path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8", newline="\n")
    return 0


# The edition


@cache
def _cached(chapter: str) -> Solutions | None:
    return of(chapter) if chapter in chapters() else None


def _name_edition(app: Sphinx, config) -> None:
    if absent():
        raise ConfigError(absent())
    config.project += ", instructor’s edition"
    config.html_title = config.project
    config.budgets = False  # it holds more than the book, and lies on a teacher's machine
    config.html_theme_options["announcement"] = (
        "Instructor’s edition: it holds the solutions. Please keep it from students."
    )


def _following(app: Sphinx, chapter: str, exercise: exercises.Exercise | None) -> str:
    """Return what teachers need at the opening of the exercises, and the solution after an exercise and its cell."""
    solutions = _cached(chapter)
    if solutions is None:
        return ""
    if exercise is None:
        told = solutions.teachers.replace("**Timing**:", f"**Timing**: {_timing(solutions)}.", 1)
        return f"``````{{admonition}} For the teacher\n:class: for-the-teacher\n\n{_demoted(told)}\n``````\n\n"
    return f"``````{{solution}} {exercise.id}\n\n{solutions.worked[exercise.number]}\n``````\n\n"


def minutes(text: str) -> int:
    """Return how long an exercise takes, as its solution begins."""
    return int(re.match(r"\s*\*(\d+) minutes\.\*", text)[1])


def _timing(solutions: Solutions) -> str:
    """Return how long a chapter takes with all its pages: to read, as the built pages count, for its quizzes and for its exercises."""
    here = current_book().pages_by_chapter()[solutions.chapter]
    quiz = round(MINUTES_A_QUESTION * sum(len(quizzes.of(page)) for page in here))
    work = sum(map(minutes, solutions.worked.values()))
    pages = "the chapter’s pages" if len(here) > 1 else "the page"
    return f"{{minutes}}`{','.join(here)}` to read {pages}, {command.counted(quiz, 'minute')} for the quiz, {work} for all exercises"


def _demoted(text: str) -> str:
    """Headings inside a block would be headings of the page: make them bold lines."""
    return re.sub(r"^#+ (.+)$", r"**\1**", text, flags=re.MULTILINE)


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
