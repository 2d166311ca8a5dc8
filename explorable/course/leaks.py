"""Look for the text of the worked solutions in what is published: pages, sources, downloads, archives, the search index,
slides, worksheets, and the printed edition where ``make pdf`` has made it.

    python -m explorable.course.leaks [FOLDER …]    names each file that holds a part of a solution, and fails if there is one

A solution is known by its *runs*: so many words in a row that no chapter, question or hint has. Markup, punctuation and
line breaks do not matter.
Quiz keys and the hints of ``check()`` are no solutions.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from explorable import command
from explorable.book import current_book
from explorable.course import solutions

RUN = 8  # words in a row that nobody writes twice by chance
TEXTS = {
    ".css",
    ".csv",
    ".html",
    ".ics",
    ".inv",
    ".ipynb",
    ".js",
    ".json",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".xml",
    ".yml",
}
ARCHIVES = {".zip", ".imscc"}
TARS = {".pack", ".gz", ".tar"}  # a package of live pages, an archive of the sources
WORD = re.compile(r"\w+")


class Solution(NamedTuple):
    """What gives one solution away."""

    id: str
    runs: frozenset[tuple[str, ...]]


class Leak(NamedTuple):
    """A file that holds a part of a solution."""

    file: str
    solution: str
    words: str


# What to look for


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


def public() -> str:
    """Return all that students may see anyway: chapters, questions, hints, the package and the data."""
    root = current_book().root
    paths = [
        root / "index.md",
        *(root / "chapters").rglob("*.md"),
        *(root / "chapters").rglob("*.ipynb"),
        *current_book().teaching.rglob("*.*"),
        *current_book().code.glob("*.py"),
        *current_book().data.glob("*.csv"),
        current_book().references,
    ]
    return "\n".join(plain(path.name, path.read_bytes()) for path in paths)


def known(folder: Path | None = None, seen: str | None = None) -> list[Solution]:
    """Return what gives each solution of a folder away: the part for teachers counts as one."""
    seen = public() if seen is None else seen
    seen_runs, found = runs(seen), []
    for path in sorted((folder or current_book().solutions).glob("*.md")):
        if path.stem == "README":
            continue
        parts = solutions.of(path.stem, folder)
        for number, text in {0: parts.teachers, **parts.worked}.items():
            found.append(
                Solution(
                    f"{path.stem}-{number or 'teachers'}",
                    frozenset(runs(text) - seen_runs),
                )
            )
    return found


# Where to look


def plain(name: str, content: bytes) -> str:
    """Return the words of a file as a reader sees them."""
    text = content.decode("utf-8", errors="replace")
    suffix = Path(name).suffix
    if suffix in (".ipynb", ".json"):
        try:
            return "\n".join(_strings(json.loads(text)))
        except json.JSONDecodeError:
            return text
    return (
        html.unescape(
            re.sub(
                r"<[^>]*>", "", re.sub(r"</?(?:p|li|div|td|th|br|h\d|pre|text|tspan|summary|dt|dd)\b[^>]*>", " ", text)
            )
        )
        if suffix in (".html", ".svg", ".xml")
        else text
    )


def _strings(content) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        yield (
            "".join(content)
            if content and all(isinstance(one, str) for one in content)
            else "\n".join(text for one in content for text in _strings(one))
        )
    elif isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _strings(value)


def texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Return the texts of a file by name: of an archive, of each file in it; of a PDF, of all its pages."""
    suffix = Path(name).suffix.lower()
    if suffix in ARCHIVES:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from texts(f"{name}/{inner}", archive.read(inner))
    elif suffix == ".gz" and not name.endswith(".tar.gz"):
        yield from texts(name.removesuffix(".gz"), gzip.decompress(content))
    elif suffix in TARS:
        if not tarfile.is_tarfile(io.BytesIO(content)):
            return  # one file, packed by itself, such as a table inside a package of another project
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in filter(tarfile.TarInfo.isfile, archive):
                yield from texts(f"{name}/{member.name}", archive.extractfile(member).read())
    elif suffix == ".pdf":
        from pypdf import PdfReader

        yield name, "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif suffix in TEXTS:
        yield name, plain(name, content)


def made() -> list[Path]:
    """Return the folders of what "make book" and "make pdf" have made for students."""
    return [folder for folder in (current_book().site, current_book().build / "print") if folder.exists()]


def find(paths: Iterable[Path], sought: list[Solution]) -> list[Leak]:
    """Return each solution that a file of these folders holds a part of."""
    by_run = {run: solution.id for solution in sought for run in solution.runs}
    return [leak for where, text in _published(paths) for leak in _in_text(where, text, by_run)]


def _published(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield the texts of files and of all files in folders, each with where it stands."""
    for folder in paths:
        files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        for path in filter(Path.is_file, files):
            place = path.relative_to(folder.parent)
            for name, text in texts(path.name, path.read_bytes()):
                yield f"{place}{name.removeprefix(path.name)}", text


def _in_text(where: str, text: str, by_run: dict[tuple[str, ...], str]) -> list[Leak]:
    """Return a leak for each solution of which the text has words in a row, with the first of them by the alphabet."""
    first: dict[str, tuple[str, ...]] = {}
    for run in sorted(runs(text) & by_run.keys()):
        first.setdefault(by_run[run], run)
    return [Leak(where, id, " ".join(run)) for id, run in sorted(first.items())]


def main(names: list[str]) -> int:
    if solutions.absent():
        print(f"Nothing to look for. {solutions.absent()}", file=sys.stderr)
        return 1
    leaks = find([Path(name) for name in names] or made(), known())
    for leak in leaks:
        print(f"{leak.file} holds a part of the solution {leak.solution}: … {leak.words} …")
    print(f"{command.counted(len(leaks), 'leak')} found." if leaks else "No part of a solution is in there.")
    return 1 if leaks else 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
