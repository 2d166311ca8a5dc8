"""The licences page: whatever the site ships that others wrote, with version, licence and the checksum that its lock file names.

    {licences} theme     what every page loads, from PyPI and npm
    {licences} charts    the chart program, from npm; country outlines
    {licences} live      what live Python loads, from npm and PyPI

Read from the lock files themselves, so that the page can't fall behind them.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from explorable.book import MACHINE, VENDOR, current_book
from explorable.templates import fill

ASSEMBLY = MACHINE / "live" / "assembly"
#: Python packages whose files are copied into the site, and what comes with them.
THEME = {
    "sphinx": "highlighting of found words",
    "pydata-sphinx-theme": "theme; with Bootstrap (MIT) and Font Awesome Free (icons CC BY 4.0, fonts OFL 1.1, code MIT)",
    "sphinx-book-theme": "theme",
    "myst-nb": "look of notebook cells",
    "sphinx-copybutton": "copying of code; with clipboard.js (MIT)",
}
#: Stated by the package itself, but not where a lock file or this Python would find it.
STATED = dict.fromkeys(
    (
        "compute-gcd",
        "compute-lcm",
        "pyrsistent",
        "six",
        "validate.io-array",
        "validate.io-function",
        "validate.io-integer",
        "validate.io-integer-array",
        "validate.io-number",
    ),
    "MIT",
)
#: Packages of npm of which every page, or the search page, loads something.
FROM_NPM = {
    "minisearch": "search",
    "@fontsource/source-sans-3": "letters of texts and charts",
    "@fontsource/source-serif-4": "letters of headings",
}
Row = tuple[str, str, str, list[str]]


def setup(app: Sphinx) -> None:
    app.add_directive("licences", Licences)


class Licences(SphinxDirective):
    """One table of packages."""

    required_arguments = 1

    def run(self):
        for path in (
            current_book().root / "requirements.txt",
            VENDOR / "vega" / "package-lock.json",
            ASSEMBLY / "package-lock.json",
            ASSEMBLY / "requirements.txt",
        ):
            self.env.note_dependency(str(path))
        rows = {"theme": theme, "charts": charts, "live": live}[self.arguments[0]]()
        return [nodes.raw("", str(fill("pages/licences.html", rows=rows)), format="html")]


def theme() -> list[Row]:
    locked = from_pypi(current_book().root / "requirements.txt")
    return [
        (f"{name}: {what}", metadata(name)["Version"], licence(name), _of_lock(locked, name, metadata(name)["Version"]))
        for name, what in THEME.items()
    ] + [
        (f"{name}: {what}", *row[1:])
        for name, what in FROM_NPM.items()
        for row in from_npm(VENDOR / "vega" / "package-lock.json").values()
        if row[0] == name
    ]


def _of_lock(locked: dict[tuple[str, str], list[str]], name: str, version: str) -> list[str]:
    """Return the checksums of a package; where another version is installed than the lock has, none, with a warning."""
    if (name, version) not in locked:
        logging.getLogger(__name__).warning(
            f"{name} {version} is installed, and requirements.txt has another version: run 'make setup'."
        )
    return locked.get((name, version), [])


def charts() -> list[Row]:
    locked = from_npm(VENDOR / "vega" / "package-lock.json")
    inside = re.findall(
        r"^(\S+) (\d\S*) \((.+)\)$", (VENDOR / "vega" / "LICENSES.txt").read_text("utf-8"), re.MULTILINE
    )
    outlines = next(row for row in locked.values() if row[0] == "world-atlas")
    return [
        locked[name, version][:2] + (name_of_licence, locked[name, version][3])
        for name, version, name_of_licence in inside
    ] + [outlines]


def live() -> list[Row]:
    npm = list(from_npm(ASSEMBLY / "package-lock.json").values())
    pypi = [
        (name, version, known_licence(name), checksums)
        for (name, version), checksums in from_pypi(ASSEMBLY / "requirements.txt").items()
    ]
    wheels = dict(
        line.split()[::-1] for line in (VENDOR / "SHA256SUMS").read_text("utf-8").splitlines() if line.endswith(".whl")
    )
    compiled: list[Row] = [
        (*Path(path).name.split("-")[:2], "BSD-3-Clause", [f"sha256:{checksum}"])  # type: ignore[misc]
        for path, checksum in wheels.items()
    ]
    return sorted(npm + pypi + compiled, key=lambda row: row[0].lower())


def from_npm(path: Path) -> dict[tuple[str, str], Row]:
    """Return the packages of an npm lock file that are not mere tools, by name and version."""
    entries = json.loads(path.read_text("utf-8"))["packages"]
    rows = [
        (
            name.rpartition("node_modules/")[2],
            entry["version"],
            entry.get("license") or STATED[name.rpartition("node_modules/")[2]],
            [entry["integrity"]],
        )
        for name, entry in entries.items()
        if name and not entry.get("dev") and not entry.get("optional")
    ]
    return {row[:2]: row for row in rows}


def from_pypi(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the checksums of a requirements file, by package and version; there is one for each file that may be installed."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        package = re.match(r"([\w.-]+)==([^\s;]+)", line)
        if package:
            checksums = found.setdefault((package[1], package[2]), [])
        elif "--hash=" in line:
            checksums.append(line.strip(" \\").removeprefix("--hash="))
    return found


def licence(name: str) -> str:
    """Return the licence that a package states."""
    stated: Any = metadata(name)
    classified = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier", []) if line.startswith("License")]
    return stated.get("License-Expression") or " or ".join(classified) or stated["License"].splitlines()[0]


def known_licence(name: str) -> str:
    """Return a package's licence, also of one that runs in the reader's browser and is not installed here."""
    try:
        return licence(name)
    except ModuleNotFoundError:  # importlib.metadata.PackageNotFoundError is one
        return STATED[name]
