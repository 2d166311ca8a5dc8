"""Ready for Jupyter Book 2: its settings list the same pages, and every notebook is one that it can read."""

from __future__ import annotations

import nbformat
import pytest
import yaml
from conftest import ROOT, notebooks, pages

from explorable.publish import myst

RENEW = "run: .venv/bin/python -m explorable.publish.myst"


def files(node) -> list[str]:
    """Return the files of a table of contents in the order of its pages."""
    if isinstance(node, list):
        return [file for part in node for file in files(part)]
    return ([node["file"]] if "file" in node else []) + files(node.get("children", []))


def test_both_settings_list_the_same_pages_in_the_same_order():
    listed = files(yaml.safe_load((ROOT / "myst.yml").read_text("utf-8"))["project"]["toc"])
    assert [file.rpartition(".")[0] for file in listed] == pages(), RENEW
    assert [file for file in listed if not (ROOT / file).exists()] == []


def test_the_second_settings_are_written_from_the_first():
    assert (ROOT / "myst.yml").read_text("utf-8") == myst.text(), RENEW


@pytest.mark.parametrize("page", notebooks())
def test_a_notebook_is_valid_and_each_of_its_cells_has_its_own_name(page):
    notebook = nbformat.read(ROOT / f"{page}.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    names = [cell["id"] for cell in notebook.cells]
    assert len(names) == len(set(names))
