"""The quizzes as question banks of learning platforms: Moodle XML, GIFT, QTI 2.1 in a content package, and a Common Cartridge.

A bank has each question once, with its options, the word on each option, and what it asks for. Platforms shuffle the options;
a Common Cartridge has no word for that, so there they stand in the order of the data.
The formats: docs.moodle.org, "Moodle XML format" and "GIFT format"; IMS Question and Test Interoperability 2.1, items and
packaging; IMS Common Cartridge 1.1, whose quizzes are QTI 1.2.1. Nothing here is of any chapter: the questions come from
whoever calls :func:`write`. The XML stands in ``templates/``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Protocol

from explorable.templates import fill

DAY = (2020, 1, 1, 0, 0, 0)  # of the files in an archive, so that the same questions give the same bytes
MOODLE, GIFT, QTI = "quizzes-moodle.xml", "quizzes-gift.txt", "quizzes-qti21.zip"
CARTRIDGE = "quizzes-common-cartridge.imscc"
SPECIAL = re.compile(r"([~=#{}:\\])")  # what GIFT reads as its own marks
NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
CARTRIDGE_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CARTRIDGE_METADATA = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
CARTRIDGE_QUIZ = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"


class Option(Protocol):
    letter: str
    text: str
    feedback: str
    right: bool


class Question(Protocol):
    id: str
    chapter: str
    objectives: tuple[int, ...]
    text: str
    options: tuple[Option, ...]


def write(folder: Path, questions: Iterable[Question], *, title: str) -> list[Path]:
    """Write all banks into a folder and return their paths."""
    asked = list(questions)
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        MOODLE: moodle(asked, title=title).encode(),
        GIFT: gift(asked, title=title).encode(),
        QTI: qti(asked, title=title),
        CARTRIDGE: cartridge(asked, title=title),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def _by_chapter(questions: Iterable[Question]):
    return groupby(questions, key=lambda question: question.chapter)


def _heading(chapter: str) -> str:
    return chapter.replace("-", " ").capitalize()


def _right(question: Question) -> str:
    """Return the letter of the right option."""
    return next(option.letter for option in question.options if option.right)


# Moodle


def moodle(questions: Iterable[Question], *, title: str) -> str:
    """Return the bank as Moodle XML: a category for each chapter, a tag for each objective."""
    return fill("course/moodle.xml", title=title.replace("/", " "), chapters=_by_chapter(questions), heading=_heading)


# GIFT


def gift(questions: Iterable[Question], *, title: str) -> str:
    """Return the bank as GIFT, which many tools read and a person can, too."""
    parts = []
    for chapter, asked in _by_chapter(questions):
        parts.append(f"$CATEGORY: $course$/top/{title.replace('/', ' ')}/{_heading(chapter)}")
        parts += map(_gift_question, asked)
    return "\n\n".join(parts) + "\n"


def _gift_question(question: Question) -> str:
    def plain(text: str) -> str:
        return SPECIAL.sub(r"\\\1", text)

    options = "".join(
        f"\t{'=' if option.right else '~'}{plain(option.text)}#{plain(option.feedback)}\n"
        for option in question.options
    )
    return f"::{question.id}::{plain(question.text)} {{\n{options}}}"


# QTI 2.1


def qti(questions: Iterable[Question], *, title: str) -> bytes:
    """Return the bank as a QTI 2.1 content package: a manifest and one item for each question."""
    asked, room = list(questions), io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:

        def put(name: str, text: str) -> None:
            archive.writestr(zipfile.ZipInfo(name, DAY), text.encode(), zipfile.ZIP_DEFLATED, 9)

        put("imsmanifest.xml", _manifest(asked, title=title))
        for question in asked:
            put(f"items/{question.id}.xml", _item(question))
    return room.getvalue()


def _manifest(questions: list[Question], *, title: str) -> str:
    name = re.sub(r"\W+", "-", title)
    return fill("course/qti-manifest.xml", name=name, package=PACKAGE, questions=questions)


def _item(question: Question) -> str:
    return fill("course/qti-item.xml", namespace=NAMESPACE, question=question, right=_right(question))


# Common Cartridge 1.1


def cartridge(questions: Iterable[Question], *, title: str) -> bytes:
    """Return a Common Cartridge: one quiz a chapter, each a file of QTI 1.2.1, in the order of the book."""
    quizzes = [(chapter, list(asked)) for chapter, asked in _by_chapter(questions)]
    files = {"imsmanifest.xml": _cartridge_manifest([chapter for chapter, _ in quizzes], title=title)}
    files |= {f"{chapter}/quiz.xml": _cartridge_quiz(chapter, asked) for chapter, asked in quizzes}
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), text.encode(), zipfile.ZIP_DEFLATED, 9)
    return room.getvalue()


def _cartridge_manifest(chapters: list[str], *, title: str) -> str:
    return fill(
        "course/cartridge-manifest.xml",
        title=title,
        chapters=chapters,
        heading=_heading,
        package=CARTRIDGE_PACKAGE,
        metadata=CARTRIDGE_METADATA,
    )


def _cartridge_quiz(chapter: str, questions: list[Question]) -> str:
    return fill(
        "course/cartridge-quiz.xml",
        namespace=CARTRIDGE_QUIZ,
        chapter=chapter,
        questions=questions,
        heading=_heading,
        right=_right,
    )
