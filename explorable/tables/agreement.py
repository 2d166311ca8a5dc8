"""What must agree between the book's files, beyond its tables: the sources that texts and charts cite, the model's assumptions.

``python -m PACKAGE.data --check``, with the name of the book's own package, says all of it, so a key or an id that was renamed in one file is named at once.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

#: Where a text may cite: ``[…](bibliography.md#key)``, and ``{cite:p}`key,key` ``.
TEXTS = (
    "*.md",
    "chapters/**/*.md",
    "teaching/**/*.md",
    "teaching/**/*.csv",
    "teaching/**/*.toml",
    "solutions/*.md",
    "reuse/*.md",
)
CITATION = re.compile(
    r"bibliography\.(?:md|html)#(?:cite-)?(?P<link>[\w:-]+)|\{cite(?::\w+)?\}`(?P<role>[\w:-]+(?:\s*,\s*[\w:-]+)*)`"
)
#: Formulas also take what counts time, and what another formula gives.
TIME = {"month", "months", "year", "years"}


def problems(root: Path, *, package: str, keys: Collection[str], assumptions: Collection[str]) -> list[str]:
    """Return one sentence for each thing that does not agree in the book at ``root``.

    ``package`` is the name of its own Python, ``keys`` are those of references.bib, ``assumptions`` the ids of the registry; with none of them the model is not looked at.
    """
    return [*_unknown_sources(root, keys), *(_unknown_parameters(root, package, assumptions) if assumptions else ())]


# Sources


def _unknown_sources(root: Path, keys: Collection[str]) -> Iterator[str]:
    for place, key in cited(root):
        if key not in keys:
            near = get_close_matches(key, keys, n=1, cutoff=0.8)
            yield f"{place}: references.bib has no entry {key!r}. Add the entry, or correct the key.{f' Did you mean {near[0]!r}?' if near else ''}"


def cited(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each citation of the book's texts and charts: its place (file and line, or file and cell) and its key."""
    for path in sorted({path for pattern in TEXTS for path in root.glob(pattern)}):
        file = path.relative_to(root).as_posix()
        yield from ((f"{file}, line {line}", key) for line, key in _in_text(path.read_text("utf-8", errors="replace")))
    for path in sorted(path for path in root.glob("chapters/**/*.ipynb") if ".ipynb_checkpoints" not in path.parts):
        yield from _in_notebook(path, path.relative_to(root).as_posix())


def _in_text(text: str) -> Iterator[tuple[int, str]]:
    for line, words in enumerate(text.split("\n"), 1):
        for match in CITATION.finditer(words):
            yield from ((line, key.strip()) for key in (match["link"] or match["role"]).split(","))


def _in_notebook(path: Path, file: str) -> Iterator[tuple[str, str]]:
    try:
        cells = json.loads(path.read_text("utf-8", errors="replace"))["cells"]
    except (ValueError, KeyError, TypeError):
        return  # the check of notebooks says so
    for number, cell in enumerate(cells, 1):
        place = f"{file}, cell {cell.get('id', number)}"
        if cell["cell_type"] == "markdown":
            yield from ((f"{place}, line {line}", key) for line, key in _in_text("".join(cell["source"])))
        for output in cell.get("outputs", []):
            charts = (chart for kind, chart in output.get("data", {}).items() if "vegalite" in kind)
            yield from (
                (f"{place}, its chart", key) for chart in charts for key in chart.get("usermeta", {}).get("sources", [])
            )


# Assumptions


def _unknown_parameters(root: Path, package: str, assumptions: Collection[str]) -> Iterator[str]:
    """A formula takes assumptions, what other formulas of the model give, and time."""
    path = root / package / "model.py"
    if not path.is_file():
        return
    try:
        module = ast.parse(path.read_text("utf-8"))
    except SyntaxError as problem:
        yield f"{package}/model.py, line {problem.lineno}: it is no Python ({problem.msg}). Correct the line."
        return
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    first = [id.partition("_")[0] for id in assumptions]
    kinds = {
        kind for kind in first if first.count(kind) > 1
    }  # of share_stay, share_join, …: a formula for each takes a share
    known = {*assumptions} | kinds | TIME | {function.name for function in functions}
    for function in functions:
        for parameter in function.args.kwonlyargs:
            if parameter.arg not in known:
                near = get_close_matches(parameter.arg, assumptions, n=1, cutoff=0.7)
                yield (
                    f"{package}/model.py, line {parameter.lineno}: {function.name}() takes {parameter.arg!r}, and data/assumptions.csv has no such id. "
                    f"Give both the same name.{f' Did you mean {near[0]!r}?' if near else ''}"
                )
