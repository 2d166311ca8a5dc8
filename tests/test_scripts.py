"""The scripts of the pages without a browser: what node --test says of tests/scripts/."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, tool

from explorable.book import MACHINE
from explorable.pages import expressions

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "scripts").glob("*.test.mjs"))


def source(script: str) -> str:
    """Return the text of a script of the pages, in whichever room it stands."""
    return next(MACHINE.glob(f"*/static/{script}")).read_text("utf-8")


def call(of: str, formulas: str, script: str, calls: list[list], folder: Path) -> list[dict]:
    """Call functions of a script, which stands on the book's library and on formulas that Python wrote, in node: {"value": …} or {"error": …} for each call.

    ``of`` is the global that holds the functions, ``calls`` has [name, *arguments] for each.
    """
    texts = [source("library.js"), formulas, source(script)]
    given = folder / "calls.json"
    given.write_text(json.dumps({"scripts": texts, "of": of, "calls": calls}, allow_nan=False), "utf-8")
    run = subprocess.run(
        [expressions.node(), str(HERE / "scripts" / "twins.mjs"), str(given)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_does_what_its_tests_say(script):
    run = subprocess.run(
        [expressions.node(), "--test", "--test-reporter=tap", str(script)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_eslint_finds_no_slip():
    config = HERE / "tools" / "eslint.config.mjs"
    run = subprocess.run(
        [
            expressions.node(),
            str(tool("eslint") / "bin" / "eslint.js"),
            "-c",
            str(config),
            "explorable",
            "tests",
            "bench",
            "vendor",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout + run.stderr
