"""Write ``myst.yml``, the settings of Jupyter Book 2, from those of Jupyter Book 1: ``_config.yml`` and ``_toc.yml``.

    python -m explorable.publish.myst

The site is made by Jupyter Book 1. This file keeps the book ready for its successor, with the same pages in the same
order; a test compares them. What would change stands in ``reuse/jupyter-book-2.md``.
"""

from __future__ import annotations

import yaml

from explorable import command
from explorable.book import current_book

HEAD = "# For Jupyter Book 2. Written from _config.yml and _toc.yml by: python -m explorable.publish.myst\n"


def settings() -> dict:
    """Return what ``myst.yml`` is to hold."""
    config, toc = current_book().settings, yaml.safe_load((current_book().root / "_toc.yml").read_text("utf-8"))
    parts = [
        {"title": part["caption"], "children": [_page(page) for page in part["chapters"]]} for part in toc["parts"]
    ]
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
    file = current_book().source(entry["file"]).relative_to(current_book().root)
    return {"file": file.as_posix()} | (
        {"children": [_page(page) for page in entry["sections"]]} if "sections" in entry else {}
    )


def text() -> str:
    return HEAD + yaml.safe_dump(settings(), sort_keys=False, allow_unicode=True)


def main() -> None:
    (current_book().root / "myst.yml").write_text(text(), encoding="utf-8", newline="\n")
    print("written: myst.yml")


if __name__ == "__main__":
    command.run(main)
