"""Begin a book of your own: the machinery of this one, and a small working example in place of its content.

    python -m aftermath.new FOLDER --title "…"

Written: one table, a model with three assumptions, one explorer, one chapter, tests. ``make book`` and ``make test``
pass at once in the new folder. The example's files stand in ``template/``; the machinery is copied from this book, so
that it is never older than what the tests of this book have seen.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from aftermath.data import ROOT
from explorable import command
from explorable.command import readable

TEMPLATE = ROOT / "template"
NAME = "book"  # of the new book's package
#: What the site is made and tested with: these modules, and all that they import. What stands in template/ is never copied.
PARTS = (
    *(f"explorable/pages/{name}.py" for name in ("charts", "expressions", "layout", "links", "markup", "styles")),
    *(f"explorable/publish/{name}.py" for name in ("build", "notebooks", "serve")),
    *(f"aftermath/{name}.py" for name in ("assumptions", "data", "theme")),
    "tests/conftest.py",
)
FOLDERS = ("explorable/pages/templates", "vendor/vega")
FILES = (
    ".gitattributes",
    ".gitignore",
    "environment.sh",
    "explorable/pages/expressions.mjs",
    "requirements.txt",
    "tests/browser.sh",
)
#: What explorers are made of: these functions of explorers.py.
BLOCKS = ("slider", "choice", "text", "switch", "rows", "share", "count", "pairs", "explorer", "sources_of")
TITLE = r"\w[\w .,:;!?'’–—()&-]{0,79}"


class NewBookError(ValueError):
    """A new book can't be written. The message says why, and what to do."""


def write(folder: Path, title: str) -> list[str]:
    """Write a new book into a folder that does not exist or is empty; return the paths of its files.

    It appears whole or not at all: what fails half-way leaves nothing behind.
    """
    _check(folder, title)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-book-", dir=folder.parent) as room:
        made = Path(room) / "book"
        _copy_machinery(made, title)
        _fill_template(made, title)
        _finish(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _check(folder: Path, title: str) -> None:
    if not TEMPLATE.is_dir() or not (ROOT / "explorable").is_dir():
        raise NewBookError(f"{ROOT} holds no template: run this from a copy of the book's repository.")
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
    if Path(os.path.realpath(folder)).is_relative_to(ROOT):
        raise NewBookError(f"{readable(folder)} lies inside this book. Name a folder outside {readable(ROOT)}.")


def slug(title: str) -> str:
    """Return a title as a name for files and packages: "Anna's Café" becomes "anna-s-cafe"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "book"


# The machinery


def modules(parts: Iterable[str] = PARTS) -> list[str]:
    """Return the paths of these modules and of all modules of this book that they import."""
    found: dict[str, None] = {}
    waiting = list(parts)
    while waiting:
        path = waiting.pop(0)
        if path not in found and not _in_template(path):
            found[path] = None
            waiting += _imported(path)
    return list(found)


def _imported(path: str) -> list[str]:
    """Return the modules of this book that one module imports, at its head or within."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    own = (
        name.replace(".", "/") for name in sorted(names) if name.split(".")[0] in ("_ext", "aftermath", "explorable")
    )
    return [found for name in own for found in (f"{name}.py", f"{name}/__init__.py") if (ROOT / found).is_file()]


def _in_template(path: str) -> bool:
    return (TEMPLATE / path.replace("aftermath/", f"{NAME}/", 1)).exists()


def _static(sources: Iterable[str]) -> list[str]:
    """Return the scripts and style sheets that these modules, or the page's templates, name."""
    texts = "".join((ROOT / path).read_text("utf-8") for path in sources)
    texts += "".join(path.read_text("utf-8") for path in (ROOT / "explorable" / "pages" / "templates").rglob("*.html"))
    files = (path.relative_to(ROOT) for path in (ROOT / "explorable").glob("*/static/*") if path.is_file())
    return [
        path.as_posix()
        for path in files
        if re.search(rf"(?<![\w-]){re.escape(path.name)}\b", texts) and not _in_template(path.as_posix())
    ]


def _copy_machinery(made: Path, title: str) -> None:
    code = modules()
    folders = [
        path.relative_to(ROOT).as_posix()
        for name in FOLDERS
        for path in sorted((ROOT / name).rglob("*"))
        if path.is_file() and "node_modules" not in path.parts
    ]
    for path in [*code, *_static(code), *FILES, *folders]:
        target = made / path.replace("aftermath/", f"{NAME}/", 1)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
        if target.suffix in (".py", ".js", ".css", ".html") and not path.startswith("vendor/"):
            target.write_text(renamed(target.read_text("utf-8"), title), encoding="utf-8", newline="\n")
    (made / NAME / "blocks.py").write_text(blocks(), encoding="utf-8", newline="\n")
    sums = (ROOT / "vendor" / "SHA256SUMS").read_text("utf-8").splitlines(keepends=True)
    (made / "vendor" / "SHA256SUMS").write_text(
        "".join(line for line in sums if "vega/" in line), encoding="utf-8", newline="\n"
    )


def renamed(text: str, title: str) -> str:
    """Return a module's text with this book's names replaced by the new book's."""
    return re.sub(
        r"\baftermath\b", NAME, text.replace("after-the-caliphate", slug(title)).replace("After the Caliphate", title)
    )


def blocks() -> str:
    """Return the module ``blocks.py``: the parts of this book's explorers that any explorer is made of."""
    from aftermath import explorers

    functions = "\n\n".join(inspect.getsource(getattr(explorers, name)) for name in BLOCKS)
    return renamed(
        f'''"""What explorers are made of: sliders, choices, formulas as text, and the frame that the page brings to life."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

import altair as alt

from aftermath import data
from aftermath.assumptions import get

NOT_A_FORECAST = {explorers.NOT_A_FORECAST!r}


{functions}''',
        "",
    )


# The example


def _fill_template(made: Path, title: str) -> None:
    values = {"title": title, "slug": slug(title), "year": str(date.today().year), **_requirements(), "mit": _licence()}
    for path in TEMPLATE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = made / path.relative_to(TEMPLATE)
            target.parent.mkdir(parents=True, exist_ok=True)
            filled = re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], path.read_text("utf-8"))
            target.write_text(filled, encoding="utf-8", newline="\n")


def _requirements() -> dict[str, str]:
    """Return this book's own requirements: its lock file fits the new book as well."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = {
        "dependencies": own["dependencies"],
        **{name: own["optional-dependencies"][name] for name in ("book", "test")},
    }
    return {name: '",\n    "'.join(entries) for name, entries in lists.items()}


def _licence() -> str:
    """Return the text of this book's licence for code, which goes with the machinery."""
    text = (ROOT / "LICENSES" / "MIT.txt").read_text("utf-8")
    return re.search(r"^\s*Copyright.*?SOFTWARE\.$", text, flags=re.MULTILINE | re.DOTALL)[0]


def _finish(made: Path) -> None:
    """Write the tables' checksums and execute the chapter, with this session's Python and the new book's package."""
    environment = {**os.environ, "PYTHONPATH": str(made), "PYTHONDONTWRITEBYTECODE": "1"}
    for module in (f"{NAME}.data", "explorable.publish.notebooks"):
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
        prog="python -m aftermath.new", description="Write a small working book of your own."
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where to write it: does not exist yet, or is empty"
    )
    parser.add_argument("--title", required=True, metavar='"…"', help="the book's title")
    given = parser.parse_args(arguments)
    try:
        files = write(given.folder, given.title.strip())
    except (NewBookError, OSError) as problem:
        print(f"No book was written. {problem}", file=sys.stderr)
        return 2
    print(
        f"“{given.title.strip()}” stands in {readable(given.folder)}: {len(files)} files. Next:\n\n    cd {readable(given.folder)}\n    make book\n    make test\n"
    )
    return 0


if __name__ == "__main__":
    command.run(main)
