"""How long does a class of 500 take? Synthetic files, 20 of them damaged or of another version, into one report.

    .venv/bin/python bench/classroom.py

Runs the command as a teacher does, in a Python of its own, and prints the time of each round. The report goes to
_build/bench/class-report.html.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aftermath import assumptions, data, forecast, quiz, teams

OUT = Path(__file__).resolve().parent.parent / "_build" / "bench"
FILES, BAD, TARGET, ROUNDS = 500, 20, 5.0, 3


def forecast_file(chance: random.Random) -> str:
    """Return the file of one student, who knows a little."""
    outcomes, answers = forecast.outcomes(), {}
    for id in data.load("forecast_questions")["id"]:
        if chance.random() < 0.9:
            answers[id] = round(min(max(chance.gauss(0.5 + 0.25 * (outcomes.get(id, 0.5) - 0.5), 0.25), 0), 1), 2)
    return forecast.write(answers)


def assumptions_file(chance: random.Random) -> str:
    """Return the file of one team: shares of its own, and a few other assumptions, each at a stop of its slider."""
    values = {id: assumptions.get(id).middle for id in teams.ids()}
    for id in [*assumptions.share_ids(), *chance.sample(teams.ids(), 4)]:
        this = assumptions.get(id)
        values[id] = round(this.low + this.step * chance.randint(0, round((this.high - this.low) / this.step)), 6)
    return assumptions.to_json(values, "five-scenarios")


def quiz_file(chance: random.Random) -> str:
    """Return the answers of one student, of whom most are right at first."""
    answers = {}
    for id, question in quiz.questions().items():
        letters = [option.letter for option in question.options]
        first = question.right if chance.random() < 0.6 else chance.choice(letters)
        answers[id] = list(dict.fromkeys([first, question.right]))
    return quiz.write(answers)


def damaged(text: str, number: int) -> bytes:
    """Return a file as something has spoilt it: in one of twelve ways."""
    saved = json.loads(text)
    part = "answers" if "answers" in saved else "assumptions"
    ways = [
        lambda: text[: len(text) // 2],
        lambda: "",
        lambda: "{}",
        lambda: "[1, 2]",
        lambda: json.dumps({**saved, "version": 0}),
        lambda: json.dumps({**saved, "version": 9}),
        lambda: json.dumps({**saved, "format": "another/book"}),
        lambda: json.dumps({**saved, part: None}),
        lambda: json.dumps({**saved, part: {"nobody": 0.5}}),
        lambda: json.dumps({**saved, part: {next(iter(saved[part])): "many"}}),
        lambda: b"\x89PNG\r\n" + text.encode(),
        lambda: "<html>Not found</html>",
    ]
    made = ways[number % len(ways)]()
    return made if isinstance(made, bytes) else made.encode()


def write_class(folder: Path, files: int = FILES, bad: int = BAD, seed: int = 1) -> set[str]:
    """Write the files of a class, and return the names of those that are no good."""
    chance = random.Random(seed)
    makers = (forecast_file, assumptions_file, quiz_file)
    spoilt = set(chance.sample(range(files), bad))
    for number in range(files):
        text = makers[number % len(makers)](chance)
        content = damaged(text, sorted(spoilt).index(number)) if number in spoilt else text.encode()
        (folder / f"student-{number:03}.json").write_bytes(content)
    return {f"student-{number:03}.json" for number in spoilt}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    report = OUT / "class-report.html"
    with tempfile.TemporaryDirectory() as folder:
        bad, times = write_class(Path(folder)), []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "aftermath.classroom", folder, "--out", str(report)],
                capture_output=True,
                text=True,
                check=True,
            )
            times.append(time.perf_counter() - start)
    named = {name for name in bad if f"  {name}: " in done.stdout}
    print(
        f"A class of {FILES} files, {BAD} of them no good: {min(times):.2f} s at best, {sorted(times)[len(times) // 2]:.2f} s in the middle of {ROUNDS} rounds; "
        f"target {TARGET:.0f} s: {'met' if min(times) <= TARGET else 'MISSED'}. {len(named)} of {BAD} named. "
        f"The report has {report.stat().st_size / 1024:.0f} KiB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    )


if __name__ == "__main__":
    main()
