"""What ``references.bib`` says, in the short forms that the site shows."""

from __future__ import annotations

import re
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
    """Return a BibTeX field without the braces that keep its capitals, and with the quotation marks of print."""
    text = re.sub(r"`([^`']*)'(?!')", r"‘\1’", text.replace("``", "“").replace("''", "”"))
    return text.replace("{", "").replace("}", "").replace("\\&", "&").replace("\\%", "%").replace("--", "–")


def _last(person) -> str:
    return plain(" ".join([*person.prelast_names, *person.last_names]) or str(person))
