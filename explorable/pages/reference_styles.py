"""How the list of references is laid out and labelled, and how Markdown pages cite: by author and year."""

from __future__ import annotations

from dataclasses import dataclass, field

from pybtex.plugin import register_plugin
from pybtex.style import template
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.plain import Style as Plain
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.template import field as content
from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from explorable.pages import references

WHERE = ("journal", "howpublished", "publisher", "booktitle", "institution")


def register() -> None:
    """Let the settings name these styles: "book"."""
    register_plugin("pybtex.style.formatting", "book", Style)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "book", Citations)


class Labels(BaseLabelStyle):
    """The short form of each source."""

    def format_labels(self, sorted_entries):
        return (references.short(entry.key) for entry in sorted_entries)


class Style(Plain):
    """One form for every kind of source: author, year, title, where it appeared, address, what to know."""

    default_label_style = Labels

    def template(self, entry):
        where = [content(name) for name in WHERE if name in entry.fields]
        address = f"https://doi.org/{entry.fields['doi']}" if "doi" in entry.fields else entry.fields.get("url")
        return toplevel[
            template.sentence(sep=" ")[self.format_names("author", as_sentence=False)]
            if entry.persons.get("author")
            else "",
            template.sentence[content("year")],
            template.sentence[template.tag("em")[content("title")]],
            template.sentence[where] if where else "",
            template.sentence(capfirst=False)[template.href(address)[address]] if address else "",
            template.sentence[content("note")] if "note" in entry.fields else "",
        ]

    get_misc_template = get_report_template = get_techreport_template = template
    get_article_template = get_book_template = get_incollection_template = get_online_template = template


def _round_brackets() -> BracketStyle:
    return BracketStyle(left="(", right=")")


@dataclass
class Citations(AuthorYearReferenceStyle):
    """Author and year in round brackets."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round_brackets)
    bracket_textual: BracketStyle = field(default_factory=_round_brackets)
