"""Execute chapters and store them tidily, so that a diff shows only what changed; note in the status page what was run.

    python -m explorable.publish.notebooks                 every notebook of the table of contents, and the template of a chapter
    python -m explorable.publish.notebooks PATH [PATH …]   these
    python -m explorable.publish.notebooks --check [PATH …]   execute nothing; say which are not stored as this command would
"""
from __future__ import annotations

import hashlib
import re
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient

from aftermath import theme
from explorable import command
from explorable.book import ROOT
from explorable.pages import charts
from explorable.publish import opening

METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}

WIDGET = "application/vnd.jupyter.widget-view+json"


def chapters() -> list[Path]:
    """Return the notebooks of ``_toc.yml``, in its order."""
    def files(node):
        if isinstance(node, dict):
            yield from ([node["file"]] if "file" in node else [])
            node = list(node.values())
        if isinstance(node, list):
            for part in node:
                yield from files(part)

    paths = (ROOT / f"{name}.ipynb" for name in files(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
    return [path for path in paths if path.exists()]


TEMPLATES = sorted((ROOT / "chapters").glob("_*.ipynb"))  # no page of the book, but executed like one


def execute(notebook: nbformat.NotebookNode, *, folder: Path) -> nbformat.NotebookNode:
    """Run all cells of a notebook in a fresh kernel, in its folder; outputs hold neither times nor addresses."""
    NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources={"metadata": {"path": str(folder)}}).execute()
    return tidy(notebook)


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep of a notebook's metadata only what a reader or the build uses, and give every cell a stable id."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    opening.renew(notebook, yaml.safe_load((ROOT / "_config.yml").read_text("utf-8")))
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
                found += [f"cell {cell['id']}: a chart with {problem}" for problem in theme.misdated(spec) + charts.strange_colours(spec)]
                if theme.missing(spec):
                    found.append(f"cell {cell['id']}: a chart without {', '.join(theme.missing(spec))}")
    return found


STATUS = ROOT / "chapters" / "status.md"
PACKAGES = ("altair", "ipywidgets", "jupyter-book", "numpy", "pandas", "sphinx", "vl-convert-python")


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
        link = path.relative_to(STATUS.parent).as_posix()
        rows.append(f"| [{title}]({link}) | {len(cells)} | {charts} | all ran | `{fingerprint(notebook)}` |")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return "\n".join([
        "# Status", "",
        "Every notebook of this book was executed from its first to its last cell before it was published, and the tests execute it again.",
        "The fingerprint stands for a notebook's text and code: if it differs from your copy's, yours is another version.", "",
        "| Notebook | Code cells | Charts | Result | Fingerprint |", "|---|---|---|---|---|", *rows, "",
        f"Executed with Python {python} and " + ", ".join(f"{name} {version(name)}" for name in PACKAGES) + ".", "",
    ])


def untidy(path: Path) -> str:
    """Say what keeps a stored notebook from being committed; nothing if it may be."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as problem:  # nbformat raises several kinds
        return f"is no notebook that can be read ({problem}). Restore it, or resolve the merge."
    stored = nbformat.writes(notebook)
    unrun = [str(number) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code" and not cell["execution_count"] and not opening.is_opening(cell)]
    if unrun:
        return f"has cells that were not executed (cell {', '.join(unrun)}). Run: python -m explorable.publish.notebooks {path.relative_to(ROOT)}"
    if nbformat.writes(tidy(notebook)) != stored:
        return f"holds metadata, times or ids that change by themselves. Run: python -m explorable.publish.notebooks {path.relative_to(ROOT)}"
    return ""


def check(paths: list[Path]) -> int:
    """Print what is wrong with stored notebooks, and return how many are."""
    found = {path: untidy(path) for path in paths}
    for path, problem in found.items():
        if problem:
            print(f"{path.relative_to(ROOT)} {problem}", file=sys.stderr)
    return sum(map(bool, found.values()))


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--check"]:
        return min(1, check([Path(name).resolve() for name in arguments[1:]] or [*chapters(), *TEMPLATES]))
    failed = 0
    for path in [Path(name).resolve() for name in arguments] or [*chapters(), *TEMPLATES]:
        notebook = execute(nbformat.read(path, as_version=4), folder=path.parent)
        problems = complaints(notebook)
        for problem in problems:
            print(f"{path.name}: {problem}", file=sys.stderr)
        failed += bool(problems)
        path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")
        print(f"executed {path.name}")
    STATUS.write_text(status(), encoding="utf-8", newline="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
