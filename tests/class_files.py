"""What a class may hand in: each file's name and content, what it holds if it is read, and what is said of it if it is not.

One table for both sides: ``python -m aftermath.classroom`` and the pages that put a class's files together read the same files,
and say the same of the others (tests/test_classroom.py). A file that holds one kind is read by the report and by the page for
that kind; the other pages say what it holds.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import NamedTuple

from aftermath import assumptions, forecast, quiz
from explorable.book import current_book


class Handed(NamedTuple):
    """A file: ``holds`` is its kind where it is read, ``says`` a pattern for what is said where it is not; ``""`` is said of what nobody handed in."""

    name: str
    content: bytes
    holds: str | None
    says: str = ""


def guesses(answers: dict) -> str:
    return json.dumps({"format": f"{current_book().slug}/guesses", "version": 1, "answers": answers})


#: A file of each kind as a page saves it.
SAVED = {
    "forecast": forecast.write({"Q01": 0.7}),
    "assumptions": assumptions.to_json({"killed": 0.2}, "five-scenarios"),
    "quiz": quiz.write({"recruitment-q1": ["b", "a"]}),
    "guesses": guesses({"strategy-highest": "d"}),
}
#: What each kind's value looks like in its file, to put something else in its place.
VALUE = {"forecast": "0.7", "assumptions": "0.2", "quiz": '[\n      "b",\n      "a"\n    ]', "guesses": '"d"'}


def with_team(kind: str, team: str) -> str:
    content = json.loads(SAVED[kind])
    return json.dumps({"format": content.pop("format"), "version": content.pop("version"), "team": team, **content})


def with_value(kind: str, value: str) -> str:
    text = json.dumps(json.loads(SAVED[kind]))
    plain = json.dumps(json.loads(VALUE[kind]))
    assert text.count(plain) == 1
    return text.replace(plain, value)


def packed(names: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in names.items():
            file.writestr(name, text)
    return stream.getvalue()


def good() -> list[Handed]:
    """Files that are read, however they are called and whatever an editor made of them."""
    one = SAVED["assumptions"]
    found = [Handed(f"{kind}.json", text.encode(), kind) for kind, text in SAVED.items()]
    found += [Handed(f"{kind} (1).json", with_team(kind, "Équipe Été").encode(), kind) for kind in SAVED]
    found += [Handed(f"{kind}-2.json", with_team(kind, "الفريق ٣").encode(), kind) for kind in SAVED]
    found += [
        Handed(f"<b>{kind}.json", with_team(kind, "<img src=x onerror=alert(1)>").encode(), kind) for kind in SAVED
    ]
    found += [Handed(f"{kind}-mark.json", with_team(kind, "内政部").encode("utf-8-sig"), kind) for kind in SAVED]
    found += [Handed(f"{kind}-16.json", with_team(kind, "Müller").encode("utf-16"), kind) for kind in SAVED]
    renamed = ("a.json.txt", "SHOUT.JSON", "mail.txt", "no ending", "a.json (1)", "ou\u202enosj.json", "__proto__.json")
    return found + [
        *(
            Handed(name, with_team("assumptions", f"Team {number}").encode(), "assumptions")
            for number, name in enumerate(renamed)
        ),
        Handed(
            "quoted version.json",
            one.replace('"version": 2', '"version": "2"').replace("0.2", "0.25").encode(),
            "assumptions",
        ),
        Handed("group b/forecast.json", with_value("forecast", "0.65").encode(), "forecast"),
        Handed("long-" + 30 * "name-" + ".json", with_value("assumptions", "0.22").encode(), "assumptions"),
    ]


def bad() -> list[Handed]:
    """Files that are left out, and what is said of them."""
    one, JSON = SAVED["assumptions"], "be read as JSON"
    damaged = {
        "empty.json": (b"", "is empty"),
        "blank.json": (b" \n\t", "is empty"),
        "half.json": (one[:80].encode(), JSON),
        "twice over.json": ((one + one).encode(), JSON),
        "quotes.json": (one.replace('"', "“").encode(), JSON),
        "comma.json": (one.replace("0.2", "0,2").encode(), JSON),
        "infinity.json": (with_value("assumptions", "Infinity").encode(), f"{JSON}|can.t be"),
        "nan.json": (with_value("forecast", "NaN").encode(), f"{JSON}|not a probability|outside 0 to 1"),
        "deep.json": (b"[" * 100_000, JSON),
        "list.json": (b"[1]", "is no "),
        "null.json": (b"null", "is no "),
        "latin-1.json": (with_team("forecast", "Müller").encode("latin-1").replace(b"\\u00fc", b"\xfc"), "is not text"),
        "nul.json": (b"\x00" * 64, f"is empty|is not text|{JSON}"),
        "random.json": (bytes(range(128, 256)) * 4, "is not text"),
        "large.json": (b"[" + b"1," * 600_000 + b"1]", "far too large"),
        "huge.json": (
            with_value("assumptions", "1e300").replace("killed", "travelled").encode(),
            "far outside|is implausible",
        ),
        "digits.json": (with_value("assumptions", "9" * 5_000).encode(), "can.t be"),
        "negative.json": (with_value("assumptions", "-1").encode(), "can.t be"),
        "true.json": (with_value("assumptions", "true").encode(), "not a number|can.t be"),
        "words.json": (with_value("forecast", '"70 %"').encode(), "not a number|not a probability"),
        "sure.json": (with_value("forecast", "7").encode(), "outside 0 to 1|not a probability"),
        "option z.json": (with_value("quiz", '["z"]').encode(), "options"),
        "option twice.json": (with_value("quiz", '["b", "b"]').encode(), "options"),
        "unknown.json": (one.replace("killed", "slain").encode(), "no assumption"),
        "unknown question.json": (SAVED["forecast"].replace("Q01", "Q99").encode(), "Q99"),
        "key twice.json": (with_value("assumptions", '0.2, "killed": 0.3').encode(), "twice"),
        "version 0.json": (one.replace('"version": 2', '"version": 0').encode(), "version 0"),
        "version 9.json": (one.replace('"version": 2', '"version": 9').encode(), "version 9"),
        "version one.json": (one.replace('"version": 2', '"version": "one"').encode(), "version one"),
        "version true.json": (one.replace('"version": 2', '"version": true').encode(), "version [Tt]rue"),
        "no version.json": (one.replace('"version": 2,', "").encode(), "no version"),
        "no answers.json": (forecast.write({}).encode(), "no answer"),
        "no quiz.json": (quiz.write({}).encode(), "no answer"),
        "no guesses.json": (guesses({}).encode(), "no answer|holds guesses"),
        "nothing set.json": (assumptions.to_json({}, "five-scenarios").encode(), "no answer|sets none"),
        "matrix.json": (
            json.dumps({"format": f"{current_book().slug}/hypotheses", "version": 1, "ratings": {}}).encode(),
            "competing hypotheses",
        ),
        "other book.json": (
            one.replace(f'"{current_book().slug}/', '"the-other-book/').encode(),
            "another book .+the-other-book",
        ),
        "settings.json": (b'{"format": "something else"}', "is no "),
        "packed.json": (packed({"forecast.json": SAVED["forecast"]}), "is packed"),
        "class.zip": (packed({f"{number}.json": one for number in range(3)}), "is packed"),
        "class.json.gz": (b"\x1f\x8b\x08" + bytes(40), "is packed"),
        "photo.json": (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "a picture"),
        "screen.json": (b"\xff\xd8\xff\xe0" + bytes(range(200)), "a picture"),
        "printed.json": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        "page.json": (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page"),
        "word.json": (b"{\\rtf1\\ansi " + one.encode() + b"}", "a text document"),
        "link.json": (b"https://example.org/what-if.html#killed=0.2", "an address"),
        "essay.docx": (packed({"word/document.xml": "<w/>"}), "no file that this book saves"),
        "photo.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "no file that this book saves"),
        "page.html": (b"<!doctype html>", "no file that this book saves"),
        "gradebook.csv": ("\ufeffSurname,First name,Grade\nMüller,Ada,7\n".encode(), "no file that this book saves"),
        "notes.txt": (b"killed = 0.2", "no file that this book saves"),
    }
    return [Handed(name, content, None, says) for name, (content, says) in damaged.items()]


def of_the_system() -> list[Handed]:
    """What operating systems leave in folders: nobody handed it in, and nothing is said."""
    names = (".DS_Store", "._forecast.json", "Thumbs.db", "desktop.ini", "__MACOSX/._forecast.json")
    return [Handed(name, b"\x00\x05\x16\x07", None) for name in names]


def all_of_them() -> list[Handed]:
    return [*good(), *bad(), *of_the_system()]
