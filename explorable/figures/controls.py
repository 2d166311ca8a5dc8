"""Controls of a chart's parameters, written as HTML so that they can be labelled, styled and tested.

They stay hidden until ``static/charts.js`` has brought the chart to life: a reader never meets a slider that moves
nothing. That script also keeps what they say while the tab is open, so the browser is asked not to. A parameter that is
an assumption of the model gets all that the registry knows about it.
"""

from __future__ import annotations

import json
from html import escape

from explorable.book import Part
from explorable.figures import theme
from explorable.figures.sources import Cited

assumptions = Part("assumptions")

TICKS = "Shaded: what the draws go through, with its low, middle and high value. What is held does not move in them."
LETTER = 0.024  # of a track, about, that a letter of a tick's number takes


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
    rows = "".join(_row(param, f"{prefix}-{param['name']}") for param in bound)
    return (
        f'<form class="chart-controls" hidden autocomplete="off" aria-label="Controls: {escape(theme.heading(spec))}">{rows}'
        f'<button type="reset" class="chart-button">Reset</button></form>'
    )


# Any chart


def _row(param: dict, name: str, counts: str = "") -> str:
    """Return one control with its label; ``counts`` is what the number of a slider counts, for who hears it: "months"."""
    bind, value = param["bind"], _value(param)
    label = escape(bind.get("name") or param["name"]).strip()
    key = f'data-param="{escape(param["name"])}"' + (f' data-field="{escape(_field(param))}"' if _field(param) else "")
    kind = bind["input"]
    if kind == "radio":
        return _radio(bind, value, label, name, key)
    if kind == "range":
        said = f' data-counts="{escape(counts)}" aria-valuetext="{value:,} {escape(counts)}"' if counts else ""
        control = (
            f'<input type="range" id="{name}" {key}{said} min="{bind.get("min", 0)}" max="{bind.get("max", 100)}" '
            f'step="{bind.get("step", "any")}" value="{value}"><output for="{name}" aria-live="off">{value}</output>'
        )
    elif kind == "checkbox":
        return f'<label class="chart-check"><input type="checkbox" id="{name}" {key}{" checked" if value else ""}> {label}</label>'
    elif kind == "select":
        control = f'<select id="{name}" {key}>{"".join(_option(option, text, value) for option, text in _choices(bind))}</select>'
    else:
        raise ValueError(f"The page has no control for the input {kind!r} of parameter {param['name']!r}.")
    return f'<div class="chart-control"><label for="{name}">{label}</label>{control}</div>'


def _radio(bind: dict, value, label: str, name: str, key: str) -> str:
    buttons = "".join(
        f'<label><input type="radio" name="{name}" {key} value="{escape(json.dumps(option), quote=True)}"'
        f"{' checked' if option == value else ''}> {escape(str(text))}</label>"
        for option, text in _choices(bind)
    )
    return f'<fieldset class="chart-control chart-radio"><legend>{label}</legend>{buttons}</fieldset>'


def _choices(bind: dict) -> list[tuple]:
    options = bind["options"]
    return list(zip(options, bind.get("labels", ["all" if option is None else option for option in options])))


def _option(option, text, value) -> str:
    return f'<option value="{escape(json.dumps(option), quote=True)}"{" selected" if option == value else ""}>{escape(str(text))}</option>'


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


def described(explorer: dict | None, book: str) -> str:
    """Return what ``explorers.js`` must know about an explorer of the book of this title, as an attribute of its figure."""
    if not explorer:
        return ""
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
    known |= {"retired": explorer.get("retired", []), "fewer": explorer.get("fewer", "fewer")}
    known["presets"] = {
        name: {id: (assumptions.middles() | assumptions.preset(name))[id] for id in ids} for name in presets(ids)
    }
    return f' data-explorer="{escape(json.dumps(known), quote=True)}"'


def answer() -> str:
    """Return the place of an explorer's number and sentence; the page's script fills it, and speaks it once the hand rests."""
    return (
        '<div class="stage-answer" hidden><p class="stage-line"><data class="stage-number" value=""></data> <span class="stage-unit"></span></p>'
        '<p class="stage-sentence"></p></div><p class="stage-spoken" role="status"></p>'
    )


def tabs(explorer: dict, title: str, prefix: str) -> str:
    """Return one tab for each chart of an explorer."""
    made = "".join(
        f'<button type="button" role="tab" id="{prefix}-tab-{number}" aria-controls="{prefix}-panel-{number}" '
        f'aria-selected="{"false" if number else "true"}" tabindex="{-1 if number else 0}">{escape(text)}</button>'
        for number, text in enumerate(explorer["tabs"])
    )
    return f'<div class="stage-tabs" role="tablist" aria-label="Charts: {escape(title)}" hidden>{made}</div>'


def beside(explorer: dict) -> str:
    """Return what must be said beside the number, if anything."""
    return f'<p class="stage-beside">{escape(explorer["beside"])}</p>' if explorer.get("beside") else ""


def live_tables(explorer: dict, title: str) -> str:
    """Return the places for the tables that follow the sliders, and for what the reader pinned."""
    tables = "".join(
        f'<div class="chart-table" data-scrolls="Results: {escape(title)}"><table data-view="{escape(view)}"><thead><tr>'
        + "".join(f'<th scope="col">{escape(heading)}</th>' for _, heading in columns)
        + "</tr></thead><tbody></tbody></table></div>"
        for view, columns in explorer["tables"]
    )
    return (
        f'<p class="explorer-pinned" hidden></p>'
        f'<details class="chart-data explorer-tables" hidden><summary>The results as a table</summary>{tables}</details>'
    )


def _explorer(explorer: dict, bound: list[dict], title: str, prefix: str, cited: Cited) -> str:
    mixed = [id for id in explorer["assumptions"] if id in assumptions.SHARES]
    if len(mixed) < 2:
        mixed = []
    holdable = any(explorer.get("fills", []))
    counts = explorer.get("counts", {})
    rows = {
        param["name"]: _assumption(param["name"], prefix, cited, holdable=holdable)
        if param["name"] in explorer["assumptions"]
        else _row(param, f"{prefix}-{param['name']}", counts.get(param["name"], ""))
        for param in bound
        if param["name"] not in mixed
    }
    if mixed:
        rows["shares"] = _shares(mixed, explorer.get("parts", []), prefix, cited)
    entry = _entry(explorer, rows, prefix)
    groups: dict[str, str] = {}
    headings = explorer.get("groups", {})
    for name, row in rows.items():
        if name in explorer["assumptions"]:
            heading = headings.get(name, "")
            groups[heading] = groups.get(heading, "") + row
    settings = "".join(row for name, row in rows.items() if name not in explorer["assumptions"])
    body = "".join(
        f"<fieldset><legend>{escape(heading)}</legend>{part}</fieldset>" if heading else part
        for heading, part in groups.items()
    )
    if holdable:
        body = f'<p class="assumption-about">{escape(TICKS)}</p>{body}'
    if entry:
        body = f'<details class="explorer-all"><summary>All the assumptions</summary>{body}</details>'
    return (
        f'<div class="stage-controls"><p class="explorer-note">{escape(explorer["note"])}</p>'
        f'<form class="chart-controls explorer-controls" id="{prefix}-form" hidden autocomplete="off" aria-label="Assumptions: {escape(title)}">'
        f"{_presets(explorer)}{entry}{body}{settings}"
        f'<p class="stage-end"><button type="reset" class="chart-button">Reset all</button></p></form>'
        f"{_without_script(explorer['assumptions'], cited)}</div>"
    )


def _entry(explorer: dict, rows: dict[str, str], prefix: str) -> str:
    """Return the short way in: questions, each with one of the rows or with the choice that sets all shares at once."""
    if not explorer.get("entry"):
        return ""
    options = "".join(
        f'<option value="{escape(json.dumps(shares), quote=True)}">{escape(label)}</option>'
        for label, shares in explorer["dominant"]
    )
    rows["dominant"] = rows.pop("shares", "") + (
        f'<div class="chart-control"><label for="{prefix}-dominant">All at once</label>'
        f'<select id="{prefix}-dominant" data-action="dominant">{options}<option value="" hidden>your own shares</option></select></div>'
    )
    questions = "".join(
        f'<p class="explorer-question">{escape(question)}</p>{rows.pop(name)}' for question, name in explorer["entry"]
    )
    return f'<fieldset class="explorer-entry"><legend>Start with three questions</legend>{questions}</fieldset>'


def _assumption(id: str, prefix: str, cited: Cited, *, holdable: bool) -> str:
    """Return one slider with its label, value, cited range, reasons, source and way back."""
    this = assumptions.get(id)
    hold = ""
    if holdable and id not in assumptions.SHARES:
        hold = (
            f'<button type="button" class="assumption-hold" aria-pressed="false" aria-label="Hold: {escape(this.label)}" '
            'title="Held: it does not move in the draws">hold</button>'
        )
    name, label, start = f"{prefix}-{id}", escape(this.label), escape(this.written(this.middle))
    low, high = (f"{_along(this, value):.3f}" for value in (this.low, this.high))
    return (
        f'<div class="assumption" data-assumption="{id}" style="--low:{low};--high:{high}"><label for="{name}">{label}</label>'
        f'<span class="assumption-track">{_slider(this, name)}{_ticks(this)}</span><output for="{name}" aria-live="off">{start}</output>'
        f'{hold}<button type="button" class="assumption-reset" aria-label="Back to the start: {label}" title="Back to {start}">↺</button>'
        f'<details class="assumption-why"><summary>Why {start}? <span class="assumption-basis">{escape(this.basis)}</span></summary>'
        f"<p>{_reasons(this, cited)}</p></details></div>"
    )


def _slider(this, name: str, *, step: str = "", more: str = "") -> str:
    low, high = this.slider
    mixture = " data-mixture" if this.id in assumptions.SHARES else ""
    return (
        f'<input type="range" id="{name}" data-param="{this.id}" data-unit="{escape(this.unit)}"{mixture}{more} min="{low:g}" max="{high:g}" '
        f'step="{step or format(this.step, "g")}" value="{this.middle:g}" aria-valuetext="{escape(this.written(this.middle))}">'
    )


def _along(this, value: float) -> float:
    """Return where a value stands on the track of its slider, from 0 to 1."""
    low, high = this.slider
    return (value - low) / (high - low)


def _ticks(this) -> str:
    """Return ticks below a slider: low, middle and high of its range; the middle has a number where there is room for one."""
    values = (this.low, this.middle, this.high)
    places, words = [_along(this, value) for value in values], [_briefly(this, value) for value in values]
    (low, middle, high), wide = places, [LETTER * len(text) for text in words]
    inside = (
        low < wide[0],
        high > 1 - wide[2],
    )  # a number that would leave the track stands on the inner side of its tick
    free = low + wide[0] * inside[0] < middle - wide[1] / 2 and middle + wide[1] / 2 < high - wide[2] * inside[1]
    sides = ["after" if inside[0] else "before", "over", "before" if inside[1] else "after"]
    made = "".join(
        f'<i class="{side}" style="--at:{at:.3f}">{escape(text) if free or side != "over" else ""}</i>'
        for at, side, text in zip(places, sides, words)
    )
    return f'<span class="assumption-ticks" aria-hidden="true">{made}</span>'


def _briefly(this, value: float) -> str:
    """Return a value without its unit, which stands beside the slider: "−40 %", "30,000"."""
    number, *unit = this.written(value).split()
    return f"{number} %" if unit[:1] == ["%"] else number


def _shares(ids: list[str], parts: list[list[str]], prefix: str, cited: Cited) -> str:
    """Return the place of the bar of all shares, which the page's script fills (``Shares`` in library.js), and what holds them.

    ``parts`` are the names of the shares in the bar, and what their colours mean: id, name, meaning.
    """
    named = {id: (name, *meaning) for id, name, *meaning in parts}  # a notebook that was run earlier has no meanings
    held, why = "", ""
    for id in ids:
        this, name = assumptions.get(id), f"{prefix}-{id}"
        part, *meaning = map(escape, named.get(id, (this.label,)))
        more = f' data-part="{part}"' + "".join(f' data-means="{one}"' for one in meaning)
        slider = _slider(this, name, step="any", more=more)  # what others leave is at no stop
        held += (
            f'<div class="assumption" data-assumption="{id}" hidden><label for="{name}">{escape(this.label)}</label>'
            f'{slider}<output for="{name}" aria-live="off">{escape(this.written(this.middle))}</output></div>'
        )
        why += f"<p><b>{part}.</b> {_reasons(this, cited, span='range')}</p>"
    return f'<div class="shares-place"></div>{held}<details class="assumption-why"><summary>Why these shares?</summary>{why}</details>'


def _reasons(this, cited: Cited, *, span: str = "shaded range") -> str:
    return (
        f"{escape(this.help)} The {span}, {escape(this.written(this.low))} to {escape(this.written(this.high))}, is {escape(this.covers)}. "
        f"Basis: {escape(this.basis)}, {cited.link(this.source)}."
    )


def presets(ids: list[str]) -> dict[str, str]:
    """Return the presets that change something here: name → label. One share without the others would mislead."""
    found = {}
    for name, label in assumptions.presets().items():
        held = set(assumptions.preset(name))
        shares = held & set(assumptions.SHARES)
        if held & set(ids) and (shares <= set(ids) or not set(assumptions.SHARES) & set(ids)):
            found[name] = label
    return found


def _presets(explorer: dict) -> str:
    """Return a button for each preset that changes something here."""
    buttons = "".join(
        f'<button type="button" class="chart-button" data-action="preset" value="{escape(name)}" aria-pressed="false">{escape(label)}</button>'
        for name, label in presets(explorer["assumptions"]).items()
    )
    return f'<div class="stage-presets" role="group" aria-label="Presets">{buttons}</div>' if buttons else ""


def tools() -> str:
    """Return the menu of what a reader may do with an explorer, and the line that says what was done."""
    button = '<button type="button" class="chart-button" data-action="{}">{}</button>'.format
    return (
        '<details class="stage-tools" hidden><summary>Keep, compare, share</summary><div class="explorer-toolbar">'
        f'{button("pin", "Pin to compare")}<button type="button" class="chart-button" data-action="unpin" hidden>Unpin</button>{button("share", "Copy link")}{button("save", "Save file")}'
        f'<label class="chart-button explorer-load">Load file<input type="file" accept=".json,application/json" data-action="load"></label>'
        f"{button('cite', 'Cite')}</div></details>"
    )


def message() -> str:
    """Return the line that says what was done; it stands last, and sticks to the lower edge of the view."""
    return '<p class="explorer-message" role="status"></p>'


def _without_script(ids: list[str], cited: Cited) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(this.label)}</th><td>{escape(this.written(this.middle))}</td><td>{_reasons(this, cited)}</td></tr>'
        for this in map(assumptions.get, ids)
    )
    return (
        f"<noscript><p>The sliders need JavaScript. The picture shows what follows from these assumptions:</p>"
        f'<table><thead><tr><th scope="col">Assumption</th><th scope="col">Start</th><th scope="col">Why</th></tr></thead><tbody>{rows}</tbody></table></noscript>'
    )
