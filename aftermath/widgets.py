"""The model under ipywidgets: for a session with a kernel. In the published page the explorers stand in their place.

Sliders, labels, help and ranges come from the registry, the numbers from :mod:`aftermath.model`.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import altair as alt
import ipywidgets
import pandas as pd
import traitlets
from IPython.display import display

from aftermath import data, model
from aftermath.assumptions import check, get
from aftermath.theme import COLOURS


class Lab(ipywidgets.VBox):
    """Sliders for some assumptions, the table that follows from them, and its chart.

    ``lab.assumptions`` holds the values (set it to move the sliders), ``lab.outcomes`` the resulting DataFrame;
    both can be observed: ``lab.observe(function, "outcomes")``.
    """

    assumptions = traitlets.Dict()
    outcomes = traitlets.Instance(pd.DataFrame)

    def __init__(self, ids: Iterable[str], compute: Callable[[Mapping], pd.DataFrame], draw: Callable[[pd.DataFrame], alt.Chart]):
        self._compute, self._draw = compute, draw
        self._sliders = {id: _slider(id) for id in ids}
        self._picture = ipywidgets.Output()
        reset = ipywidgets.Button(description="Reset all")
        reset.on_click(lambda _: self.reset())
        for slider in self._sliders.values():
            slider.observe(lambda _: self._moved(), "value")
        super().__init__([*self._sliders.values(), reset, self._picture])
        self._moved()

    def reset(self) -> None:
        """Put every slider back to its default."""
        self.assumptions = {id: get(id).default for id in self._sliders}

    def _moved(self) -> None:
        self.assumptions = {id: slider.value for id, slider in self._sliders.items()}

    @traitlets.observe("assumptions")
    def _changed(self, change) -> None:
        unknown = set(change["new"]) - set(self._sliders)
        if unknown:
            raise ValueError(f"This lab has no slider for {', '.join(sorted(unknown))}. It has {', '.join(self._sliders)}.")
        full = {id: slider.value for id, slider in self._sliders.items()} | change["new"]
        check(full)
        with self.hold_trait_notifications():
            for id, value in full.items():
                self._sliders[id].value = value
            self.assumptions = full
        self.outcomes = self._compute(full)
        self._picture.clear_output(wait=True)
        with self._picture:
            display(self._draw(self.outcomes))


def _slider(id: str) -> ipywidgets.FloatSlider:
    """Return one assumption as a slider: label and help from the registry."""
    this = get(id)
    low, high = this.slider
    return ipywidgets.FloatSlider(
        value=this.default, min=low, max=high, step=this.step, description=this.label, tooltip=this.help,
        continuous_update=False, readout_format=",.0f" if this.step >= 1 else ".2f",
        style={"description_width": "16rem"}, layout=ipywidgets.Layout(width="42rem", max_width="100%"),
    )


def who_is_left() -> Lab:
    """Travelled, killed, returned: the explorer of the recruitment chapter, with a kernel."""

    def compute(values: Mapping) -> pd.DataFrame:
        travelled, killed, returned = (values[id] for id in ("travelled", "killed", "returned"))
        left = model.remaining(travelled=travelled, killed=killed, returned=returned)
        people = {"still there": left, "gone home": travelled * returned, "killed": travelled * killed}
        return pd.DataFrame({"part": people.keys(), "people": [round(value) for value in people.values()]})

    def draw(frame: pd.DataFrame) -> alt.Chart:
        colours = alt.Scale(domain=frame["part"].to_list(), range=[COLOURS["blue"], COLOURS["green"], COLOURS["grey"]])
        return alt.Chart(frame.assign(order=frame.index), title="Who is left?", height=70,
                         description="A bar of all who travelled, split into those still there, gone home and killed.",
                         usermeta=data.sources("wilner2017")).mark_bar().encode(
            x=alt.X("people:Q", title="People", scale=alt.Scale(domain=[0, 60_000])),
            color=alt.Color("part:N", title=None, scale=colours), order="order:Q", tooltip=["part", "people"])

    return Lab(("travelled", "killed", "returned"), compute, draw)
