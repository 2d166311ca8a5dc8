"""A chapter's quiz: radio buttons in the page, without a kernel, with a word on each option.

    {question} recruitment-q2   one question of ``teaching/questions/recruitment.toml``, for ``static/quiz.js``
    {quiz} recruitment    what came of the page's questions, and those that stand nowhere else
    {quiz-pool}           a place to choose a class's files of answers, for ``static/quiz-pool.js``

The build puts each question where the section ends that teaches what it asks for (by ``teaching/objectives.csv``; ``after = "heading"``
at the question names another), and the quiz before the exercises, or before the summary or the sources of a page that has none. Where an option stands
tells nothing: the page has them in an order that only their letters decide (:func:`mixed`), and the script in one of each
reader's own. Answers are kept by letter, never by place. What was answered is told by objective, too. Without a script the questions can be read, and the answers stand folded below them. It is raw HTML, which the search does not index. The browser is asked not to fill
the form in by itself: what is chosen before the script comes was chosen by the reader.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import Part, current_book
from explorable.course import banks, exercises, objectives
from explorable.pages.scripts import load, write
from explorable.templates import macros

quiz = Part("quiz")


HEADING = re.compile(r"(#+) (.+)")
BEFORE = ("## Exercises", "## Summary", "## Sources")


def setup(app: Sphinx) -> None:
    app.add_directive("quiz", Quiz)
    app.add_directive("question", One)
    app.add_directive("quiz-pool", QuizPool)
    app.connect("builder-inited", _write_formats)
    app.connect("build-finished", _write_banks)
    app.connect("html-page-context", _load_script)


# Where it stands


def markdown(chapter: str) -> str:
    return f"## Check yourself\n\n```{{quiz}} {chapter}\n```\n\n" if quiz.of(chapter) else ""


def before(heading: str, chapter: str, text: str) -> str:
    """Put the quiz before a cell that starts with this heading; leave others as they are."""
    return markdown(chapter) + text if text.startswith(heading) else text


def place(chapter: str, text: str) -> str:
    """Put the quiz into the Markdown of a plain page."""
    if not quiz.of(chapter):
        return text
    for heading in BEFORE:
        match = re.search(rf"^{heading}\b", text, flags=re.MULTILINE)
        if match:
            return text[: match.start()] + markdown(chapter) + text[match.start() :]
    return f"{text.rstrip()}\n\n{markdown(chapter)}"


def of(page: str) -> list:
    """Return the questions that a page asks, in the order of its chapter's file."""
    book = current_book()
    return [one for one in quiz.of(book.chapter_of(page)) if one.page == page.rpartition("/")[2]]


def places(page: str, texts: list[str]) -> dict[int, list]:
    """Return which questions stand before which of a page's parts: each where its section ends. ``ValueError`` if it has no such section."""
    headings = [(number, match[1], match[2]) for number, text in enumerate(texts) if (match := HEADING.match(text))]
    names = [name for _, _, name in headings]
    found: dict[int, list] = {}
    for one in of(page):
        section = one.after or _taught_in(one, names)
        if section is None:
            continue
        if section not in names:
            raise ValueError(
                f"teaching/questions/{one.chapter}.toml, {one.id}: {page} has no heading {section!r}: correct its 'after', or leave it out."
            )
        depth = len(headings[names.index(section)][1])
        later = headings[names.index(section) + 1 :]
        end = next((number for number, marks, _ in later if len(marks) <= depth), None)
        if end is not None:
            found.setdefault(end, []).append(one)
    return dict(sorted(found.items()))


def _taught_in(question, names: list[str]) -> str | None:
    """Return the section after which all that a question asks for has been taught on this page."""
    taught = [
        section
        for one in objectives.all_of_them()
        if one.chapter == question.chapter and one.number in question.objectives
        for section in one.taught_in
        if section in names
    ]
    return max(taught, key=names.index, default=None)


def order(page: str, placed: dict[int, list]) -> list:
    """Return the questions of a page as its reader meets them; the last are those that stand in the quiz."""
    met = [one for questions in placed.values() for one in questions]
    return met + [one for one in of(page) if one not in met]


def directives(page: str, texts: list[str]) -> dict[int, str]:
    """Return the Markdown of the questions that stand before some of a page's parts, by the number of the part."""
    placed = places(page, texts)
    return {
        number: "".join(f"```{{question}} {one.id}\n```\n\n" for one in questions)
        for number, questions in placed.items()
    }


# The page


class One(SphinxDirective):
    """One question, where its section ends."""

    required_arguments = 1

    def run(self):
        page = self.env.docname
        asked = order(page, places(page, exercises.parts(page)))
        number = [one.id for one in asked].index(self.arguments[0])
        self.env.note_dependency(str(quiz.TEACHING / "questions" / f"{asked[number].chapter}.toml"))
        html = macros("course/quiz.html").here(number + 1, len(asked), shown(asked[number]))
        return [nodes.raw("", html, format="html")]


class Quiz(SphinxDirective):
    """What came of the questions of one page, and those of them that stand at no section's end."""

    required_arguments = 1

    def run(self):
        chapter = self.arguments[0]
        self.env.note_dependency(str(quiz.TEACHING / "questions" / f"{chapter}.toml"))
        page = self.env.docname
        placed = places(page, exercises.parts(page))
        questions = order(page, placed)
        if not questions:
            return [
                self.state_machine.reporter.warning(
                    f"teaching/questions/{chapter}.toml has no quiz for this page", line=self.lineno
                )
            ]
        met = sum(map(len, placed.values()))
        asked = [shown(one) for one in questions]
        html = macros("course/quiz.html").quiz(_goals(page, questions), asked[:met], asked[met:])
        return [nodes.raw("", html, format="html")]


class QuizPool(SphinxDirective):
    """What a class answered: the hardest question first, and the objectives."""

    def run(self):
        return [nodes.raw("", macros("course/quiz.html").pool(), format="html")]


def _goals(page: str, questions: list) -> str:
    """Return the objectives that these questions ask for, by number, and the first section of the page that teaches each, as JSON."""
    asked = {number for question in questions for number in question.objectives}
    text = current_book().source(page).read_text("utf-8")
    goals = {}
    for one in objectives.all_of_them():
        if one.chapter == questions[0].chapter and one.number in asked:
            section = next((name for name in one.taught_in if f"# {name}" in text), one.taught_in[0])
            goals[one.number] = [one.text, nodes.make_id(section), section]
    return json.dumps(goals, ensure_ascii=False)


def mixed(question) -> list:
    """Return the options in the order of a page or a question bank: the same at each build, and no place is right more often."""
    return sorted(
        question.options, key=lambda option: hashlib.sha256(f"{question.id} {option.letter}".encode()).digest()
    )


def shown(question):
    """Return a question with its options in that order."""
    return question._replace(options=tuple(mixed(question)))


def _write_formats(app: Sphinx) -> None:
    known = {id: len(question.options) for id, question in quiz.questions().items()}
    text = json.dumps({"format": quiz.SAVED.format, "version": quiz.SAVED.version, "options": known})
    bank = {
        id: {
            "text": question.text,
            "goals": [f"{question.chapter} {number}" for number in question.objectives],
            "right": question.right,
            "options": {option.letter: [option.text, option.feedback] for option in question.options},
        }
        for id, question in quiz.questions().items()
    }
    goals = {f"{one.chapter} {one.number}": one.text for one in objectives.all_of_them()}
    banked = json.dumps({"questions": bank, "goals": goals}, ensure_ascii=False)
    write(app, "quiz-bank.js", f"/* Written at build from teaching/questions. */\nwindow.bookQuizBank = {banked};\n")
    write(app, "quiz-format.js", f"/* Written at build from the book's module quiz. */\nwindow.bookQuiz = {text};\n")


def _write_banks(app: Sphinx, problem: Exception | None) -> None:
    if not problem and app.builder.name == "html":
        asked = [shown(question) for question in quiz.questions().values()]
        banks.write(Path(app.outdir) / "downloads", asked, title=app.config.project)


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and any('class="quiz-pool"' in node.astext() for node in doctree.findall(nodes.raw)):
        load(app, "handed-in.js", "quiz-format.js", "quiz-bank.js", "quiz-pool.js")
    if doctree is not None and any('class="quiz"' in node.astext() for node in doctree.findall(nodes.raw)):
        load(app, "quiz-format.js", "quiz.js")
