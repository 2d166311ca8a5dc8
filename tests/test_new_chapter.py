"""A new chapter, begun by its command in a copy of the book, passes what every chapter must pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

from explorable.book import Book, current_book
from explorable.course import new_chapter

#: What the copy needs: the book's words, its Python, and the machine.
COPIED = ("aftermath", "chapters", "data", "explorable", "reuse", "solutions", "teaching", "tests", "vendor")
CHECKS = (
    "test_exercises.py",
    "test_solutions.py",
    "test_myst.py",
    "test_notebooks.py",
    "test_teaching.py",
    "test_prose.py",
)


@pytest.fixture()
def copy(tmp_path):
    """The book in another folder, as git would have it."""
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    return tmp_path


def in_copy(copy, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.mark.slow
@pytest.mark.skipif(not current_book().solutions.exists(), reason="A chapter is begun in the teachers' edition.")
def test_a_new_chapter_passes_what_every_chapter_must_pass(copy):
    begun = in_copy(copy, "explorable.course.new_chapter", "ransoms", "--title", "Ransoms", "--after", "toll")
    assert begun.returncode == 0, begun.stdout + begun.stderr
    assert "chapters/ransoms" in Book(copy).pages()
    options = (
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "--quick",
        "-k",
        "ransoms or every or page or keys or solution",
    )
    checked = in_copy(copy, "pytest", *options, *(f"tests/{name}" for name in CHECKS))
    assert checked.returncode == 0, checked.stdout[-6000:]
    assert "ransoms-2" in (copy / "teaching" / "keys.json").read_text("utf-8")


def test_in_the_students_edition_no_chapter_is_begun(copy):
    """Its check() would know no answer, and its first page would not run."""
    shutil.rmtree(copy / "solutions", ignore_errors=True)
    with pytest.raises(new_chapter.NoChapter, match="it is the students' edition"):
        new_chapter.write("ransoms", "Ransoms", "toll", Book(copy))
    assert "chapters/ransoms" not in Book(copy).pages()


@pytest.mark.parametrize(
    ("name", "after", "says"),
    [
        ("Two Counts", "toll", "write it in lower case, with hyphens"),
        ("toll", "strategy", "There is a page toll already"),
        ("ransoms", "no-such-chapter", "name another chapter with --after"),
        ("ransoms", "five-scenarios", "without sections"),
    ],
)
def test_what_cannot_be_a_chapter_is_refused_and_nothing_is_written(copy, name, after, says):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with pytest.raises(new_chapter.NoChapter, match=says):
        new_chapter.write(name, "Ransoms", after, Book(copy))
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
