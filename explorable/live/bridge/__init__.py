"""Python's side of a live page: what the worker calls, and nothing that needs a browser, so that it can be tested without one.

    kernel.py      runs cells in an IPython shell, sends their outputs and errors
    widgets.py     ipywidgets' messages, and outputs caught by Output widgets
    figures.py     a chart → the same figure as in the static page
    imports.py     which packages a cell needs
    references.py  the sources' short forms, as the build wrote them

The messages themselves are listed at the head of ``../static/live/worker.js``.
"""

from __future__ import annotations
