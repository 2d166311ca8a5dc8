"""The cell with which a chapter opens alone: it finds the book's package, or fetches it. Where the book is installed it does nothing.

``notebooks.tidy`` puts it before the first code cell of each notebook that imports it. It is no part of the page
(``remove-cell``), of the status page's counts, or of a notebook's numbering. The address is that of ``_config.yml``.

What it installs are the packages that a chapter needs, in the ranges of ``pyproject.toml``: a service such as Colab keeps those
of its own that fit, and the book's package itself is used from the folder.
"""

from __future__ import annotations

import json

import nbformat

from explorable.book import current_book

ID = "opening"
BEGIN = """\
# Nothing to do where the book is installed. Elsewhere: take its package from a folder above, or fetch it.
import sys
from importlib.util import find_spec
from pathlib import Path

if not find_spec("{package}"):
    book = next((folder for folder in Path.cwd().parents if (folder / "{package}").is_dir()), None)
"""
FETCH = """\
    if not book:
        from subprocess import run
        book = Path("{folder}").resolve()
        run(["git", "clone", "--quiet", "--depth=1", "--branch={branch}", "{url}", str(book)], check=True)
        run([sys.executable, "-m", "pip", "install", "--quiet", {packages}], check=True)
"""
EXPLAIN = """\
    if not book:
        raise ModuleNotFoundError("This notebook needs the book around it: fetch the whole book, run 'make setup' there, and open it in its folder.")
"""
END = "    sys.path.insert(0, str(book))"


def source(config: dict) -> str:
    """Return the cell's code for the book's settings: with an address to fetch from, or with words that say what is missing."""
    repository = config.get("repository") or {}
    url = (repository.get("url") or "").rstrip("/")
    begin = BEGIN.format(package=current_book().package)
    if not url:
        return begin + EXPLAIN + END
    wanted = (
        name for name in current_book().project["dependencies"] if not name.startswith("explorable")
    )  # it is in the folder
    packages = ", ".join(map(json.dumps, wanted))
    return (
        begin
        + FETCH.format(
            packages=packages,
            folder=url.rpartition("/")[2].removesuffix(".git"),
            branch=repository.get("branch") or "main",
            url=url,
        )
        + END
    )


def is_opening(cell: nbformat.NotebookNode) -> bool:
    return cell.get("id") == ID


def renew(notebook: nbformat.NotebookNode, config: dict) -> None:
    """Put the cell where it belongs, as it should be now; number the other code cells as if it were not there."""
    notebook.cells = [cell for cell in notebook.cells if not is_opening(cell)]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not any(current_book().package in cell["source"] for cell in code):
        return
    for number, cell in enumerate([cell for cell in code if cell["execution_count"]], 1):
        for part in [cell, *(output for output in cell["outputs"] if "execution_count" in output)]:
            part["execution_count"] = number
    opening = nbformat.v4.new_code_cell(source(config), id=ID, metadata={"tags": ["remove-cell"]})
    notebook.cells.insert(notebook.cells.index(code[0]), opening)
