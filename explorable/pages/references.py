"""What ``references.bib`` says, in the short forms that the site shows."""

from __future__ import annotations

from functools import lru_cache

from pybtex.database import Entry, parse_file

from explorable.book import current_book


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Return all entries by key."""
    return dict(parse_file(str(current_book().references), bib_format="bibtex").entries)


def short(key: str) -> str:
    """Return an entry as "BBC News 2016" or "Davies et al. 2025"; where two would read alike, "BBC News 2016a"."""
    return short_forms()[key]


@lru_cache(maxsize=1)
def short_forms() -> dict[str, str]:
    """Return the short form of every entry by its key, each its own."""
    alike: dict[str, list[str]] = {}
    for key in sorted(entries()):
        alike.setdefault(_author_and_year(entries()[key]), []).append(key)
    return {
        key: label if len(keys) == 1 else f"{label}{_letters(number)}"
        for label, keys in alike.items()
        for number, key in enumerate(keys)
    }


def _letters(number: int) -> str:
    return chr(97 + number) if number < 26 else _letters(number // 26 - 1) + _letters(number % 26)


def _author_and_year(entry: Entry) -> str:
    names = [_last(person) for person in entry.persons.get("author", [])] or [plain(entry.fields["title"])]
    author = names[0] if len(names) == 1 else f"{names[0]} & {names[1]}" if len(names) == 2 else f"{names[0]} et al."
    return f"{author} {entry.fields.get('year', 'n.d.')}"


def plain(text: str) -> str:
    """Return a BibTeX field without the braces that keep its capitals."""
    return text.replace("{", "").replace("}", "").replace("\\&", "&").replace("\\%", "%").replace("--", "–")


def _last(person) -> str:
    return plain(" ".join([*person.prelast_names, *person.last_names]) or str(person))


def register_styles() -> None:
    """Let the bibliography be labelled, and cited in Markdown pages, by author and year."""
    import dataclasses

    from pybtex.plugin import register_plugin
    from pybtex.style import template
    from pybtex.style.formatting import toplevel
    from pybtex.style.formatting.plain import Style as Plain
    from pybtex.style.labels import BaseLabelStyle
    from pybtex.style.template import field
    from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
    from sphinxcontrib.bibtex.style.referencing import BracketStyle
    from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

    class Labels(BaseLabelStyle):
        def format_labels(self, sorted_entries):
            return (short(entry.key) for entry in sorted_entries)

    class Style(Plain):
        """One form for every kind of source: author, year, title, where it appeared, address, what to know."""

        default_label_style = Labels

        def template(self, entry):
            where = [
                field(name)
                for name in ("journal", "howpublished", "publisher", "booktitle", "institution")
                if name in entry.fields
            ]
            address = f"https://doi.org/{entry.fields['doi']}" if "doi" in entry.fields else entry.fields.get("url")
            return toplevel[
                template.sentence(sep=" ")[self.format_names("author", as_sentence=False)]
                if entry.persons.get("author")
                else "",
                template.sentence[field("year")],
                template.sentence[template.tag("em")[field("title")]],
                template.sentence[where] if where else "",
                template.sentence(capfirst=False)[template.href(address)[address]] if address else "",
                template.sentence[field("note")] if "note" in entry.fields else "",
            ]

        get_misc_template = get_report_template = get_techreport_template = template
        get_article_template = get_book_template = get_incollection_template = get_online_template = template

    def round_brackets() -> BracketStyle:
        return BracketStyle(left="(", right=")")

    @dataclasses.dataclass
    class Citations(AuthorYearReferenceStyle):
        bracket_parenthetical: BracketStyle = dataclasses.field(default_factory=round_brackets)
        bracket_textual: BracketStyle = dataclasses.field(default_factory=round_brackets)

    register_plugin("pybtex.style.formatting", "book", Style)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "book", Citations)
