"""Live pages, Python's side: the bridge runs cells, sends outputs, errors and widgets' messages. No browser is needed."""

from __future__ import annotations

import asyncio
import base64
import builtins
import importlib.resources
import io
import json
import marshal
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import comm
import pytest
from conftest import ROOT, notebooks, read_notebook

from aftermath import theme
from explorable.live import assemble, pages
from explorable.live.bridge import figures, imports
from explorable.live.bridge.kernel import NO_INPUT, Kernel
from explorable.live.bridge.modules import Modules

PACKAGES = {
    "pandas": {"imports": ["pandas"], "needs": ["numpy", "python-dateutil"]},
    "numpy": {"imports": ["numpy"], "needs": []},
    "python-dateutil": {"imports": ["dateutil"], "needs": []},
    "altair": {"imports": ["altair"], "needs": ["narwhals"]},
    "narwhals": {"imports": ["narwhals"], "needs": []},
    "ipywidgets": {"imports": ["ipywidgets"], "needs": ["comm"]},
    "comm": {"imports": ["comm"], "needs": []},
    "sympy": {"imports": ["sympy"], "needs": []},
    "ipython": {"imports": ["IPython"], "needs": []},
}


class Page:
    """Stands for the page: keeps what the kernel sends, runs cells, answers widgets."""

    def __init__(self, folder: Path):
        self.messages: list[dict] = []
        self.kernel = Kernel(
            lambda text: self.messages.append(json.loads(text)),
            compile_chart=lambda text: json.dumps({"width": 400, "height": 200, "data": []}),
            bibliography="bibliography.html",
            packages=PACKAGES,
            folder=folder,
        )

    def run(self, code: str, cell: str = "one") -> list[dict]:
        """Run a cell; return the outputs that it sent."""
        before = len(self.messages)
        with ThreadPoolExecutor(1) as thread:  # other tests' browser keeps an event loop in this one
            self.ok = thread.submit(lambda: asyncio.run(self.kernel.run(code, cell))).result()
        return [message["output"] for message in self.messages[before:] if message["type"] == "output"]

    def opened(self, model: str) -> str:
        """Return the id of the last widget of a kind."""
        found = [
            message["comm_id"]
            for message in self.messages
            if message.get("msg_type") == "comm_open" and message["data"]["state"].get("_model_name") == model
        ]
        return found[-1]

    def move(self, widget: str, cell: str = "one", **state) -> list[dict]:
        before = len(self.messages)
        self.kernel.receive(
            json.dumps(
                {
                    "msg_type": "comm_msg",
                    "comm_id": widget,
                    "cell": cell,
                    "buffers": [],
                    "data": {"method": "update", "state": state, "buffer_paths": []},
                }
            )
        )
        return self.messages[before:]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The book's folder as a live page has it."""
    folder = tmp_path_factory.mktemp("book")
    zipfile.ZipFile(io.BytesIO(pages.book_archive())).extractall(folder)
    return folder


@pytest.fixture
def page(monkeypatch, unpacked):
    """A kernel, and the process as it was afterwards: a live page has one for itself, here other tests use what it replaces."""
    from IPython.core.interactiveshell import InteractiveShell
    from ipywidgets import Output
    from ipywidgets.widgets import widget

    replaced = [
        (sys, "stdout"),
        (sys, "stderr"),
        (sys, "displayhook"),
        (comm, "create_comm"),
        (comm, "get_comm_manager"),
        (builtins, "input"),
    ]
    for place, name in replaced + [(Output, name) for name in ("__enter__", "__exit__", "clear_output")]:
        monkeypatch.setattr(place, name, getattr(place, name))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(widget, "_instances", {})  # widgets of other tests stay open
    for kind in (InteractiveShell, *InteractiveShell.__mro__):  # one shell a process: another test may have made it
        if hasattr(kind, "_instance"):
            monkeypatch.setattr(kind, "_instance", None)
    yield Page(unpacked)
    widget.Widget.close_all()


def text(outputs: list[dict]) -> str:
    return "".join(output.get("text", "") for output in outputs)


# Cells


def test_last_expression_and_print_are_shown(page):
    printed, result = page.run("print('hello', end='')\n6 * 7")
    assert page.ok and (printed["name"], printed["text"]) == ("stdout", "hello")
    assert result["output_type"] == "execute_result" and result["data"] == {"text/plain": "42"}


def test_cells_share_names_and_may_await(page):
    page.run("import asyncio\nvalue = 20")
    assert page.run("await asyncio.sleep(0)\nvalue + 1")[-1]["data"]["text/plain"] == "21"


def test_semicolon_and_assignment_show_nothing(page):
    assert page.run("value = 3\nvalue;") == []


def test_tables_come_as_html(page):
    assert "<table" in page.run("import pandas as pd\npd.DataFrame({'a': [1]})")[-1]["data"]["text/html"]


def test_standard_error_is_kept_apart(page):
    assert {output["name"] for output in page.run("import sys\nprint('a'); print('b', file=sys.stderr)")} == {
        "stdout",
        "stderr",
    }


def test_clear_output_is_passed_on(page):
    page.run("from IPython.display import clear_output\nclear_output(wait=True)")
    assert {"type": "clear", "cell": "one", "wait": True} in page.messages


def test_a_display_can_be_updated(page):
    shown = page.run("handle = display('first', display_id=True)")[0]
    page.run("handle.update('second')")
    update = page.messages[-1]
    assert update["type"] == "update" and update["display_id"] == shown["transient"]["display_id"]
    assert update["output"]["data"]["text/plain"] == "'second'"


def test_input_says_what_to_do_instead(page):
    error = page.run("input('name?')")[-1]
    assert not page.ok and error["evalue"] == NO_INPUT


def test_magics_work(page):
    assert "1" in text(page.run("%pprint\n%time value = 1\nprint(value)"))


# Errors


@pytest.mark.parametrize(
    "code, line, name",
    [
        ("a = 1\n\nb = a / 0", 3, "ZeroDivisionError"),
        ("a = 1\nb = (", 2, "SyntaxError"),
        ("if True:\na = 1", 2, "IndentationError"),
        ("import pandas as pd\nframe = pd.DataFrame({'a': [1]})\nframe['b']", 3, "KeyError"),
        ("import nothing_of_this_name", 1, "ModuleNotFoundError"),
        ("open('missing.csv')", 1, "FileNotFoundError"),
    ],
)
def test_an_error_points_at_the_readers_line(page, code, line, name):
    error = page.run(code)[-1]
    assert not page.ok and (error["output_type"], error["ename"], error["line"]) == ("error", name, line)
    assert "site-packages/IPython" not in "\n".join(error["traceback"])


def test_an_error_in_a_function_of_another_cell_names_both_places(page):
    page.run("def half(x):\n    return x / 0", cell="first")
    error = page.run("value = 1\nhalf(value)", cell="second")[-1]
    assert error["line"] == 2
    assert 'File "<cell second>", line 2' in "\n".join(
        error["traceback"]
    ) and 'File "<cell first>", line 2' in "\n".join(error["traceback"])


def test_a_traceback_shows_the_readers_code_and_the_last_place_of_a_package(page):
    lines = page.run("import json\njson.loads('{')")[-1]["traceback"]
    assert any("json.loads('{')" in line for line in lines)
    assert lines[-1].startswith("json.decoder.JSONDecodeError")


def test_after_an_error_the_page_goes_on(page):
    page.run("1 / 0")
    assert page.run("'still here'")[-1]["data"]["text/plain"] == "'still here'"


# Charts

CHART = """
import altair as alt
from aftermath import data, theme
theme.enable()
alt.Chart(alt.Data(values=[{"a": 1, "b": 2}]), title="A title & more", description="One point.", usermeta=data.sources("wilner2017")).mark_point().encode(x="a:Q", y="b:Q")
"""


def test_a_chart_comes_with_its_figure(page):
    shown = page.run(CHART)[-1]["data"]
    figure = shown[figures.FIGURE]
    assert shown[theme.MIME]["description"] == "One point."
    for part in (
        '<figure class="chart',
        "A title &amp; more",
        'aria-label="One point."',
        "The data as a table",
        "bibliography.html#cite-wilner2017",
    ):
        assert part in figure


def test_a_chart_that_differs_in_its_rows_alone_is_compiled_once_and_shows_its_own_rows():
    compiled = []

    def compile_chart(text: str) -> str:
        compiled.append(text)
        return json.dumps(
            {
                "width": 400,
                "height": 200,
                "data": [{"name": name, "values": []} for name in json.loads(text).get("datasets", {})],
            }
        )

    remembering = figures.remembering(compile_chart)
    spec = {"mark": "line", "data": {"name": "outcomes"}}
    for rows in ([{"people": 1}], [{"people": 2}, {"people": 3}]):
        assert remembering({**spec, "datasets": {"outcomes": rows}})["data"] == [{"name": "outcomes", "values": rows}]
    assert len(compiled) == 1
    remembering({**spec, "mark": "bar", "datasets": {"outcomes": rows}})
    assert len(compiled) == 2, "another chart is compiled"


def test_a_table_looks_as_in_the_built_page(page):
    output = page.run("import pandas as pd\npd.DataFrame({'verdict': ['contested', 'supported'], 'people': [1, 2]})")[
        -1
    ]
    assert (
        output["data"]["text/html"].count('class="text"') >= 3 and 'class="table-scroll"' in output["data"]["text/html"]
    )
    assert "<style" not in output["data"]["text/html"]


def test_a_chart_that_cannot_be_drawn_is_told_in_words(page):
    page.kernel._figure = lambda spec: 1 / 0
    assert "This chart can't be drawn: division by zero" in text(page.run(CHART))


# Widgets


def test_a_slider_opens_and_its_value_arrives(page):
    shown = page.run("import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider")[-1]
    widget = page.opened("IntSliderModel")
    assert shown["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] == widget
    page.move(widget, value=8)
    assert page.run("slider.value")[-1]["data"]["text/plain"] == "8"


def test_a_value_set_in_code_goes_to_the_page(page):
    page.run("import ipywidgets\nslider = ipywidgets.IntSlider()\nslider")
    before = len(page.messages)
    page.run("slider.value = 5")
    assert any(message.get("data", {}).get("state") == {"value": 5} for message in page.messages[before:])


def test_output_of_a_callback_belongs_to_the_cell_that_was_touched(page):
    page.run(
        "import ipywidgets\nslider = ipywidgets.IntSlider()\nslider.observe(lambda change: print('now', change['new']), 'value')\nslider"
    )
    sent = page.move(page.opened("IntSliderModel"), cell="touched", value=4)
    assert {"type": "output", "cell": "touched"}.items() <= next(
        message for message in sent if message["type"] == "output"
    ).items()
    assert "now 4" in text([message["output"] for message in sent if message["type"] == "output"])


def test_an_error_of_a_callback_is_shown(page):
    page.run(
        "import ipywidgets\nslider = ipywidgets.IntSlider()\nslider.observe(lambda change: 1 / 0, 'value')\nslider"
    )
    sent = page.move(page.opened("IntSliderModel"), cell="touched", value=4)
    assert "ZeroDivisionError" in [message["output"].get("ename") for message in sent if message["type"] == "output"]


def test_an_output_widget_catches_what_is_shown_in_it(page):
    loose = page.run(
        "import ipywidgets\nroom = ipywidgets.Output()\nwith room:\n    print('one'); print('two')\n    display(3)\nprint('outside')"
    )
    assert text(loose) == "outside\n"
    inside = page.run("room.outputs")[-1]["data"]["text/plain"]
    assert "one\\ntwo\\n" in inside and "'3'" in inside


def test_an_output_widget_waits_before_it_is_cleared(page):
    page.run("import ipywidgets\nroom = ipywidgets.Output()\nroom.append_stdout('old')\nroom.clear_output(wait=True)")
    assert "old" in page.run("room.outputs")[-1]["data"]["text/plain"]
    page.run("with room:\n    print('new')")
    shown = page.run("room.outputs")[-1]["data"]["text/plain"]
    assert "new" in shown and "old" not in shown


def test_an_error_in_an_output_widget_is_shown_there(page):
    assert page.run("import ipywidgets\nroom = ipywidgets.Output()\nwith room:\n    1 / 0") == []
    assert page.ok and "ZeroDivisionError" in page.run("room.outputs[0]['ename']")[-1]["data"]["text/plain"]


def test_interact_runs_its_function_again(page):
    page.run("import ipywidgets\n@ipywidgets.interact(x=(0, 9))\ndef show(x=2):\n    print('x is', x)")
    sent = page.move(page.opened("IntSliderModel"), value=7)
    assert "x is 7" in json.dumps(sent)


def test_bytes_travel_as_text(page):
    page.run("import ipywidgets\npicture = ipywidgets.Image(value=b'abc')\npicture")
    opened = next(
        message
        for message in page.messages
        if message.get("msg_type") == "comm_open" and message["data"]["state"].get("_model_name") == "ImageModel"
    )
    assert [base64.b64decode(part) for part in opened["buffers"]] == [b"abc"]


@pytest.mark.parametrize(
    "code",
    [
        "import ipywidgets\nslider = ipywidgets.IntSlider(value=1)\nslider.observe(lambda change: 1 / 0, 'value')\nown = slider.comm",
        "import comm\nown = comm.create_comm(target_name='own')\nown.on_msg(lambda message: 1 / 0)",
    ],
    ids=["ipywidgets", "another library"],
)
def test_a_widget_that_goes_wrong_says_so_in_the_reader_s_cell(page, code):
    page.run(code)
    widget = page.run("own.comm_id")[-1]["data"]["text/plain"].strip("'")
    sent = page.move(widget, cell="seven", value=0)
    errors = [
        message for message in sent if message["type"] == "output" and message["output"]["output_type"] == "error"
    ]
    assert [(one["cell"], one["output"]["ename"]) for one in errors] == [("seven", "ZeroDivisionError")]
    assert page.run("6 * 7")[-1]["data"]["text/plain"] == "42", "Python goes on"


def test_messages_for_a_widget_that_is_gone_are_dropped(page):
    assert page.move("nobody", value=1) == []


def test_the_books_own_lab_runs(page):
    page.run("from aftermath import widgets\nlab = widgets.who_is_left()\nlab")
    assert page.ok, page.messages[-1]
    assert "People" in page.run("lab.outcomes")[-1]["data"]["text/html"]


# Which packages


@pytest.mark.parametrize(
    "code, modules",
    [
        ("import pandas as pd, numpy", {"pandas", "numpy"}),
        ("from aftermath import data, theme", {"aftermath", "aftermath.data", "aftermath.theme"}),
        ("def f():\n    from sympy import symbols", {"sympy", "sympy.symbols"}),
        ("%time\nimport altair as alt\nfrom a.b import c", {"altair", "a.b", "a.b.c"}),
        ("text = 'import nothing'", set()),
    ],
)
def test_modules(code, modules):
    assert imports.modules(code) == modules


def test_needed_follows_the_books_own_modules():
    assert imports.needed("from aftermath import data", PACKAGES, ROOT) == ["numpy", "pandas", "python-dateutil"]
    assert {"ipywidgets", "comm", "altair"} <= set(imports.needed("from aftermath import widgets", PACKAGES, ROOT))
    assert imports.needed("x = 1", PACKAGES, ROOT) == []


def test_what_the_build_noted_of_the_books_own_modules_is_what_their_code_says(tmp_path, monkeypatch):
    zipfile.ZipFile(io.BytesIO(pages.book_archive())).extractall(tmp_path)
    code = "from aftermath import widgets"
    parsed = imports.needed(code, PACKAGES, tmp_path)
    monkeypatch.setattr(imports, "NOTED", tmp_path / "explorable/live/bridge/imports.json")
    monkeypatch.setattr(imports, "modules", {code: {"aftermath", "aftermath.widgets"}}.__getitem__)  # no file is parsed
    for remembered in (imports._modules_of, imports._noted):
        remembered.cache_clear()
    assert imports.needed(code, PACKAGES, tmp_path) == parsed
    imports._noted.cache_clear()


# The archive of the book


def test_archive_is_the_same_each_time_and_has_no_build_module():
    archive = pages.book_archive()
    assert archive == pages.book_archive()
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert {
        "aftermath/model.py",
        "data/datapackage.json",
        "data/maps/origins.json",
        "references.bib",
        "sources.json",
        "book.json",
        "explorable/live/bridge/kernel.py",
    } <= set(names)
    assert not [
        name for name in names if "notebooks" in name or "static" in name or "solutions" in name or "atlas" in name
    ]
    # bytes; with the world atlas in it, it was 554,000, with the whole bibliography 470,000
    assert len(archive) < 440_000


@pytest.mark.slow
def test_archive_writes_the_same_figures_as_the_build_without_the_builds_packages(tmp_path):
    """In a live page there is no Sphinx, docutils, pybtex or vl-convert."""
    zipfile.ZipFile(io.BytesIO(pages.book_archive())).extractall(tmp_path)
    page = next(name for name in notebooks() if name.endswith("strategy"))
    spec = next(
        output["data"][theme.MIME]
        for cell in read_notebook(page).cells
        for output in cell.get("outputs", [])
        if theme.MIME in output.get("data", {})
    )
    program = """
import json, pathlib, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sphinx", "docutils", "pybtex", "vl_convert", "myst_nb"):
            raise ImportError(f"{name} is not there in a live page")
sys.meta_path.insert(0, Refuse())
sys.path[:0] = [sys.argv[1]]
from explorable.live.bridge import figures
figure = figures.writer(lambda text: json.dumps({"width": 500, "height": 200}), bibliography="bibliography.html", root=pathlib.Path.cwd())
print(figure(json.load(sys.stdin)))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(tmp_path)],
        input=json.dumps(dict(spec)),
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    from explorable.pages import charts

    built = charts.html(dict(spec), bibliography="bibliography.html")
    outside = [
        part.partition('<div class="chart-panel">')[0] + part.rpartition("</script></div>")[2]
        for part in (done.stdout.strip(), built)
    ]
    assert outside[0] == outside[1]


# Assembling


def test_a_packs_modules_are_imported_from_memory_its_data_from_files(tmp_path, monkeypatch):
    sources = {
        "packed_trial/__init__": "from packed_trial.inner import deep",
        "packed_trial/inner/__init__": "",
        "packed_trial/inner/deep": "ANSWER = 42",
    }
    (tmp_path / "packed_trial").mkdir()
    (tmp_path / "packed_trial" / "data.txt").write_text("some data")
    (tmp_path / "packed_trial" / "on_disk.py").write_text("WHERE = 'disk'")  # stands for a compiled part
    found = Modules(str(tmp_path))
    found.add(
        marshal.dumps(
            {f"{name}.pyc": marshal.dumps(compile(code, f"{name}.py", "exec")) for name, code in sources.items()}
        )
    )
    monkeypatch.setattr(sys, "meta_path", [found, *sys.meta_path])
    try:
        trial = importlib.import_module("packed_trial")
        assert trial.deep.ANSWER == 42 and trial.inner.__path__ == [str(tmp_path / "packed_trial" / "inner")]
        assert importlib.resources.files("packed_trial").joinpath("data.txt").read_text() == "some data"
        assert importlib.import_module("packed_trial.on_disk").WHERE == "disk"
        with pytest.raises(ModuleNotFoundError, match="packed_trial.missing"):
            importlib.import_module("packed_trial.missing")
    finally:
        for name in [name for name in sys.modules if name.startswith("packed_trial")]:
            del sys.modules[name]


def test_pins_are_exact_and_checked():
    lines = (assemble.PARTS / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins and all("==" in line for line in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
    lock = (assemble.PARTS / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock and "://registry" not in lock
    assert all(entry.get("integrity") for path, entry in json.loads(lock)["packages"].items() if path)
    wanted = json.loads((assemble.PARTS / "package.json").read_text("utf-8"))
    assert all(version[0].isdigit() for version in {**wanted["dependencies"], **wanted["devDependencies"]}.values())


def test_vega_lite_is_that_of_the_build():
    from explorable.figures.compiling import VEGA_LITE

    version = json.loads((assemble.PARTS / "package.json").read_text("utf-8"))["dependencies"]["vega-lite"]
    assert version.startswith(VEGA_LITE + ".")


def test_without_a_registry_it_says_so_and_makes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(assemble, "target", lambda: tmp_path / "live")
    monkeypatch.setattr(assemble, "program", lambda name: str(tmp_path / "no-such-program"))
    assert assemble.main() == 1
    assert "Live Python is left out of this build" in capsys.readouterr().out
    assert not (tmp_path / "live").exists()


def test_without_the_files_a_build_shows_no_button(monkeypatch, capsys):
    monkeypatch.setattr(assemble, "manifest", lambda: None)
    pages.setup(object())  # touches nothing of Sphinx
    assert "Live Python is left out" in capsys.readouterr().err


def test_the_worker_documents_every_message():
    """The comment above it lists what the page sends, and what it gets from the worker and from Python: all of that and nothing else."""
    head, _, code = (pages.STATIC / "live" / "worker.js").read_text("utf-8").partition("*/")
    told = [
        set(re.findall(r"^     (\w+)", part, re.MULTILINE))
        for part in re.split(r"page → worker|worker → page|from Python", head)[1:]
    ]
    handled = re.search(r"^const handlers = \{$(.*?)^\}", code, re.MULTILINE | re.DOTALL)[1]
    taken = set(re.findall(r"^  (?:async )?(\w+)\(", handled, re.MULTILINE)) | set(
        re.findall(r'message\.type === "(\w+)"', code)
    )
    posted = set(re.findall(r'postMessage\(\{ type: "(\w+)"', code)) - {"python"}  # the cover of Python's own
    python = {
        name
        for path in (ROOT / "explorable/live/bridge").glob("*.py")
        for name in re.findall(r'"type": "(\w+)"', path.read_text("utf-8"))
    }
    assert told == [taken, posted, python]


def test_page_scripts_are_classic_and_safe():
    for path in pages.STATIC.rglob("*.js"):
        script = path.read_text("utf-8")
        for word in ("innerHTML", "eval(", "document.write", "import(", "http://", "https://"):
            assert word not in script, f"{word} in {path.name}"
