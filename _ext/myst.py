"""Write ``myst.yml``, the settings of Jupyter Book 2, from those of Jupyter Book 1: ``_config.yml`` and ``_toc.yml``.

    python -m _ext.myst

The site is made by Jupyter Book 1. This file keeps the book ready for its successor, with the same pages in the same
order; a test compares them. What would change stands in ``reuse/jupyter-book-2.md``.
"""
from __future__ import annotations

from pathlib import Path

import yaml

from aftermath import command

ROOT = Path(__file__).resolve().parent.parent
PATH = ROOT / "myst.yml"
HEAD = "# For Jupyter Book 2. Written from _config.yml and _toc.yml by: python -m _ext.myst\n"


def settings() -> dict:
    """Return what ``myst.yml`` is to hold."""
    config, toc = (yaml.safe_load((ROOT / name).read_text("utf-8")) for name in ("_config.yml", "_toc.yml"))
    parts = [{"title": part["caption"], "children": [_page(page) for page in part["chapters"]]} for part in toc["parts"]]
    return {
        "version": 1,
        "project": {
            "title": config["title"],
            "authors": [{"name": config["author"]}],
            "bibliography": config["bibtex_bibfiles"],
            "toc": [_page({"file": toc["root"]}), *parts],
        },
        "site": {"template": "book-theme"},
    }


def _page(entry: dict) -> dict:
    """Return one page, named with its suffix, and the pages under it."""
    file = next(path for path in (f"{entry['file']}.ipynb", f"{entry['file']}.md") if (ROOT / path).exists())
    return {"file": file} | ({"children": [_page(page) for page in entry["sections"]]} if "sections" in entry else {})


def text() -> str:
    return HEAD + yaml.safe_dump(settings(), sort_keys=False, allow_unicode=True)


def main() -> None:
    PATH.write_text(text(), encoding="utf-8", newline="\n")
    print("written: myst.yml")


if __name__ == "__main__":
    command.run(main)
