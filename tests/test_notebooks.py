"""Every chapter keeps its contract with the reader, and is stored tidily. (That it still runs, nbval proves.)"""
from __future__ import annotations

import re
import statistics

import nbformat
import pytest
from conftest import ROOT, notebooks, read_notebook

from aftermath import theme
from explorable.publish import notebooks as commands
from explorable.publish import opening

CHAPTERS = [page for page in notebooks() if page != "chapters/data-guide"]
#: The only cells whose outputs nbval does not compare: ipywidgets have random ids.
WIDGET_CELLS = {("chapters/recruitment", "who-is-left-widget"), ("chapters/scenario-lab", "lab")}
FORBIDDEN_OUTPUT = {"a data type": r"dtype[:=]", "info()": r"RangeIndex|non-null|memory usage", "a Styler": r'id="T_[0-9a-f]{5}'}


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
    for cell in code(notebook):
        assert cell["execution_count"], f"cell {cell['id']} was not executed"
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", f"cell {cell['id']} warns: {output.get('text')}"
            text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", "")) + str(output.get("data", {}).get("text/html", ""))
            for name, pattern in FORBIDDEN_OUTPUT.items():
                assert not re.search(pattern, text), f"cell {cell['id']} stores {name}"


@pytest.mark.parametrize("page", notebooks())
def test_outputs_left_out_of_the_comparison_are_widgets(page):
    ignored = {(page, cell["id"]) for cell in code(read_notebook(page)) if "nbval-ignore-output" in cell.metadata.get("tags", [])}
    assert ignored <= WIDGET_CELLS
    for cell in code(read_notebook(page)):
        tags = cell.metadata.get("tags", [])
        assert not {"nbval-skip", "skip-execution", "raises-exception"} & set(tags)


@pytest.mark.parametrize("page", CHAPTERS)
def test_opens_with_a_question_objectives_and_time(page):
    texts = markdown(read_notebook(page))
    opening = "\n".join(texts[:3])
    assert opening.startswith("# ")
    assert "?" in opening.partition("**You will be able to**")[0], "no question first"
    objectives = opening.partition("**You will be able to**")[2].partition("**Time**")[0]
    assert 3 <= len(re.findall(r"^[-*] ", objectives, flags=re.MULTILINE)) <= 6
    assert re.search(r"\*\*Time\*\*: *(about )?\d+ minutes", opening)
    assert "**Before you start**" in opening


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
            following = next((later for later in cells[number + 1:] if later.cell_type == "markdown"), None)
            assert following is not None and "**Look**" in following["source"], f"no prompt after {cell['id']}"


@pytest.mark.parametrize("page", notebooks())
def test_charts_owe_nothing(page):
    assert commands.complaints(read_notebook(page)) == []
    for cell in code(read_notebook(page)):
        for spec in charts(cell):
            assert len(spec["description"]) > 40, f"{cell['id']}: a description says what is seen"
            numbers = re.findall(r"\d+\.\d{7,}", str(spec.get("datasets", "")))
            assert not numbers, f"{cell['id']}: round the chart's data: {numbers[:3]}"


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
        assert not re.search(r"\{[a-z:]+\}`|^:::|^```\{", text, flags=re.MULTILINE), f"a raw role or directive: {text[:60]}"


def test_every_notebook_is_in_the_table_of_contents():
    on_disk = {path.relative_to(ROOT).with_suffix("").as_posix() for path in (ROOT / "chapters").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts and not path.name.startswith("_")}
    assert on_disk == set(notebooks())


def test_the_status_page_is_that_of_the_stored_notebooks():
    rows = [line for line in commands.STATUS.read_text("utf-8").splitlines() if line.startswith("| [")]
    assert rows == [line for line in commands.status().splitlines() if line.startswith("| [")], "run: make notebooks"
