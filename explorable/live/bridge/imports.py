"""Which packages a piece of code needs. The build asks for a whole page, the page for a cell that was edited."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

NOTED = Path(__file__).with_name("imports.json")
LINE = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_][\w.]*)(?:\s+import\s+(.+))?", flags=re.MULTILINE)


def modules(code: str) -> set[str]:
    """Return the dotted names of all modules that code may import: of ``from a import b`` both ``a`` and ``a.b``."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # magics, or a slip that the reader will be told of when the cell runs
        return _modules_by_line(code)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _modules_by_line(code: str) -> set[str]:
    found = set()
    for module, names in LINE.findall(code):
        found |= {module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    return found


def needed(code: str, packages: Mapping[str, Mapping], folder: Path, also: Iterable[str] = ()) -> list[str]:
    """Return the packages that code needs, by itself and through the book's own modules in ``folder``.

    ``packages`` is that of the manifest: name → ``imports`` (the names a program imports it by) and ``needs``.
    """
    waiting, seen, found = [*modules(code), *also], set(), set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        own = _own_file(module, folder)
        if own:
            waiting += _modules_of(own, folder)
        top = module.partition(".")[0]
        found |= {name for name, package in packages.items() if top in package["imports"]}
    return sorted(found | {other for name in found for other in packages[name]["needs"]})


@cache
def _modules_of(own: Path, folder: Path) -> set[str]:
    """Return what one of the book's modules imports. Where the build has noted it (``pages.py``) no code need be parsed."""
    name = own.relative_to(folder).as_posix()
    return set(_noted()[name]) if name in _noted() else modules(own.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _noted() -> dict[str, list[str]]:
    return json.loads(NOTED.read_text(encoding="utf-8")) if NOTED.exists() else {}


def _own_file(module: str, folder: Path) -> Path | None:
    path = folder.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
