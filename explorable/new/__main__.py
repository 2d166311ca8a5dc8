"""Begin a book of one's own: a small working example, and this package as a wheel.

    python -m explorable.new FOLDER --title "…"

Written: one table, a model with three assumptions, one explorer, one chapter, tests, and ``vendor/explorable-X.Y.Z-py3-none-any.whl``.
``make book`` and ``make test`` pass at once in the new folder. The example stands in ``template/``; of the machine nothing is
copied but its wheel, and ``python -m explorable.update`` puts a newer one in its place.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from datetime import date
from pathlib import Path

from explorable import command
from explorable.command import readable
from explorable.new import wheel

PACKAGE = "book"  # the name of a new book's own Python
TEMPLATE = "explorable/new/template/"
FILLED = re.compile(r"\{\{(\w+)\}\}")
TITLE = r"\w[\w .,:;!?'’–—()&-]{0,79}"


class NewBookError(command.Refused):
    """A new book can't be written. The message says why, and what to do."""


def write(folder: Path, title: str) -> list[str]:
    """Write a new book into a folder that does not exist or is empty; return the paths of its files.

    It appears whole or not at all: what fails half-way leaves nothing behind.
    """
    _check(folder, title)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-book-", dir=folder.parent) as room:
        made = Path(room).resolve() / "book"  # before Python 3.12 a room is as relative as the folder that was named
        _fill(made, title, wheel.read(wheel.make(made / "vendor")))
        _finish(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _check(folder: Path, title: str) -> None:
    if not re.fullmatch(TITLE, title):
        raise NewBookError(
            f"{title!r} can't be a title: it begins with a letter or digit, has at most 80 characters, and of "
            "other signs only spaces and . , : ; ! ? ' ’ – — - ( ) &"
        )
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise NewBookError(f"{readable(folder)} is no folder. Name one that does not exist yet.")
    if os.path.isdir(folder) and os.listdir(folder):
        raise NewBookError(
            f"{readable(folder)} is not empty: nothing was written. Name a folder that does not exist yet."
        )
    around = next((one for one in Path(os.path.realpath(folder)).parents if (one / "_config.yml").exists()), None)
    if around:
        raise NewBookError(f"{readable(folder)} lies inside a book. Name a folder outside {readable(around)}.")


def slug(title: str) -> str:
    """Return a title as a name for files and packages: "Anna's Café" becomes "anna-s-cafe"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "book"


def _fill(made: Path, title: str, carried: wheel.Wheel) -> None:
    """Write the template's files, as the wheel has them, with the new book's own names."""
    values = {"title": title, "slug": slug(title), "year": str(date.today().year)}
    for name, content in carried.files.items():
        if name.startswith(TEMPLATE):
            target = made / name.removeprefix(TEMPLATE)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = FILLED.sub(lambda match: values[match[1]], content.decode("utf-8"))
            target.write_text(text, encoding="utf-8", newline="\n")


def _finish(made: Path) -> None:
    """Write the tables' checksums and execute the chapter, with this session's Python and the new book's package."""
    environment = {**os.environ, "PYTHONPATH": str(made), "PYTHONDONTWRITEBYTECODE": "1"}
    for module in (f"{PACKAGE}.data", "explorable.publish.notebooks"):
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=made,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
        )
        if done.returncode:
            raise NewBookError(f"The new book could not be finished ({module}): {done.stderr.strip()[-2000:]}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m explorable.new", description="Write a small working book of your own."
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where to write it: does not exist yet, or is empty"
    )
    parser.add_argument("--title", required=True, metavar='"…"', help="the book's title")
    given = parser.parse_args(arguments)
    try:
        files = write(given.folder, given.title.strip())
    except (command.Refused, OSError) as problem:
        print(f"No book was written. {problem}", file=sys.stderr)
        return 2
    print(
        f"“{given.title.strip()}” stands in {readable(given.folder)}: {len(files)} files. Next:\n\n    cd {readable(given.folder)}\n    make book\n    make test\n"
    )
    return 0


if __name__ == "__main__":
    command.run(main)
