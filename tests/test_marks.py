"""What the quick loop leaves out is written above each test; a test of the built site that forgets it is told so."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from conftest import ROOT

TESTS = """
import pytest
from conftest import SITE

def test_forgets():
    assert SITE / "index.html"

def test_forgets_in_a_fixture(found):
    pass

@pytest.fixture
def found():
    return list(SITE.glob("*.html"))

@pytest.mark.site
def test_says_so(found):
    assert (SITE / "index.html").name == "index.html" and str(SITE).endswith("html")

def test_needs_none():
    pass

def test_asks_for_it(site):
    pass
"""


@pytest.fixture
def run(tmp_path):
    """Run the tests above, with the book's own conftest, in a process of their own; return what became of each."""

    def run(*options: str) -> tuple[dict[str, str], str]:
        (tmp_path / "test_these.py").write_text(TESTS, "utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "conftest",
                "-p",
                "no:cacheprovider",
                "-vv",
                "-o",
                "addopts=",
                "--strict-markers",
                *options,
                str(tmp_path),
            ],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), "COLUMNS": "300"},
            capture_output=True,
            text=True,
        )
        lines = (line.split() for line in done.stdout.splitlines() if line.startswith("test_these.py::"))
        return {words[0].partition("::")[2]: words[1] for words in lines if len(words) > 1}, done.stdout

    return run


@pytest.mark.slow
def test_a_test_of_the_site_without_a_mark_is_told_what_to_write(run):
    ended, said = run("-k", "not asks")
    assert ended == {
        "test_forgets": "FAILED",
        "test_forgets_in_a_fixture": "ERROR",
        "test_says_so": "PASSED",
        "test_needs_none": "PASSED",
    }
    assert said.count("reads the built site: write @pytest.mark.site above it") >= 2


@pytest.mark.slow
def test_the_quick_loop_leaves_out_what_is_marked_and_what_asks_for_the_site(run):
    assert set(run("--quick")[0]) == {"test_forgets", "test_forgets_in_a_fixture", "test_needs_none"}
