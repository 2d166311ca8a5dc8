"""Where a chapter can be run: a menu under the title of each page with code, of plain links in a ``<details>`` element.

The addresses of Colab, Binder and JupyterHub stand in ``_config.yml`` and are put together by the theme; one that is not
set is not shown. The theme's own menu, which opens by a script alone, is taken out. ``static/live.js`` adds the entry
that makes the page itself live.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from explorable.templates import fill

#: What a reader should know before leaving the page.
NOTES = {
    "Colab": "a notebook on Google’s servers; needs an account there",
    "Binder": "a notebook on a public server; takes minutes to start and forgets everything afterwards",
    "JupyterHub": "a notebook on your school’s own server",
}


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _add_menu, priority=800)  # after the theme


def _add_menu(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    links = _take_links(context)
    if doctree is None or Path(app.env.doc2path(page)).suffix != ".ipynb":
        return
    notebook = context["pathto"](f"_sources/{page}.ipynb", 1)
    context["body"] = context["body"].replace("</h1>", "</h1>\n" + menu(notebook, links), 1)


def _take_links(context: dict) -> list[dict]:
    """Return the theme's links to places that run notebooks, and take its menu of them off the page."""
    buttons = context.get("header_buttons", [])
    menus = [button for button in buttons if button.get("label") == "launch-buttons"]
    context["header_buttons"] = [button for button in buttons if button not in menus]
    return [link for menu in menus for link in menu["buttons"] if link["type"] == "link"]


def menu(notebook: str, links: list[dict]) -> str:
    """Return the menu; ``notebook`` is the address of the page's notebook."""
    return str(
        fill("publish/launch.html", notebook=notebook, name=Path(notebook).name, links=links, notes=NOTES)
    ).rstrip()
