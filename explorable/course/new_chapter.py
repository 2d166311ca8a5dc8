"""Begin a chapter: its page, and all that a chapter owes its reader, filled with an example.

    python -m explorable.course.new_chapter ransoms --title "Ransoms" --after toll

Written: ``chapters/ransoms.ipynb`` from the book's template, executed; its exercises, quiz and solutions; its rows in the lists of
objectives and of misconceptions; its line in ``_toc.yml``. The examples stand in ``reuse/chapter/``. Replace them bit by bit:
whatever no longer fits together is named by ``make check``. ``tests/test_new_chapter.py`` begins one in a copy of the book and runs
the quick tests of exercises, notebooks, prose, lists of pages and teaching on it; no test walks it through the built site.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import nbformat

from explorable import command
from explorable.book import Book, current_book

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE = re.compile(r"```python\n(.*?)\n```", flags=re.DOTALL)


class NoChapter(command.Refused):
    """A chapter can't be written. The message says why, and what to do."""


def write(name: str, title: str, after: str, book: Book | None = None) -> list[Path]:
    """Write the files of a chapter; return their paths. Nothing is written where one of them is there already."""
    book = book or current_book()
    page, beside = book.root / "chapters" / f"{name}.ipynb", book.root / "reuse" / "chapter"
    toc = book.root / "_toc.yml"
    if not NAME.fullmatch(name):
        raise NoChapter(
            f"{name!r} can't be a chapter's name: write it in lower case, with hyphens, such as 'two-counts'."
        )
    if any(path.rpartition("/")[2] == name for path in book.pages()) or page.exists():
        raise NoChapter(f"There is a page {name} already: choose another name.")
    texts = {
        page: _notebook(book, beside, name, title),
        book.teaching / "questions" / f"{name}.toml": (beside / "questions.toml").read_text("utf-8"),
        book.teaching / "objectives.csv": _objectives(book, beside, name),
        book.teaching / "misconceptions.csv": _misconceptions(book, beside, name),
        toc: _listed(toc.read_text("utf-8"), name, after),
        book.solutions / f"{name}.md": (beside / "solutions.md").read_text("utf-8").replace("TITLE", title),
    }
    if not book.solutions.exists():
        raise NoChapter(
            "This copy has no folder solutions/: it is the students' edition. A chapter is begun in the teachers', for its answers belong to it."
        )
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def _notebook(book: Book, beside: Path, name: str, title: str) -> str:
    notebook = nbformat.read(book.root / "chapters" / "_template.ipynb", as_version=4)
    first, summary = notebook.cells[0], next(cell for cell in notebook.cells if cell["id"] == "summary")
    first["source"] = f"# {title}\n\n" + first["source"].partition("\n\n")[2]
    place = notebook.cells.index(summary)
    notebook.cells[place:place] = _exercises((beside / "exercises.md").read_text("utf-8").replace("NAME", name))
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _exercises(text: str) -> list[nbformat.NotebookNode]:
    """Return the cells of the exercises: each is one of Markdown, and one of code if it can be checked."""
    cells = []
    for number, part in enumerate(re.split(r"^(?=###? )", text, flags=re.MULTILINE)[1:]):
        id, code = (f"exercise-{number}" if number else "exercises"), CODE.search(part)
        cells.append(nbformat.v4.new_markdown_cell(CODE.sub("", part).strip(), id=id))
        if code:
            cells.append(nbformat.v4.new_code_cell(code[1], id=f"{id}-answer" if number else "exercise-check"))
    return cells


def _objectives(book: Book, beside: Path, name: str) -> str:
    rows = [
        [f"{name}.{number}", name, row["objective"], row["taught_in"]]
        for number, row in enumerate(_rows(beside / "objectives.csv"), 1)
    ]
    return _with(book.teaching / "objectives.csv", rows)


def _misconceptions(book: Book, beside: Path, name: str) -> str:
    rows = [[name, *row.values()] for row in _rows(beside / "misconceptions.csv")]
    return _with(book.teaching / "misconceptions.csv", rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _with(path: Path, rows: list[list[str]]) -> str:
    """Return the text of a table with these rows at its end."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return path.read_text("utf-8").rstrip("\n") + "\n" + made.getvalue()


def _listed(toc: str, name: str, after: str) -> str:
    """Return the table of contents with the chapter below another one."""
    line = re.search(rf"^( *)- file: chapters/{re.escape(after)}\n(?! *sections:)", toc, flags=re.MULTILINE)
    if not line:
        raise NoChapter(
            f"_toc.yml has no line '- file: chapters/{after}' without sections: name another chapter with --after."
        )
    return toc[: line.end()] + f"{line[1]}- file: chapters/{name}\n" + toc[line.end() :]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m explorable.course.new_chapter", description="Begin a chapter.")
    parser.add_argument("name", help="of its file, in lower case with hyphens")
    parser.add_argument("--title", required=True)
    parser.add_argument("--after", required=True, help="the chapter below which it stands in the table of contents")
    given = parser.parse_args(arguments)
    try:
        written = write(given.name, given.title, given.after)
    except NoChapter as problem:
        print(problem, file=sys.stderr)
        return 1
    root = current_book().root
    print(*(f"written: {path.relative_to(root).as_posix()}" for path in written), sep="\n", flush=True)
    has_solutions = current_book().solutions.exists()
    for module, *more in (
        *(
            [["explorable.course.solutions"]] if has_solutions else []
        ),  # the keys first: the page's exercises ask for them
        ["explorable.publish.notebooks", f"chapters/{given.name}.ipynb"],
        ["explorable.publish.myst"],
    ):
        ended = subprocess.run([sys.executable, "-m", module, *more], cwd=root).returncode
        if ended:
            return ended
    print(f"Now write chapters/{given.name}.ipynb; then: make notebooks keys check")
    return 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
