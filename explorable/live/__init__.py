"""Live Python in the page: a notebook page's own cells run in the reader's browser, from the book's own files.

    assemble.py    puts together what is large: Pyodide, packages, ipywidgets' page side (``python -m explorable.live.assemble``)
    assembly/      what assemble.py reads: pinned versions, the scripts that are bundled
    pages.py       what the build writes for live pages
    bridge/        Python's side, in the worker
    static/        the page's side: live.js on every notebook page, live/ only once a reader asks for it

The messages between page and worker are listed at the head of ``static/live/worker.js``.
"""

from __future__ import annotations


def setup(app) -> None:
    from explorable.live import pages

    pages.setup(app)
