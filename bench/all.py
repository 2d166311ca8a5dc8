"""Run every bench, one after the other, and say at the end which targets were met.

.venv/bin/python bench/all.py [script …]
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = (
    "explorers.py",
    "engine.py",
    "model.py",
    "live.py",
    "classroom.py",
    "lighthouse.py",
    "screens.py",
    "visibility.py",
    "plain_book.py",
    "scale.py",
)
OUTCOME = re.compile(r"\b(met|MISSED|left out)\b")


def run(script: str) -> tuple[int, list[str]]:
    """Run one script, show what it prints, and return its exit code and the lines that speak of a target."""
    print(f"\n=== {script}", flush=True)
    process = subprocess.Popen([sys.executable, str(HERE / script)], stdout=subprocess.PIPE, text=True)
    told = []
    for line in process.stdout:
        print(line, end="", flush=True)
        if OUTCOME.search(line):
            told.append(" ".join(line.split()))
    return process.wait(), told


def main(scripts: list[str]) -> int:
    summary, failed = [], 0
    for script in scripts:
        start = time.perf_counter()
        code, told = run(script)
        failed += code != 0
        summary += [
            f"{script}: {'done' if not code else f'FAILED with code {code}'} in {time.perf_counter() - start:.0f} s",
            *(f"    {line}" for line in told),
        ]
    print("\n=== Summary\n" + "\n".join(summary))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [script for script in SCRIPTS if (HERE / script).exists()]))
