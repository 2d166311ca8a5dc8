"""Execute chapters and store them tidily, so that a diff shows only what changed; note in the status page what was run.

    python -m explorable.publish.notebooks                 every notebook of the table of contents, and the template of a chapter
    python -m explorable.publish.notebooks PATH [PATH …]   these
    python -m explorable.publish.notebooks --check [PATH …]   execute nothing; say which are not stored as this command would

All are executed before the first is written: where a cell fails, every notebook stays as it was. Each keeps the
fingerprint of the sources that were run, so that the check, and the build, notice outputs of other sources.
"""

from __future__ import annotations

import hashlib
import re
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.application import Sphinx
from sphinx.util import logging

from explorable import command
from explorable.book import Book, current_book
from explorable.figures import dates, theme
from explorable.pages import charts
from explorable.publish import opening

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

WIDGET = "application/vnd.jupyter.widget-view+json"


def chapters(root: Path | None = None) -> list[Path]:
    """Return the notebooks of a book's ``_toc.yml``, in its order."""
    book = Book(root) if root else current_book()
    paths = (book.root / f"{page}.ipynb" for page in book.pages())
    return [path for path in paths if path.exists()]


def templates() -> list[Path]:
    """Return the notebooks that are no page of the book, but executed like one."""
    return sorted((current_book().root / "chapters").glob("_*.ipynb"))


class NotebookError(Exception):
    """A notebook can't be read or run. The message says why, where in it, and what to do."""


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", _warn_of_stale_outputs)


def _warn_of_stale_outputs(app: Sphinx) -> None:
    """Warn at each build, not only when the page is read again: with -W the book is not built with outputs of other sources."""
    book = Path(app.srcdir)
    for path in chapters(book):
        problem = _unrun(path, book)
        if problem:
            logging.getLogger(__name__).warning(f"{_name(path, book)} {problem}")


def read(path: Path) -> nbformat.NotebookNode:
    """Return a stored notebook; :class:`NotebookError` if there is none."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError("is not there. Correct its path.") from None
    except Exception as problem:  # nbformat raises several kinds
        raise NotebookError(
            f"is no notebook that can be read ({_first_line(problem)}). Restore it, or resolve the merge."
        ) from None


def execute(notebook: nbformat.NotebookNode, *, folder: Path) -> nbformat.NotebookNode:
    """Run all cells of a notebook in a fresh kernel, in its folder; outputs hold neither times nor addresses.

    Raises :class:`NotebookError`, which names the cell, if one fails.
    """
    running = {}
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # else each kernel warns that it listens on this machine
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda **now: running.update(now),
    )
    try:
        client.execute()
    except (CellControlSignal, DeadKernelError) as problem:
        if not running:
            raise
        raise NotebookError(_failure(problem, **running)) from None
    tidy(notebook).metadata["executed"] = fingerprint(notebook)
    return notebook


def _failure(problem: Exception, *, cell: nbformat.NotebookNode, cell_index: int) -> str:
    """Say in one message which cell failed, at which of its lines, and why."""
    line = 0
    if isinstance(problem, CellExecutionError):
        why = f"{problem.ename}: {problem.evalue}"
        lines = re.findall(r"Cell In\[\d+\](?:, line |:)(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", problem.traceback))
        line = int(lines[-1]) if lines else 0
    elif isinstance(problem, CellTimeoutError):
        why = "it took longer than two minutes"
    else:
        why = "the kernel died"
    source = cell["source"].splitlines()
    place = f", at line {line} ({source[line - 1].strip()})" if 0 < line <= len(source) else ""
    return f"fails in cell {cell['id']} (number {cell_index + 1} from the top){place}: {why}. Correct the cell."


def _first_line(problem: Exception) -> str:
    return next(iter(str(problem).splitlines()), type(problem).__name__)


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep of a notebook's metadata only what a reader or the build uses, and give every cell a stable id."""
    executed = notebook.metadata.get("executed")
    notebook.metadata = nbformat.from_dict(METADATA | ({"executed": executed} if executed else {}))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    opening.renew(notebook, current_book().settings)
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, 1):
        if not cell.get("id") or cell["id"] in seen or re.fullmatch(r"[0-9a-f]{8}", cell["id"]):
            cell["id"] = f"cell-{number:02}"
        seen.add(cell["id"])
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
            if theme.MIME in output.get("data", {}):
                output["data"].pop(WIDGET, None)  # a widget has a new name each time, and no kernel here
    nbformat.validate(notebook)
    return notebook


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """Say which charts lack what a reader is owed, or are not the same for every reader: in any time zone, light or dark."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if spec := output.get("data", {}).get(theme.MIME):
                if theme.missing(spec):
                    found.append(f"cell {cell['id']}: a chart without {', '.join(theme.missing(spec))}")
                else:
                    found += [
                        f"cell {cell['id']}: a chart with {problem}"
                        for problem in dates.misdated(spec) + charts.strange_colours(spec)
                    ]
    return found


PACKAGES = ("altair", "ipywidgets", "jupyter-book", "numpy", "pandas", "sphinx", "vl-convert-python")


def status_page() -> Path:
    return current_book().root / "chapters" / "status.md"


def fingerprint(notebook: nbformat.NotebookNode) -> str:
    """Return a short hash of a notebook's sources: it changes when anything that a reader reads or runs does."""
    text = "\n\0".join(cell["source"] for cell in notebook.cells if not opening.is_opening(cell))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def status() -> str:
    """Return the status page for the notebooks as they are stored now."""
    rows = []
    for path in chapters():
        notebook = nbformat.read(path, as_version=4)
        title = notebook.cells[0]["source"].partition("\n")[0].lstrip("# ")
        cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not opening.is_opening(cell)]
        charts = sum(theme.MIME in output.get("data", {}) for cell in cells for output in cell["outputs"])
        link = path.relative_to(status_page().parent).as_posix()
        rows.append(f"| [{title}]({link}) | {len(cells)} | {charts} | all ran | `{fingerprint(notebook)}` |")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return "\n".join(
        [
            "# Status",
            "",
            "Every notebook of this book was executed from its first to its last cell before it was published, and the tests execute it again.",
            "The fingerprint stands for a notebook's text and code: if it differs from your copy's, yours is another version.",
            "",
            "| Notebook | Code cells | Charts | Result | Fingerprint |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Executed with Python {python} and " + ", ".join(f"{name} {version(name)}" for name in PACKAGES) + ".",
            "",
        ]
    )


def stale(notebook: nbformat.NotebookNode) -> str:
    """Say why a notebook's outputs may be those of other sources than its own; nothing if they are its own."""
    executed = notebook.metadata.get("executed")
    if executed == fingerprint(notebook):
        return ""
    return f"was {'changed since it was' if executed else 'not'} executed by the book's own command, so its outputs may be those of other code."


def _unrun(path: Path, root: Path | None = None) -> str:
    """Say why a stored notebook can't be read, or is stale, and what to do."""
    try:
        problem = stale(read(path))
    except NotebookError as error:
        return str(error)
    return f"{problem} Run: {_command(path, root)}" if problem else ""


def untidy(path: Path) -> str:
    """Say what keeps a stored notebook from being committed; nothing if it may be."""
    try:
        notebook = read(path)
    except NotebookError as problem:
        return str(problem)
    stored = nbformat.writes(notebook)
    unrun = [
        str(number)
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code" and not cell["execution_count"] and not opening.is_opening(cell)
    ]
    if unrun:
        return f"has cells that were not executed (cell {', '.join(unrun)}). Run: {_command(path)}"
    if _unrun(path):
        return _unrun(path)
    if nbformat.writes(tidy(notebook)) != stored:
        return f"holds metadata, times or ids that change by themselves. Run: {_command(path)}"
    return ""


def _name(path: Path, root: Path | None = None) -> str:
    root = root or current_book().root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _command(path: Path, root: Path | None = None) -> str:
    return f".venv/bin/python -m explorable.publish.notebooks {_name(path, root)}"


def check(paths: list[Path]) -> int:
    """Print what is wrong with stored notebooks, and return how many are."""
    found = {path: untidy(path) for path in paths}
    for path, problem in found.items():
        if problem:
            print(f"{_name(path)} {problem}", file=sys.stderr)
    return sum(map(bool, found.values()))


def run(paths: list[Path]) -> int:
    """Execute notebooks, then write them all, or none if one fails; return how many failed."""
    executed = {}
    for path in paths:
        try:
            executed[path] = _run(path)
            print(f"executed {path.name}", flush=True)
        except NotebookError as problem:
            print(f"{_name(path)} {problem}", file=sys.stderr, flush=True)
    failed = len(paths) - len(executed)
    if failed:
        print(
            f"Nothing was written: {failed} of {len(paths)} notebooks failed, and all are as they were.",
            file=sys.stderr,
        )
        return failed
    for path, notebook in executed.items():
        path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    status_page().write_text(status(), encoding="utf-8", newline="\n")
    return 0


def _run(path: Path) -> nbformat.NotebookNode:
    notebook = execute(read(path), folder=path.parent)
    owed = complaints(notebook)
    if owed:
        raise NotebookError(f"owes its reader something in {'; '.join(owed)}. Add it to the chart.")
    return notebook


def main(arguments: list[str]) -> int:
    names = [Path(name).resolve() for name in arguments if name != "--check"]
    paths = names or [*chapters(), *templates()]
    return min(1, check(paths) if "--check" in arguments else run(paths))


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
