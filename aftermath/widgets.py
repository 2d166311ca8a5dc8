"""The model under ipywidgets: for a session with a kernel. In the published page the explorers stand in their place.

Sliders, labels, help and ranges come from the registry, the numbers from :mod:`aftermath.model`.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

import altair as alt
import ipywidgets
import numpy as np
import pandas as pd
import traitlets

from aftermath import assumptions, data, explorers, model, theme, uncertainty
from explorable.assumptions.inputs import moved
from explorable.figures.blocks import NOT_A_FORECAST

ROWS = alt.NamedData("outcomes")  # of a lab's chart
CHOSEN = alt.NamedData("chosen")  # the month that the number is of
MONTH = 24  # at the start
#: Controls left, scrolling for themselves, answer and chart beside them; one below the other where a cell is narrow.
SIDE_BY_SIDE = ipywidgets.Layout(flex_flow="row wrap", align_items="flex-start", grid_gap="1rem")
CONTROLS = ipywidgets.Layout(
    width="21rem", max_width="100%", max_height="34rem", overflow="hidden auto", flex="0 0 auto"
)
ANSWER = ipywidgets.Layout(flex="1 1 28rem", min_width="0", overflow="auto hidden")
WIDTH = 400  # of the chart's plot, in pixels, beside the controls in a notebook; a live page fits a chart to its place
WHOLE = "0 0 auto"  # else what scrolls is pressed together first
ROW = ipywidgets.Layout(width="100%", overflow="hidden", margin="0 0 .3rem", flex=WHOLE)
LABEL = ipywidgets.Layout(width="100%", flex=WHOLE)
FULL = ipywidgets.Layout(width="98%")
WRAPPED = ipywidgets.Layout(flex_flow="row wrap", flex=WHOLE)
NARROW = ipywidgets.Layout(width="auto")
#: A slider of ipywidgets has no name of its own: whoever does not see the label above it hears only a number. It gets the label's words.
NAMED = "lab-assumption"
#: What belongs together is a group that has its heading as its name.
GROUP = "lab-group"
NAMES = """
const name = () => {
  document.querySelectorAll(".GROUP:not([role])").forEach(group => {
    const heading = group.querySelector("b");   // it may come after its group
    if (!heading) return;
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", heading.textContent);
  });
  document.querySelectorAll(".NAMED").forEach(row => {
    const label = [...row.querySelectorAll(".widget-label")].map(part => part.textContent.trim()).find(Boolean);
    const handle = row.querySelector("[role=slider]:not([aria-label])");
    if (label && handle) handle.setAttribute("aria-label", label);
  });
};
if (!window.namesSliders) window.namesSliders = new MutationObserver(name);
window.namesSliders.observe(document.body, { childList: true, subtree: true });
name();
""".replace("NAMED", NAMED).replace("GROUP", GROUP)


class Lab(ipywidgets.VBox):
    """Sliders for some assumptions, the table that follows from them, and its chart.

    ``lab.assumptions`` holds the values: set it from code and the sliders move. ``lab.outcomes`` is the resulting
    DataFrame. Both can be observed, as in ``lab.observe(function, "outcomes")``. Where the number is that of a month, ``lab.month`` is
    the months after the end of 2017, with a slider of its own.

    Each lab says in a class of its own what it computes, draws and says. Shares are shown in per cent, as one bar of 100 above their
    sliders: where one is moved the others make room in the proportions they have. In ``lab.assumptions`` they run from 0 to 1, as everywhere.
    """

    assumptions = traitlets.Dict()
    outcomes = traitlets.Instance(pd.DataFrame)
    id = ""  # of the page's explorer with the same assumptions
    month = traitlets.Int(MONTH)
    over_time = False  # whether the number is that of a month
    _setting = False  # true while values set from code travel to the sliders

    def __init__(self, groups: Mapping[str, Iterable[str]]):
        """``groups`` maps a heading to the ids of the assumptions below it."""
        theme.enable()  # the chart is one of the book's, also for who did not run the chapter's first cell
        self.pinned: pd.DataFrame | None = None
        self._chart: dict = {}
        self._sliders = {name: _slider(name) for ids in groups.values() for name in ids}
        self._number, self._sentence, self._file, self._bar = (ipywidgets.HTML() for _ in range(4))
        self._picture = ipywidgets.Output()
        self._month = _month_slider() if self.over_time else None
        more = [self._row_of_month()] if self.over_time else []
        controls = ipywidgets.VBox([self._presets(), *self._rows_of_sliders(groups), *more], layout=CONTROLS)
        answer = ipywidgets.VBox([self._number, self._sentence, self._picture], layout=ANSWER)
        super().__init__([ipywidgets.HBox([controls, answer], layout=SIDE_BY_SIDE), self._tools(), *_names()])
        for name, slider in self._sliders.items():
            slider.observe(lambda change, name=name: self._moved(name, change["new"]), "value")
        if self._month:
            traitlets.link((self._month, "value"), (self, "month"))
        self.assumptions = self._start()

    # What each lab says for itself

    def compute(self, values: Mapping) -> pd.DataFrame:
        """Return what follows from a full set of values."""
        raise NotImplementedError

    def chart_rows(self, sets: Mapping[str, pd.DataFrame]) -> list[dict]:
        """Return the rows of the chart from what was computed, by set: "now", and "pinned" if there is one."""
        raise NotImplementedError

    def draw(self) -> alt.Chart | alt.LayerChart:
        """Return the chart of the data named ``ROWS``."""
        raise NotImplementedError

    def say(self, values: Mapping, month: int) -> tuple[float, str, str]:
        """Return the number that is the answer, at a month if it is over time, what it counts, and a sentence."""
        raise NotImplementedError

    def explorer(self) -> alt.VConcatChart:
        """Return the chart that a page without a kernel shows in place of the widget."""
        raise NotImplementedError

    # From code

    def reset(self) -> None:
        """Put every slider back to where it started: assumptions to their middle."""
        self.month = MONTH
        self.assumptions = self._start()

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
        return assumptions.to_json(self.assumptions, self.id, self._settings())

    def load(self, text: str) -> None:
        """Take the assumptions of such a file, and its month."""
        values = {name: value for name, value in assumptions.from_json(text).items() if name in self._sliders}
        settings = assumptions.SAVED.content(text, name="This file").get("settings")
        month = settings.get("month", MONTH) if isinstance(settings, dict) else MONTH
        if isinstance(month, bool) or not isinstance(month, int) or not 0 <= month <= explorers.MONTHS:
            raise ValueError(f"Its month can't be. It should be a whole number from 0 to {explorers.MONTHS}.")
        self.assumptions = values
        self.month = month

    def link(self, page: str = "") -> str:
        """Return a link with the assumptions that differ from their middle; ``page`` is the address of a page with this lab's explorer."""
        start = self._start()
        changed = {name: value for name, value in self.assumptions.items() if value != start[name]} | self._settings()
        return f"{page}#{urlencode({'explorer': self.id, 'version': assumptions.SAVED.version, **changed})}"

    def _repr_mimebundle_(self, **kwargs) -> dict:
        """Return the widget, and beside it the explorer: a front end with a kernel shows the one, the published page the other."""
        widget = super()._repr_mimebundle_(**kwargs)
        if (
            sys.platform == "emscripten"
        ):  # a live page shows the widget, and would need a second and a half for the other
            return widget
        return {**widget, **theme.render(self.explorer().to_dict())}

    # What happens when something moves

    def _start(self) -> dict[str, float]:
        middles = assumptions.middles()
        return {name: middles[name] for name in self._sliders}

    def _moved(self, name: str, shown: float) -> None:
        """Take what a hand has set, without the 0.15000000000000002 of its steps; of a share the others make room."""
        if not self._setting:
            self.assumptions = moved(uncertainty.inputs(), self.assumptions, name, round(shown / _scale(name), 7))

    @traitlets.validate("assumptions")
    def _checked(self, proposal) -> dict[str, float]:
        """Complete what was set with what stands; refuse what can't be."""
        unknown = set(proposal["value"]) - set(self._sliders)
        if unknown:
            raise ValueError(
                f"This lab has no slider for {', '.join(sorted(unknown))}. It has {', '.join(self._sliders)}."
            )
        values = (self.assumptions or self._start()) | assumptions.whole(proposal["value"])
        assumptions.check(values)
        return {name: float(values[name]) for name in self._sliders}

    @traitlets.observe("assumptions")
    def _changed(self, change) -> None:
        self._setting = True
        try:
            for name, value in change["new"].items():
                self._sliders[name].value = round(value * _scale(name), 7)
        finally:
            self._setting = False
        self.outcomes = self.compute(change["new"])
        self._show()

    @traitlets.validate("month")
    def _possible(self, proposal) -> int:
        month = proposal["value"]
        if not 0 <= month <= explorers.MONTHS:
            raise ValueError(f"month = {month} can't be. Give 0 to {explorers.MONTHS} months after the end of 2017.")
        return month

    @traitlets.observe("month")
    def _later(self, change) -> None:
        if self.outcomes is not None:
            self._show()

    def _settings(self) -> dict[str, int]:
        """Return what differs from the start and is no assumption."""
        return {"month": self.month} if self.month != MONTH else {}

    def _show(self) -> None:
        number, counted, sentence = self.say(self.assumptions, self.month)
        change = number - self.say(self._start(), MONTH)[0]
        since = (
            f"{abs(change):,.0f} {'more' if change > 0 else 'fewer'} than at the start"
            if round(change)
            else "as at the start"
        )
        self._number.value = f'<p style="font-size: 1.1rem; margin: 0"><b style="font-size: 2.2rem; line-height: 1.2">{number:,.0f}</b> {escape(counted)}, {since}</p>'
        self._sentence.value = f'<p style="line-height: 1.4">{escape(sentence)} {escape(NOT_A_FORECAST)}</p>'
        self._file.value = self._download()
        self._bar.value = _bar(self.assumptions)
        # Set rather than captured: wherever a cell moves a slider, the chart changes here and not under that cell.
        bundle = alt.renderers.get()(self._drawn())
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        self._picture.outputs = ({"output_type": "display_data", "data": shown, "metadata": {}},)

    def _drawn(self) -> dict:
        """Return the chart as JSON. Altair makes it once, which would take most of the time of a move; then only its rows change."""
        if not self._chart:
            chart = self.draw()
            self._chart = (chart if sys.platform == "emscripten" else chart.properties(width=WIDTH)).to_dict()
        sets = {"now": self.outcomes} | ({} if self.pinned is None else {"pinned": self.pinned})
        chosen = {CHOSEN.name: [{"month": self.month}]} if self._month else {}
        return {**self._chart, "datasets": {ROWS.name: self.chart_rows(sets), **chosen}}

    def _presets(self) -> ipywidgets.HBox:
        buttons = []
        for name, label in assumptions.presets().items():
            if not set(assumptions.preset(name)) & set(self._sliders):
                continue  # it has nothing to say here
            button = ipywidgets.Button(description=label, tooltip=f"Set the sliders to: {label}", layout=NARROW)
            button.on_click(lambda _, name=name: self.preset(name))
            buttons.append(button)
        return ipywidgets.HBox(buttons, layout=WRAPPED)

    def _rows_of_sliders(self, groups: Mapping[str, Iterable[str]]) -> list[ipywidgets.Widget]:
        """Return each group's heading, and below it a label and a slider for each of its assumptions."""
        parts: list[ipywidgets.Widget] = []
        for heading, ids in groups.items():
            rows = [self._row(name) for name in ids]
            if heading:
                title = ipywidgets.HTML(f"<b>{escape(heading)}</b>", layout=LABEL)
                bar = [self._bar] if set(assumptions.share_ids()) <= set(ids) else []
                group = ipywidgets.VBox([title, *bar, *rows], layout=ROW)
                group.add_class(GROUP)
                rows = [group]
            parts += rows
        return parts

    def _row(self, name: str) -> ipywidgets.VBox:
        """Return an assumption's label, and its slider below it."""
        this = assumptions.get(name)
        unit = "" if _scale(name) == 1 else " (%, a year)" if this.unit == "per year" else " (%)"
        row = ipywidgets.VBox([ipywidgets.Label(f"{this.label}{unit}", layout=LABEL), self._sliders[name]], layout=ROW)
        row.add_class(NAMED)
        return row

    def _row_of_month(self) -> ipywidgets.VBox:
        """Return the month's label and slider, under a question as in the page's explorer."""
        label = ipywidgets.Label("Months after the end of 2017", layout=LABEL)
        row = ipywidgets.VBox([label, self._month], layout=ROW)
        row.add_class(NAMED)
        group = ipywidgets.VBox([ipywidgets.HTML("<b>How long?</b>", layout=LABEL), row], layout=ROW)
        group.add_class(GROUP)
        return group

    def _tools(self) -> ipywidgets.HBox:
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
        return ipywidgets.HBox([reset, pin, file, self._file], layout=WRAPPED)

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


def _scale(id: str) -> int:
    """What a value is multiplied by to be shown: shares and growth are shown in per cent."""
    return 100 if assumptions.get(id).unit.startswith("share") or assumptions.get(id).unit == "per year" else 1


def _bar(values: Mapping[str, float]) -> str:
    """Return all shares as one bar of 100 %, in the colours of their paths; nothing where there are none."""
    shares = {path: values[f"share_{path}"] for path in model.path_ids() if f"share_{path}" in values}
    labels = explorers.path_labels()
    told = ", ".join(f"{labels[path]} {100 * share:.3g} %" for path, share in shares.items())
    parts = "".join(
        f'<span style="flex: {share:.4f} 1 0; min-width: 0; overflow: hidden; text-align: center; color: #fff; background: {theme.colour(path)}">'
        f"{f'{share:.0%}'.replace('%', ' %') if share >= 0.08 else ''}</span>"
        for path, share in shares.items()
    )
    bar = f'<div role="img" aria-label="{escape(told)}: together 100 %" style="display: flex; font-weight: 600; line-height: 1.8rem">{parts}</div>'
    return f"{bar}<p style='margin: 0; line-height: 1.4'>{escape(told)}: together 100 %.</p>" if len(shares) > 1 else ""


def _slider(id: str) -> ipywidgets.FloatSlider:
    """Return one assumption as a slider: help and range from the registry."""
    this, scale = assumptions.get(id), _scale(id)
    low, high = this.slider
    step = round(this.step * scale, 7)
    return ipywidgets.FloatSlider(
        value=round(assumptions.middles()[id] * scale, 7),
        min=round(low * scale, 7),
        max=round(high * scale, 7),
        step=step,
        layout=FULL,
        continuous_update=False,
        tooltip=f"{this.help} Cited range: {this.written(this.low)} to {this.written(this.high)}.",
        readout_format=",.0f" if step >= 1 else ".1f" if step >= 0.1 else ".2f",
    )


def _month_slider() -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(
        value=MONTH,
        min=0,
        max=explorers.MONTHS,
        layout=FULL,
        continuous_update=False,
        tooltip="The number, and the rule in the chart, are those of this month",
    )


def _names() -> list[ipywidgets.Output]:
    """Return what names the sliders, in a front end that runs scripts of trusted cells; a live page does it itself."""
    if sys.platform == "emscripten":
        return []
    script = {
        "output_type": "display_data",
        "data": {"application/javascript": NAMES, "text/plain": ""},
        "metadata": {},
    }
    return [ipywidgets.Output(outputs=(script,))]


class WhoIsLeft(Lab):
    """Travelled, killed, returned: ``lab.outcomes`` has one row a part of those who travelled."""

    id = "who-is-left"

    def __init__(self):
        super().__init__({"": ("travelled", "killed", "returned")})

    def compute(self, values: Mapping) -> pd.DataFrame:
        travelled, killed, returned = (values[id] for id in ("travelled", "killed", "returned"))
        left = model.remaining(travelled=travelled, killed=killed, returned=returned)
        people = {"still there": left, "gone home": travelled * returned, "killed": travelled * killed}
        return pd.DataFrame({"part": people.keys(), "people": [round(value) for value in people.values()]})

    def chart_rows(self, sets: Mapping[str, pd.DataFrame]) -> list[dict]:
        return [
            {**row, "set": name, "order": number}
            for name, frame in sets.items()
            for number, row in enumerate(frame.to_dict("records"))
        ]

    def draw(self) -> alt.Chart:
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
                    scale=theme.scale({"still there": "record", "gone home": "disengage", "killed": "rest"}),
                ),
                order="order:Q",
                tooltip=["part:N", "people:Q"],
            )
        )

    def say(self, values: Mapping, month: int) -> tuple[float, str, str]:
        left = self.compute(values)["people"].iloc[0]
        return left, "people still there", f"If these three held, {left:,} people were left."

    def explorer(self) -> alt.VConcatChart:
        return explorers.who_is_left()


def who_is_left() -> Lab:
    """Return the explorer of the recruitment chapter, with a kernel."""
    return WhoIsLeft()


class ScenarioLab(Lab):
    """All assumptions of the five scenarios, group by group; ``lab.outcomes`` has one row a month, one column an outcome."""

    id = "five-scenarios"
    over_time = True

    def __init__(self):
        # As in the stage: who is left and which path come first, for the number hangs on them most.
        groups: dict[str, list[str]] = {
            "How many are left?": ["lost"],
            "Which path dominates?": [*assumptions.share_ids()],
        }
        for id, heading in explorers.groups().items():
            if id not in [first for ids in groups.values() for first in ids]:
                groups.setdefault(heading, []).append(id)
        super().__init__(groups)

    def compute(self, values: Mapping) -> pd.DataFrame:
        months = np.arange(0, explorers.MONTHS + 1, 6)
        return pd.DataFrame({"month": months, **model.outcomes(values, months)}).set_index("month").round(4)

    def chart_rows(self, sets: Mapping[str, pd.DataFrame]) -> list[dict]:
        return [
            {"month": month, "set": name, "outcome": explorers.OUTCOMES[outcome], "people": round(people, 1)}
            for name, frame in sets.items()
            for outcome in model.AT_LARGE
            for month, people in frame[outcome].items()
        ]

    def draw(self) -> alt.LayerChart:
        names = [explorers.OUTCOMES[name] for name in model.AT_LARGE]
        lines = (
            alt.Chart(ROWS)
            .mark_line()
            .encode(
                x=alt.X("month:Q", title="Months after the end of 2017"),
                y=alt.Y("people:Q", title="People"),
                color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=names, range=explorers.path_colours())),
                strokeDash=alt.StrokeDash("set:N", title=None, scale=alt.Scale(domain=["now", "pinned"])),
                tooltip=["month:Q", "outcome:N", "people:Q", "set:N"],
            )
        )
        return alt.layer(
            alt.Chart(CHOSEN).mark_rule(color=theme.MUTED).encode(x="month:Q"),
            lines,
            title=["In a war, waiting, or violent again,", "by what became of their path"],
            height=280,
            usermeta=explorers.sources_of(explorers.all_ids()),
            description="Lines of people over 60 months, one an outcome; dashed lines are the pinned set. A rule stands at the chosen month.",
        )

    def say(self, values: Mapping, month: int) -> tuple[float, str, str]:
        people = model.outcomes(values, month)["at_large"]
        when = explorers.AFTER[min(month, len(explorers.AFTER) - 1)].format(month)
        sentence = f"If these assumptions held, {people:,.0f} people would be in a war, waiting to be sent, or back in violence {when}."
        return people, f"people {when}", f"{sentence} {explorers.SAID_BESIDE}"

    def explorer(self) -> alt.VConcatChart:
        return explorers.five_scenarios()
