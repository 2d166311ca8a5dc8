"""Does a test notice? Each row of mutants.csv changes one place of the code; the tests that could see it are run on a copy.

    python bench/mutants.py            all of them
    python bench/mutants.py 3 17       these, by number

A mutant that no test notices survives: either its line says nothing that a reader would miss, or a test is missing. The tests named
in a row are those of the quick loop; a row of which the place is seen on a built page alone names the tests of the site, which need one.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What a copy needs; the built site is led to.
COPIED = ("aftermath", "bench", "chapters", "data", "explorable", "reuse", "solutions", "teaching", "tests", "vendor")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "pyodide", "world-atlas")


def copy(folder: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=LEFT_OUT)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    (folder / "_build").mkdir()
    if (ROOT / "_build" / "html").exists():
        (folder / "_build" / "html").symlink_to(ROOT / "_build" / "html")


def noticed(folder: Path, row: dict[str, str]) -> str:
    """Change the place, run the tests, put it back; return the first test that failed, or nothing."""
    path = folder / row["file"]
    whole = path.read_text("utf-8")
    if whole.count(row["before"]) != 1:
        raise SystemExit(f"{row['file']}: {row['before']!r} stands there {whole.count(row['before'])} times, not once.")
    path.write_text(whole.replace(row["before"], row["after"]), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "-x",
        "-q",
        "--tb=no",
        "-rfE",
    ]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, *row["tests"].split()], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    path.write_text(whole, encoding="utf-8")
    found = (line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR")))
    if done.returncode not in (0, 1, 2):  # no test was run
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return next(found, "") or ("collection" if done.returncode else "")


def line(row: dict[str, str]) -> int:
    return (ROOT / row["file"]).read_text("utf-8").partition(row["before"])[0].count("\n") + 1


def main(chosen: list[str]) -> int:
    with open(ROOT / "bench" / "mutants.csv", encoding="utf-8", newline="") as file:
        rows = dict(enumerate(csv.DictReader(file), 1))
    survivors = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        for number, row in rows.items():
            if chosen and str(number) not in chosen:
                continue
            begun = time.monotonic()
            told = noticed(folder, row)
            survivors += [] if told else [number]
            print(
                f"{number:>2} {'noticed ' if told else 'SURVIVED'} {row['file']}:{line(row)}  {row['before'].strip()!r} → {row['after'].strip()!r}"
                f"  ({time.monotonic() - begun:.0f} s{', ' + told.split(' - ')[0].split('::')[-1] if told else ''})",
                flush=True,
            )
    print(f"survivors: {survivors or 'none'}")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
