"""The model under ipywidgets: for a session with a kernel. In the published page the explorers stand in their place.

Sliders, labels, help and ranges come from the registry, the numbers from :mod:`aftermath.model`.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterable, Mapping
from html import escape
from urllib.parse import urlencode

import altair as alt
import ipywidgets
import numpy as np
import pandas as pd
import traitlets

from aftermath import assumptions, data, explorers, model, theme
from aftermath.theme import COLOURS

ROWS = alt.NamedData("outcomes")  # of a lab's chart
WIDE = ipywidgets.Layout(width="44rem", max_width="100%")


class Lab(ipywidgets.VBox):
    """Sliders for some assumptions, the table that follows from them, and its chart.

    ``lab.assumptions`` holds the values: set it from code and the sliders move. ``lab.outcomes`` is the resulting
    DataFrame. Both can be observed, as in ``lab.observe(function, "outcomes")``.

    ``groups`` maps the heading of a tab to the ids on it; with one group there are no tabs. ``compute`` turns values into a
    DataFrame, ``rows`` the frames by set ("now", and "pinned" if there is one) into the rows of the chart. ``draw`` makes the chart of the data named
    ``ROWS``, ``say`` values into a sentence. ``explorer`` makes the chart that a page without a kernel shows in place of the widget.
    """

    assumptions = traitlets.Dict()
    outcomes = traitlets.Instance(pd.DataFrame)
    _setting = False  # true while values set from code travel to the sliders

    def __init__(
        self,
        id: str,
        groups: Mapping[str, Iterable[str]],
        compute: Callable,
        rows: Callable,
        draw: Callable,
        say: Callable,
        explorer: Callable,
    ):
        theme.enable()  # the chart is one of the book's, also for who did not run the chapter's first cell
        self.id, self._compute, self._rows, self._draw, self._say, self._explorer = (
            id,
            compute,
            rows,
            draw,
            say,
            explorer,
        )
        self.pinned: pd.DataFrame | None = None
        self._chart: dict = {}
        style = ipywidgets.widgets.widget_float.SliderStyle(
            description_width="18rem"
        )  # one for all: each is a model of its own in the page
        self._sliders = {name: _slider(name, style) for ids in groups.values() for name in ids}
        self._sentence, self._file, self._picture = ipywidgets.HTML(layout=WIDE), ipywidgets.HTML(), ipywidgets.Output()
        pages = [ipywidgets.VBox([self._sliders[name] for name in ids]) for ids in groups.values()]
        sliders = pages[0] if len(pages) == 1 else ipywidgets.Tab(pages)
        if len(pages) > 1:
            for place, heading in enumerate(groups):
                sliders.set_title(place, heading)
        super().__init__([sliders, self._toolbar(), self._sentence, self._picture])
        for slider in self._sliders.values():
            slider.observe(self._moved, "value")
        self.assumptions = self._values()

    # From code

    def reset(self) -> None:
        """Put every slider back to its middle."""
        self.assumptions = {name: assumptions.get(name).middle for name in self._sliders}

    def preset(self, name: str) -> None:
        """Set the sliders to a preset, as far as this lab has them."""
        values = assumptions.middles() | assumptions.preset(name)
        self.assumptions = {id: values[id] for id in self._sliders}

    def pin(self) -> None:
        """Keep the present outcomes, to be drawn beside the next ones."""
        self.pinned = self.outcomes
        self._show()

    def save(self) -> str:
        """Return the assumptions as the text of the file that the page's explorer loads."""
        return assumptions.to_json(self.assumptions, self.id)

    def load(self, text: str) -> None:
        """Take the assumptions of such a file."""
        self.assumptions = {name: value for name, value in assumptions.from_json(text).items() if name in self._sliders}

    def link(self, page: str = "") -> str:
        """Return a link with the assumptions that differ from their middle; ``page`` is the address of a page with this lab's explorer."""
        changed = {name: value for name, value in self.assumptions.items() if value != assumptions.get(name).middle}
        return f"{page}#{urlencode({'explorer': self.id, 'version': assumptions.SAVED.version, **changed})}"

    def _repr_mimebundle_(self, **kwargs) -> dict:
        """Return the widget, and beside it the explorer: a front end with a kernel shows the one, the published page the other."""
        widget = super()._repr_mimebundle_(**kwargs)
        if (
            sys.platform == "emscripten"
        ):  # a live page shows the widget, and would need a second and a half for the other
            return widget
        return {**widget, **theme.render(self._explorer().to_dict())}

    # What happens when something moves

    def _values(self) -> dict[str, float]:
        """What the sliders say, without the 0.15000000000000002 of a hand that moved one: the page's explorer takes its own steps only."""
        return {name: round(slider.value, 7) for name, slider in self._sliders.items()}

    @staticmethod
    def _shared(values: Mapping[str, float]) -> dict[str, float]:
        """Return values with shares that sum to 1: of the sliders of the paths only the proportions count."""
        numbers = {id: values[id] for id in assumptions.SHARES if id in values}
        return {**values, **assumptions.normalised(numbers)} if numbers else dict(values)

    def _moved(self, _change) -> None:
        if not self._setting:
            self.assumptions = self._values()

    @traitlets.validate("assumptions")
    def _checked(self, proposal) -> dict[str, float]:
        """Complete what was set with what the sliders say; refuse what can't be."""
        unknown = set(proposal["value"]) - set(self._sliders)
        if unknown:
            raise ValueError(
                f"This lab has no slider for {', '.join(sorted(unknown))}. It has {', '.join(self._sliders)}."
            )
        values = self._values() | assumptions.whole(proposal["value"])
        assumptions.check(self._shared(values))
        return values

    @traitlets.observe("assumptions")
    def _changed(self, change) -> None:
        self._setting = True
        try:
            for name, value in change["new"].items():
                self._sliders[name].value = value
        finally:
            self._setting = False
        self.outcomes = self._compute(self._shared(change["new"]))
        self._show()

    def _show(self) -> None:
        self._sentence.value = f"<p><b>{escape(self._say(self._shared(self.assumptions)))}</b></p><p>{escape(explorers.NOT_A_FORECAST)}</p>"
        self._file.value = self._download()
        # Set rather than captured: wherever a cell moves a slider, the chart changes here and not under that cell.
        bundle = alt.renderers.get()(self._drawn())
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        self._picture.outputs = ({"output_type": "display_data", "data": shown, "metadata": {}},)

    def _drawn(self) -> dict:
        """Return the chart as JSON. Altair makes it once, which would take most of the time of a move; then only its rows change."""
        self._chart = self._chart or self._draw().to_dict()
        sets = {"now": self.outcomes} | ({} if self.pinned is None else {"pinned": self.pinned})
        return {**self._chart, "datasets": {ROWS.name: self._rows(sets)}}

    def _toolbar(self) -> ipywidgets.HBox:
        options = [("Preset …", "")] + [(label, name) for name, label in assumptions.presets().items()]
        choice = ipywidgets.Dropdown(
            options=options, description="", tooltip="Presets", layout=ipywidgets.Layout(width="13rem")
        )
        choice.observe(lambda change: change["new"] and self.preset(change["new"]), "value")
        reset, pin = (
            ipywidgets.Button(description=text, tooltip=help)
            for text, help in (
                ("Reset all", "Put every slider back to its start"),
                ("Pin to compare", "Keep these outcomes beside the next ones"),
            )
        )
        reset.on_click(lambda _: self.reset())
        pin.on_click(lambda _: self.pin())
        file = ipywidgets.FileUpload(
            accept=".json",
            description="Load a file",
            tooltip="Take the assumptions of a file saved here or in the page",
        )
        file.observe(lambda change: self._take(change["new"]), "value")
        return ipywidgets.HBox([choice, reset, pin, file, self._file], layout=ipywidgets.Layout(flex_flow="row wrap"))

    def _download(self) -> str:
        content = base64.b64encode(self.save().encode()).decode()
        return (
            f'<a download="assumptions-{self.id}.json" href="data:application/json;base64,{content}">Save as a file</a>'
        )

    def _take(self, files: Iterable[Mapping] | Mapping[str, Mapping]) -> None:
        """Load what a reader chose; say in the lab what is wrong with a file that can't be used."""
        for file in files.values() if isinstance(files, Mapping) else files:  # by name in ipywidgets 7, which Colab has
            try:
                self.load(bytes(file["content"]).decode("utf-8", errors="replace"))
            except ValueError as problem:
                self._sentence.value = f'<p role="alert"><b>The file could not be used:</b> {escape(str(problem))}</p>'


def _slider(id: str, style: ipywidgets.widgets.widget_float.SliderStyle) -> ipywidgets.FloatSlider:
    """Return one assumption as a slider: label, help and range from the registry."""
    this = assumptions.get(id)
    low, high = this.slider
    return ipywidgets.FloatSlider(
        value=this.middle,
        min=low,
        max=high,
        step=this.step,
        description=this.label,
        layout=WIDE,
        continuous_update=False,
        tooltip=f"{this.help} Cited range: {this.written(this.low)} to {this.written(this.high)}.",
        readout_format=",.0f" if this.step >= 1 else ".2f",
        style=style,
    )


def who_is_left() -> Lab:
    """Travelled, killed, returned: the explorer of the recruitment chapter, with a kernel."""

    def compute(values: Mapping) -> pd.DataFrame:
        travelled, killed, returned = (values[id] for id in ("travelled", "killed", "returned"))
        left = model.remaining(travelled=travelled, killed=killed, returned=returned)
        people = {"still there": left, "gone home": travelled * returned, "killed": travelled * killed}
        return pd.DataFrame({"part": people.keys(), "people": [round(value) for value in people.values()]})

    def rows(sets: Mapping[str, pd.DataFrame]) -> list[dict]:
        return [
            {**row, "set": name, "order": number}
            for name, frame in sets.items()
            for number, row in enumerate(frame.to_dict("records"))
        ]

    def draw() -> alt.Chart:
        return (
            alt.Chart(
                ROWS,
                title="Who is left?",
                height=alt.Step(45),
                usermeta=data.sources("wilner2017"),
                description="A bar of all who travelled, split into those still there, gone home and killed.",
            )
            .mark_bar()
            .encode(
                x=alt.X("people:Q", title="People", scale=alt.Scale(domain=[0, 60_000])),
                y=alt.Y("set:N", title=None),
                color=alt.Color(
                    "part:N",
                    title=None,
                    scale=alt.Scale(
                        domain=["still there", "gone home", "killed"],
                        range=[COLOURS["blue"], COLOURS["green"], COLOURS["grey"]],
                    ),
                ),
                order="order:Q",
                tooltip=["part:N", "people:Q"],
            )
        )

    def say(values: Mapping) -> str:
        left = compute(values)["people"].iloc[0]
        return f"If these three held, {left:,} people were left."

    return Lab(
        "who-is-left", {"": ("travelled", "killed", "returned")}, compute, rows, draw, say, explorers.who_is_left
    )


class ScenarioLab(Lab):
    """All assumptions of the five scenarios, in a tab each; ``lab.outcomes`` has one row a month, one column an outcome."""

    def __init__(self):
        groups: dict[str, list[str]] = {}
        for id, heading in explorers.groups().items():
            groups.setdefault(heading, []).append(id)
        super().__init__(
            "five-scenarios", groups, self._outcomes, self._rows_of, self._lines, self._words, explorers.five_scenarios
        )

    @staticmethod
    def _outcomes(values: Mapping) -> pd.DataFrame:
        months = np.arange(0, explorers.MONTHS + 1, 6)
        return pd.DataFrame({"month": months, **model.outcomes(values, months)}).set_index("month").round(4)

    @staticmethod
    def _rows_of(sets: Mapping[str, pd.DataFrame]) -> list[dict]:
        return [
            {"month": month, "set": name, "outcome": explorers.OUTCOMES[outcome], "people": round(people, 1)}
            for name, frame in sets.items()
            for outcome in model.AT_LARGE
            for month, people in frame[outcome].items()
        ]

    @staticmethod
    def _lines() -> alt.Chart:
        names = [explorers.OUTCOMES[name] for name in model.AT_LARGE]
        return (
            alt.Chart(
                ROWS,
                title="In a war, waiting, or violent again, by what became of their path",
                height=280,
                usermeta=explorers.sources_of(explorers.all_ids()),
                description="Lines of people over 60 months, one an outcome; dashed lines are the pinned set.",
            )
            .mark_line()
            .encode(
                x=alt.X("month:Q", title="Months after the end of 2017"),
                y=alt.Y("people:Q", title="People"),
                color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=names, range=explorers.PATH_COLOURS)),
                strokeDash=alt.StrokeDash("set:N", title=None, scale=alt.Scale(domain=["now", "pinned"])),
                tooltip=["month:Q", "outcome:N", "people:Q", "set:N"],
            )
        )

    @staticmethod
    def _words(values: Mapping) -> str:
        then = model.outcomes(values, 24)
        return f"If these assumptions held, {then['at_large']:,.0f} people would be in a war, waiting to be sent, or back in violence 24 months on. {explorers.SAID_BESIDE}"
