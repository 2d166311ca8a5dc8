"""A book of one's own: written whole or not at all, free of this book's content, built and passing at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from aftermath import new

TITLE = "Anna's café & library: a (very) small book"
#: Words of this book that no other book has any use for. The licence of the machinery names the book that it is from.
CONTENT = re.compile(
    r"caliphate|aftermath|wilner|\bisis\b|syria|iraq|jihad|traveller|foreign.fighter|returnee|sahel",
    flags=re.IGNORECASE,
)


def run(*command: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a command with this session's Python, as if the new book's own packages were installed and this book's were not."""
    path = os.pathsep.join(map(str, (folder, ROOT / "tests" / "alone")))
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """A new book, written by the command and built."""
    folder = tmp_path_factory.mktemp("new") / "my book"
    written = run("-m", "aftermath.new", str(folder), "--title", TITLE, folder=ROOT)
    assert written.returncode == 0, written.stderr
    assert "make book" in written.stdout
    built = run(
        str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-W", "-n", "--keep-going", folder=folder
    )
    assert built.returncode == 0, built.stderr[-3000:]
    return folder


def texts(folder: Path) -> dict[str, str]:
    """Return the new book's own files, without what was built."""
    paths = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"_build", "__pycache__", ".pytest_cache"} & set(path.parts)
    )
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.mark.slow
def test_its_own_tests_pass_at_once(book):
    done = run("-m", "pytest", "-n", "0", "--nbval", "-p", "no:cacheprovider", "tests", "chapters", folder=book)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_nothing_of_this_book_is_left(book):
    found = [
        f"{name}: {match[0]}"
        for name, text in texts(book).items()
        if name != "LICENSE" and not name.startswith("vendor/vega")
        for match in CONTENT.finditer(text)
    ]
    assert found == []


@pytest.mark.slow
def test_it_carries_its_title_and_no_gap(book):
    written = texts(book)
    assert TITLE in written["_config.yml"] and written["index.md"].startswith(f"# {TITLE}\n")
    assert [
        name for name, text in written.items() if (new.TEMPLATE / name).exists() and re.search(r"\{\{\w+\}\}", text)
    ] == []
    assert new.slug(TITLE) == "anna-s-cafe-library-a-very-small-book"
    assert f'name = "{new.slug(TITLE)}"' in written["pyproject.toml"]
    assert json.loads(written["data/datapackage.json"])["name"] == new.slug(TITLE)


@pytest.mark.slow
def test_the_lock_holds_what_it_requires(book):
    written = texts(book)
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", written["requirements.txt"], flags=re.MULTILINE))
    wanted = {
        re.match(r"[A-Za-z0-9_-]+", entry)[0].lower()
        for entry in re.findall(r'^    "([^"]+)",', written["pyproject.toml"], flags=re.MULTILINE)
    }
    assert len(wanted) > 10 and wanted <= locked
    assert (
        re.search(r"^requires-python = .*$", (ROOT / "pyproject.toml").read_text("utf-8"), flags=re.MULTILINE)[0]
        in written["pyproject.toml"]
    )


@pytest.mark.slow
def test_its_pages_can_say_which_book_they_are_of(book):
    page = (book / "_build" / "html" / "chapters" / "first-question.html").read_text("utf-8")
    assert (
        "Anna&#x27;s café &amp;amp; library" in page.replace("&quot;", '"') or "Anna&#x27;s café &amp; library" in page
    )
    assert "anna-s-cafe" in page, "the files that its explorers save are its own"


# What can't be


@pytest.mark.parametrize(
    "title",
    ["", "  ", "<b>Bold</b>", 'A "quoted" title', "back\\slash", "{{year}}", "x" * 81, "two\nlines", "`x`", "$x"],
)
def test_a_title_that_would_break_something_is_refused(tmp_path, title):
    with pytest.raises(new.NewBookError, match="can't be a title"):
        new.write(tmp_path / "book", title)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("three years of work")
    assert new.main([str(tmp_path), "--title", "Mine"]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_and_a_folder_of_this_book_are_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert new.main([str(tmp_path / "file"), "--title", "Mine"]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert new.main([str(ROOT / "mine"), "--title", "Mine"]) == 2
    assert "inside this book" in capsys.readouterr().err and not (ROOT / "mine").exists()


def test_without_a_title_the_command_says_so(tmp_path, capsys):
    with pytest.raises(SystemExit):
        new.main([str(tmp_path / "book")])
    assert "--title" in capsys.readouterr().err


def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch, capsys):
    def fail(made):
        raise new.NewBookError("The new book could not be finished: no kernel.")

    monkeypatch.setattr(new, "_finish", fail)
    assert new.main([str(tmp_path / "book"), "--title", "Mine"]) == 2
    assert "no kernel" in capsys.readouterr().err and list(tmp_path.iterdir()) == []
