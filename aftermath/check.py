"""Check an answer to an exercise, and name the misunderstanding behind a wrong one.

    check("recruitment-2", 24.25)

What is said stands in ``teaching/questions/<chapter>.toml``: for each checked exercise a line for the right answer, one
for each *slip* (a wrong answer that others have given, and why it is wrong), and one for anything else. No line holds
the answer. Answers stand in ``teaching/keys.json`` as salted hashes, written by ``make keys`` from the worked solutions.

A hash keeps a key from the eye and from a search, and from nobody who wants it: the numbers that an exercise may have
for an answer are few, and trying them all takes a second. These are exercises, for practice; for an examination ask other
questions. Words are accepted as the pages show them: ``names`` is a table of data/ whose labels stand for its ids, and under
``[exercise.1.also]`` other names stand for a word, those of wrong answers among them.

Only Python's standard library is used, so that it works wherever Python does.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import json
import math
import numbers
import re
import textwrap
import tomllib
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from aftermath.root import ROOT

TEACHING = ROOT / "teaching"
#: What a slip by such a factor means, for every exercise that asks for a number.
SCALES = {
    100: "The digits are right, but this is a hundredth: the question asks for so many of 100, or for a number, and this may be a share of one.",
    1
    / 100: "The digits are right, but this is a hundred times too large. Is it so many of 100, where the question asks for a share of one or for a number?",
    1000: "The digits are right, but this counts in thousands and the question in ones.",
    1 / 1000: "The digits are right, but this counts in ones and the question in thousands.",
    -1: "The size is right, the sign is not: what is subtracted from what?",
}
NEAR = 0.01  # of an answer: whoever misses by less has rounded, or taken a figure that was rounded


class CheckError(ValueError):
    """An exercise is unknown, or its files are damaged. The message says what to do."""


class Verdict(NamedTuple):
    """What :func:`verdict` found: whether an answer is right, the slip's name if it is a known one, and what to say."""

    right: bool
    slip: str | None
    text: str


def check(id: str, answer) -> None:
    """Say whether this is the answer to an exercise of the book; if not, what may have gone wrong."""
    print(textwrap.fill(f"{id}: {verdict(id, answer).text}", width=76))


def verdict(id: str, answer) -> Verdict:
    """Return what :func:`check` prints, for programs."""
    exercise, key = _find(id)
    if answer is ... or answer is None:
        return Verdict(False, None, "no answer yet. Put yours in place of the dots.")
    try:
        forms = written(id, answer, exercise)
    except CheckError as problem:
        return Verdict(False, None, f"not yet. {problem}")
    if forms[0] in key["right"]:
        return Verdict(True, None, f"right. {exercise['right']}")
    for form in forms:
        if form in key["slips"]:
            name = key["slips"][form]
            return Verdict(False, name, f"not yet. {exercise['slips'][name]}")
    if any(form in key["right"] for form in forms[1:]):
        return Verdict(True, None, f"right, but for rounding. {exercise['right']}")
    return Verdict(False, None, f"not yet. {_in_general(id, answer, exercise, key)}")


def written(id: str, answer, exercise: dict) -> list[str]:
    """Return the hashes that an answer may stand for: its own first, then those within the tolerance.

    Raises :class:`CheckError` if it is of another kind than the exercise asks for.
    """
    kind = exercise["type"]
    if kind == "number":
        step = 10.0 ** -exercise.get("decimals", 0)
        own, around = round(_number(answer) / step), exercise.get("tolerance", 0)
        return [_hash(id, own + away) for away in sorted(range(-around, around + 1), key=abs)]
    if kind == "word":
        return [_hash(id, _called(_only(answer), exercise))]
    return [_hash(id, *sorted({_called(one, exercise) for one in _several(answer)}))]


def _number(answer) -> float:
    if isinstance(answer, str):
        raise CheckError("This is a text; give a number, without quotation marks, unit or sign.")
    if hasattr(answer, "item") and getattr(answer, "size", 0) == 1:  # a table or an array of one number
        answer = answer.item()
    if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
        raise CheckError(f"This is of the type {type(answer).__name__}; give one number.")
    if not math.isfinite(answer):
        raise CheckError(f"This is {answer}: something was divided by 0, or is missing.")
    return float(answer)


def _word(answer) -> str:
    if not isinstance(answer, str):
        raise CheckError(f"This is of the type {type(answer).__name__}; give a word or words, in quotation marks.")
    plain = unicodedata.normalize("NFKD", answer).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _only(answer):
    """Return the word of a list of one."""
    return next(iter(answer)) if isinstance(answer, (list, tuple, set)) and len(answer) == 1 else answer


def _called(answer, exercise: dict) -> str:
    """Return a word as the key has it, whichever of its names was given."""
    word = _word(answer)
    return _names(exercise.get("names")).get(word) or {
        _word(name): _word(meant) for name, meant in exercise.get("also", {}).items()
    }.get(word, word)


@lru_cache
def _names(table: str | None) -> dict[str, str]:
    """Return the ids of a table by their labels."""
    if not table:
        return {}
    with open(ROOT / "data" / table, encoding="utf-8", newline="") as file:
        return {_word(row["label"]): _word(row["id"]) for row in csv.DictReader(file)}


def _several(answer) -> set:
    if isinstance(answer, str):
        raise CheckError('This is one text; give a list of words, such as ["this", "that"].')
    try:
        return set(answer)
    except TypeError:
        raise CheckError('Give a list of words, such as ["this", "that"].') from None


def _in_general(id: str, answer, exercise: dict, key: dict) -> str:
    if exercise["type"] == "number":
        if _is_near(id, _number(answer), exercise, key):
            return "Very near: check your rounding, and whether a figure on the way was rounded already."
        for factor, text in SCALES.items():
            if answer and set(written(id, _number(answer) * factor, exercise)) & set(key["right"]):
                return text
    if exercise["type"] == "words":
        given = {_called(one, exercise) for one in _several(answer)}
        if not given:
            return f"Your list is empty. {exercise['otherwise']}"
        good = sum(_hash(id, "member", one) in key["members"] for one in given)
        missing = len(key["members"]) - good
        return f"{good} of your {len(given)} belong, {missing} {'is' if missing == 1 else 'are'} missing. {exercise['otherwise']}"
    return exercise["otherwise"]


def _is_near(id: str, answer: float, exercise: dict, key: dict) -> bool:
    """Say whether an answer misses the right one by so little that rounding explains it."""
    own = round(answer / 10.0 ** -exercise.get("decimals", 0))
    most = min(int(NEAR * abs(own)), 5000)
    return any(_hash(id, own + away) in key["right"] for away in range(-most, most + 1))


def _hash(id: str, *parts) -> str:
    return hashlib.sha256("|".join([id, *map(str, parts)]).encode()).hexdigest()[:16]


def key(id: str, exercise: dict, answer, slips: dict) -> dict:
    """Return the key of one exercise, as ``keys.json`` holds it: for an answer, and for the slips by name.

    An exercise of the type "word" may give several forms of its answer, as a list.
    """
    several = exercise["type"] == "word" and isinstance(answer, (list, tuple))
    made = {
        "right": [written(id, form, exercise)[0] for form in (answer if several else [answer])],
        "slips": {written(id, value, exercise)[0]: name for name, value in slips.items()},
    }
    if exercise["type"] == "words":
        made["members"] = sorted(_hash(id, "member", _word(one)) for one in answer)
    return made


# Files


@lru_cache(maxsize=1)
def exercises() -> dict[str, dict]:
    """Return what is said about each checked exercise, by its id."""
    found = {}
    for path in sorted((TEACHING / "questions").glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as problem:
            raise CheckError(f"teaching/questions/{path.name} is not TOML: {problem}.") from None
        for number, exercise in content.get("exercise", {}).items():
            found[f"{path.stem}-{number}"] = _complete(exercise, f"teaching/questions/{path.name}, exercise.{number}")
    return found


def _complete(exercise: dict, where: str) -> dict:
    if exercise.get("type") not in ("number", "word", "words"):
        raise CheckError(f'{where}: the type is {exercise.get("type")!r}; write "number", "word" or "words".')
    for name in ("right", "otherwise"):
        if not str(exercise.get(name, "")).strip():
            raise CheckError(f"{where}: {name!r} is missing. Write what check() says then.")
    return {"slips": {}, **exercise}


@lru_cache(maxsize=1)
def keys() -> dict[str, dict]:
    """Return the keys, by the exercise's id."""
    try:
        return json.loads((TEACHING / "keys.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        raise CheckError(
            "teaching/keys.json is missing or damaged: fetch the book again, or run 'make keys'."
        ) from None


def _find(id: str) -> tuple[dict, dict]:
    if id in exercises() and id in keys():
        return exercises()[id], keys()[id]
    near = difflib.get_close_matches(str(id), keys(), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the first is {min(keys(), default='still to be written')!r}."
    raise CheckError(f"There is no checked exercise {id!r}; {hint} (Where judgement is asked for, nothing is checked.)")
