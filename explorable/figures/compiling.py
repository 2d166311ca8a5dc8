"""A chart's Vega-Lite → compiled Vega, fit for a page, and a picture that needs no script.

Who compiles is an argument: the build has vl_convert, a live page the script of its worker.
"""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from explorable.figures.colours import to_variables
from explorable.figures.theme import TEXT_FACE, heading

VEGA_LITE = "6.4"
WIDTH = 560  # of the picture's plot in pixels; the live chart takes the room there is
LINE = 14  # pixels from one line of a label to the next, as Vega sets letters of 12
#: A picture's letters were measured as wide as these are; wider ones would be cut at its edge. A live chart measures the reader's own.
LETTERS = f"'{TEXT_FACE}', 'Liberation Sans', Arial, Helvetica, system-ui, sans-serif"


@dataclass(frozen=True)
class Compiler:
    """``vega`` turns Vega-Lite into Vega (both dictionaries), ``picture`` turns Vega into SVG."""

    vega: Callable[[dict], dict]
    picture: Callable[[dict], str]


def split(spec: dict) -> list[dict]:
    """Return the parts of a vertical concatenation, each whole by itself: parts of a page bend to a phone, one tall chart does not."""
    spec = copy.deepcopy(spec)
    spec.pop("title", None)
    if "vconcat" not in spec:
        return [spec]
    shared = {name: value for name, value in spec.items() if name not in ("vconcat", "description", "resolve")}
    whole = spec.get("description")  # of one part; of several it tells what the others show
    # A selection belongs to the part it is made in; a variable parameter to all.
    return [
        {
            **shared,
            **part,
            "params": shared.get("params", []) + part.get("params", []),
            "description": part.get("description") or (heading(part) if len(spec["vconcat"]) > 1 else "") or whole,
        }
        for part in spec["vconcat"]
    ]


OUTLINE = re.compile(r'<path[^>]* d="((?:M[-\d.,L]+Z)+)"[^>]*?(?:/>|></path>)')
POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def in_frame(picture: str) -> str:
    """Return a map without the outlines that lie wholly outside its frame, where nobody sees them: one of a region has many."""
    frame = re.search(r'<clipPath[^>]*><rect x="0" y="0" width="([\d.]+)" height="([\d.]+)"', picture)
    if not frame or "mark-shape" not in picture:
        return picture
    wide, high = map(float, frame.groups())

    def is_seen(outline: str) -> bool:
        points = [(float(x), float(y)) for x, y in POINT.findall(outline)]
        return all(min(ones) <= most and max(ones) >= 0 for ones, most in zip(zip(*points), (wide, high), strict=True))

    def seen(path: re.Match) -> str:
        outlines = re.findall(r"M[^M]+", path[1])
        left = "".join(filter(is_seen, outlines))
        return path[0].replace(path[1], left) if left else ""

    return OUTLINE.sub(seen, picture)


@lru_cache(maxsize=256)
def compiled(text: str, compiler: Compiler) -> tuple[str, str]:
    """Return a Vega-Lite chart (as JSON text) as compiled Vega, safe inside a script element, and as SVG."""
    spec = json.loads(text)
    description = spec.get("description", "")
    spec.pop("title", None)
    spec["background"] = "transparent"  # the page's own ground, light or dark
    _fix_width(spec)
    spec.setdefault("config", {})["font"] = LETTERS
    vega = compiler.vega(spec)
    for axis in vega.get("axes", []):
        _centre_lines(axis)
    picture = in_frame(name_picture(compiler.picture(vega), description))
    for mark, _ in _marks(vega):
        if mark["type"] == "shape" and "description" not in mark:
            mark["description"] = "Outlines of countries"  # Vega gives the group a role that must have a name
        if mark["type"] == "rule" and "description" not in mark.get("encode", {}).get("update", {}):
            mark["aria"] = (
                False  # a rule at one place shows no data, so it has no name; the words beside it say what it is
            )
    compared = {"pinned"} & {source["name"] for source in vega.get("data", [])}
    for source in vega.get("data", []):
        compared |= {source["name"]} if source.get("source") in compared else set()
    for mark, source in _marks(vega):
        if source in compared:
            mark["aria"] = False  # a line that is still empty has no name; its numbers stand in the tables
    for signal in vega.get("signals", []):  # the page draws its own controls
        signal.pop("bind", None)
    tables = dict(spec.get("usermeta", {}).get("explorer", {}).get("tables", []))
    shown = {re.sub(r"(_\d+)?_marks$", "", mark.get("name", "")): source for mark, source in _marks(vega)}
    vega["usermeta"] = {"views": {name: shown[name] for name in tables if name in shown}, "pinned": bool(compared)}
    vega.pop("$schema", None)
    packed = json.dumps(vega, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    return to_variables(packed), to_variables(picture)


def _marks(part: dict) -> list[tuple[dict, str]]:
    """Return all marks of a compiled chart with the data set that each shows; a line's is that of its group."""
    found = []
    for mark in part.get("marks", []):
        origin = mark.get("from", {})
        whole = origin.get("facet", {}).get("data") or origin.get("data", "")
        found += [(mark, whole), *((inner, whole if origin.get("facet") else source) for inner, source in _marks(mark))]
    return found


def _centre_lines(axis: dict) -> None:
    """Put the middle of a label of several lines beside its tick: Vega puts the first line there, and the last beside the next row."""
    label = axis.get("encode", {}).get("labels", {}).get("update", {})
    words = label.get("text", {}).get("signal", "") if isinstance(label.get("text"), dict) else ""
    if axis["orient"] in ("left", "right") and words.startswith("split("):
        label["dy"] = {"signal": f"{-LINE / 2:g} * (length({words}) - 1)"}


def _fix_width(spec: dict) -> None:
    """Give a chart whose width is the container's a width for its picture."""
    if isinstance(spec, dict):
        if spec.get("width") == "container":
            spec["width"] = WIDTH
        for part in spec.get("layer", []):
            _fix_width(part)


# What Vega writes and nobody sees: empty grounds, parts that are not displayed, labels that made room
# for others. More than a tenth of a picture is made of them.
UNSEEN = re.compile(
    r'<path class="background" [^>]*d="M0,0h0v0h0Z"[^>]*/>'
    r'|<path [^>]*display="none"[^>]*/>'
    r'|<text [^>]*opacity="0"[^>]*>[^<]*</text>'
)
#: What an attribute says by itself where it is left out.
SAID_ANYWAY = re.compile(r' (?:transform="translate\(0,0\)"|stroke-width="1"|[xy]2="0")(?=[^<>]*>)')


def name_picture(svg: str, description: str) -> str:
    """Make the SVG one image with one name; its parts need none then."""
    head, body = re.split(r"(?<=>)", svg, maxsplit=1)
    size = (
        re.search(r'viewBox="[^"]*"', head)[0],
        re.search(r'width="([\d.]+)"', head)[1],
        re.search(r'height="([\d.]+)"', head)[1],
    )
    head = (
        f'<svg class="marks" {size[0]} width="{size[1]}" height="{size[2]}" font-family="{LETTERS}" role="img" '
        f'aria-label="{html.escape(description, quote=True)}">'
    )
    body = UNSEEN.sub("", body)
    body = re.sub(r' class="mark-(?!group)\w+ role-(?:axis|legend)-[^"]*"', "", body)  # no style asks for these
    body = re.sub(r'\s(?:(?:role|aria-[a-z]+|font-family|pointer-events)="[^"]*"|opacity="1"(?=[ />]))', "", body)
    body = re.sub(r'(?<= d=)"[^"]*"', lambda path: _rounded(path[0], 1), body)  # a tenth of a pixel: nobody sees more
    body = re.sub(r"<[^>]+>", lambda tag: _rounded(tag[0], 2), body)  # tags alone: what a chart says stays as it is
    return head + SAID_ANYWAY.sub("", body)


def _rounded(text: str, places: int) -> str:
    return re.sub(r"-?\d+\.\d+", lambda figure: f"{round(float(figure[0]), places):g}", text)
