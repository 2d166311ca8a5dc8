"""What a value of each type looks like in a table, and what somebody meant who wrote it otherwise."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pandas as pd

#: How a value is written, type by type. Stricter than pandas: "1.000" is no whole number, "inf" no number.
WRITTEN = {
    "string": "",  # anything
    "integer": r"[+-]?[0-9]{1,18}",
    "number": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "boolean": r"(?i:true|false)",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "yearmonth": r"[0-9]{4}-[0-9]{2}",
    "year": r"[0-9]{4}",
}
EXAMPLES = {
    "string": "words",
    "integer": "1200",
    "number": "1200 or 0.5",
    "boolean": "true or false",
    "date": "2021-02-01",
    "yearmonth": "2021-02",
    "year": "2021",
}
TRUTH = {"true": True, "false": False}

#: What programs and people write where nothing is known, and what spreadsheets write where a formula failed.
UNKNOWN = {"NA", "N/A", "NAN", "NULL", "NONE", "NIL", "-", "--", "?", "...", "…", ".", "UNKNOWN", "MISSING", "TBD"}
FAILED = re.compile(r"#(REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A|SPILL!|CALC!|ERROR!|#+)")
YES, NO = (
    {"yes", "y", "1", "ja", "j", "oui", "si", "sí", "wahr", "vrai", "t", "x"},
    {"no", "n", "0", "nein", "non", "falsch", "faux", "f"},
)
DAYS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
)
MONTHS = ("%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y", "%B %Y", "%b %Y", "%b-%Y", "%b-%y")
FIRST_DAY_OF_SPREADSHEETS = date(1899, 12, 30)
#: The first and the last day that is read as a date: those of pandas 2; pandas 3 would read any, and 1e400 as infinite.
READ = pd.Timestamp(1678, 1, 1), pd.Timestamp(2261, 12, 31)


def typed(texts: pd.Series, kind: str) -> pd.Series:
    """Return texts as values of a type of :data:`WRITTEN`; what is not written like one is missing.

    A date or month becomes a timestamp, a year or integer a whole number, a number a float, a boolean a truth value.
    """
    if kind == "string":
        # pandas 3 has a type for texts: of any other Altair writes missing ones as NaN, which is no JSON
        return texts.infer_objects()
    texts = texts.where(texts.str.fullmatch(WRITTEN[kind], na=False))
    if kind in ("date", "yearmonth"):
        days = pd.to_datetime(texts, format="%Y-%m-%d" if kind == "date" else "%Y-%m", errors="coerce")
        return days.where(days.between(*READ))
    if kind == "boolean":
        return texts.str.lower().map(TRUTH).astype("boolean" if texts.isna().any() else object)
    numbers = pd.to_numeric(texts, errors="coerce")
    if kind == "number":
        return numbers.astype(float).replace([math.inf, -math.inf], math.nan)
    return numbers.astype("Int64" if numbers.isna().any() else "int64")


def one(value: object, kind: str):
    """Return one value of a description, such as a limit, as :func:`typed` would; nothing if it is none of that type."""
    if kind == "string" or not re.fullmatch(WRITTEN[kind], str(value)):
        return str(value) if kind == "string" else None
    found = typed(pd.Series([str(value)]), kind).iloc[0]
    return None if pd.isna(found) else found


def remedy(text: str, field: dict) -> str:
    """Return what to do about a text that is no value of its column's type, with an example of what to write."""
    plain, required = _plain(text), field.get("constraints", {}).get("required")
    if failed(text):
        return f"It is a spreadsheet's error: mend the formula there, {'or leave the row out' if required else 'or leave it empty'}."
    if plain.upper() in UNKNOWN:
        return "Fill it in, or leave the row out." if required else "If it is not known, leave it empty."
    meant = list(dict.fromkeys(_meant(plain, field)))
    if text in meant:  # written well, and beyond what can be reckoned with
        return "Only days from 1678 to 2261 are read as dates, and numbers of at most 18 digits: write one, or make the column a string."
    if meant:
        return f"Write {' or '.join(meant)}."
    return f"Correct the value (write {EXAMPLES[field['type']]}), or the schema in datapackage.json."


def failed(text: str) -> bool:
    """Say if a text is what a spreadsheet writes where a formula failed, such as ``#REF!``."""
    return "#" in text and bool(FAILED.fullmatch(text.strip()))


def _plain(text: str) -> str:
    """Return a text with plain spaces and minus signs, and none around it."""
    return re.sub(r"[−–—‐‑]", "-", " ".join(text.replace("\ufeff", "").replace("\u200b", "").split()))


def _meant(plain: str, field: dict) -> list[str]:
    kind = field["type"]
    if kind == "boolean":
        return ["true"] if plain.lower() in YES | {"true"} else ["false"] if plain.lower() in NO | {"false"} else []
    if kind in ("date", "yearmonth"):
        return [
            f"{day:{'%Y-%m-%d' if kind == 'date' else '%Y-%m'}}" for day in _days(plain, months=kind == "yearmonth")
        ]
    numbers = _share(plain, field) if plain.endswith("%") else _numbers(plain)
    if kind == "number":
        return [f"{number:f}" for number in numbers]
    whole = [str(int(number)) for number in numbers if number == int(number)]
    return [text for text in whole if kind == "integer" or len(text) == 4] or (
        [str(day.year) for day in _days(plain, months=True)] if kind == "year" else []
    )


def _numbers(plain: str) -> list[Decimal]:
    """Return the numbers that a text may stand for, the likelier first: "1,200", "1 200", "1.200,5", "0,5"."""
    body = re.sub(r"(?<=[0-9])[ '’_](?=[0-9]{3})", "", plain)
    found = []
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", body):
        found.append(body.replace(",", ""))
    elif re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?", body):
        found.append(body.replace(".", "").replace(",", "."))
    elif re.fullmatch(r"[+-]?[0-9]*,[0-9]+", body):
        found.append(body.replace(",", "."))
    if re.fullmatch(WRITTEN["number"], body) and len(body) < 20:
        found.append(body)
    return [Decimal(text) for text in found if abs(Decimal(text)) < 10**18]


def _share(plain: str, field: dict) -> list[Decimal]:
    """Return what a percentage is in its column: 50 where the column counts per cent, else 0.5."""
    counts_percent = "percent" in f"{field['name']} {field.get('unit', '')}" or field["type"] != "number"
    return [
        number if counts_percent else (number / 100).normalize() for number in _numbers(plain.removesuffix("%").strip())
    ]


def _days(plain: str, *, months: bool) -> list[date]:
    """Return the days that a text may stand for: one if it is plain, two if day and month may be exchanged."""
    if re.fullmatch(r"[2-5][0-9]{4}(\.[0-9]+)?", plain):
        return [FIRST_DAY_OF_SPREADSHEETS + timedelta(days=int(plain[:5]))]
    if re.fullmatch(r"[12][0-9]{7}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    plain = re.sub(r"[T ][0-9]{1,2}:[0-9]{2}.*$", "", plain)
    return [day for form in (*DAYS, *(MONTHS if months else ())) if (day := _day(plain, form))]


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
