"""Check an answer to an exercise, and name the misunderstanding behind a wrong one.

    check("recruitment-2", 24.25)

What is said stands in ``teaching/questions/<chapter>.toml``: for each checked exercise a line for the right answer, one
for each *slip* (a wrong answer that others have given, and why it is wrong), and one for anything else. No line holds
the answer. Answers stand in ``teaching/keys.json`` as salted hashes, written by ``make keys`` from the worked solutions.

A hash keeps a key from the eye and from a search, and from nobody who wants it: the numbers that an exercise may have
for an answer are few, and trying them all takes a second. These are exercises, for practice; for an examination ask other
questions. An answer is read as pupils write it: "4,200 people", a list or a table of one number, "the Palmyra". Words are
accepted as the pages show them: ``names`` is a table of data/ whose labels stand for its ids, and under
``[exercise.1.also]`` other names stand for a word, those of wrong answers among them.

Only Python's standard library is used, so that it works wherever Python does.
"""

from __future__ import annotations

import csv
import datetime
import difflib
import hashlib
import json
import math
import numbers
import re
import textwrap
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Mapping
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
    10: "The digits are right, but the decimal point stands one place too far to the left.",
    1 / 10: "The digits are right, but the decimal point stands one place too far to the right.",
    -1: "The size is right, the sign is not: what is subtracted from what?",
}
NEAR = 0.01  # of an answer: whoever misses by less has rounded, or taken a figure that was rounded
COMMA = "Python takes a comma for the end of a number: write thousands without one, and decimals with a point."
#: A number in a text: thousands apart by comma, space or apostrophe, decimals behind a point or a comma.
IN_TEXT = re.compile(
    r"-?(?:[1-9]\d{0,2}(?:[ ,'’]\d{3})+(?!\d)(?:\.\d+)?|[1-9]\d{0,2}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)"
)
ENDINGS = ("s", "es", "ed", "d", "ing", "ness", "ly")  # of other forms of the same word
SPELT = 5  # letters of a word of which one may be wrong: then it is nearly the right one


class CheckError(ValueError):
    """An exercise is unknown, or its files are damaged. The message says what to do."""


class Verdict(NamedTuple):
    """What :func:`verdict` found: whether an answer is right, the slip's name if it is a known one, and what to say."""

    right: bool
    slip: str | None
    text: str


def check(id: str, *answer) -> None:
    """Say whether this is the answer to an exercise of the book; if not, what may have gone wrong."""
    given = answer[0] if len(answer) == 1 else answer or None  # check("…", 4,200) has three arguments
    print(textwrap.fill(f"{id}: {verdict(id, given).text}", width=76))


def verdict(id: str, answer) -> Verdict:
    """Return what :func:`check` prints, for programs."""
    exercise, key = _find(id)
    answer = _plain(answer)
    if answer is ... or answer is None:
        return Verdict(False, None, "no answer yet. Put yours in place of the dots.")
    try:
        forms = written(id, answer, exercise, key.get("members", ()))
    except CheckError as problem:
        return Verdict(False, None, f"not yet. {problem}")
    if forms[0] in key["right"]:
        return Verdict(True, None, f"right. {exercise['right']}")
    for form in forms:
        if form in key["slips"]:
            name = key["slips"][form]
            return Verdict(False, name, f"not yet. {exercise['slips'][name]}")
    if any(form in key["right"] for form in forms[1:]):
        rounded = ", but for rounding" if exercise["type"] == "number" else ""
        return Verdict(True, None, f"right{rounded}. {exercise['right']}")
    return Verdict(False, None, f"not yet. {_in_general(id, answer, exercise, key)}")


def written(id: str, answer, exercise: dict, members: Container[str] = ()) -> list[str]:
    """Return the hashes that an answer may stand for: its own first, then those within the tolerance, or of the same word in another form.

    Raises :class:`CheckError` if it is of another kind than the exercise asks for.
    """
    kind, answer = exercise["type"], _plain(answer)
    if kind == "number":
        step = 10.0 ** -exercise.get("decimals", 0)
        own, around = round(_number(answer) / step), exercise.get("tolerance", 0)
        return [_hash(id, own + away) for away in sorted(range(-around, around + 1), key=abs)]
    if kind == "word":
        return [_hash(id, form) for form in _forms(answer, exercise)]
    return [_hash(id, *sorted(_members(id, answer, exercise, members)))]


# What a pupil writes


def _plain(answer):
    """Return an answer as one thing or as a list: of tables, arrays and sets what they hold; one thing alone is not in a list."""
    if hasattr(answer, "to_numpy") and hasattr(answer, "__len__"):  # of pandas
        answer = answer.to_numpy()
    if isinstance(answer, str):
        return answer if answer.strip(" .…") else None
    if hasattr(answer, "ravel") and hasattr(answer, "__len__"):  # of numpy, also without an axis
        answer = answer.ravel()
    if not isinstance(answer, Iterable) or isinstance(answer, (bytes, Mapping)):
        return answer
    parts = [_plain(part) for part in answer]
    said = [part for part in parts if part is not None and part is not ...]
    return None if parts and not said else said[0] if len(said) == 1 else said


def _number(answer) -> float:
    if isinstance(answer, str):
        return _read(answer)
    if isinstance(answer, list):
        raise CheckError(
            f"This holds {len(answer)} values; give one number. {COMMA}"
            if answer
            else "This is empty; give one number."
        )
    if type(answer).__name__ in ("NAType", "NaTType"):  # of pandas, which may not be there
        raise CheckError("This is missing: there is no value where you looked.")
    is_number = isinstance(answer, numbers.Number) or getattr(answer, "is_number", False)  # of sympy
    if isinstance(answer, (bool, complex)) or not is_number:
        raise CheckError(f"This is {_kind(answer)}; give one number.")
    try:
        value = float(answer)
    except (TypeError, ValueError):
        raise CheckError(f"This is {_kind(answer)}; give one number.") from None
    if not math.isfinite(value):
        raise CheckError(f"This is {value}: something was divided by 0, or is missing.")
    return value


def _kind(answer) -> str:
    if callable(answer) and hasattr(answer, "__name__"):
        return "a function, and not what it returns: call it, with brackets behind its name"
    return "a date" if isinstance(answer, datetime.date) else f"of the type {type(answer).__name__}"


def _read(text: str) -> float:
    """Return the number in a text that has just one, whatever stands around it."""
    plain = re.sub(r"\bminus\s+|−|–", "-", unicodedata.normalize("NFKC", text).casefold())
    found = IN_TEXT.findall(plain)
    if len(found) != 1:
        raise CheckError("This is a text; give one number, in digits and without quotation marks, unit or sign.")
    number = re.sub(r"[ '’]", "", found[0])
    if re.search(r",\d+$", number) and not re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+", number):
        return float(number.replace(".", "").replace(",", "."))  # decimals behind a comma
    return float(number.replace(",", ""))


def _word(answer) -> str:
    if not isinstance(answer, str) and isinstance(getattr(answer, "name", None), str):
        answer = answer.name  # a symbol of sympy
    if isinstance(answer, list):
        raise CheckError(f"This holds {len(answer)} words; give one." if answer else "Your list is empty.")
    if not isinstance(answer, str):
        raise CheckError(f"This is {_kind(answer)}; give a word or words, in quotation marks.")
    plain = unicodedata.normalize("NFKD", answer).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _called(answer, exercise: dict) -> str:
    """Return a word as the key has it, whichever of its names was given."""
    word = _word(answer)
    return _names(exercise.get("names")).get(word) or {
        _word(name): _word(meant) for name, meant in exercise.get("also", {}).items()
    }.get(word, word)


def _forms(answer, exercise: dict) -> list[str]:
    """Return a word as it stands, and in the other forms in which it may be meant: without its article, as one or many, in the other spelling."""
    word = _word(answer)
    bare = re.sub(r"^(?:the|a|an|to|be|to be|are) ", "", word)
    stems = [bare.removesuffix(ending) for ending in ENDINGS if bare.endswith(ending)]
    others = [bare, *stems, *(f"{bare}{ending}" for ending in ENDINGS), bare.replace("iz", "is"), bare.replace(" ", "")]
    return list(dict.fromkeys(_called(one, exercise) for one in [answer, *others] if one))


def _members(id: str, answer, exercise: dict, members: Container[str]) -> set[str]:
    """Return the words of a list, each in the form that belongs to the answer if it has one. A text may hold several."""
    found = set()
    for one in answer if isinstance(answer, (list, Mapping)) else [answer]:
        forms = _forms(one, exercise)
        known = [form for form in forms if _hash(id, "member", form) in members]
        parts = [part for part in re.split(r"[,;/]|\band\b", one) if part.strip()] if isinstance(one, str) else []
        if known or len(parts) < 2:
            found.add(known[0] if known else forms[0])
        else:
            found |= _members(id, parts, exercise, members)
    return found


@lru_cache
def _names(table: str | None) -> dict[str, str]:
    """Return the ids of a table by their labels."""
    if not table:
        return {}
    with open(ROOT / "data" / table, encoding="utf-8", newline="") as file:
        return {_word(row["label"]): _word(row["id"]) for row in csv.DictReader(file)}


# What is said


def _in_general(id: str, answer, exercise: dict, key: dict) -> str:
    if exercise["type"] == "number":
        own = _number(answer)
        if _is_near(id, own, exercise, key):
            return "Very near: check your rounding, and whether a figure on the way was rounded already."
        scaled = (text for factor, text in SCALES.items() if own and _is_near(id, own * factor, exercise, key))
        return next(scaled, exercise["otherwise"])
    if exercise["type"] == "word":
        return f"{_nearly(id, answer, exercise, key)}{exercise['otherwise']}"
    if answer == []:
        return f"Your list is empty. {exercise['otherwise']}"
    given = _members(id, answer, exercise, key["members"])
    good = sum(_hash(id, "member", one) in key["members"] for one in given)
    missing = len(key["members"]) - good
    rest = f"{missing} {'is' if missing == 1 else 'are'} missing" if missing else "and none is missing"
    return f"{good} of your {len(given)} {'belongs' if good == 1 else 'belong'}, {rest}. {exercise['otherwise']}"


def _is_near(id: str, answer: float, exercise: dict, key: dict) -> bool:
    """Say whether an answer misses the right one by so little that rounding explains it.

    That is by a hundredth; by one in the last place that is asked for, where that is computed and not counted; or by what
    its own last digit may stand for, if it has two digits at least.
    """
    step = 10.0 ** -exercise.get("decimals", 0)
    own = round(answer / step)
    most = [min(int(NEAR * abs(own)), 5000)]
    if "decimals" in exercise:
        most += [1] if abs(own) >= 10 else []
        digits, last = f"{abs(answer):.2g}", 10.0 ** (math.floor(math.log10(abs(answer))) - 1) if answer else 0.0
        most += [round(last / 2 / step)] if answer and math.isclose(float(digits), abs(answer)) else []
    return any(_hash(id, own + away) in key["right"] for away in range(-max(most), max(most) + 1))


def _nearly(id: str, answer, exercise: dict, key: dict) -> str:
    """Return in words that the right word is among others, or is spelt nearly so; nothing if it is not."""
    word = _called(answer, exercise)
    parts = word.split()
    runs = [" ".join(parts[start:end]) for start in range(len(parts)) for end in range(start + 1, len(parts) + 1)]
    if len(parts) < 12 and any(_hash(id, _called(run, exercise)) in key["right"] for run in runs):
        return "The word is among yours: give it alone. "
    letters = "abcdefghijklmnopqrstuvwxyz "
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)] if SPELT <= len(word) < 40 else []
    spelt = (
        new
        for a, b in cuts
        for new in (a + b[1:], *(a + one + b for one in letters), *(a + one + b[1:] for one in letters))
    )
    return "Very near: check the spelling. " if any(_hash(id, new) in key["right"] for new in spelt) else ""


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
