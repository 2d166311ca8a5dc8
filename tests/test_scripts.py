"""The scripts of the pages without a browser: what node --test says of tests/scripts/."""
from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from explorable.pages import expressions

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.test.mjs"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_does_what_its_tests_say(script):
    run = subprocess.run([expressions.node(), "--test", "--test-reporter=tap", str(script)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
