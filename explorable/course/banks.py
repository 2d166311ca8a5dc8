"""The quizzes as question banks of learning platforms: Moodle XML, GIFT, QTI 2.1 in a content package, and a Common Cartridge.

A bank has each question once, with its options, the word on each option, and what it asks for. Platforms shuffle the options;
a Common Cartridge has no word for that, so there they stand in the order of the data.
The formats: docs.moodle.org, "Moodle XML format" and "GIFT format"; IMS Question and Test Interoperability 2.1, items and
packaging; IMS Common Cartridge 1.1, whose quizzes are QTI 1.2.1. Nothing here is of any chapter: the questions come from
whoever calls :func:`write`.
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
CARTRIDGE = "quizzes-common-cartridge.imscc"
SPECIAL = re.compile(r"([~=#{}:\\])")  # what GIFT reads as its own marks
NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
CARTRIDGE_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CARTRIDGE_METADATA = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
CARTRIDGE_QUIZ = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
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
        CARTRIDGE: cartridge(asked, title=title),
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
    items = "".join(
        f'<item identifier="item-{chapter}" identifierref="quiz-{chapter}"><title>{escape(_heading(chapter))}</title></item>'
        for chapter in chapters
    )
    resources = "".join(
        f'<resource identifier="quiz-{chapter}" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment">'
        f'<file href="{chapter}/quiz.xml"/></resource>\n'
        for chapter in chapters
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{CARTRIDGE_PACKAGE}" xmlns:lomimscc="{CARTRIDGE_METADATA}" '
        f'{INSTANCE} identifier="quizzes" xsi:schemaLocation="{CARTRIDGE_PACKAGE} '
        "http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_imscp_v1p2_v1p0.xsd "
        f'{CARTRIDGE_METADATA} http://www.imsglobal.org/profile/cc/ccv1p1/LOM/ccv1p1_lommanifest_v1p0.xsd">\n'
        "<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion><lomimscc:lom><lomimscc:general>"
        f'<lomimscc:title><lomimscc:string language="en">{escape(title)}: quizzes</lomimscc:string></lomimscc:title>'
        "</lomimscc:general></lomimscc:lom></metadata>\n"
        f'<organizations><organization identifier="course" structure="rooted-hierarchy"><item identifier="root">{items}</item>'
        f"</organization></organizations>\n<resources>\n{resources}</resources>\n</manifest>\n"
    )


def _fields(**values: str) -> str:
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"
        for label, entry in values.items()
    )
    return f"<qtimetadata>{fields}</qtimetadata>"


def _cartridge_quiz(chapter: str, questions: list[Question]) -> str:
    about = _fields(
        cc_profile="cc.exam.v0p1",
        qmd_assessmenttype="Examination",
        qmd_scoretype="Percentage",
        qmd_feedbackpermitted="Yes",
        qmd_hintspermitted="No",
        qmd_solutionspermitted="Yes",
        cc_maxattempts="unlimited",
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<questestinterop xmlns="{CARTRIDGE_QUIZ}" {INSTANCE} xsi:schemaLocation='
        f'"{CARTRIDGE_QUIZ} http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_qtiasiv1p2p1_v1p0.xsd">\n'
        f'<assessment ident="{chapter}" title="{escape(_heading(chapter))}">{about}\n<section ident="{chapter}-questions">\n'
        f"{''.join(map(_cartridge_item, questions))}</section>\n</assessment>\n</questestinterop>\n"
    )


def _cartridge_item(question: Question) -> str:
    def material(text: str) -> str:
        return f'<material><mattext texttype="text/plain">{escape(text, quote=False)}</mattext></material>'

    choices = "".join(
        f'<response_label ident="{option.letter}">{material(option.text)}</response_label>'
        for option in question.options
    )
    told = "".join(
        f'<respcondition title="{option.letter}" continue="Yes"><conditionvar><varequal respident="answer">{option.letter}</varequal>'
        f'</conditionvar><displayfeedback feedbacktype="Response" linkrefid="on-{option.letter}"/></respcondition>'
        for option in question.options
    )
    right = next(option.letter for option in question.options if option.right)
    words = "".join(
        f'<itemfeedback ident="on-{option.letter}"><flow_mat>{material(option.feedback)}</flow_mat></itemfeedback>'
        for option in question.options
    )
    return (
        f'<item ident="{question.id}" title="{question.id}"><itemmetadata>{_fields(cc_profile="cc.multiple_choice.v0p1")}</itemmetadata>'
        f'<presentation>{material(question.text)}<response_lid ident="answer" rcardinality="Single"><render_choice>{choices}'
        "</render_choice></response_lid></presentation>"
        '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f'{told}<respcondition title="right" continue="No"><conditionvar><varequal respident="answer">{right}</varequal></conditionvar>'
        f'<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing>{words}</item>\n'
    )
