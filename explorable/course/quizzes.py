"""A chapter's quiz: radio buttons in the page, without a kernel, with a word on each option.

    {quiz} recruitment    the questions of ``teaching/questions/recruitment.toml``, for ``static/quiz.js``

The build puts it before the exercises, or before the summary or the sources of a page that has none. Without a script
the questions can be read, and the answers stand folded below them. It is raw HTML, which the search does not index. The browser is asked not to fill
the form in by itself: what is chosen before the script comes was chosen by the reader.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from explorable.book import Part

quiz = Part("quiz")


BEFORE = ("## Exercises", "## Summary", "## Sources")


def setup(app: Sphinx) -> None:
    app.add_directive("quiz", Quiz)
    app.connect("builder-inited", _write_formats)
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
        questions = quiz.of(chapter)
        if not questions:
            return [
                self.state_machine.reporter.warning(f"teaching/questions/{chapter}.toml has no quiz", line=self.lineno)
            ]
        asked = "".join(_question(number, question) for number, question in enumerate(questions, 1))
        answers = "".join(map(_answer, questions))
        return [
            nodes.raw(
                "",
                f'<form class="quiz" autocomplete="off" aria-label="Quiz of this chapter">{asked}'
                f'<details class="quiz-answers"><summary>Answers, with a word on each option</summary><ol>{answers}</ol></details>'
                f"{_toolbar()}</form>",
                format="html",
            )
        ]


def _question(number: int, question) -> str:
    options = "".join(
        f'<label class="quiz-option"><input type="radio" name="{question.id}" value="{option.letter}"> <span>{escape(option.text)}</span></label>'
        for option in question.options
    )
    return (
        f'<fieldset class="quiz-question" data-question="{question.id}"><legend>{number}. {escape(question.text)}</legend>{options}'
        '<button type="button" class="chart-button" data-action="check" hidden>Check this answer</button><p class="quiz-feedback" role="status"></p></fieldset>'
    )


def _answer(question) -> str:
    options = "".join(
        f'<li data-option="{option.letter}"{" data-right" if option.right else ""}>{"<b>Right:</b> " if option.right else ""}'
        f'{escape(option.text)} <i class="quiz-word">{escape(option.feedback)}</i></li>'
        for option in question.options
    )
    return f'<li data-answer="{question.id}">{escape(question.text)}<ul>{options}</ul></li>'


def _toolbar() -> str:
    button = '<button type="button" class="chart-button" data-action="{}">{}</button>'.format
    return (
        '<div class="quiz-toolbar" hidden><p class="quiz-score" role="status"></p><div class="explorer-toolbar">'
        f"{button('again', 'Start this quiz again')}{button('save', 'Save my answers to all quizzes')}{button('erase', 'Erase my answers to all quizzes')}</div>"
        '<p class="quiz-kept"></p><p class="explorer-message" role="status"></p></div>'
    )


def _write_formats(app: Sphinx) -> None:
    if app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        known = {id: len(question.options) for id, question in quiz.questions().items()}
        text = json.dumps({"format": quiz.SAVED.format, "version": quiz.SAVED.version, "options": known})
        (static / "quiz-format.js").write_text(
            f"/* Written at build from aftermath/quiz.py. */\nwindow.bookQuiz = {text};\n", encoding="utf-8"
        )


def _load_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if doctree is not None and any('class="quiz"' in node.astext() for node in doctree.findall(nodes.raw)):
        app.add_js_file("quiz-format.js", loading_method="defer")
        app.add_js_file("quiz.js", loading_method="defer")
