"""The chapters in a real JupyterLab: its server runs here, its page in Chromium, and nothing else is reached."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, notebooks, read_notebook

from aftermath import theme

PATIENCE = 120_000  # milliseconds, on a busy machine
NO_NEWS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory):
    """The address of a JupyterLab with settings of its own, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("jupyterlab")
    places = {
        name: str(folder / name.lower())
        for name in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "IPYTHONDIR",
        )
    }
    for name, value in NO_NEWS.items():
        place = Path(places["JUPYTERLAB_SETTINGS_DIR"], f"{name.replace(':', '/')}.jupyterlab-settings")
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(value), encoding="utf-8")
    (folder / "work").mkdir()
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=0",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={folder / 'work'}",
    ]
    server = subprocess.Popen(command, env={**os.environ, **places}, stderr=subprocess.PIPE, text=True)
    try:
        yield _address(server), folder / "work"
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen) -> str:
    """Read what the server says until it says where it can be reached."""
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/(?=lab)", line):
            threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe would stop it
            return found[0]
    return pytest.fail(f"JupyterLab has ended: {''.join(said)[-1000:]}")


def visit(browser, address: str):
    """Return a new page of the browser, and the list of what it asks of others than JupyterLab."""
    page, outside = browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), []
    page.set_default_timeout(PATIENCE)
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))
            or outside.append(request.url)
        ),
    )
    return page, outside


#: What the last chart of the page shows, as text; empty while there is none.
PICTURE = """() => {
    const charts = [...document.querySelectorAll('.jp-OutputArea .widget-output :is(canvas.marks, svg.marks)')], last = charts[charts.length - 1];
    return last ? (last.tagName === 'CANVAS' ? last.toDataURL() : last.outerHTML) : '';
}"""
#: Labels and sliders that are pressed together, so that a part of them can't be seen.
CUT = """() => [...document.querySelectorAll(".jp-OutputArea .lab-assumption")]
    .filter(row => row.scrollHeight > row.clientHeight + 1).map(row => row.innerText)"""
#: Whether so many sliders have no name that a screen reader could say.
UNNAMED = "many => document.querySelectorAll('[role=slider]:not([aria-label])').length === many"
CHANGED = f"before => {{ const now = ({PICTURE})(); return now && now !== before; }}"


@pytest.mark.parametrize(
    ("chapter", "widget"), [("chapters/scenario-lab", "lab"), ("chapters/how-many-were-left", "who-is-left-widget")]
)
def test_the_chapter_s_widget_moves_its_chart(browser, jupyterlab, chapter, widget):
    """The chapter's imports and the cell of its widget, run by JupyterLab: a slider moved by keys and by mouse changes the chart."""
    address, folder = jupyterlab
    notebook = read_notebook(chapter)
    notebook.cells = [cell for cell in notebook.cells if cell["id"] in ("opening", "imports", widget)]
    nbformat.write(notebook, folder / f"{widget}.ipynb")
    page, outside = visit(browser, address)
    page.goto(
        f"{address}lab/workspaces/{widget}/tree/{widget}.ipynb"
    )  # a workspace of its own: JupyterLab opens again what was open there
    page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    handle = page.locator(".jp-OutputArea .noUi-handle:visible").first
    handle.or_(page.locator(".jp-OutputArea-output", has_text="Traceback (most recent call last)")).first.wait_for()
    assert handle.count(), page.locator(".jp-OutputArea-output").all_inner_texts()
    page.wait_for_function(CHANGED, arg="")
    page.wait_for_function(UNNAMED, arg=0)
    label = page.locator(".jp-OutputArea .lab-assumption:visible").first.locator(".widget-label").first.inner_text()
    assert handle.get_attribute("aria-label") == label
    assert page.evaluate(CUT) == []
    groups = page.evaluate(
        "[...document.querySelectorAll('.jp-OutputArea .lab-group[role=group]')].map(group => group.ariaLabel)"
    )
    assert groups[:2] == (["How many are left?", "Which path dominates?"] if widget == "lab" else [])
    month = page.get_by_role("slider", name="Months after the end of 2017")
    assert month.count() == (widget == "lab")
    before = page.evaluate(PICTURE)
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(CHANGED, arg=before)
    before = page.evaluate(PICTURE)
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function(CHANGED, arg=before)
    assert outside == []
    page.context.close()


# Opened as stored: nothing runs, so no kernel is needed.

OPEN = """path => void jupyterapp.commands.execute('docmanager:open',
    { path, factory: 'Notebook', kernelPreference: { shouldStart: false, canStart: false } })"""
OPENED = """([path, cells]) => {
    const context = jupyterapp.shell.currentWidget?.context;
    return context?.path === path && context.isReady && jupyterapp.shell.currentWidget.content.widgets.length === cells;
}"""
SCROLL = "at => void jupyterapp.shell.currentWidget.content.scrollToItem(at, 'center')"
#: What a cell shows once it is drawn: the ground of each chart's picture, and in words what went wrong.
SHOWN = """([at, charts]) => {
    const { node, inViewport } = jupyterapp.shell.currentWidget.content.widgets[at];
    const grounds = [...node.querySelectorAll('.jp-OutputArea canvas.marks')].map(picture => [...picture.getContext('2d').getImageData(0, 0, 1, 1).data]);
    const errors = [...node.querySelectorAll('.jp-OutputArea [data-mime-type$=".stderr"], .jp-OutputArea [data-mime-type$=".error"]')];
    return inViewport && (errors.length || grounds.length >= charts) && { grounds, errors: errors.map(error => error.innerText) };
}"""
CLOSE = "() => { const { currentWidget } = jupyterapp.shell; currentWidget.context.model.dirty = false; currentWidget.close(); }"


def test_each_notebook_is_shown_without_an_error(browser, jupyterlab):
    """Each chapter as a reader opens it, scrolled from its first output to its last: every chart is drawn, and nothing is an error.

    In the dark, where a chart needs a ground of its own.
    """
    address, folder = jupyterlab
    page, outside = visit(browser, address)
    page.goto(f"{address}lab/workspaces/chapters")
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    wrong = []
    for name in (*notebooks(), "chapters/_template"):
        notebook, path = read_notebook(name), f"{name.replace('/', '-')}.ipynb"
        (folder / path).write_bytes((ROOT / f"{name}.ipynb").read_bytes())
        page.evaluate(OPEN, path)
        page.wait_for_function(OPENED, arg=[path, len(notebook.cells)])
        for at, cell in enumerate(notebook.cells):
            if cell.get("outputs"):
                page.evaluate(SCROLL, at)
                charts = sum(theme.MIME in output.get("data", {}) for output in cell["outputs"])
                shown = page.wait_for_function(SHOWN, arg=[at, charts]).json_value()
                wrong += [f"{name}, cell {cell['id']}: {error}" for error in shown["errors"]]
                wrong += [
                    f"{name}, cell {cell['id']}: a chart on {ground}"
                    for ground in shown["grounds"]
                    if ground != [255, 255, 255, 255]
                ]
        page.evaluate(CLOSE)
    assert wrong == []
    assert outside == []
    page.context.close()
