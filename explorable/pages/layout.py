"""What a page of the site loads and says: the templates, its scripts, mathematics as MathML."""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path
from textwrap import shorten

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from pygments.formatters import HtmlFormatter
from pygments.token import Name, Punctuation, Text, Whitespace
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from explorable.book import MACHINE, current_book

HERE = Path(__file__).resolve().parent
DESCRIPTION = 155  # characters: what search engines show of it
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", inline_renderers=(_inline_math, None), block_renderers=(_block_math, None))
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are not used
    app.connect("config-inited", _add_folders)
    app.connect("builder-inited", _colour_code)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-page-context", _trim, priority=900)
    app.connect("html-page-context", _describe)
    app.connect("html-page-context", _let_paint, priority=990)  # after all that add files


def _add_folders(app: Sphinx, config) -> None:
    config.templates_path.insert(0, str(HERE / "templates"))  # before what a theme adds


class _Code(HtmlFormatter):
    """Python without an element around each name and comma, which have the colour of the text: a third of what a page with code is made of."""

    def format(self, tokens, file) -> None:
        super().format(
            ((Text if kind in (Name, Punctuation, Whitespace) else kind, text) for kind, text in tokens), file
        )


def _colour_code(app: Sphinx) -> None:
    if highlighter := getattr(app.builder, "highlighter", None):  # builders of pages have one
        highlighter.formatter = _Code


def _outdated(app: Sphinx, env, added: set, changed: set, removed: set) -> list[str]:
    """Build every page anew when what makes the pages has changed: Sphinx itself looks only at their texts."""
    parts = [
        *(path for kind in ("py", "js", "css", "html") for path in MACHINE.rglob(f"*.{kind}")),
        *current_book().code.glob("*.py"),
        *current_book().data.glob("*.csv"),
        *current_book().teaching.rglob("*.*"),
        current_book().references,
    ]
    now = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(parts))).hexdigest()
    before, env.book_parts = getattr(env, "book_parts", now), now
    return [] if now == before else sorted(env.found_docs)


def _trim(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """A page loads no script that it does not use; under the title of one with code stands what makes it live, or its room until the script is there."""
    blocks = list(doctree.findall(nodes.literal_block)) if doctree is not None else []
    unused = ["sphinx_highlight", *([] if blocks else ["clipboard", "copybutton"])]  # the book's search marks no words
    context["script_files"] = [file for file in context["script_files"] if not _is(file, *unused)]
    if context.get("has_code") and "live_bar" in context:
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{context['live_bar']}", 1)


def _let_paint(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Let no script keep a page from being shown, but for those that say so: ``blocking="render"``."""
    context["script_files"] = [
        file
        if file.filename is None or {"defer", "blocking"} & set(file.attributes)
        else _JavaScript(file.filename, priority=file.priority, **file.attributes, defer="defer")
        for file in context["script_files"]
    ]


def _describe(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Say what a page is about, for search engines and previews of links: its first paragraph, cut at a word."""
    paragraphs = (
        doctree.findall(lambda node: isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section))
        if doctree is not None
        else ()
    )
    text = next(
        (paragraph.astext() for paragraph in paragraphs), f"{app.config.project}: {context.get('title') or page}"
    )
    about = shorten(text, width=DESCRIPTION, placeholder=" …")
    tags = re.sub(r'<meta[^>]*name="viewport"[^>]*>\s*', "", context.get("metatags") or "")  # the theme writes it too
    context["metatags"] = f'{tags}<meta name="description" content="{escape(about)}" />\n'


def _is(file, *names: str) -> bool:
    return any(name in str(getattr(file, "filename", file)) for name in names)


# Mathematics: docutils writes MathML, which browsers draw without a script.


def _mathml(writer, node: nodes.Node, block: bool) -> str:
    try:
        return "".join(tex2mathml(node.astext(), as_block=block))
    except Exception as problem:  # docutils raises several kinds
        logger.warning("this formula cannot be written as MathML: %s (%s)", node.astext(), problem, location=node)
        return f"<code>{writer.encode(node.astext())}</code>"


def _inline_math(writer, node: nodes.Node) -> None:
    writer.body.append(f'<span class="math">{_mathml(writer, node, block=False)}</span>')
    raise nodes.SkipNode


def _block_math(writer, node: nodes.Node) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(_mathml(writer, node, block=True) + "</div>\n")
    raise nodes.SkipNode
