"""What any explorer is made of: sliders, choices, formulas as text, axes that follow, and the frame that the page brings to life.

A book's own module ``explorers`` calls its model with these parameters in place of numbers. Altair alone is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import altair as alt

from explorable.assumptions.registry import Assumption

NOT_A_FORECAST = "If … then, not a forecast: the sliders say what to assume, the chart what would follow."
TICKS = 5  # of an axis, about


def slider(assumption: Assumption) -> alt.Parameter:
    """Return one assumption as a parameter with a slider."""
    low, high = assumption.slider
    bind = alt.binding_range(name=assumption.label, min=low, max=high, step=assumption.step)
    return alt.param(name=assumption.id, value=assumption.middle, bind=bind)


def choice(name: str, label: str, options: Mapping, value) -> alt.Parameter:
    """Return a parameter that is chosen from a list; ``options`` maps values to labels."""
    bind = alt.binding_select(options=list(options), labels=list(options.values()), name=label)
    return alt.param(name=name, value=value, bind=bind)


#: What an explorer may tell its page besides, and what the page makes of it.
MORE = {
    "beside": "a sentence that stands beside the number wherever that stands",
    "counts": "what the number of each other slider counts: name → plural",
    "dominant": "pairs of a label and the shares that it sets at once",
    "entry": "questions of the short way in: [question, name of a control]",
    "fewer": "the word for a smaller number, where it is not “fewer”",
    "fills": "what the page's engine fills each panel with, if anything",
    "groups": "the heading under which each assumption stands: id → heading",
    "outcome": "the outcome whose draws those panels show at the start",
    "parts": "the names of the shares in their bar, and what their colours mean: [id, name, meaning]",
    "retired": "names that links and files of earlier pages may still hold",
    "said": "of other sliders that assume something: name → a clause with {} for the value",
    "when": "the chosen month in words: the first ones, then one with {} for all others",
}


def text(formula) -> str:
    """Return a formula of parameters and fields as the text that Vega reads."""
    if isinstance(formula, (str, int, float)):
        return str(formula)
    written = formula.to_dict()
    return written["expr"] if isinstance(written, dict) else str(written)


def switch(variable: str, cases: Mapping[str, object]) -> str:
    """Return an expression that picks the formula of the case that ``variable`` names."""
    chain = "null"
    for name, formula in reversed(list(cases.items())):
        chain = f"{variable} === '{name}' ? {text(formula)} : ({chain})"
    return chain


def rows(column: str, values: Iterable) -> alt.Data:
    """Return a table of one column as a chart's data."""
    return alt.Data(values=[{column: value} for value in values])


def following() -> alt.Scale:
    """Return a scale from 0 to the next of about five round ticks above all that is drawn."""
    return alt.Scale(domainMin=0, nice=TICKS)


def pinned() -> alt.Chart:
    """Return the layer of a pinned run, without marks: the page fills its rows, which are those of the view beside it."""
    return alt.Chart(alt.InlineData(values=[], name="pinned"))


def pairs(mapping: Mapping) -> list[list]:
    """Return a mapping as a list: a notebook's file sorts the keys of a mapping, and here their order counts."""
    return [[name, value] for name, value in mapping.items()]


def explorer(
    *panels: alt.Chart,
    id: str,
    title: str,
    description: str,
    assumptions: Iterable[Assumption],
    sources: dict,
    answer: object,
    words: str,
    tables: Mapping[str, Mapping[str, str]],
    brief: str = "",
    tabs: Iterable[str] = ("Chart",),
    others: Iterable[alt.Parameter] = (),
    **more,
) -> alt.VConcatChart:
    """Put panels together, one ``tabs`` each; ``more`` is of :data:`MORE`. ``TypeError`` for anything else.

    ``answer`` is a formula, ``words`` a formula of the text behind its number, ``brief`` a shorter one for a phone. ``tables`` gives, for each named view, its
    columns (field → heading), the value last.
    """
    if unknown := set(more) - set(MORE):
        raise TypeError(f"An explorer knows no {', '.join(sorted(unknown))}. It may have: {', '.join(MORE)}.")
    assumptions = list(assumptions)
    columns = [[view, pairs(headings)] for view, headings in tables.items()]
    about = {
        "id": id,
        "assumptions": [assumption.id for assumption in assumptions],
        "tables": columns,
        "tabs": [*tabs],
        "note": NOT_A_FORECAST,
        **more,
    }
    chart = alt.vconcat(*panels, title=title, description=description, usermeta={"explorer": about, **sources})
    # In Jupyter one chart holds all panels, and each has its own colours; a dash stands in one legend with its colour.
    chart = chart.resolve_scale(color="independent", strokeDash="independent")
    parameters = [
        *others,
        *map(slider, assumptions),
        alt.param(name="answer", expr=text(answer)),
        alt.param(name="words", expr=words),
        alt.param(name="brief", expr=brief or "words"),
    ]
    chart.params = [parameter.param for parameter in parameters]
    return chart
