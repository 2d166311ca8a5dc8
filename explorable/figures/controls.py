"""Controls of a chart's parameters, written as HTML (``templates/controls.html``) so that they can be labelled, styled and tested.

They stay hidden until ``static/charts.js`` has brought the chart to life: a reader never meets a slider that moves
nothing. That script also keeps what they say while the tab is open, so the browser is asked not to. A parameter that is
an assumption of the model gets all that the registry knows about it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from explorable.book import Part
from explorable.figures import theme
from explorable.figures.sources import Cited
from explorable.templates import macros

assumptions = Part("assumptions")

TEMPLATE = "figures/controls.html"
TICKS = "Shaded: what the draws go through, with its low, middle and high value. What is held does not move in them."
LETTER = 0.024  # of a track, about, that a letter of a tick's number takes


class Control(NamedTuple):
    """One control of a chart's parameter; ``counts`` is what the number of a slider counts, for who hears it: "months"."""

    id: str
    param: str
    field: str  # of a selection that is bound to one control; nothing for a variable
    kind: str
    label: str
    value: Any
    choices: list[tuple]
    counts: str = ""
    said: str = ""


class Tick(NamedTuple):
    side: str
    at: float
    text: str


class Track(NamedTuple):
    """Below a slider, from 0 to 1: the ends of the range that its source covers, and ticks."""

    low: float
    high: float
    ticks: list[Tick]


def for_chart(spec: dict, *, prefix: str, cited: Cited) -> str:
    """Return the controls of all bound parameters of a chart, or nothing."""
    bound = [
        param
        for part in [spec, *spec.get("layer", []), *spec.get("vconcat", [])]
        for param in part.get("params", [])
        if isinstance(param.get("bind"), dict) and "input" in param["bind"]
    ]
    if not bound:
        return ""
    explorer = spec.get("usermeta", {}).get("explorer")
    if explorer:
        return _explorer(explorer, bound, theme.heading(spec), prefix, cited)
    return macros(TEMPLATE).form(theme.heading(spec), [_row(param, f"{prefix}-{param['name']}") for param in bound])


# Any chart


def _row(param: dict, id: str, counts: str = "", said: str = "") -> str:
    """Return one control with its label; ``said`` is the clause that says what it assumes, if anything."""
    bind = param["bind"]
    if bind["input"] not in ("radio", "range", "checkbox", "select"):
        raise ValueError(f"The page has no control for the input {bind['input']!r} of parameter {param['name']!r}.")
    control = Control(
        id=id,
        param=param["name"],
        field=_field(param),
        kind=bind["input"],
        label=(bind.get("name") or param["name"]).strip(),
        value=_value(param),
        choices=_choices(bind),
        counts=counts,
        said=said,
    )
    return macros(TEMPLATE).row(control, bind)


def _choices(bind: dict) -> list[tuple]:
    options = bind.get("options", [])
    return list(zip(options, bind.get("labels", ["all" if option is None else option for option in options])))


def _value(param: dict):
    value = param.get("value")
    if isinstance(value, list) and value and isinstance(value[0], dict):  # a point selection's first value
        return next(iter(value[0].values()))
    return value


def _field(param: dict) -> str:
    """Return the field of a selection that is bound to one control, or nothing for a variable."""
    select = param.get("select")
    return select["fields"][0] if isinstance(select, dict) and select.get("fields") else ""


# Explorers: the model's assumptions


def known(explorer: dict | None, book: str) -> dict:
    """Return what ``explorers.js`` must know about an explorer of the book of this title."""
    if not explorer:
        return {}
    ids = explorer["assumptions"]
    known = {
        "id": explorer["id"],
        "assumptions": ids,
        "tables": {view: dict(columns) for view, columns in explorer["tables"]},
    }
    known |= {
        "book": book,
        "format": assumptions.SAVED.format,
        "version": assumptions.SAVED.version,
        "older": assumptions.older(),
    }
    known |= {"fills": explorer.get("fills", []), "outcome": explorer.get("outcome")}
    known |= {"when": explorer.get("when", ["after {} months"])}
    known |= {"retired": explorer.get("retired", []), "fewer": explorer.get("fewer", "fewer")}
    known["presets"] = {
        name: {id: (assumptions.middles() | assumptions.preset(name))[id] for id in ids} for name in presets(ids)
    }
    return known


def _explorer(explorer: dict, bound: list[dict], title: str, prefix: str, cited: Cited) -> str:
    """Return the controls of an explorer: presets, questions for a short way in, all assumptions by group, and other settings."""
    ids, headings = explorer["assumptions"], explorer.get("groups", {})
    rows = _rows(explorer, bound, prefix, cited)
    asked = {name: question for question, name in explorer.get("entry", [])}
    groups: dict[str, list[str]] = {}
    for name, row in rows.items():
        if name in ids and name not in asked:
            groups.setdefault(headings.get(name, ""), []).append(row)
    return macros(TEMPLATE).explorer(
        about=explorer,
        prefix=prefix,
        title=title,
        presets=presets(ids),
        questions=[(question, rows[name]) for name, question in asked.items()],
        ticks=TICKS if _holdable(explorer) else "",
        groups=groups,
        settings=[row for name, row in rows.items() if name not in ids and name not in asked],
        start=[assumptions.get(id) for id in ids],
        examples=[
            (param["bind"]["name"], param["value"]) for param in bound if param["name"] in explorer.get("said", {})
        ],
        cited=cited,
    )


def _holdable(explorer: dict) -> bool:
    """Whether an explorer draws what is open, so that a reader may hold it."""
    return any(explorer.get("fills", []))


def _rows(explorer: dict, bound: list[dict], prefix: str, cited: Cited) -> dict[str, str]:
    """Return the controls of an explorer by name, the sliders of several shares in one: "shares", or with the choice of all at once
    "dominant"."""
    mixed = [id for id in explorer["assumptions"] if id in assumptions.share_ids()]
    mixed = mixed if len(mixed) > 1 else []
    counts, said = explorer.get("counts", {}), explorer.get("said", {})
    rows = {}
    for name, param in ((param["name"], param) for param in bound if param["name"] not in mixed):
        if name in explorer["assumptions"]:
            rows[name] = _assumption(name, prefix, cited, holdable=_holdable(explorer))
        else:
            rows[name] = _row(param, f"{prefix}-{name}", counts.get(name, ""), said.get(name, ""))
    shares = _shares(mixed, explorer.get("parts", []), prefix, cited) if mixed else ""
    if explorer.get("entry"):
        rows["dominant"] = shares + macros(TEMPLATE).dominant(prefix, explorer["dominant"])
    elif shares:
        rows["shares"] = shares
    return rows


def _assumption(id: str, prefix: str, cited: Cited, *, holdable: bool) -> str:
    """Return one slider with its label, value, cited range, reasons, source and way back."""
    this, mixture = assumptions.get(id), id in assumptions.share_ids()
    track = Track(_along(this, this.low), _along(this, this.high), _ticks(this))
    return macros(TEMPLATE).assumption(
        this, prefix, cited, track=track, holdable=holdable and not mixture, mixture=mixture
    )


def _along(this, value: float) -> float:
    """Return where a value stands on the track of its slider, from 0 to 1."""
    low, high = this.slider
    return (value - low) / (high - low)


def _ticks(this) -> list[Tick]:
    """Return ticks below a slider: low, middle and high of its range; the middle has a number where there is room for one."""
    values = (this.low, this.middle, this.high)
    places, words = [_along(this, value) for value in values], [_briefly(this, value) for value in values]
    (low, middle, high), wide = places, [LETTER * len(text) for text in words]
    # a number that would leave the track stands on the inner side of its tick
    inside = (low < wide[0], high > 1 - wide[2])
    free = low + wide[0] * inside[0] < middle - wide[1] / 2 and middle + wide[1] / 2 < high - wide[2] * inside[1]
    sides = ["after" if inside[0] else "before", "over", "before" if inside[1] else "after"]
    shown = [text if free or side != "over" else "" for side, text in zip(sides, words)]
    return [Tick(*tick) for tick in zip(sides, places, shown)]


def _briefly(this, value: float) -> str:
    """Return a value without its unit, which stands beside the slider: "−40 %", "30,000"."""
    number, *unit = this.written(value).split()
    return f"{number} %" if unit[:1] == ["%"] else number


def _shares(ids: list[str], parts: list[list[str]], prefix: str, cited: Cited) -> str:
    """Return the place of the bar of all shares. ``parts`` are their names in the bar, and what their colours mean: id, name, meaning."""
    named = {id: (name, *meaning) for id, name, *meaning in parts}  # a notebook that was run earlier has no meanings
    shown = []
    for this in map(assumptions.get, ids):
        name, *meaning = named.get(this.id, (this.label,))
        shown.append((this, name, meaning[0] if meaning else ""))
    return macros(TEMPLATE).shares(shown, prefix, cited)


def presets(ids: list[str]) -> dict[str, str]:
    """Return the presets that change something here: name → label. One share without the others would mislead."""
    found = {}
    for name, label in assumptions.presets().items():
        held = set(assumptions.preset(name))
        shares = held & set(assumptions.share_ids())
        if held & set(ids) and (shares <= set(ids) or not set(assumptions.share_ids()) & set(ids)):
            found[name] = label
    return found
