"""The rooms of the machine: which may import which, and that none knows this book."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from conftest import ROOT

from explorable.book import PARTS, Book, NoBook, Part


def test_each_room_imports_those_below_it_and_none_imports_the_book():
    """The contracts stand in pyproject.toml."""
    if not os.environ.get("CI"):
        pytest.importorskip("importlinter", reason="import-linter is not installed yet: make setup")
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_logo=True))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr


def test_types_fit():
    """Both packages, as pyproject.toml says. A function of one name too many, a wrong argument, a missing return: found before anything runs."""
    if not os.environ.get("CI"):
        pytest.importorskip("mypy", reason="mypy is not installed yet: make setup")
    run = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_book_has_each_part_that_the_machine_may_ask_for():
    book = Book(ROOT)
    assert all(book.part(name).__name__ == f"{book.package}.{name}" for name in PARTS)


def test_a_part_is_imported_when_it_is_asked_for_something(tmp_path):
    """In a folder without a book a room can be imported all the same, and what is missing is said in words."""
    program = (
        "import explorable.course.quizzes as room, sys\n"
        "assert not any(name.startswith('aftermath') for name in sys.modules)\n"
        "try: room.quiz.questions()\n"
        "except room.Part.__init__.__globals__['NoBook'] as problem: print(problem)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert run.stdout.startswith("There is no book here"), run.stdout + run.stderr


def test_a_part_that_a_book_does_not_have_is_named(tmp_path):
    (tmp_path / "book.json").write_text('{"package": "json"}', encoding="utf-8")
    with pytest.raises(NoBook, match="The book's own package json has no module quiz: the questions of the quizzes"):
        Book(tmp_path).part("quiz")
    with pytest.raises(AttributeError):
        Part("quiz").nothing  # noqa: B018


def test_every_file_that_the_map_of_the_house_names_is_there():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = [name for name in re.findall(r"`([^`\s]+)`", text) if "/" in name or re.search(r"\.\w+$", name)]
    assert len(named) > 40
    # a student's copy has no solutions
    assert [name for name in named if name not in ("static/", "solutions/") and not (ROOT / name).exists()] == []
    rooms = set(re.findall(r"`(\w+)`", text[text.index("A room imports") : text.index("`pyproject.toml`")]))
    assert rooms == {path.parent.name for path in (ROOT / "explorable").glob("*/__init__.py")}


@pytest.mark.parametrize("package", ["tests", "bench"])  # of the packages mypy says it
def test_a_name_is_defined_once_in_a_module(package):
    """The second of two functions with one name silently takes the place of the first; ruff sees it only where the first isn't used."""
    twice = []
    for path in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]:
            plain = [node for node in scope.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
            # a property and its setter, or one method for several types, share their name by design
            names = Counter(
                node.name for node in plain if not any(isinstance(d, ast.Attribute) for d in node.decorator_list)
            )
            twice += [f"{path.relative_to(ROOT)}: {name}" for name, times in names.items() if times > 1]
    assert twice == []


def test_html_of_more_than_one_element_comes_from_a_template():
    """There all that is put in is escaped; an f-string escapes what somebody thinks of."""
    found = []
    for path in sorted((ROOT / "explorable").glob("*/**/*.py")):
        if path.relative_to(ROOT / "explorable").parts[0] in ("tests", "new"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
            if len(re.findall(r"<[a-z][\w-]*[\s>]", text)) > 1:
                found.append(f"{path.relative_to(ROOT)}, line {node.lineno}: {text[:60]}")
    assert found == []


READS_NOTHING = """
import importlib, os, pkgutil, sys
import aftermath, explorable

def opened(event, given):
    path = os.path.abspath(os.fsdecode(given[0])) if event == "open" and isinstance(given[0], (str, bytes)) else ""
    code = path.endswith((".py", ".pyc")) or ".venv" in path or ".egg-info" in path
    if path.startswith(os.getcwd() + os.sep) and not code:
        raise RuntimeError(f"{path} is read when a module is imported")

names = [
    module.name
    for package in (aftermath, explorable)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not module.name.endswith("__main__") and not module.name.startswith(("explorable.new.template", "explorable.setup", "explorable.tests"))
]
importlib.invalidate_caches()
sys.addaudithook(opened)
for name in names:
    importlib.import_module(name)
print(len(names))
"""


@pytest.mark.slow
def test_no_module_reads_a_file_of_the_book_when_it_is_imported():
    """A table with a slip in it, or one whose checksum wasn't renewed, is to fail where it is asked for: by its own clear error, not
    in the import of something else. The hook sees what Python opens, by whatever function."""
    run = subprocess.run(
        [sys.executable, "-B", "-c", READS_NOTHING], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 100


WORDS = re.compile(
    r"aftermath|caliphate|wilner|\bisis\b|syria|iraq|jihad|traveller|foreign.fighter|returnee|sahel", re.IGNORECASE
)


def test_no_word_of_this_book_is_in_the_machine():
    """What another book makes with it would carry the word along. Its licence names whom it is from; its tests look for these words, too."""
    texts = [
        path
        for path in (ROOT / "explorable").rglob("*")
        if path.is_file() and "tests" not in path.relative_to(ROOT).parts[:2]
    ]
    found = []
    for path in texts:
        if path.suffix in (".py", ".js", ".mjs", ".css", ".html", ".csv", ".md", ".toml", ".ipynb", ".json", ".yml"):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                found += [f"{path.relative_to(ROOT)}, line {number}: {word}" for word in WORDS.findall(line)]
    assert len(texts) > 150 and found == [], "say it in words that hold for any book"
