"""Story or code: each code cell of a page is one line that opens, and what the text says about code goes with it.

A fold is a ``details`` element, so that it opens without a script, by "find in page" and by a link into it. Whether all
are open is the reader's choice (``static/code.js``). A sentence about code stands in ``<span class="about-code">`` in
the notebook, which Jupyter and Colab show like any other; the page shows it with the code.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from explorable.pages.scripts import load
from explorable.templates import fill

SENTENCE = '<span class="about-code">'
UNANSWERED = "Put yours in place of the dots."  # what check() says to a cell that nobody has filled


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", _fold)
    app.connect("html-page-context", _offer)


def has_code(doctree: nodes.document | None) -> bool:
    """True for a page that shows a code cell."""
    return doctree is not None and any("cell_input" in part["classes"] for part in doctree.findall(nodes.container))


def _fold(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for cell in list(doctree.findall(nodes.container)):
        if "cell_input" in cell["classes"]:
            _fold_cell(cell)
        elif "cell_output" in cell["classes"] and cell.astext().rstrip().endswith(UNANSWERED):
            cell["classes"].append("about-code")
    for paragraph in doctree.findall(nodes.paragraph):
        if _is_about_code(paragraph):
            paragraph["classes"].append("about-code")  # else an empty line stays where its one sentence is hidden


def _fold_cell(code: nodes.container) -> None:
    lines = len(code.astext().strip().splitlines())
    place = code.parent.index(code)
    summary = f"Python, {lines} line{'' if lines == 1 else 's'}"
    code.parent.insert(place + 1, nodes.raw("", "</details>", format="html"))
    code.parent.insert(
        place, nodes.raw("", str(fill("pages/fold.html", kind="code-fold", summary=summary)), format="html")
    )


def _is_about_code(paragraph: nodes.paragraph) -> bool:
    """True if nothing of a paragraph stands outside its sentences about code."""
    within = False
    for part in paragraph.children:
        if isinstance(part, nodes.raw) and part.astext() in (SENTENCE, "</span>"):
            within = part.astext() == SENTENCE
        elif not within and part.astext().strip():
            return False
    return any(isinstance(part, nodes.raw) and part.astext() == SENTENCE for part in paragraph.children)


def _offer(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Give a page with code the switch in its bar (``templates/article-header-buttons.html``) and the switch's script."""
    context["has_code"] = has_code(doctree)
    if context["has_code"]:
        load(app, "code.js")
