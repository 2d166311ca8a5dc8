"""What a teacher can take along: a table on the teachers' page, with what is there, its size, and the day on which it was made.

    {downloads}                              the table, on a page for teachers
    python -m explorable.editions.downloads  makes what needs a browser or the whole site, and fills the table anew ("make teachers")

Every build writes the question banks and the form of the forecast. The PDFs and the site as one file come with ``make
teachers``. All of them stand in ``downloads/`` of the site; what is not there is named, with how it is made. Files of a build
are told with the version and the day that ``CITATION.cff`` states, so that two builds of the same sources give the same page.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable import command
from explorable.book import current_book
from explorable.course import banks
from explorable.editions import handouts
from explorable.templates import macros

FOLDER = "downloads"
PAGE = "teaching/index"
BEGIN, END = "<!-- downloads -->", "<!-- /downloads -->"
FORM = "forecast.csv"


class Offer(NamedTuple):
    """A file to take along: its name, what it is, and whether every build makes it."""

    name: str
    what: str
    built: bool = False


def offers() -> list[Offer]:
    slug = current_book().slug
    return [
        Offer(f"{slug}-site.zip", "The whole site in one file: unpack it and open index.html; no network is needed"),
        Offer("handouts.pdf", "Start cards and handouts of the three lessons"),
        Offer("role-cards.pdf", "Role cards for the 90-minute plan, with a grid to write on"),
        Offer(
            "worksheets.zip",
            "Three worksheets for each chapter, as PDF: the usual one, one with support, one to stretch",
        ),
        Offer(f"{slug}.pdf", "The whole book on paper"),
        Offer("chapters.zip", "The book chapter by chapter, as PDF"),
        Offer(banks.MOODLE, "All quizzes for Moodle: import them there as “Moodle XML format”", built=True),
        Offer(banks.GIFT, "All quizzes as GIFT, a text that many tools read", built=True),
        Offer(banks.QTI, "All quizzes as a QTI 2.1 package, for platforms that read that standard", built=True),
        Offer(banks.CARTRIDGE, "All quizzes as a Common Cartridge, for Canvas, Moodle and others", built=True),
        Offer(FORM, "The questions of the forecast as a table, for a form or a spreadsheet", built=True),
    ]


def setup(app: Sphinx) -> None:
    app.add_directive("downloads", Downloads)
    app.connect("build-finished", _write, priority=570)  # after the question banks, before the search reads the pages


class Downloads(SphinxDirective):
    def run(self):
        return [nodes.raw("", f"{BEGIN}{END}", format="html")]


def _write(app: Sphinx, problem: Exception | None) -> None:
    if problem or app.builder.name != "html":
        return
    site = Path(app.outdir)
    write_form(site)
    fill(site)


def write_form(site: Path) -> None:
    """Write the forecast's questions, as the built page asks them, as a table with a column for the answer."""
    page = site / f"{handouts.FORECAST}.html"
    if not page.exists():
        return
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    room = io.StringIO(newline="")
    table = csv.writer(room, lineterminator="\r\n")  # as RFC 4180 has it
    table.writerow(["question", "text", "settled_by", "probability_percent"])
    for question in soup.select(".forecast-question"):
        number = question.select_one("label b").get_text()
        text = question.select_one("label").get_text().removeprefix(number).strip()
        table.writerow([number, text, question.get("data-resolves", ""), ""])
    target = site / FOLDER / FORM
    target.parent.mkdir(exist_ok=True)
    target.write_text("\ufeff" + room.getvalue(), encoding="utf-8", newline="")  # the mark tells Excel that it is UTF-8


def fill(site: Path, *, without: tuple[str, ...] = ()) -> None:
    """Write the table of what is there into the built page for teachers; files named ``without`` are told as not there."""
    page = site / f"{PAGE}.html"
    if not page.exists():
        return
    text = page.read_text("utf-8")
    if BEGIN not in text:
        return
    head, _, rest = text.partition(BEGIN)
    page.write_text(f"{head}{BEGIN}{table(site, without=without)}{END}{rest.partition(END)[2]}", encoding="utf-8")


def table(site: Path, *, without: tuple[str, ...] = ()) -> Markup:
    """Return the table: a link, size and day for what is there, and how the rest is made."""
    rows = [_row(site / FOLDER / offer.name, offer, is_left=offer.name in without) for offer in offers()]
    return macros("editions/downloads.html").table(rows)


def _row(path: Path, offer: Offer, *, is_left: bool) -> dict[str, str]:
    """Return what one row says; without a size the file is not there."""
    about = {"name": offer.name, "what": offer.what, "folder": FOLDER, "size": ""}
    if is_left or not path.exists():
        return about
    return about | {"size": _size(path.stat().st_size), "day": _version() if offer.built else _day(path)}


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3))} kB"


def _version() -> str:
    cited = (current_book().root / "CITATION.cff").read_text("utf-8")
    version = re.search(r"^version: \W?([\w.]+)", cited, flags=re.MULTILINE)
    return f"with version {version[1]}" if version else "with the site"


def _day(path: Path) -> str:
    made = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    return f"{made.day} {made:%B %Y}"


# What needs a browser or the whole site


def make(site: Path) -> None:
    """Make the PDFs and archives of a built site. ``Refused`` says what is missing."""
    from explorable.editions import printed

    if not (site / "index.html").exists():
        raise command.Refused("The site is not built: run 'make book' first ('make teachers' does it).")
    folder = site / FOLDER
    with printed.printer() as browser:
        book = printed.make_book(browser)
        sheets = printed.make_worksheets(browser)
        papers = {path.stem: path for path in sheets}
    folder.mkdir(exist_ok=True)
    shutil.copyfile(book, folder / f"{current_book().slug}.pdf")
    own = {path.stem for path in handouts.printed(site)}
    join([papers[path.stem] for path in handouts.printed(site)], folder / "handouts.pdf")
    printed.finish(folder / "handouts.pdf", title="Start cards and handouts", author=current_book().author)
    shutil.copyfile(papers["role-cards"], folder / "role-cards.pdf")
    pack(
        {f"{name}.pdf": path.read_bytes() for name, path in papers.items() if name not in own | {"role-cards"}},
        folder / "worksheets.zip",
    )
    pack(printed.chapters(book), folder / "chapters.zip")
    write_site(site, current_book().build)


def write_site(site: Path, target: Path) -> None:
    """Write the site as one file into ``target`` and beside the other downloads. Its page for teachers links what it holds."""
    from explorable.editions import archive

    fill(site, without=alone())
    made = archive.write(target, site=site, without=alone())
    shutil.copyfile(made, site / FOLDER / f"{current_book().slug}-site.zip")
    fill(site)


def alone() -> tuple[str, ...]:
    """Return the files that the site in one file does not hold: itself, and the whole book on paper, which is large."""
    slug = current_book().slug
    return f"{slug}-site.zip", f"{slug}.pdf", "chapters.zip"


def join(papers: list[Path], target: Path) -> None:
    """Write several PDFs as one, with an outline of their titles."""
    from pypdf import PdfReader, PdfWriter

    from explorable.editions import printed

    writer = PdfWriter()
    for path in papers:
        reader = PdfReader(path)
        title = str(reader.metadata.title or path.stem).rpartition(" — ")[0] or path.stem
        writer.append(reader, outline_item=title, import_outline=False)
        printed.say_language(writer, reader)
    writer.write(target)


def pack(files: dict[str, bytes], target: Path) -> None:
    """Write files as a zip archive, the same to the byte for the same files."""
    import zipfile

    with zipfile.ZipFile(target, "w") as room:
        for name, content in files.items():
            room.writestr(zipfile.ZipInfo(name, banks.DAY), content, zipfile.ZIP_DEFLATED)


def main() -> int:
    make(current_book().site)
    there = [offer.name for offer in offers() if (current_book().site / FOLDER / offer.name).exists()]
    print(f"{len(there)} of {len(offers())} files are in {current_book().site / FOLDER}: {', '.join(there)}")
    return 0


if __name__ == "__main__":
    command.run(main)
