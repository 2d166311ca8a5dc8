"""Runs the cells of a page in an IPython shell, and sends the page what they show."""

from __future__ import annotations

import builtins
import gc
import json
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

os.environ.setdefault("IPYTHONDIR", str(Path(tempfile.gettempdir(), "ipython")))
if sys.platform == "emscripten":
    gc.set_threshold(
        100_000, 50, 100
    )  # pandas and Altair make half a million objects that stay; to look for waste after each 700 would slow their import
    warnings.filterwarnings(
        "ignore", module=r"dateutil\.zoneinfo"
    )  # its table of time zones is left out: pandas would read it whole at its import
    # Importing IPython imports its terminal, which a page has not and which takes half a second.
    sys.modules.setdefault("IPython.terminal.embed", ModuleType("IPython.terminal.embed")).embed = None

from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from explorable.figures import dataframes
from explorable.live.bridge import figures, imports, widgets

NO_INPUT = "A live page can't ask for input: set the value in the code and run the cell again."


class Kernel:
    """One page's Python. ``post`` sends a message (a JSON text) to the page.

    Outputs have the form that notebooks store (nbformat); an error also says ``line``, the line of the cell that it comes from.
    """

    def __init__(
        self,
        post: Callable[[str], None],
        *,
        compile_chart: Callable[[str], str] | None = None,
        bibliography: str = "",
        packages: Mapping | None = None,
        folder: str | Path = ".",
    ):
        self._post = post
        self._packages, self._folder = packages or {}, Path(folder)
        self._figure = (
            figures.writer(compile_chart, bibliography=bibliography, root=self._folder) if compile_chart else None
        )
        self._cell: str | None = None  # whose outputs are being sent
        self.code = ""
        self._comms = widgets.Comms(self._send_comm)
        self._captures = widgets.Captures(lambda problem: self.emit(self._error(problem)))
        self.shell = _shell(self)
        self._streams = _Stream(self, "stdout"), _Stream(self, "stderr")
        builtins.input = _no_input  # type: ignore[assignment]

    # What the worker calls

    def needed(self, code: str) -> list[str]:
        """Return the packages that a cell's code needs."""
        return imports.needed(code, self._packages, self._folder)

    async def run(self, code: str, cell: str) -> bool:
        """Run one cell; say whether it went well."""
        self._cell, self.code = cell, code
        self.shell.compile.cell = cell  # type: ignore[attr-defined]
        sys.stdout, sys.stderr = self._streams
        needed = self.needed(code)
        if "ipywidgets" in needed:
            import ipywidgets  # noqa: F401 (before the cell does, so that its Output widgets can be filled)
        if "altair" in needed:
            figures.quicken()
        self._captures.watch()
        result = await self.shell.run_cell_async(
            code, store_history=False, transformed_cell=_transformed(self.shell, code)
        )
        self._captures.watch()
        self._captures.stack.clear()
        return bool(result.success)

    def receive(self, text: str) -> None:
        """Take a widget's message; outputs of its callbacks belong to the cell in which the reader touched the widget."""
        message = json.loads(text)
        self._cell = message.get("cell")
        self._captures.watch()
        try:
            self._comms.receive(message)
        except Exception as problem:
            self.emit(self._error(problem))
        self._captures.stack.clear()

    # What is sent

    def send(self, message: dict) -> None:
        self._post(json.dumps(message, default=str))

    def _send_comm(self, message: dict) -> None:
        """Send a widget's message; charts that Python sets as an Output widget's outputs become figures, as those of cells do."""
        state = message["data"].get("state", {})
        if state.get("outputs"):
            state = {**state, "outputs": [self._dressed(output) for output in state["outputs"]]}
            message = {**message, "data": {**message["data"], "state": state}}
        self.send(message)

    def emit(self, output: dict) -> None:
        """Send one output to the innermost Output widget, else to the cell."""
        output = self._dressed(output)
        if not self._captures.take(output):
            self.send({"type": "output", "cell": self._cell, "output": output})

    def update(self, display_id: str, output: dict) -> None:
        self.send({"type": "update", "display_id": display_id, "output": self._dressed(output)})

    def clear(self, wait: bool) -> None:
        if not self._captures.clear(wait):
            self.send({"type": "clear", "cell": self._cell, "wait": wait})

    def _dressed(self, output: dict) -> dict:
        """Return an output as the built page would show it: a chart as its figure, a table tidied."""
        data = output.get("data", {})
        if "<table" in data.get("text/html", ""):
            return {**output, "data": {**data, "text/html": dataframes.tidy(data["text/html"])}}
        spec = data.get(figures.MIME)
        if (
            spec is None or self._figure is None or widgets.VIEW in data
        ):  # where a widget stands beside a chart, the page shows the widget
            return output
        try:
            return {**output, "data": {**data, figures.FIGURE: self._figure(spec)}}
        except Exception as problem:
            text = f"This chart can't be drawn: {problem}\n"
            return {"output_type": "stream", "name": "stderr", "text": text}

    def _error(self, problem: BaseException) -> dict:
        line = _line(problem)
        return {
            "output_type": "error",
            "ename": type(problem).__name__,
            "evalue": str(problem),
            "traceback": _traceback(problem),
            **({"line": line} if line and self._cell == _cell_of(problem) else {}),
        }


# The shell


class _Publisher(DisplayPublisher):
    """Takes what a cell displays."""

    kernel: Kernel

    def publish(self, data, metadata=None, *args, transient=None, update=False, **options):
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        name = (transient or {}).get("display_id")
        if update:
            self.kernel.update(name, output)
        else:
            self.kernel.emit({**output, **({"transient": {"display_id": name}} if name else {})})

    def clear_output(self, wait=False):
        self.kernel.clear(wait)


class _Hook(DisplayHook):
    """Takes the value of a cell's last line."""

    kernel: Kernel

    def quiet(self):
        return self.semicolon_at_end_of_expression(self.kernel.code)

    def write_output_prompt(self):
        pass

    def write_format_data(self, data, metadata=None):
        if data:
            self.kernel.emit(
                {"output_type": "execute_result", "data": data, "metadata": metadata or {}, "execution_count": None}
            )

    def finish_displayhook(self):
        pass

    def log_output(self, data):
        pass


class _Compiler(CachingCompiler):
    """Names a cell's code by the cell, so that a traceback leads to it."""

    cell = ""

    def get_code_name(self, raw_code, transformed_code, number):
        return f"<cell {self.cell}>"


class _Shell(InteractiveShell):
    """Runs cells; what goes wrong in one is an output like others."""

    kernel: Kernel

    def showtraceback(self, exc_tuple=None, *args, **options):
        self.kernel.emit(self.kernel._error((exc_tuple or sys.exc_info())[1]))

    def showsyntaxerror(self, *args, **options):
        self.kernel.emit(self.kernel._error(sys.exc_info()[1]))

    def showindentationerror(self):
        self.showsyntaxerror()

    def enable_gui(self, gui=None):
        pass

    def init_virtualenv(self):
        pass


def _shell(kernel: Kernel) -> InteractiveShell:
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    _Shell.clear_instance()
    shell = _Shell.instance(
        config=config, displayhook_class=_Hook, display_pub_class=_Publisher, compiler_class=_Compiler
    )
    parts: tuple[Any, ...] = (shell, shell.displayhook, shell.display_pub)
    for part in parts:
        part.kernel = kernel
    return shell


def _transformed(shell: InteractiveShell, code: str) -> str:
    """Return a cell's code with IPython's magics as plain Python; a slip in it is told when the cell runs."""
    try:
        return shell.transform_cell(code)
    except SyntaxError:
        return code


class _Stream:
    """Standard output or error of the page."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, kernel: Kernel, name: str):
        self._kernel, self.name = kernel, name

    def write(self, text: str) -> int:
        if text:
            self._kernel.emit({"output_type": "stream", "name": self.name, "text": text})
        return len(text)

    def writelines(self, lines) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


def _no_input(prompt: str = "") -> str:
    raise RuntimeError(NO_INPUT)


# Errors: the reader's own lines, and the place in a package where it happened


def _places(problem: BaseException) -> list[traceback.FrameSummary]:
    return [place for place in traceback.extract_tb(problem.__traceback__) if "/IPython/" not in place.filename]


def _in_cell(name: str) -> bool:
    return name.startswith("<cell ")


def _line(problem: BaseException) -> int | None:
    """Return the line of the cell that a problem comes from."""
    if isinstance(problem, SyntaxError) and _in_cell(problem.filename or ""):
        return problem.lineno
    return next((place.lineno for place in _places(problem) if _in_cell(place.filename)), None)


def _cell_of(problem: BaseException) -> str | None:
    """Return the cell whose code was being run."""
    if isinstance(problem, SyntaxError) and _in_cell(problem.filename or ""):
        name = problem.filename
    else:
        name = next((place.filename for place in _places(problem) if _in_cell(place.filename)), "")
    return name[len("<cell ") : -1] or None


def _traceback(problem: BaseException) -> list[str]:
    """Return the lines of a traceback, from the reader's first line on; of packages, only the last place."""
    places = _places(problem)
    first = next((number for number, place in enumerate(places) if _in_cell(place.filename)), 0)
    shown = [
        place for number, place in enumerate(places) if number >= first and (place.line or number == len(places) - 1)
    ]
    head = ["Traceback (most recent call last):"] if shown and not isinstance(problem, SyntaxError) else []
    body = traceback.format_list(shown) if head else []
    text = "".join([*(f"{line}\n" for line in head), *body, *traceback.format_exception_only(problem)])
    return text.rstrip("\n").splitlines()
