"""The printed edition: all pages of the built site as one PDF, made by Chromium.

    python -m explorable.editions.printed          the whole book, and a worksheet for each chapter
    python -m explorable.editions.printed --code   the same with the chapters' code, half as long again

``_build/print/`` gets the book as one PDF, named as its archives are. It is tagged, has an outline, page numbers and a table of contents; charts are
vectors. On paper nothing moves, so each explorer's sliders become a table of settings (``presets.py``), and each slider
or choice of a plain chart becomes small pictures of its other settings. A link to a page of the book tells the number
of that page; any other link becomes a numbered note at the end of its chapter.

Page numbers are known only when the pages are laid out: the book is printed again with them, till they stay: the numbers themselves may take the contents to one page more or fewer.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import vl_convert
import yaml
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from explorable import chromium, command
from explorable.book import Part, current_book
from explorable.editions import HERE, blocks, presets
from explorable.figures import colours
from explorable.figures.compiling import name_picture
from explorable.pages.code import UNANSWERED
from explorable.templates import fill as fill_template
from explorable.templates import macros

assumptions = Part("assumptions")

GONE = (
    "a.headerlink, button, script, style, .for-teaching, .claims-filter, .stage-answer, .stage-spoken, .stage-tabs, .stage-tools, .explorer-pinned, .explorer-tables, .explorer-note, "
    "form, details.chart-data, .hypotheses-result, .plenary-choose, .explorer-load, .forecast-class, .forecast-result, .launch, .live, .live-bar, nav.arc"
)
ANSWERS = "answers"
UNKNOWN = "000"  # takes the room of a page number that is not known yet
PRINTS = 4  # at most, till the page numbers stay


def folder() -> Path:
    """Return where what is printed goes."""
    return current_book().build / "print"


def _html() -> Any:
    """Return the macros of ``templates/printed.html``."""
    return macros("editions/printed.html")


def _settings_html() -> Any:
    """Return the macros of ``templates/presets.html``."""
    return macros("editions/presets.html")


# Pages of the site


def pages() -> list[tuple[str, str]]:
    """Return the pages of the table of contents, in its order, each with the caption of its part."""
    contents = yaml.safe_load((current_book().root / "_toc.yml").read_text("utf-8"))

    def below(entries: Iterable[dict], part: str):
        for entry in entries:
            yield entry["file"], part
            yield from below(entry.get("sections", []), part)

    found = [(contents["root"], "")]
    for part in contents.get("parts", []):
        found += below(part.get("chapters", []), part.get("caption", ""))
    return found + list(below(contents.get("chapters", []), ""))


def body(page: str) -> str:
    """Return the body of a built page."""
    text = (current_book().site / f"{page}.html").read_text("utf-8")
    return text.partition('<article class="bd-article">')[2].partition("</article>")[0]


def slug(page: str) -> str:
    return page.removeprefix("chapters/").replace("/", "-")


# One page on paper


class Sheet:
    """A page of the site, made fit for paper."""

    def __init__(self, page: str, part: str, known: set[str], *, code: bool = False):
        self.page, self.part, self.slug, self.known = page, part, slug(page), known
        self.held = blocks.Held()
        self.soup = BeautifulSoup(self.held.take(body(page), code=code), "html.parser")
        for figure in self.soup.select("figure.chart"):
            self._settle(figure)
        self.answers = self._settle_quiz()
        self._take_out(GONE if code else f"{GONE}, .code-fold, .about-code")
        self._lay_open()
        self.title = self.soup.find("h1").get_text().strip()
        self.notes: list[str] = []
        self._name()
        for link in self.soup.find_all("a"):
            self._lead(link)
        if self.notes:
            self._append_notes()

    def _take_out(self, gone: str) -> None:
        """Take out what is of no use on paper."""
        for tag in self.soup.select(gone):
            tag.decompose()
        for row in self.soup.select("table.downloads tr"):
            for cell in row.find_all(["th", "td"])[2:]:  # sizes and days are known only once this has been printed
                cell.decompose()
        for output in self.soup.select(".output"):
            if output.get_text().rstrip().endswith(UNANSWERED):
                output.decompose()

    def _lay_open(self) -> None:
        """Show what a page folds away, or says only where no script runs."""
        for tag in self.soup.select("details.code-fold"):
            tag.summary.decompose()
            tag.unwrap()
        for tag in self.soup.find_all("noscript"):
            tag.unwrap()
        for tag in self.soup.select(".plenary-about"):
            tag.string = "On the page these charts show the files of your teams. Here they show the book’s presets, as if each were a team."
        for tag in self.soup.find_all("details"):
            tag["open"] = ""

    def _settle(self, figure: Tag) -> None:
        """Put tables and small pictures below a chart in place of its controls."""
        form = figure.select_one("form.chart-controls")
        if figure.has_attr("data-explorer"):
            known = json.loads(figure["data-explorer"])
            basis = _settings_html().basis([assumptions.get(id) for id in known["assumptions"]])
            extra = [basis, presets.table(known["id"], known["assumptions"])]
        else:
            held = [self.held.kept[int(tag["data-held"])] for tag in figure.select("template")]
            specs = [
                json.loads(text.partition(">")[2].removesuffix("</script>"))
                for text in held
                if text.startswith("<script")
            ]
            extra = _other_settings(form, specs) if form else []
        for tag in figure.select("noscript"):
            tag.decompose()
        if extra:
            figure.insert_after(BeautifulSoup(self.held.take(_settings_html().settings(extra)), "html.parser"))

    def _settle_quiz(self) -> Markup:
        """Make a quiz a list of questions with lettered options; return its answers, which stand at the end of the book."""
        forms = self.soup.select("form.quiz")
        if not forms:
            return Markup()
        answers = "".join(tag.decode_contents() for tag in self.soup.select("form.quiz .quiz-answers ol"))
        for form in forms:
            asked = [_question(tag) for tag in form.select(".quiz-question")]
            form.replace_with(BeautifulSoup(_html().quiz(asked, form is forms[-1]), "html.parser"))
        return _html().answers(self.soup.find("h1").get_text().replace("#", "").strip(), Markup(answers))

    def _name(self) -> None:
        """Give every anchor a name that is its own in the whole book."""
        for tag in self.soup.find_all(id=True):
            tag["id"] = f"{self.slug}--{tag['id']}"
        for tag in self.soup.find_all(attrs={"aria-labelledby": True}):
            tag["aria-labelledby"] = f"{self.slug}--{tag['aria-labelledby']}"

    def _lead(self, link: Tag) -> None:
        """Make a link lead somewhere on paper."""
        address = link.get("href", "")
        if re.match(r"[a-z]+:", address):
            if address.split(":", 1)[1].strip("/") not in link.get_text():
                self.notes.append(address)
                note = BeautifulSoup(_html().note(len(self.notes)), "html.parser")
                link.insert_after(note)
            return
        file, _, anchor = address.partition("#")
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(self.page), file))
            .removesuffix(".html")
            .removesuffix(".ipynb")
            if file
            else self.page
        )
        if target not in self.known:
            link.unwrap()
            return
        link["href"] = f"#{slug(target)}--{anchor}" if anchor else f"#{slug(target)}"
        if file and not anchor:
            link.insert_after(BeautifulSoup(_html().on_page(slug(target), UNKNOWN), "html.parser"))

    def _append_notes(self) -> None:
        self.soup.append(BeautifulSoup(_html().notes(self.notes), "html.parser"))

    def headings(self) -> list[tuple[str, str]]:
        """Return the anchors and texts of the page's sections."""
        return [
            (tag["id"], tag.h2.get_text().strip())
            for tag in self.soup.find_all("section", id=True)
            if tag.find("h2", recursive=False)
        ]

    @property
    def html(self) -> Markup:
        text = self.held.give(
            str(self.soup),
            lambda held, number: "" if held.startswith("<script") else _still(_own_ids(held, f"{self.slug}-{number}")),
        )
        return _html().chapter(self.slug, _ident(self.slug), Markup(text))


def _question(tag: Tag) -> dict:
    """Return a question of a quiz, with its options."""
    options = [Markup(option.span.decode_contents()) for option in tag.select(".quiz-option")]
    return {"id": tag["id"], "asked": Markup(tag.legend.decode_contents()), "options": options}


def _ident(name: str) -> str:
    return "page-" + re.sub(r"[^a-z0-9]", "-", name.lower())


# Charts


def _own_ids(svg: str, prefix: str) -> str:
    """Name the parts of a picture to which it refers so that no other picture of the book has the same names."""
    return re.sub(r'(\bid="|url\(#)([A-Za-z0-9_]+)', rf"\1{prefix}-\2", svg)


def _still(svg: str) -> str:
    """Leave out of a picture what only holds where it can be clicked."""
    return svg.replace(" (click to single out)", "")


def _other_settings(form: Tag, specs: list[dict]) -> list[Markup]:
    """Return pictures of a chart's other settings: both ends of a slider, the other choices of a short list."""
    found = []
    for control, values in _controls(form):
        name, label = control["data-param"], _label(form, control)
        drawn = [(spec, value) for value in values for spec in specs if len(values) <= MOST and _has_signal(spec, name)]
        pictures = [(_told(form, control, value), Markup(_draw(spec, name, value))) for spec, value in drawn]
        found.append(_settings_html().others(label, pictures, [_told(form, control, value) for value in values]))
    return found


MOST = 3  # pictures of other settings for one control


def _controls(form: Tag):
    """Return the controls of a form, each with the values that the picture does not show."""
    for control in form.select("input[type=range]"):
        yield control, [float(control[end]) for end in ("min", "max") if float(control[end]) != float(control["value"])]
    for select in form.select("select[data-param]"):
        yield (
            select,
            [json.loads(option["value"]) for option in select.find_all("option") if not option.has_attr("selected")],
        )
    radios: dict[str, list[Tag]] = {}
    for radio in form.select("input[type=radio]"):
        radios.setdefault(radio["data-param"], []).append(radio)
    for group in radios.values():
        yield group[0], [json.loads(radio["value"]) for radio in group if not radio.has_attr("checked")]


def _label(form: Tag, control: Tag) -> str:
    label = (
        form.find("label", attrs={"for": control.get("id")})
        if control.get("id")
        else control.find_parent("fieldset").legend
    )
    return label.get_text().strip()


def _told(form: Tag, control: Tag, value) -> str:
    for option in [*control.find_all("option"), *form.select("input[type=radio]")]:
        if json.loads(option["value"]) == value:
            return (option if option.name == "option" else option.parent).get_text().strip()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _has_signal(spec: dict, name: str) -> bool:
    return any(signal["name"] == name for signal in spec.get("signals", []))


def _draw(spec: dict, name: str, value) -> str:
    spec = json.loads(json.dumps(spec))
    next(signal for signal in spec["signals"] if signal["name"] == name)["value"] = value
    return name_picture(vl_convert.vega_to_svg(spec), f"The same chart with {name} at {value}")


# The book


def compose(*, code: bool = False) -> str:
    """Return the whole book as one page, without page numbers."""
    known = {page for page, _ in pages()}
    sheets = [Sheet(page, part, known, code=code) for page, part in pages()]
    heads = "".join(
        f"@page {_ident(sheet.slug)} {{ @top-right {{ content: {json.dumps(sheet.title, ensure_ascii=False)}; }} }}\n"
        for sheet in sheets
    )
    chapters = [sheet.html for sheet in sheets]
    if any(sheet.answers for sheet in sheets):
        answers = _html().all_answers(Markup().join(sheet.answers for sheet in sheets))
        chapters.append(_html().chapter(ANSWERS, _ident(ANSWERS), answers, "chapter quiz-keys"))
    return fill_template(
        "editions/book.html",
        style=Markup(
            (current_book().site / "_static" / "book.css").read_text("utf-8")
            + colours.colours()
            + (HERE / "static" / "print.css").read_text("utf-8")
            + heads
        ),
        front=_front(),
        contents=_contents(sheets),
        chapters=Markup("\n").join(chapters),
        **_about(),
    )


def fill(text: str, numbers: dict[str, int]) -> str:
    """Write page numbers where they belong."""

    def number(match: re.Match) -> str:
        return f"{match[1]}{numbers.get(match[2], UNKNOWN)}<"

    return re.sub(r'(data-page-of="([^"]+)">)[^<]*<', number, text)


def _about() -> dict[str, str]:
    settings = _settings()
    return {"title": settings["title"], "language": settings["sphinx"]["config"].get("language", "en")}


def _front() -> Markup:
    settings = _settings()
    cited = yaml.safe_load((current_book().root / "CITATION.cff").read_text("utf-8"))
    licence = cited["license"]
    about = {
        "title": cited["title"],
        "version": cited["version"],
        "day": cited["date-released"],
        "year": str(cited["date-released"])[:4],
        "licence": licence if isinstance(licence, str) else ", ".join(licence),
        "address": settings["html"].get("baseurl") or cited.get("url"),
        "authors": " and ".join(
            author.get("name") or f"{author.get('given-names', '')} {author.get('family-names', '')}".strip()
            for author in cited["authors"]
        ),
    }
    return _html().front(settings["title"], settings["author"], about)


def _contents(sheets: list[Sheet]) -> Markup:
    lines, part = [], ""
    for sheet in sheets:
        if sheet.part != part:
            part = sheet.part
            lines.append({"kind": "contents-part", "text": part, "anchor": ""})
        lines.append({"kind": "contents-chapter", "text": sheet.title, "anchor": sheet.slug})
        if part and "reference" not in part.lower():
            lines += [
                {"kind": "contents-section", "text": text, "anchor": anchor}
                for anchor, text in sheet.headings()
                if text not in ("Summary", "Sources")
            ]
    if any(sheet.answers for sheet in sheets):
        lines.append({"kind": "contents-chapter", "text": "Answers to the quizzes", "anchor": ANSWERS})
    return _html().contents(lines, UNKNOWN)


# PDF


@contextmanager
def printer():
    """Give a Chromium that prints: the machine's own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        yield browser
        browser.close()


def pdf(browser, source: Path, target: Path) -> None:
    """Print a page from the disk; nothing is asked of any other place, and no script runs."""
    page = browser.new_context(java_script_enabled=False, color_scheme="light").new_page()
    page.route(re.compile(r"^(?!file:|data:)"), lambda route: route.abort())
    page.goto(source.as_uri())
    page.pdf(path=target, tagged=True, outline=True, prefer_css_page_size=True, print_background=True)
    page.context.close()


def page_numbers(path: Path) -> dict[str, int]:
    """Return the page on which each anchor stands."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    places = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)}
    return {
        name.lstrip("/"): places[target.page.idnum]
        for name, target in reader.named_destinations.items()
        if target.page is not None
    }


def finish(path: Path, *, title: str, author: str) -> None:
    """Name the file's title and author, and take out what differs from one run to the next: times and a random name."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, ByteStringObject

    writer = PdfWriter(clone_from=path)
    writer.metadata = {
        "/Title": title,
        "/Author": author,
        "/Creator": f"{current_book().title}, explorable/editions/printed.py",
    }
    name = ByteStringObject(hashlib.md5(title.encode()).digest())
    writer._ID = ArrayObject([name, name])
    writer.write(path)


def make_book(browser, *, code: bool = False) -> Path:
    folder().mkdir(parents=True, exist_ok=True)
    source, target = folder() / "book.html", folder() / f"{current_book().slug}.pdf"
    text = compose(code=code)
    numbers: dict[str, int] = {}
    for _ in range(PRINTS):
        source.write_text(fill(text, numbers), encoding="utf-8")
        pdf(browser, source, target)
        before, numbers = numbers, page_numbers(target)
        if numbers == before:
            break
    settings = _settings()
    finish(target, title=settings["title"], author=settings["author"])
    return target


def chapters(book: Path) -> dict[str, bytes]:
    """Return each page of the table of contents as a PDF of its own, by file name: its sheets of the printed book, with its title and bookmarks."""
    from pypdf import PdfReader, PdfWriter

    reader, numbers, found = PdfReader(book), page_numbers(book), {}
    titles = {reader.get_destination_page_number(entry) + 1: entry.title for entry in reversed(_flat(reader.outline))}
    starts = [(slug(page), numbers[slug(page)]) for page, _ in pages() if slug(page) in numbers]
    ends = [start for _, start in starts[1:]] + [numbers.get(ANSWERS, len(reader.pages) + 1)]
    for place, ((name, start), end) in enumerate(zip(starts, ends), 1):
        writer, room = PdfWriter(), io.BytesIO()
        writer.append(reader, pages=(start - 1, end - 1))
        whole = " — ".join(dict.fromkeys([titles.get(start, name), current_book().title]))
        writer.metadata = {"/Title": whole, "/Author": _settings()["author"]}
        say_language(writer, reader)
        writer.write(room)
        found[f"{place:02}-{name}.pdf"] = room.getvalue()
    return found


def _flat(outline: list) -> list:
    return [one for entry in outline for one in (_flat(entry) if isinstance(entry, list) else [entry])]


def say_language(writer, reader) -> None:
    """Give a file that is put together from the pages of another that one's language, which pages don't carry."""
    from pypdf.generic import NameObject

    if spoken := reader.trailer["/Root"].get("/Lang"):
        writer.root_object[NameObject("/Lang")] = spoken


def make_worksheets(browser) -> list[Path]:
    """Print the worksheets that the build has written."""
    made = []
    for source in sorted((current_book().site / "worksheets").rglob("*.html")):
        target = (folder() / source.relative_to(current_book().site)).with_suffix(".pdf")
        target.parent.mkdir(parents=True, exist_ok=True)
        pdf(browser, source, target)
        finish(
            target,
            title=BeautifulSoup(source.read_text("utf-8"), "html.parser").title.get_text(),
            author=_settings()["author"],
        )
        made.append(target)
    return made


def _settings() -> dict:
    return current_book().settings


def main(arguments: list[str]) -> int:
    if not (current_book().site / "index.html").exists():
        raise SystemExit("The site is not built: run 'make book' first ('make pdf' does it).")
    with printer() as browser:
        target = make_book(browser, code="--code" in arguments)
        sheets = make_worksheets(browser)
    print(f"The printed edition is made: {target}, and {command.counted(len(sheets), 'worksheet')} beside it")
    return 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
