"""What a course asks: exercises, guesses, predictions, quizzes, objectives, solutions, lesson plans, and what keeps solutions in.

What several readers have saved stands in classroom/.
"""

from __future__ import annotations

from pathlib import Path


def setup(app) -> None:
    from explorable.course import (
        exercises,
        forecast,
        guesses,
        hypotheses,
        lesson_plans,
        objectives,
        quizzes,
        solutions,
        times,
    )

    app.connect(
        "config-inited", lambda app, config: config.html_static_path.append(str(Path(__file__).parent / "static"))
    )
    for part in (exercises, forecast, guesses, hypotheses, lesson_plans, objectives, quizzes, solutions, times):
        part.setup(app)
