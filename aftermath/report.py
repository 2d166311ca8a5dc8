"""The report on a class's files: one HTML file with plots and tables, which asks nobody for anything.

Each plot is a picture with a description, and has its numbers in a table below it (``templates/report.html``). Colours follow light, dark and print.
Nobody's name is in it but the names of files, and those only where a file was left out, where teams are compared, or where
the teacher asks for one line each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from markupsafe import Markup

from aftermath import data, forecast, quiz, teams, theme
from aftermath.handed_in import Class, again, alike, kinds
from aftermath.theme import LAND, MUTED, TEXT, colour, mark
from explorable.command import counted
from explorable.figures.compiling import VEGA_LITE
from explorable.templates import fill_own

PAIRS = {**theme.COLOUR_PAIRS, **theme.INK_PAIRS}
ROLES = {light: name for name, (light, _) in PAIRS.items()}
WIDTH = 560
TEMPLATE = Path(__file__).parent / "templates" / "report.html"


class Picture(NamedTuple):
    """A chart as the report shows it: title, words for who can't see it, and the parts of its SVG."""

    title: str
    description: str
    box: Markup
    body: Markup


def write(found: Class, *, each: bool = False) -> str:
    """Return the whole report as HTML; ``each`` adds one line for each file."""
    with alt.theme.enable("book"):
        return fill_own(
            TEMPLATE,
            colours=PAIRS,
            month=teams.MONTH,
            read=_read(found),
            forecasts=_forecasts(found.forecasts, found.dates) if found.forecasts else None,
            assumptions=_assumptions(found.teams) if found.teams else None,
            quizzes=_quizzes(found.quizzes) if found.quizzes else None,
            each=_each(found) if each and found.good else [],
        )


# What was read


def _read(found: Class) -> dict:
    *most, last = kinds(found)
    counts = f"{counted(found.good, 'file was', 'files were')} read: {', '.join(most)} and {last}."
    left = (
        f"{counted(len(found.bad), 'was', 'were')} left out, for the reasons given here."
        if found.bad
        else "None was left out."
    )
    return {
        "counts": counts,
        "left": left,
        "bad": found.bad,
        "translated": found.translated,
        "copies": [
            *map(alike, found.copies[:20]),
            *(again(team, names) for team, names in list(found.namesakes.items())[:20]),
        ],
    }


# Forecasts


def _forecasts(forecasts: Mapping[str, Mapping[str, float]], dates: Mapping[str, forecast.Dates]) -> dict:
    outcomes = forecast.outcomes()
    scored = {
        name: forecast.score(answers, outcomes) for name, answers in forecasts.items() if set(answers) & set(outcomes)
    }
    given = [answers for answers in forecasts.values() if answers]
    return {
        "dates": _dates(len(forecasts), dates.values()),
        "settled": _settled(given, forecasts, scored, outcomes) if scored else None,
    }


def _settled(
    given: list[Mapping[str, float]],
    forecasts: Mapping[str, Mapping[str, float]],
    scored: Mapping[str, float],
    outcomes: Mapping[str, int],
) -> dict:
    """Return what the questions say whose outcome is known; ``scored`` are the forecasts that answer one, each with its score."""
    pooled = forecast.pool(given)
    brier = forecast.decomposition(pooled, outcomes)["brier"]
    # each on that forecast's own questions
    pairs = [forecast.beside(pooled, forecasts[name], outcomes) for name in scored]
    rivals = forecast.compare({"The class, pooled": pooled}, outcomes)
    return {
        "pooled": brier,
        "best": min(scored.values()),
        "worst": max(scored.values()),
        "mean": forecast.mean(scored.values()),
        "better": sum(pool < own for pool, own in pairs),
        "count": len(scored),
        "chance": forecast.luck(pooled[id] for id in forecast.scored(pooled, outcomes)),
        "scores": _picture(_scores_chart(list(scored.values()), brier)),
        "rivals": [
            (row.forecaster, f"{row.brier:.3f}", f"{row.log:.3f}", f"{row.skill:+.0%}".replace("-", "−"))
            for row in rivals.itertuples()
        ],
        "questions": _picture(_questions_chart(given, pooled, outcomes)),
        "answers": _question_rows(given, pooled),
        "calibration": _picture(_calibration_chart(given, outcomes)),
    }


def _dates(count: int, dates: Iterable[forecast.Dates]) -> str:
    """Return in words when the forecasts were kept, and how many of them can't be called forecasts any more."""
    kept = sorted(one.kept for one in dates if one.kept)
    late = sum(one.late for one in dates)
    told = (
        f"{len(kept)} of {counted(count, 'forecast')} {'says when it was' if len(kept) == 1 else 'say when they were'} kept: the first on {forecast.day(kept[0])}, the last on {forecast.day(kept[-1])}. "
        if kept
        else ""
    )
    told += (
        f"{late} of {count} {'was' if late == 1 else 'were'} kept or changed after the outcomes were opened: {'its score says' if late == 1 else 'their scores say'} nothing about foresight."
        if late
        else ""
    )
    return told.strip()


def _histogram(bars: pd.DataFrame, lines: pd.DataFrame, x: alt.X, y: alt.Y) -> alt.LayerChart:
    """Return bars from ``low`` to ``high``, and a rule for each of ``lines``: its name, and its value in the second column."""
    said, value = lines.columns
    return alt.layer(
        alt.Chart(bars).mark_rect(color=colour("record")).encode(x=x, x2="high:Q", y=y, y2=alt.datum(0)),
        alt.Chart(lines)
        .mark_rule(strokeWidth=2.5, color=TEXT)
        .encode(x=f"{value}:Q", strokeDash=alt.StrokeDash(f"{said}:N", title=None, sort=None)),
        height=180,
    )


def _scores_chart(scores: list[float], pooled: float) -> alt.LayerChart:
    counts, edges = np.histogram(scores, bins=20, range=(0, 1))
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "forecasts": counts})
    lines = pd.DataFrame({"what": ["the class, pooled", "50 % to everything"], "score": [pooled, forecast.spread(0.5)]})
    score = alt.X(
        "low:Q", title="Mean Brier score (0 is perfect)", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=6)
    )
    return _histogram(bars, lines, score, alt.Y("forecasts:Q", title="Forecasts")).properties(
        title="How the forecasts score",
        description=f"Histogram of {len(scores)} mean Brier scores, from {min(scores):.2f} to {max(scores):.2f}. "
        f"Lines mark the class pooled, {pooled:.3f}, and 50 % to everything, 0.250.",
    )


def _spans(by_name: Mapping[str, list[float]]) -> pd.DataFrame:
    """Return, for each name, the quantiles of its values."""
    rows = [(name, *np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))) for name, values in by_name.items()]
    return pd.DataFrame(rows, columns=["name", "q05", "q25", "q50", "q75", "q95"])


def _span_layers(spans: pd.DataFrame, x: alt.X, sort: list[str]) -> list[alt.Chart]:
    """Draw nine of ten values as a line, half of them as a bar, the middle one as a tick."""
    y = alt.Y("name:N", title=None, sort=sort, axis=alt.Axis(labelLimit=230))
    base = alt.Chart(spans)
    return [
        base.mark_rule(color=MUTED).encode(x=x, x2="q95:Q", y=y),
        base.mark_bar(size=9, color=colour("record")).encode(x="q25:Q", x2="q75:Q", y=y),
        base.mark_tick(color=TEXT, thickness=3, size=15).encode(x="q50:Q", y=y),
    ]


def _by_question(given: list[Mapping[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for answers in given:
        for id, probability in answers.items():
            found.setdefault(id, []).append(probability)
    return dict(sorted(found.items()))


def _questions_chart(
    given: list[Mapping[str, float]], pooled: Mapping[str, float], outcomes: Mapping[str, int]
) -> alt.LayerChart:
    by_question = _by_question(given)
    came = pd.DataFrame(
        [{"name": id, "came": outcomes[id], "what": "what happened"} for id in by_question if id in outcomes]
    )
    x = alt.X("q05:Q", title="Probability given", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    layers = _span_layers(_spans(by_question), x, list(by_question))
    happened = (
        alt.Chart(came)
        .mark_point(**mark("second", size=90))
        .encode(x="came:Q", y=alt.Y("name:N", sort=list(by_question)))
    )
    return alt.layer(*layers, happened, height=alt.Step(22)).properties(
        title="What the class said, and what happened (squares)",
        description="For each question: nine of ten answers lie on the line, half of them in the bar, the middle one at the tick. A square at 100 % or 0 % marks what happened.",
    )


def _question_rows(given: list[Mapping[str, float]], pooled: Mapping[str, float]) -> list[tuple[str, ...]]:
    by_question, table = _by_question(given), data.load("forecast_questions").set_index("id")
    return [
        (
            id,
            table.loc[id, "question"],
            str(len(values)),
            f"{100 * pooled[id]:.0f} %",
            f"{100 * min(values):.0f} to {100 * max(values):.0f} %",
            table.loc[id, "outcome"],
        )
        for id, values in by_question.items()
    ]


def _calibration_chart(given: list[Mapping[str, float]], outcomes: Mapping[str, int]) -> alt.LayerChart:
    answers = {
        (number, id): probability
        for number, one in enumerate(given)
        for id, probability in one.items()
        if id in outcomes
    }
    bands = forecast.calibration(answers, {key: outcomes[key[1]] for key in answers}, bands=10)
    line = alt.Chart(pd.DataFrame({"said": [0, 1], "came_true": [0, 1]})).mark_line(
        strokeDash=[5, 4], color=MUTED, strokeWidth=1.5
    )
    spans = (
        alt.Chart(bands)
        .mark_rule(color=MUTED, strokeWidth=1.5)
        .encode(x="said:Q", y=alt.Y("least:Q", title="It came true"), y2="most:Q")
    )
    points = (
        alt.Chart(bands)
        .mark_point(filled=True, color=colour("record"))
        .encode(
            size=alt.Size(
                "questions:Q",
                title="Answers",
                scale=alt.Scale(rangeMin=30, rangeMax=500),
                legend=alt.Legend(format="d"),
            )
        )
    )
    spots = ", ".join(
        f"{100 * row.said:.0f} % said, {row.yes} of {row.questions} came true" for row in bands.itertuples()
    )
    marks = alt.layer(line, points).encode(
        x=alt.X("said:Q", title="The class said", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("came_true:Q", title="It came true", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
    )
    return alt.layer(spans, marks).properties(
        height=260,
        title="Calibration of all answers: on the dashed line, as often as said",
        description=f"Points near the dashed line are well calibrated. {spots}.",
    )


# Assumptions


def _assumptions(by_team: Mapping[str, Mapping[str, float]]) -> dict:
    silent = len(by_team)
    by_team = {name: given for name, given in by_team.items() if teams.views({name: given})}
    silent -= len(by_team)
    if not by_team:
        return {"charts": []}
    table, both = teams.disagreement(by_team), teams.answers(by_team)
    most = table.iloc[table["moves"].abs().argmax()]
    few = len(by_team) <= teams.MANY
    charts = (
        [teams.shares_chart(by_team), teams.positions_chart(by_team), teams.answers_chart(by_team)]
        if few
        else [_places_chart(by_team, table), _answers_chart(by_team, both)]
    )
    return {
        **{name: f"{both[name]:,.0f}" for name in ("least", "most", "mean", "pooled")},
        "disputed": table.iloc[0].label if table["apart"].max() > 0 else "",
        "moving": most.label,
        "moves": f"{abs(most.moves):,.0f}",
        "silent": f"{counted(silent, 'set names', 'sets name')} no assumption on which the five paths depend, and {'is' if silent == 1 else 'are'} not counted here."
        if silent
        else "",
        "charts": [_picture(chart) for chart in charts],
        "rows": [_disagreement_row(row, named=few) for row in table.itertuples()],
    }


def _disagreement_row(row, *, named: bool) -> tuple[str, ...]:
    """Return the cells of one assumption; ``named`` says who stands at either end."""
    lowest, highest = (f" ({team})" if named else "" for team in (row.lowest_team, row.highest_team))
    return (
        row.label,
        teams.written(row.assumption, row.lowest) + lowest,
        teams.written(row.assumption, row.middle),
        teams.written(row.assumption, row.highest) + highest,
        f"{100 * row.apart:.3g} of 100",
        f"{row.moves:+,.0f} people".replace("-", "−"),
    )


def _places_chart(by_team: Mapping[str, Mapping[str, float]], table: pd.DataFrame) -> alt.LayerChart:
    places: dict[str, list[float]] = {}
    for row in teams.positions(by_team):
        places.setdefault(row["label"], []).append(row["place"])
    ends = "datum.value == 0 ? 'low end of its range' : datum.value == 1 ? 'high end' : ''"
    x = alt.X(
        "q05:Q",
        title=None,
        axis=alt.Axis(values=[0, 1], labelExpr=ends, labelOverlap=False),
        scale=alt.Scale(nice=False, padding=8),
    )
    band = alt.Chart(pd.DataFrame({"low": [0], "high": [1]})).mark_rect(color=LAND).encode(x="low:Q", x2="high:Q")
    return alt.layer(band, *_span_layers(_spans(places), x, table["label"].to_list()), height=alt.Step(22)).properties(
        title="Where the class disagrees: the most disputed assumption on top",
        description="For each assumption, from the low to the high end of the range that the evidence covers: nine of ten sets lie on the line, half in the bar, the middle one at the tick.",
    )


def _answers_chart(by_team: Mapping[str, Mapping[str, float]], both: Mapping[str, float]) -> alt.LayerChart:
    counts, edges = np.histogram(list(teams.each(by_team).values()), bins=24)
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "sets": counts})
    lines = pd.DataFrame(
        {"what": ["mean of the answers", "answer to the mean assumptions"], "people": [both["mean"], both["pooled"]]}
    )
    answer = alt.X(
        "low:Q", title=f"In a war, waiting, or violent again after {teams.MONTH} months", axis=alt.Axis(format=",d")
    )
    return _histogram(bars, lines, answer, alt.Y("sets:Q", title="Sets of assumptions")).properties(
        title="What follows: the answers of the class",
        description=f"Histogram of {counted(len(by_team), 'answer')}, from {both['least']:,.0f} to {both['most']:,.0f} people. "
        f"Lines mark the mean of the answers, {both['mean']:,.0f}, and the answer to the mean assumptions, {both['pooled']:,.0f}.",
    )


# Quizzes


def _quizzes(quizzes: Mapping[str, Mapping[str, list[str]]]) -> dict:
    tried: dict[str, list[list[str]]] = {}
    for answers in quizzes.values():
        for id, letters in answers.items():
            tried.setdefault(id, []).append(letters)
    if not tried:
        return {"rows": []}
    rows = sorted((_question(id, letters) for id, letters in tried.items()), key=lambda row: row["right"])
    cells = [
        (row["id"], row["text"], f"{row['count']}", f"{100 * row['right']:.0f} of 100", row["wrong"], row["behind"])
        for row in rows
    ]
    return {"chart": _picture(_quiz_chart(rows)), "rows": cells}


def _question(id: str, tried: list[list[str]]) -> dict:
    question = quiz.questions()[id]
    wrong = Counter(letters[0] for letters in tried if letters[0] != question.right).most_common(1)
    option = next((option for option in question.options if wrong and option.letter == wrong[0][0]), None)
    return {
        "id": id,
        "text": question.text,
        "count": len(tried),
        "right": sum(letters[0] == question.right for letters in tried) / len(tried),
        "wrong": f"{option.text} ({wrong[0][1]})" if option else "",
        "behind": option.feedback if option else "",
    }


def _quiz_chart(rows: list[dict]) -> alt.Chart:
    table = pd.DataFrame([{name: row[name] for name in ("id", "right")} for row in rows])
    hardest = rows[0]
    return (
        alt.Chart(table, height=alt.Step(20))
        .mark_bar(color=colour("record"))
        .encode(
            x=alt.X(
                "right:Q", title="Right at the first try", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])
            ),
            y=alt.Y("id:N", title=None, sort=None),
        )
        .properties(
            title="Which questions were hard?",
            description=f"Bars for {counted(len(rows), 'question')}: the share right at the first try. The hardest is {hardest['id']}, {100 * hardest['right']:.0f} of 100.",
        )
    )


# One line each


def _each(found: Class) -> list[tuple[str, str, str]]:
    outcomes, answers = forecast.outcomes(), teams.each(found.teams) if found.teams else {}
    rows = [
        (
            name,
            "forecast",
            counted(len(given), "answer")
            + (f", mean Brier score {forecast.score(given, outcomes):.3f}" if set(given) & set(outcomes) else "")
            + (f", {found.dates[name]}" if name in found.dates else ""),
        )
        for name, given in found.forecasts.items()
    ]
    rows += [
        (name, "assumptions", f"{answers[name]:,.0f} people at large after {teams.MONTH} months")
        for name in found.teams
    ]
    rows += [
        (name, "quiz", f"{sum(quiz.score(given).values())} of {len(given)} right at the first try")
        for name, given in found.quizzes.items()
    ]
    return sorted(rows)


# Pictures


def _picture(chart: alt.TopLevelMixin) -> Picture:
    """Return a chart as a picture with one name, and no script."""
    import vl_convert  # of the build and of this report alone: a live page, which has this package, too, has no such program

    spec = chart.to_dict(validate=False)
    title, description = spec.pop("title"), spec.pop("description")
    spec["width"], spec["background"] = WIDTH, "transparent"
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    opening, body = re.split(r"(?<=>)", svg, maxsplit=1)
    box = re.search(r'viewBox="[^"]*"', opening)[0]
    body = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", body)
    body = re.sub(
        "|".join(re.escape(light) for light, _ in PAIRS.values()), lambda match: f"var(--{ROLES[match[0]]})", body
    )
    return Picture(title, description, Markup(box), Markup(body))
