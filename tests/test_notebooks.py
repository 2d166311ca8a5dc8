"""Every chapter keeps its contract with the reader, and is stored tidily. (That it still runs, nbval proves.)"""

from __future__ import annotations

import json
import re
import statistics

import nbformat
import pytest
from conftest import ROOT, notebooks, read_notebook

from aftermath import theme
from explorable.book import current_book
from explorable.course import objectives
from explorable.publish import notebooks as commands
from explorable.publish import opening

#: Not so the data guide, and the ten minutes, which lead into the chapters.
CHAPTERS = [page for page in notebooks() if page not in ("chapters/data-guide", "chapters/ten-minutes")]
#: The only cells whose outputs nbval does not compare: ipywidgets have random ids.
WIDGET_CELLS = {("chapters/how-many-were-left", "who-is-left-widget"), ("chapters/scenario-lab", "lab")}
FORBIDDEN_OUTPUT = {
    "a data type": r"dtype[:=]",
    "info()": r"RangeIndex|non-null|memory usage",
    "a Styler": r'id="T_[0-9a-f]{5}',
}


def markdown(notebook) -> list[str]:
    return [cell["source"] for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and not opening.is_opening(cell)]


def charts(cell) -> list[dict]:
    return [output["data"][theme.MIME] for output in cell.get("outputs", []) if theme.MIME in output.get("data", {})]


@pytest.mark.parametrize("page", notebooks())
def test_stored_tidily(page):
    notebook = read_notebook(page)
    stored = nbformat.writes(notebook)
    assert nbformat.writes(commands.tidy(notebook)) == stored, "run: make notebooks"
    assert commands.stale(notebook) == "", "run: make notebooks"
    for cell in code(notebook):
        assert cell["execution_count"], f"cell {cell['id']} was not executed"
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", f"cell {cell['id']} warns: {output.get('text')}"
            text = (
                str(output.get("text", ""))
                + str(output.get("data", {}).get("text/plain", ""))
                + str(output.get("data", {}).get("text/html", ""))
            )
            for name, pattern in FORBIDDEN_OUTPUT.items():
                assert not re.search(pattern, text), f"cell {cell['id']} stores {name}"


@pytest.mark.parametrize("page", notebooks())
def test_outputs_left_out_of_the_comparison_are_widgets(page):
    ignored = {
        (page, cell["id"])
        for cell in code(read_notebook(page))
        if "nbval-ignore-output" in cell.metadata.get("tags", [])
    }
    assert ignored <= WIDGET_CELLS
    for cell in code(read_notebook(page)):
        tags = cell.metadata.get("tags", [])
        assert not {"nbval-skip", "skip-execution", "raises-exception"} & set(tags)


@pytest.mark.parametrize("page", CHAPTERS)
def test_opens_with_a_question_and_objectives(page):
    """The time that it takes is counted in the built page (tests/test_times.py)."""
    texts = markdown(read_notebook(page))
    opening = "\n".join(texts[:3])
    assert opening.startswith("# ")
    assert "?" in opening.partition("**You will be able to**")[0], "no question first"
    assert "**Before you start**" in opening
    promised = [
        len(objectives.stated("\n".join(markdown(read_notebook(one))[:3]))) for one in current_book().pages_of(page)
    ]
    assert all(promised) and 3 <= sum(promised) <= 6, (
        "a chapter promises three to six things, on all of its pages together"
    )


@pytest.mark.parametrize("page", CHAPTERS)
def test_closes_with_a_summary_and_sources(page):
    headings = [line for text in markdown(read_notebook(page)) for line in text.splitlines() if line.startswith("## ")]
    assert "## Summary" in headings and "## Sources" in headings
    everything = "\n".join(markdown(read_notebook(page)))
    assert "**The document said**" in everything and "**The record says**" in everything


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_prompt_follows_each_chart(page):
    cells = read_notebook(page).cells
    for number, cell in enumerate(cells):
        if cell.cell_type == "code" and charts(cell):
            following = next((later for later in cells[number + 1 :] if later.cell_type == "markdown"), None)
            assert following is not None and "**Look**" in following["source"], f"no prompt after {cell['id']}"


@pytest.mark.parametrize("page", notebooks())
def test_charts_owe_nothing(page):
    assert commands.complaints(read_notebook(page)) == []
    for cell in code(read_notebook(page)):
        for spec in charts(cell):
            assert len(spec["description"]) > 40, f"{cell['id']}: a description says what is seen"
            assert not re.search(r"\d[eE]\+?\d", spec["description"]), (
                f"{cell['id']}: a description is read aloud, 2,770 and not 2.77e+03"
            )
            assert not re.search(r'"format": "[^"]*s"', json.dumps(spec)), (
                f"{cell['id']}: people are written 2,770, not 2.77k"
            )
            numbers = re.findall(r"\d+\.\d{7,}", str(spec.get("datasets", "")))
            assert not numbers, f"{cell['id']}: round the chart's data: {numbers[:3]}"


@pytest.mark.parametrize(
    ("lacks", "says"), [("title", "title"), ("description", "description"), ("usermeta", "sources")]
)
def test_a_chart_that_owes_something_is_named_with_its_cell(lacks, says):
    spec = {
        "title": "A title",
        "description": "What is seen",
        "usermeta": {"sources": ["wilner2017"]},
        "config": theme.config(),
        "data": {"values": [{}]},
        "mark": "point",
    }
    cells = [
        nbformat.v4.new_code_cell("chart", id=id, outputs=[nbformat.v4.new_output("display_data", {theme.MIME: shown})])
        for id, shown in (("whole", spec), ("broken", {name: value for name, value in spec.items() if name != lacks}))
    ]
    found = commands.complaints(nbformat.v4.new_notebook(cells=cells))
    assert len(found) == 1 and found[0].startswith(f"cell broken: a chart without {says}")


@pytest.mark.parametrize("page", notebooks())
def test_cells_are_short(page):
    lengths = [len(cell["source"].splitlines()) for cell in code(read_notebook(page))]
    assert sorted(lengths)[int(0.9 * (len(lengths) - 1))] <= 15


def test_cells_of_the_whole_book_are_short():
    lengths = [len(cell["source"].splitlines()) for page in notebooks() for cell in code(read_notebook(page))]
    assert statistics.median(lengths) <= 5
    assert sum(length <= 15 for length in lengths) >= 0.9 * len(lengths)


@pytest.mark.parametrize("page", notebooks())
def test_prose_reads_well_without_the_build(page):
    for text in markdown(read_notebook(page)):
        assert not re.search(r"\{[a-z:]+\}`|^:::|^```\{", text, flags=re.MULTILINE), (
            f"a raw role or directive: {text[:60]}"
        )


def test_every_notebook_is_in_the_table_of_contents():
    on_disk = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in (ROOT / "chapters").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and not path.name.startswith("_")
    }
    assert on_disk == set(notebooks())


def test_the_status_page_is_that_of_the_stored_notebooks():
    rows = [line for line in commands.status_page().read_text("utf-8").splitlines() if line.startswith("| [")]
    assert rows == [line for line in commands.status().splitlines() if line.startswith("| [")], "run: make notebooks"


# The command


@pytest.fixture()
def written(tmp_path, monkeypatch):
    """A function that writes a notebook of cells (by id) into a folder of its own, and returns its path."""
    monkeypatch.setattr(commands, "status_page", lambda: tmp_path / "status.md")
    monkeypatch.setattr(commands, "status", lambda: "The status\n")

    def write(name: str, **cells: str):
        made = [nbformat.v4.new_code_cell(source, id=id) for id, source in cells.items()]
        nbformat.write(nbformat.v4.new_notebook(cells=made), tmp_path / name)
        return tmp_path / name

    return write


def fail_in(monkeypatch, name: str) -> None:
    """Let the notebook with a cell of this id fail, and all others be executed without a kernel."""

    def execute(notebook, *, folder):
        if any(cell["id"] == name for cell in notebook.cells):
            raise commands.NotebookError(f"fails in cell {name}.")
        for cell in notebook.cells:
            cell["execution_count"] = 1
        commands.tidy(notebook).metadata["executed"] = commands.fingerprint(notebook)
        return notebook

    monkeypatch.setattr(commands, "execute", execute)


@pytest.mark.slow
def test_an_exception_names_notebook_cell_and_line(written, capsys):
    path = written("broken.ipynb", fine="1 + 1", wrong="people = 0\n\nshare = 1 / people")
    before = path.read_bytes()
    assert commands.main([str(path)]) == 1 and path.read_bytes() == before
    first, last = capsys.readouterr().err.splitlines()
    assert (
        first
        == f"{path} fails in cell wrong (number 2 from the top), at line 3 (share = 1 / people): ZeroDivisionError: division by zero. Correct the cell."
    )
    assert last == "Nothing was written: 1 of 1 notebooks failed, and all are as they were."


@pytest.mark.slow
def test_a_dead_kernel_names_notebook_and_cell(written, capsys):
    assert commands.main([str(written("dead.ipynb", fine="1 + 1", last="import os\nos._exit(1)"))]) == 1
    assert "dead.ipynb fails in cell last (number 2 from the top): the kernel died." in capsys.readouterr().err


def test_where_one_notebook_fails_none_is_written(written, monkeypatch, capsys):
    paths = [written("first.ipynb", one="1"), written("second.ipynb", two="2"), written("third.ipynb", three="3")]
    before = [path.read_bytes() for path in paths]
    fail_in(monkeypatch, "two")
    assert commands.main([str(path) for path in paths]) == 1
    said = capsys.readouterr()
    assert "second.ipynb fails in cell two." in said.err and "executed third.ipynb" in said.out, (
        "each that fails is named"
    )
    assert [path.read_bytes() for path in paths] == before and not commands.status_page().exists()
    fail_in(monkeypatch, "no cell")
    assert commands.main([str(path) for path in paths]) == 0
    assert all(path.read_bytes() != old for path, old in zip(paths, before)) and commands.status_page().exists()


def test_a_chart_that_owes_something_is_not_written(written, monkeypatch, capsys):
    path = written("chart.ipynb", figure="chart")
    fail_in(monkeypatch, "no cell")
    monkeypatch.setattr(commands, "complaints", lambda notebook: ["cell figure: a chart without title"])
    before = path.read_bytes()
    assert commands.main([str(path)]) == 1 and path.read_bytes() == before
    assert "chart.ipynb owes its reader something in cell figure: a chart without title." in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{", "<<<<<<< HEAD"])
def test_what_is_no_notebook_is_named(tmp_path, content, capsys):
    path = tmp_path / "none.ipynb"
    if content:
        path.write_text(content)
    for arguments in ([str(path)], ["--check", str(path)]):
        assert commands.main(arguments) == 1
        assert capsys.readouterr().err.startswith(f"{path} is no{'t there' if content is None else ' notebook'}")


def test_the_check_refuses_a_source_that_was_changed_since(written, monkeypatch, capsys):
    path = written("changed.ipynb", one="1 + 1")
    fail_in(monkeypatch, "no cell")
    assert commands.main([str(path)]) == 0 and commands.main(["--check", str(path)]) == 0
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0]["source"] = "1 + 2"
    nbformat.write(notebook, path)
    assert commands.main(["--check", str(path)]) == 1
    said = capsys.readouterr().err
    assert (
        f"{path} was changed since it was executed" in said
        and f"Run: .venv/bin/python -m explorable.publish.notebooks {path}" in said
    )
    del notebook.metadata["executed"]
    nbformat.write(notebook, path)
    assert commands.main(["--check", str(path)]) == 1
    assert "was not executed by the book's own command" in capsys.readouterr().err
