"""A chapter's quiz: radio buttons in the page, without a kernel, with a word on each option.

    {quiz} recruitment    the questions of ``teaching/questions/recruitment.toml``, for ``static/quiz.js``
    {quiz-pool}           a place to choose a class's files of answers, for ``static/quiz-pool.js``

The build puts it before the exercises, or before the summary or the sources of a page that has none. Where an option stands
tells nothing: the page has them in an order that only their letters decide (:func:`mixed`), and the script in one of each
reader's own. Answers are kept by letter, never by place. What was answered is told by objective, too. Without a script the questions can be read, and the answers stand folded below them. It is raw HTML, which the search does not index. The browser is asked not to fill
the form in by itself: what is chosen before the script comes was chosen by the reader.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import Part, current_book
from explorable.course import banks, objectives

quiz = Part("quiz")


BEFORE = ("## Exercises", "## Summary", "## Sources")


def setup(app: Sphinx) -> None:
    app.add_directive("quiz", Quiz)
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


# The page


class Quiz(SphinxDirective):
    """All questions of one chapter."""

    required_arguments = 1

    def run(self):
        chapter = self.arguments[0]
        self.env.note_dependency(str(quiz.TEACHING / "questions" / f"{chapter}.toml"))
        here = self.env.docname.rpartition("/")[2]
        questions = [question for question in quiz.of(chapter) if question.page == here]
        if not questions:
            return [
                self.state_machine.reporter.warning(
                    f"teaching/questions/{chapter}.toml has no quiz for this page", line=self.lineno
                )
            ]
        asked = "".join(_question(number, question) for number, question in enumerate(questions, 1))
        answers = "".join(map(_answer, questions))
        return [
            nodes.raw(
                "",
                f'<form class="quiz" autocomplete="off" aria-label="Quiz of this chapter" data-goals="{_goals(self.env.docname, questions)}">{asked}'
                f'<details class="quiz-answers"><summary>Answers, with a word on each option</summary><ol>{answers}</ol></details>'
                f"{_toolbar()}</form>",
                format="html",
            )
        ]


class QuizPool(SphinxDirective):
    """What a class answered: the hardest question first, and the objectives."""

    def run(self):
        html = (
            '<div class="quiz-pool" hidden><label class="chart-button explorer-load">Choose the class’s quizzes'
            '<input type="file" multiple accept=".json,application/json" data-action="quizzes"></label>'
            '<p class="explorer-message" role="status"></p><ul class="plenary-bad" hidden></ul><div class="quiz-pooled"></div></div>'
        )
        return [nodes.raw("", html, format="html")]


def _goals(page: str, questions: list) -> str:
    """Return the objectives that these questions ask for, by number, and the first section of the page that teaches each, for an attribute."""
    asked = {number for question in questions for number in question.objectives}
    text = current_book().source(page).read_text("utf-8")
    goals = {}
    for one in objectives.all_of_them():
        if one.chapter == questions[0].chapter and one.number in asked:
            section = next((name for name in one.taught_in if f"# {name}" in text), one.taught_in[0])
            goals[one.number] = [one.text, nodes.make_id(section), section]
    return escape(json.dumps(goals, ensure_ascii=False), quote=True)


def mixed(question) -> list:
    """Return the options in the order of a page or a question bank: the same at each build, and no place is right more often."""
    return sorted(
        question.options, key=lambda option: hashlib.sha256(f"{question.id} {option.letter}".encode()).digest()
    )


def _question(number: int, question) -> str:
    options = "".join(
        f'<label class="quiz-option"><input type="radio" name="{question.id}" value="{option.letter}"> <span>{escape(option.text)}</span></label>'
        for option in mixed(question)
    )
    return (
        f'<fieldset class="quiz-question" data-question="{question.id}" data-objectives="{" ".join(map(str, question.objectives))}"><legend>{number}. {escape(question.text)}</legend>{options}'
        '<button type="button" class="chart-button" data-action="check" hidden>Check this answer</button><p class="quiz-feedback" role="status"></p></fieldset>'
    )


def _answer(question) -> str:
    options = "".join(
        f'<li data-option="{option.letter}"{" data-right" if option.right else ""}>{"<b>Right:</b> " if option.right else ""}'
        f'{escape(option.text)} <i class="quiz-word">{escape(option.feedback)}</i></li>'
        for option in mixed(question)
    )
    return f'<li data-answer="{question.id}">{escape(question.text)}<ul>{options}</ul></li>'


def _toolbar() -> str:
    button = '<button type="button" class="chart-button" data-action="{}">{}</button>'.format
    return (
        '<div class="quiz-toolbar" hidden><p class="quiz-score" role="status"></p><ul class="quiz-goals"></ul><div class="explorer-toolbar">'
        f"{button('again', 'Start this quiz again')}{button('save', 'Save my answers to all quizzes')}{button('erase', 'Erase my answers to all quizzes')}</div>"
        '<p class="quiz-kept"></p><p class="explorer-message" role="status"></p></div>'
    )


def _write_formats(app: Sphinx) -> None:
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
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
        (static / "quiz-bank.js").write_text(
            f"/* Written at build from teaching/questions. */\nwindow.bookQuizBank = {json.dumps({'questions': bank, 'goals': goals}, ensure_ascii=False)};\n",
            encoding="utf-8",
        )
        (static / "quiz-format.js").write_text(
            f"/* Written at build from aftermath/quiz.py. */\nwindow.bookQuiz = {text};\n", encoding="utf-8"
        )


def _write_banks(app: Sphinx, problem: Exception | None) -> None:
    if not problem and app.builder.name == "html":
        asked = [question._replace(options=tuple(mixed(question))) for question in quiz.questions().values()]
        banks.write(Path(app.outdir) / "downloads", asked, title=app.config.project)


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and any('class="quiz-pool"' in node.astext() for node in doctree.findall(nodes.raw)):
        for name in ("quiz-format.js", "quiz-bank.js", "quiz-pool.js"):
            app.add_js_file(name, loading_method="defer")
    if doctree is not None and any('class="quiz"' in node.astext() for node in doctree.findall(nodes.raw)):
        app.add_js_file("quiz-format.js", loading_method="defer")
        app.add_js_file("quiz.js", loading_method="defer")
