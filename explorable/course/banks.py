"""The quizzes as question banks of learning platforms: Moodle XML, GIFT, and QTI 2.1 in a content package.

A bank has each question once, with its options, the word on each option, and what it asks for. Platforms shuffle the options.
The formats: docs.moodle.org, "Moodle XML format" and "GIFT format"; IMS Question and Test Interoperability 2.1, items and
packaging. Nothing here is of any chapter: the questions come from whoever calls :func:`write`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Protocol

DAY = (2020, 1, 1, 0, 0, 0)  # of the files in an archive, so that the same questions give the same bytes
MOODLE, GIFT, QTI = "quizzes-moodle.xml", "quizzes-gift.txt", "quizzes-qti21.zip"
SPECIAL = re.compile(r"([~=#{}:\\])")  # what GIFT reads as its own marks
NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


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
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def _by_chapter(questions: Iterable[Question]):
    return groupby(questions, key=lambda question: question.chapter)


def _heading(chapter: str) -> str:
    return chapter.replace("-", " ").capitalize()


# Moodle


def moodle(questions: Iterable[Question], *, title: str) -> str:
    """Return the bank as Moodle XML: a category for each chapter, a tag for each objective."""
    parts = []
    for chapter, asked in _by_chapter(questions):
        category = escape(f"$course$/top/{title.replace('/', ' ')}/{_heading(chapter)}")
        parts.append(f'<question type="category"><category><text>{category}</text></category></question>')
        parts += map(_moodle_question, asked)
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(parts) + "\n</quiz>\n"


def _moodle_question(question: Question) -> str:
    def html(text: str) -> str:
        return f"<text>{escape(f'<p>{escape(text, quote=False)}</p>', quote=False)}</text>"

    answers = "".join(
        f'<answer fraction="{100 if option.right else 0}" format="html">{html(option.text)}'
        f'<feedback format="html">{html(option.feedback)}</feedback></answer>'
        for option in question.options
    )
    tags = "".join(f"<tag><text>{question.chapter} {number}</text></tag>" for number in question.objectives)
    return (
        f'<question type="multichoice"><name><text>{question.id}</text></name>'
        f'<questiontext format="html">{html(question.text)}</questiontext>'
        f"<defaultgrade>1</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>{question.id}</idnumber>"
        f"<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>none</answernumbering>"
        f"{answers}<tags>{tags}</tags></question>"
    )


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
    resources = "\n".join(
        f'<resource identifier="{question.id}" type="imsqti_item_xmlv2p1" href="items/{question.id}.xml">'
        f'<file href="items/{question.id}.xml"/></resource>'
        for question in questions
    )
    name = re.sub(r"\W+", "-", title)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{PACKAGE}" {INSTANCE} identifier="{name}-quizzes" '
        f'xsi:schemaLocation="{PACKAGE} http://www.imsglobal.org/xsd/imscp_v1p1.xsd">\n'
        f"<metadata><schema>IMS Content</schema><schemaversion>1.1</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{resources}\n</resources>\n</manifest>\n"
    )


def _item(question: Question) -> str:
    right = next(option.letter for option in question.options if option.right)
    choices = "".join(
        f'<simpleChoice identifier="{option.letter}">{escape(option.text, quote=False)}</simpleChoice>'
        for option in question.options
    )
    words = "".join(
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{option.letter}" showHide="show">'
        f"{escape(option.feedback, quote=False)}</modalFeedback>"
        for option in question.options
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{NAMESPACE}" {INSTANCE} '
        f'xsi:schemaLocation="{NAMESPACE} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd" '
        f'identifier="{question.id}" title="{question.id}" adaptive="false" timeDependent="false">\n'
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">'
        f"<correctResponse><value>{right}</value></correctResponse></responseDeclaration>\n"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"><defaultValue><value>0</value></defaultValue></outcomeDeclaration>\n'
        '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>\n'
        '<itemBody><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">'
        f"<prompt>{escape(question.text, quote=False)}</prompt>{choices}</choiceInteraction></itemBody>\n"
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>'
        '<setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue></responseProcessing>\n'
        f"{words}\n</assessmentItem>\n"
    )
