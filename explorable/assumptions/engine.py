"""A model as the page has it: what Python knows of its inputs, and its functions, written as JavaScript for ``static/analysis.js``.

Nothing here is typed a second time: points, levels and messages come from the modules beside this one, formulas from :mod:`compiler`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from explorable.assumptions import compiler, draws, points, sensitivity, value_of_information
from explorable.assumptions.inputs import Inputs

#: What the analysis in the page must know of the analysis in Python.
ANALYSIS = {
    "levels": draws.LEVELS,
    "count": draws.COUNT,
    "pairs": sensitivity.PAIRS,
    "pairsMoving": sensitivity.PAIRS_MOVING,
    "first": sensitivity.FIRST,
    "grid": {"flips": sensitivity.FINE, "turned": sensitivity.GRID},
    "bins": value_of_information.BINS,
    "asGoodAsSettled": value_of_information.AS_GOOD_AS_SETTLED,
    "points": {"seed": points.SEED, "second": draws.SECOND, "polynomials": points.DIRECTIONS},
    "texts": {
        "nothingOpen": sensitivity.NOTHING_OPEN,
        "nothingMoves": sensitivity.NOTHING_MOVES,
        "allYes": value_of_information.ALL_YES,
        "allNo": value_of_information.ALL_NO,
    },
}


def script(
    *,
    inputs: Inputs,
    programs: Mapping[str, Callable[[dict], Mapping]],
    time: str,
    groups: Mapping[str, Sequence[str]],
    words: Mapping[str, Mapping],
    about: Mapping[str, object],
    formulas: Iterable[tuple[Callable, Sequence[str]]] = (),
) -> str:
    """Return the script that makes ``explorable.engine`` of a model.

    ``programs`` take a mapping of all inputs and ``time`` and return results by name; one must be called ``outcomes``. ``words`` says of
    each input whatever a page shows; ``about`` is what the engine has besides; ``formulas`` are functions with their arguments. Raises
    ``CannotCompile`` where a function can't be written as JavaScript.
    """
    made = compiler.compiled(programs, inputs.ids, [time])
    known = {
        "time": time,
        "inputs": [{"id": id, **words[id], **_range(inputs, id)} for id in words if id in inputs.ids],
        "mixtures": inputs.mixtures,
        "groups": groups,
        "about": about,
        "results": made.results,
        **ANALYSIS,
    }
    written = {
        "formulas": ",\n".join(compiler.formula(function, arguments) for function, arguments in formulas),
        "one": made.one,
        "steps": made.steps,
    }
    parts = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
    parts += [f"{json.dumps(name)}: {{\n{text}\n}}" for name, text in written.items()]
    return "explorable.engine = explorable.makeEngine({\n" + ",\n".join(parts) + "\n});\n"


def _range(inputs: Inputs, id: str) -> dict:
    return {"mixture": inputs.mixture_of(id), **(inputs.ranges[id]._asdict() if id in inputs.ranges else {})}
