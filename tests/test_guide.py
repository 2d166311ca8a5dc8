"""The guide "Make it your own book", followed word for word in a copy of the book: its blocks are the only source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from test_build import KEPT_OUT

from explorable.course import solutions

GUIDE = ROOT / "reuse" / "make-it-your-own.md"
BLOCK = re.compile(
    r"^```\{code-block\} (?P<kind>\w+)\n(?::caption: (?P<caption>[^\n]*)\n)?(?P<body>.*?)^```$",
    flags=re.MULTILINE | re.DOTALL,
)
#: What a reader's commands do, without setting up a second environment.
COMMANDS = {"make data": ["-m", "aftermath.data"], "make keys": ["-m", "explorable.course.solutions"]}


def part(heading: str, until: str = "") -> str:
    """Return the guide's text from one heading to another."""
    _, found, text = GUIDE.read_text("utf-8").partition(f"\n{heading}\n")
    assert found, f"the guide has no heading {heading!r}"
    return text.partition(f"\n{until}\n")[0] if until else text


def follow(text: str, *, book: Path) -> None:
    """Do what the blocks of a text say, in their order."""
    for block in BLOCK.finditer(text):
        if block["kind"] == "sh":
            for command in block["body"].strip().splitlines():
                run(COMMANDS[command], book=book, check=True)
        elif block["caption"].startswith("at the end of "):
            path = book / block["caption"].removeprefix("at the end of ")
            path.write_text(path.read_text("utf-8") + block["body"], encoding="utf-8", newline="\n")
        else:
            file, times = place(block["caption"])
            change(book / file, block["body"].splitlines(keepends=True), times=times)


def place(caption: str) -> tuple[str, int]:
    """Return the file that a block's caption names, and how many times the place is in it: once, but for "…, five times"."""
    file, *times = caption.split(", ")
    return file, {"": 1, "five times": 5}["".join(times)]


def change(path: Path, lines: list[str], *, times: int) -> None:
    """Replace the lines that stay or go by those that stay or come. The places must be as many as the guide says, so that a reader finds them."""
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text("utf-8")
    assert text.count(before) == times, f"{path.name}: found {text.count(before)} times:\n{before}"
    path.write_text(text.replace(before, after), encoding="utf-8", newline="\n")


def run(command: list[str], *, book: Path, check: bool = False) -> subprocess.CompletedProcess:
    environment = {
        name: value for name, value in os.environ.items() if name != "CI"
    }  # there, what is not installed would be red
    environment |= {"PYTHONPATH": str(book), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=book, env=environment, capture_output=True, text=True, check=check
    )


def red(book: Path) -> set[str]:
    """Return the tests that speak up: those of the quick loop, and the model's with drawn examples."""
    found = set()
    for which in (
        ["--quick", "tests", "--ignore=tests/test_guide.py"],
        ["tests/test_model.py"],
    ):
        done = run(["-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rfE", "--tb=line", *which], book=book)
        assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr
        found |= {
            f"{file}::{test}"
            for file, test in re.findall(
                r"^(?:FAILED|ERROR) tests/(\w+\.py)(?:::(\w+))?", done.stdout, flags=re.MULTILINE
            )
        }
    return found


@pytest.mark.full
@pytest.mark.skipif(bool(solutions.absent()), reason=solutions.absent())
def test_a_sixth_scenario_word_for_word(tmp_path):
    """After its first three steps the tests that the guide names speak up, and no other; after the fourth, none."""
    book = tmp_path / "book"
    shutil.copytree(ROOT, book, ignore=KEPT_OUT)
    follow(part("## A sixth scenario, word for word", "### 4. What the tests say"), book=book)
    fourth = part("### 4. What the tests say", "### 5. Give it a page")
    named = {f"{file}::{test}" for file, test in re.findall(r"^\| `(\w+\.py)::(\w+)`", fourth, flags=re.MULTILINE)}
    assert red(book) == named
    follow(fourth, book=book)
    assert red(book) == set()


def test_after_three_steps_each_chart_of_the_explorers_knows_the_sixth_path(tmp_path):
    """What needs no other test's words: all can be made, the new path has a colour, an outcome and a slider, and no row is left out."""
    for folder in ("aftermath", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("references.bib", "pyproject.toml", "_config.yml", "_toc.yml"):
        shutil.copy(ROOT / file, tmp_path)
    follow(part("## A sixth scenario, word for word", "### 4. What the tests say"), book=tmp_path)
    program = """
from aftermath import explorers, model
spec = explorers.five_scenarios().to_dict()
colours = explorers.path_colours()
assert len(set(colours)) == len(model.path_ids()) == 6, colours
assert {"share_detain", "freed", "freed_half_life"} <= set(spec["usermeta"]["explorer"]["assumptions"])
assert len(explorers.one_scenario("detain").to_dict()["vconcat"]) == 1
rows = [part["encoding"]["y"]["axis"] for panel in spec["vconcat"] for part in panel.get("layer", []) if "words" in str(part.get("encoding", {}).get("y", {}).get("field"))]
assert rows and all(axis["labelOverlap"] is False for axis in rows), rows
"""
    done = run(["-c", program], book=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_guide_s_blocks_are_of_this_book():
    """Each place that the guide shows is still there, as often as it says; so a change of the book reaches the guide."""
    places = [block for block in BLOCK.finditer(part("## A sixth scenario, word for word")) if block["kind"] == "diff"]
    assert len(places) > 10
    if solutions.absent():  # then the guide's places in solutions/ are the teachers'
        places = [block for block in places if not block["caption"].startswith("solutions/")]
    for block in places:
        before = "".join(line[1:] for line in block["body"].splitlines(keepends=True) if line[0] in " -")
        file, times = place(block["caption"])
        assert (ROOT / file).read_text("utf-8").count(before) == times, before
