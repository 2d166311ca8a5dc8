"""What the build writes for live pages.

A page with code cells gets ``live.js`` and the names of the packages that it imports. Nothing else is loaded before a
reader presses the button. Without the assembled files there is no button.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
from sphinx.application import Sphinx

from explorable.book import MACHINE, NOTED, PAGES, current_book
from explorable.live import assemble
from explorable.live.bridge import imports
from explorable.live.bridge.figures import SOURCES
from explorable.pages import references
from explorable.templates import fill

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
#: In every live page: the shell, and the messages of widgets.
ALWAYS = ("ipython", "comm")
#: What a live page has of the book beside its own Python, and of the machine: rooms that need neither Sphinx nor a compiler.
ARCHIVED = (
    "data/*.csv",
    "data/datapackage.json",
    "teaching/questions/*.toml",
    "teaching/keys.json",
    "data/maps/*.json",
)
MACHINERY = (
    "*.py",
    "tables/*.py",
    "assumptions/*.py",
    "figures/*.py",
    "figures/templates/*.html",
    "live/__init__.py",
    "live/bridge/*.py",
)
DAY = (2020, 1, 1, 0, 0, 0)  # the same archive every time


def setup(app: Sphinx) -> None:
    made = assemble.manifest()
    if made is None:
        print("Live Python is left out: it is not assembled (python -m explorable.live.assemble).", file=sys.stderr)
        return
    archive = book_archive()
    book = f"book-{hashlib.sha256(archive).hexdigest()[:12]}.zip"
    app.add_config_value(
        "live_files", [assemble.fingerprint(), book, version()], "html"
    )  # all pages are written again when it changes
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(STATIC)))
    app.connect("html-page-context", lambda *event: _load_script(made, book, archive, *event))
    app.connect("build-finished", lambda app, problem: _copy(app, problem, book, archive))


# A page


def _cells(app: Sphinx, page: str) -> list:
    """Return the cells of a page's notebook; none if the page is no notebook."""
    path = Path(app.env.doc2path(page))
    return nbformat.read(path, as_version=4).cells if path.suffix == ".ipynb" else []


def _load_script(
    made: dict, book: str, archive: bytes, app: Sphinx, page: str, template: str, context: dict, doctree
) -> None:
    code = "\n".join(
        cell["source"] for cell in (_cells(app, page) if doctree is not None else []) if cell["cell_type"] == "code"
    )
    if not code:
        return
    packages = packages_of(code, made)
    weight = sum(made["files"][name]["bytes"] for name in files_of(packages, made)) + len(archive)
    megabytes = f"{weight / 1e6:.0f}"
    # layout.py puts it under the title, so that nothing moves when live.js fills it
    context["live_bar"] = str(fill("live/bar.html", megabytes=megabytes))
    app.add_css_file("live.css")
    app.add_js_file(
        "live.js",
        loading_method="defer",
        **{
            "data-page": page,
            "data-packages": " ".join(packages),
            "data-megabytes": megabytes,
            "data-folder": f"live/{assemble.fingerprint()}/",
            "data-book": f"live/{book}",
            "data-version": version(),
            "data-bibliography": app.builder.get_target_uri(PAGES["bibliography"]),
        },
    )


def packages_of(code: str, made: dict) -> list[str]:
    """Return the packages that a page's code needs, and those that every live page needs."""
    root, package = current_book().root, current_book().package
    found = set(imports.needed(code, made["packages"], root))
    if "altair" in found:
        found |= set(imports.needed("", made["packages"], root, also=[f"{package}.theme", f"{package}.assumptions"]))
    return sorted(found | {name for always in ALWAYS for name in [always, *made["packages"][always]["needs"]]})


def files_of(packages: list[str], made: dict) -> list[str]:
    """Return the assembled files that a page with these packages loads before its first cell runs."""
    files = [
        f"pyodide/{name}"
        for name in ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
    ]
    files += [made["packages"][name]["file"] for name in packages]
    files += ["vega-lite.js"] if "altair" in packages else []
    return files + (["widgets.js", "widgets.css"] if "ipywidgets" in packages else [])


def version() -> str:
    """Return a short hash of the page's own scripts, so that a browser never mixes old and new."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(STATIC.rglob("*.*")))).hexdigest()[:8]


# What the pages load


def book_archive() -> bytes:
    """Return the book's own files as a zip archive: the package, its data, the sources, the outlines, the bridge."""
    root = current_book().root
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in (f"{current_book().package}/*.py", *ARCHIVED)
        for path in sorted(root.glob(pattern))
    }
    files |= {
        path.relative_to(MACHINE.parent).as_posix(): path.read_bytes()
        for pattern in MACHINERY
        for path in sorted(MACHINE.glob(pattern))
    }
    files[NOTED] = current_book().noted().encode()
    files[SOURCES] = json.dumps(references.short_forms()).encode()
    # The tables ask which keys there are; what an entry says stands on the page of sources, and weighs 45 kB.
    files["references.bib"] = "".join(f"@misc{{{key},\n}}\n" for key in references.short_forms()).encode()
    noted = {name: sorted(imports.modules(content.decode())) for name, content in files.items() if name.endswith(".py")}
    files["explorable/live/bridge/imports.json"] = json.dumps(noted).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _copy(app: Sphinx, problem: Exception | None, book: str, archive: bytes) -> None:
    """Put the assembled files beside the pages: outside _static, of which a theme or an extension may load all scripts."""
    if problem or app.builder.format != "html":
        return
    target = Path(app.outdir) / "live"
    for old in target.glob("*"):
        if old.name not in (book, assemble.fingerprint()):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    if not (target / assemble.fingerprint()).exists():
        shutil.copytree(assemble.target() / assemble.fingerprint(), target / assemble.fingerprint())
    (target / book).write_bytes(archive)
