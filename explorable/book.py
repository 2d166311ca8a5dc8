"""The book that the machine works on: where its files lie, and what it is called. No other module counts its parents.

Made once: a build opens the book whose settings it was given, a command the one it is started in. In a live page, which
has no YAML, what the build has noted of the settings (:meth:`Book.noted`) stands in for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType

MACHINE = Path(__file__).resolve().parent
ROOT = MACHINE.parent
#: Libraries as pages load them: beside the machine in its repository, inside it where a wheel was installed (setup.py puts them there).
VENDOR = MACHINE / "vendor" if (MACHINE / "vendor").is_dir() else ROOT / "vendor"
SETTINGS, NOTED = "_config.yml", "book.json"
#: Pages that the machine itself leads to, by what they are.
PAGES = {"bibliography": "chapters/bibliography", "glossary": "chapters/glossary"}

#: What the machine asks the book's own package for, by the name of the module. A book that has none of it does without the pages that ask.
PARTS = {
    "assumptions": "what can be assumed: ranges, sources, presets, and the file that holds a reader's own",
    "check": "the exercises of the chapters, and how an answer is checked",
    "coding": "how far those agree who judged the claims",
    "data": "the book's tables",
    "engine": "the model as a script for pages",
    "explorers": "the names of paths and outcomes, and a formula as text",
    "forecast": "the questions of the forecast, and how it is scored",
    "hypotheses": "the hypotheses, the ratings, and what a rating counts",
    "model": "the model's functions",
    "quiz": "the questions of the quizzes",
    "rules": "what assumptions may not do together",
    "teams": "what the files of several teams come to",
    "theme": "what colours mean: the table MEANINGS",
}


class NoBook(Exception):
    """There is no book in a folder, or above it."""


@dataclass(frozen=True)
class Book:
    """A book by its folder. What stands in a file is read when it is asked for, and once."""

    root: Path

    # Where things are

    @property
    def build(self) -> Path:
        return self.root / "_build"

    @property
    def site(self) -> Path:
        return self.build / "html"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def teaching(self) -> Path:
        return self.root / "teaching"

    @property
    def solutions(self) -> Path:
        return self.root / "solutions"

    @property
    def references(self) -> Path:
        return self.root / "references.bib"

    @property
    def code(self) -> Path:
        """The folder of the book's own Python."""
        return self.root / self.package

    def source(self, page: str) -> Path:
        """Return the file of a page: a notebook or Markdown. ``FileNotFoundError`` names the page that has neither."""
        for path in (self.root / f"{page}.ipynb", self.root / f"{page}.md"):
            if path.exists():
                return path
        raise FileNotFoundError(f"The book has no page {page}: neither {page}.ipynb nor {page}.md is there.")

    def pages(self) -> list[str]:
        """Return all pages of the table of contents, without suffix, in its order."""
        return list(self._contents)

    @cached_property
    def _contents(self) -> tuple[str, ...]:
        import yaml

        return tuple(_files(yaml.safe_load((self.root / "_toc.yml").read_text("utf-8"))))

    # Chapters of several pages

    @cached_property
    def continued(self) -> dict[str, list[str]]:
        """The chapters that take several pages, by the first of them: all of their pages, in their order."""
        return {first: [first, *more] for first, more in self.settings.get("continued", {}).items()}

    def pages_of(self, page: str) -> list[str]:
        """Return all pages of the chapter that a page belongs to, in their order."""
        return next((pages for pages in self.continued.values() if page in pages), [page])

    def chapter_of(self, page: str) -> str:
        """Return the short name of a page's chapter: ``chapters/scenarios/leave`` is ``leave``. What is asked on any of a chapter's pages is
        named after it."""
        return self.pages_of(page)[0].rpartition("/")[2]

    def pages_by_chapter(self) -> dict[str, list[str]]:
        """Return the pages of the table of contents by chapter, in its order."""
        found: dict[str, list[str]] = {}
        for page in self.pages():
            found.setdefault(self.chapter_of(page), []).append(page)
        return found

    # What it is called

    @cached_property
    def settings(self) -> dict:
        """The settings of ``_config.yml``."""
        import yaml

        return yaml.safe_load((self.root / SETTINGS).read_text("utf-8"))

    @cached_property
    def project(self) -> dict:
        """The table ``project`` of ``pyproject.toml``, and under ``explorable`` what it says to this machine."""
        import tomllib

        content = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
        return {**content["project"], "explorable": content["tool"]["explorable"]}

    @cached_property
    def _noted(self) -> dict:
        noted = self.root / NOTED
        return json.loads(noted.read_text("utf-8")) if noted.exists() else {}

    @property
    def title(self) -> str:
        return self._noted.get("title") or self.settings["title"]

    @property
    def author(self) -> str:
        return self._noted.get("author") or self.settings["author"]

    @property
    def slug(self) -> str:
        """What the names of its archives, and the formats of its readers' files, begin with."""
        return self._noted.get("slug") or self.project["name"]

    @property
    def package(self) -> str:
        """The name of its own Python package."""
        return self._noted.get("package") or self.project["explorable"]["package"]

    @property
    def parts(self) -> list[str] | None:
        """The rooms of the machine that the book uses, and modules of rooms (``pages.links``); none is named where it uses all."""
        return self.project["explorable"].get("parts")

    def has(self, name: str) -> bool:
        """Say whether the book's own package has a module of that name."""
        return (self.code / f"{name}.py").exists()

    def part(self, name: str) -> ModuleType:
        """Return a module of the book's own package. ``NoBook`` says if it has none of that name."""
        full = f"{self.package}.{name}"
        try:
            return import_module(full)
        except ModuleNotFoundError as problem:
            if problem.name != full:
                raise
            raise NoBook(f"The book's own package {self.package} has no module {name}: {PARTS[name]}.") from None

    def noted(self) -> str:
        """Return the text of the file that stands in for the settings in a live page."""
        return json.dumps(
            {name: getattr(self, name) for name in ("title", "author", "slug", "package")}, ensure_ascii=False
        )


def _files(node):
    if isinstance(node, dict):
        yield from (node[name] for name in ("root", "file") if name in node)
        node = [part for name, part in node.items() if name not in ("root", "file")]
    if isinstance(node, list):
        for part in node:
            yield from _files(part)


class Part:
    """A module of the book's own package under the name that the machine knows it by, such as ``quiz``. It is imported when something
    in it is first asked for: till then it need not be known which book this is."""

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, name: str):
        return getattr(current_book().part(self._name), name)


_opened: list[Book] = []


def open_book(root: Path | str) -> Book:
    """Make the book in this folder the one that :func:`current_book` returns."""
    _opened[:] = [Book(Path(root).resolve())]
    return _opened[0]


def current_book() -> Book:
    """Return the book that was opened, else the one in the working folder or the nearest above it. ``NoBook`` if there is none."""
    if not _opened:
        here = Path.cwd()
        root = next(
            (folder for folder in (here, *here.parents) if (folder / SETTINGS).exists() or (folder / NOTED).exists()),
            None,
        )
        if root is None:
            raise NoBook(
                f"There is no book here: neither {here} nor a folder above it has a {SETTINGS}. Go to the book's folder and try again."
            )
        return open_book(root)
    return _opened[0]
