"""What a page of the site loads and says: the templates, the style sheet, mathematics as MathML, a small icon font."""
from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path
from textwrap import shorten

import tinycss2
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

HERE = Path(__file__).resolve().parent
#: The style sheets of every page, in their order: one request instead of ten, each of which a page waits for.
STYLES = ("basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "mystnb.*.css", "copybutton.css", "exercise.css", "colours.css", "book.css")
JOINED = "styles/page.css"
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
DESCRIPTION = 155  # characters: what search engines show of it
logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", inline_renderers=(_inline_math, None), block_renderers=(_block_math, None))
    app.add_css_file("book.css", priority=900)
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are not used
    app.connect("config-inited", _add_folders)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-page-context", _trim, priority=900)
    app.connect("html-page-context", _describe)
    app.connect("html-page-context", _load_once, priority=990)  # after all that add files
    app.connect("build-finished", _shrink_assets)
    app.connect("build-finished", _join_styles, priority=600)


def _add_folders(app: Sphinx, config) -> None:
    config.templates_path.insert(0, str(HERE / "templates"))  # before what a theme adds
    config.html_static_path.append(str(HERE / "static"))


def _outdated(app: Sphinx, env, added: set, changed: set, removed: set) -> list[str]:
    """Build every page anew when what makes the pages has changed: Sphinx itself looks only at their texts."""
    parts = [*HERE.rglob("*.py"), *HERE.rglob("*.js"), *HERE.rglob("*.css"), *HERE.rglob("*.html"), *(HERE.parent / "aftermath").glob("*.py"),
             *(HERE.parent / "data").glob("*.csv"), *(HERE.parent / "teaching").rglob("*.*"), HERE.parent / "references.bib"]
    now = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(parts))).hexdigest()
    before, env.book_parts = getattr(env, "book_parts", now), now
    return [] if now == before else sorted(env.found_docs)


def _trim(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """A page loads no script that it does not use, and has the book's colours."""
    app.add_css_file("colours.css", priority=800)
    has_code = doctree is not None and any(True for _ in doctree.findall(nodes.literal_block))
    if not has_code:
        context["script_files"] = [file for file in context["script_files"] if not _is(file, "clipboard", "copybutton")]
        context["css_files"] = [file for file in context["css_files"] if not _is(file, "copybutton")]
    if has_code:
        app.add_js_file("code.js", loading_method="defer")
        tools = '<button type="button" class="chart-button code-switch" disabled>Hide the code</button>\n' + context.get("live_bar", "")
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{tools}", 1)


def _load_once(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Link to the joined style sheet in place of its parts, and let no script keep a page from being shown."""
    context["styles"] = f"_static/{JOINED}?v="  # completed when the sheet is there
    context["css_files"] = [file for file in context["css_files"] if not any(Path(str(file.filename)).match(f"_static/{part}") for part in STYLES)]
    context["script_files"] = [file if file.filename is None or "defer" in file.attributes
                               else _JavaScript(file.filename, priority=file.priority, **file.attributes, defer="defer") for file in context["script_files"]]


def _join_styles(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    found = [path for part in STYLES for path in sorted(static.glob(part))]  # a book without exercises has fewer
    style = "".join(_moved(path.read_text("utf-8"), path.parent == static) for path in found)
    style = _rules_for(style, _names_used(Path(app.outdir)))
    (static / JOINED).write_text(style, encoding="utf-8")
    _name_version(Path(app.outdir), hashlib.sha256(style.encode()).hexdigest()[:8])


def _name_version(site: Path, version: str) -> None:
    """Let every page ask for this very style sheet: browsers keep an older one under its own address."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        named = re.sub(rf"({re.escape(JOINED)}\?v=)[0-9a-f]*", rf"\g<1>{version}", text)
        if named != text:
            page.write_text(named, encoding="utf-8")


def _moved(style: str, up: bool) -> str:
    """Return a style sheet as it stands in the joined one; ``up`` says that its own folder is the one above."""
    style = style.replace('@charset "UTF-8";', "")
    return re.sub(r"""url\((["']?)(?!data:|#|/)""", r"url(\1../", style) if up else style


def _names_used(site: Path) -> set[str]:
    """Return every name that a page gives to a class, and every word of the scripts, which may give it to one later."""
    classes = {names for page in site.rglob("*.html") for names in re.findall(r'class="([^"]+)"', page.read_text("utf-8"))}
    scripts = {*site.rglob("_static/**/*.js"), *site.rglob("live/**/*.js")}
    return {name for names in classes for name in names.split()} | {word for path in scripts for word in re.findall(r"[A-Za-z_][\w-]*", path.read_text("utf-8"))}


def _rules_for(style: str, names: set[str]) -> str:
    """Return a style sheet without the rules for classes that occur nowhere: half of the bytes."""
    return "".join(_kept(rule, names) for rule in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True))


def _kept(rule, names: set[str]) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
        inside = "".join(_kept(one, names) for one in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}" if inside else ""
    if rule.type != "qualified-rule":
        return rule.serialize()
    selectors = [tinycss2.serialize(selector).strip() for selector in _selectors(rule.prelude) if _classes(selector) <= names]
    return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""


def _selectors(prelude: list) -> list[list]:
    """Return the selectors of a rule, as tokens; a comma inside brackets belongs to one of them."""
    parts: list[list] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _classes(selector: list) -> set[str]:
    """Return the classes without which a selector matches nothing; those in :not(), :is() and the like are not."""
    return set(CLASS.findall(tinycss2.serialize([token for token in selector if token.type != "function"])))


def _describe(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Say what a page is about, for search engines and previews of links: its first paragraph, cut at a word."""
    paragraphs = doctree.findall(lambda node: isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section)) if doctree is not None else ()
    text = next((paragraph.astext() for paragraph in paragraphs), f"{app.config.project}: {context.get('title') or page}")
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


# Assets: the theme ships an icon font and scripts of which the book uses a small part.

def _shrink_assets(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for path in [*static.rglob("*.map"), static / "scripts" / "fontawesome.js", *static.rglob("fontawesome/**/*.ttf")]:
        path.unlink(missing_ok=True)
    used = set(re.findall(r"fa-([a-z0-9-]+)", "".join(path.read_text("utf-8") for path in Path(app.outdir).rglob("*.html"))))
    characters: set[int] = set()
    for path in sorted((static / "styles").glob("*.css")):
        style, kept = _keep_icon_rules(path.read_text("utf-8"), used)
        path.write_text(style, encoding="utf-8")
        characters |= kept
    for font in static.rglob("fontawesome/**/*.woff2"):
        _keep_icons(font=font, characters=characters)


ICON_RULE = re.compile(r'([^{}]*)\{(?:content|--fa):\s*"\\?([^"]+)"[^{}]*\}')


def _keep_icon_rules(style: str, used: set[str]) -> tuple[str, set[int]]:
    """Drop the rules of icons that no page uses; return the rest, and the code points of the icons that it draws."""
    characters: set[int] = set()

    def keep(rule: re.Match) -> str:
        selector, content = rule.groups()
        names = set(re.findall(r"\.fa-([a-z0-9-]+)", selector))
        if names and not names & used:
            return ""
        characters.update({int(content, 16)} if re.fullmatch(r"[0-9a-f]{4}", content) else map(ord, content))
        return rule[0]

    return ICON_RULE.sub(keep, style), characters


def _keep_icons(*, font: Path, characters: set[int]) -> None:
    from fontTools import subset

    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True, ignore_missing_unicodes=True)
    loaded = subset.load_font(str(font), options)
    there = set(loaded.getBestCmap())
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters & there or {min(there)})  # browsers refuse a font without a glyph
    cutter.subset(loaded)
    subset.save_font(loaded, str(font), options)
