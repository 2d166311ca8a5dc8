"""What Sphinx and the theme write into a page, made valid HTML that assistive technology can follow.

No page has a script in an attribute (`policy.py` forbids it): buttons of the theme get their work in ``static/page.js``.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from explorable.figures import dataframes
from explorable.pages import policy, references

#: Buttons of the theme whose work is an inline script: what they do, by the label the theme gives them.
BUTTONS = {"download-pdf-button": "print", "fullscreen-button": "fullscreen"}


def setup(app: Sphinx) -> None:
    app.add_node(nodes.citation, override=True, html=(_visit_citation, _depart_citation))
    app.connect("doctree-resolved", _tidy_outputs)
    app.connect("doctree-resolved", _name_languages)
    app.connect("html-page-context", _tidy_theme, priority=950)
    app.add_js_file("library.js", loading_method="defer", priority=400)  # before all others of the book
    app.add_js_file("page.js", loading_method="defer")


def _tidy_outputs(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for node in list(doctree.findall(nodes.raw)):
        if "text_html" in node.get("classes", []) and "<table" in node.astext():
            node.children = []
            node += nodes.Text(dataframes.tidy(node.rawsource or node.astext()))


# The bibliography: the role that docutils gives an entry is deprecated; a list of list items says the same


def _visit_citation(writer, node: nodes.citation) -> None:
    if not isinstance(node.previous_sibling(), nodes.citation):
        writer.body.append('<div role="list" class="citation-list">\n')
    writer.body.append(writer.starttag(node, "div", classes=["citation"], role="listitem"))


def _depart_citation(writer, node: nodes.citation) -> None:
    writer.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        writer.body.append("</div>\n")


def _name_languages(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Mark titles that are not English, so that they are spoken as what they are; a translation in brackets stays English."""
    for entry in doctree.findall(nodes.citation):
        known = [
            references.entries()[id.removeprefix("cite-")]
            for id in entry["ids"]
            if id.removeprefix("cite-") in references.entries()
        ]
        language = known[0].fields.get("langid") if known else None
        title = next(iter(entry.findall(nodes.emphasis)), None)
        if language and title:
            own, bracket, translation = title.astext().partition(" [")
            title.children = []
            title += nodes.inline("", own, classes=[f"language-{language}"])  # docutils writes such a class as lang=…
            title += nodes.Text(bracket + translation)


# The theme


def _tidy_theme(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    scripts = [
        file for file in context["script_files"] if getattr(file, "filename", file) is not None
    ]  # the rest stands in the page
    loaded = {Path(str(getattr(file, "filename", file))).name for file in scripts}
    context["script_files"] = scripts
    context["policy"] = policy.of_page(charts="charts.js" in loaded, live="live.js" in loaded)
    _name_buttons(context.get("header_buttons", []))
    if "generate_toctree_html" in context:
        contents = context["generate_toctree_html"]
        context["generate_toctree_html"] = lambda *kinds, **options: _name_folds(contents(*kinds, **options))


def _name_buttons(buttons: list[dict]) -> None:
    """Say in words, for page.js, what a button does, in place of a script."""
    for button in buttons:
        if button["type"] == "javascript":
            button["javascript"] = BUTTONS[button["label"]]
        _name_buttons(button.get("buttons", []))


def _name_folds(contents):
    """Give each fold of the table of contents the name of the page whose parts it shows."""
    for summary in getattr(contents, "select", lambda _: [])("li.has-children > details > summary"):
        link = summary.find_parent("li").find("a")
        summary["aria-label"] = f"Parts of {link.get_text(strip=True)}"
    return contents
