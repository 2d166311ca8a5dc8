"""The book's package where no copy of the book is around it: a wheel, made from the source archive as a registry would have it. The
machine is a wheel of its own (explorable/tests/test_new.py)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from aftermath import data
from explorable.new import wheel as machine_wheel

BUILD = "import sys; from setuptools import build_meta; print(build_meta.{step}(sys.argv[1]))"
pytestmark = pytest.mark.slow

TRY = """
import importlib, pkgutil, aftermath, ipywidgets
from datetime import datetime
for module in pkgutil.iter_modules(aftermath.__path__):
    importlib.import_module(f"aftermath.{module.name}")
from aftermath import check, data, maps, quiz, theme, widgets
tables = [data.load(entry["name"]) for entry in data.package()["resources"]]
sources = data.sources(data.load("territory"))["sources"]
theme.enable()
lab = widgets.ScenarioLab()
lab.assumptions = {"killed": 0.2}
saved = lab.save().encode()
lab.reset()
chooser = next(part for part in lab.children[1].children if isinstance(part, ipywidgets.FileUpload))
file = {"name": "a.json", "type": "", "size": len(saved), "content": memoryview(saved), "last_modified": datetime.now()}
chooser.set_trait("value", {"a.json": {"metadata": file, "content": saved}} if ipywidgets.__version__ < "8" else (file,))
assert lab.assumptions["killed"] == 0.2
print(len(tables), len(sources), check.verdict("recruitment-2", 0).right, len(quiz.questions()), sorted(maps.box("origins")), len(lab.outcomes))
print(aftermath.__file__)
"""


def run(*command: str | Path, **options) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    room = tmp_path_factory.mktemp("wheel")
    archive = run(sys.executable, "-c", BUILD.format(step="build_sdist"), room, cwd=ROOT).splitlines()[-1]
    with tarfile.open(room / archive) as packed:
        packed.extractall(room, filter="data")
    return (
        room
        / run(
            sys.executable, "-c", BUILD.format(step="build_wheel"), room, cwd=room / archive.removesuffix(".tar.gz")
        ).splitlines()[-1]
    )


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    return machine_wheel.make(tmp_path_factory.mktemp("machine"))


def test_the_wheel_has_every_file_of_its_package_and_none_of_the_machine(wheel):
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "aftermath").rglob("*") if path.is_file()}
    wanted = {name for name in files if not re.search("__pycache__|node_modules", name)}
    there = set(zipfile.ZipFile(wheel).namelist())
    assert wanted and not wanted - there and not [name for name in there if name.startswith("explorable/")]


def test_it_works_from_any_folder(wheel, machine, tmp_path):
    """Unpacked, as an installer does it, and run without the editable install of these tests."""
    for one in (wheel, machine):
        zipfile.ZipFile(one).extractall(tmp_path / "installed")
    begin = f"import sys; sys.path[:0] = [{str(tmp_path / 'installed')!r}]; sys.path.append({sysconfig.get_path('purelib')!r})"
    tried(run(sys.executable, "-I", "-S", "-W", "ignore", "-c", begin + TRY, cwd=tmp_path), tmp_path / "installed")


def tried(printed: str, place: Path) -> None:
    figures, file = printed.splitlines()
    tables, sources, right, questions, box, rows = re.fullmatch(
        r"(\d+) (\d+) (\w+) (\d+) \[(.*)\] (\d+)", figures
    ).groups()
    assert int(tables) == len(data.package()["resources"]) and int(sources) and int(questions) and int(rows)
    assert right == "False" and box == "'east', 'north', 'south', 'west'"
    assert Path(file).is_relative_to(place)


@pytest.mark.full
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="pandas 2.2 has no wheel for this Python")
def test_it_works_with_the_oldest_packages_that_it_allows(wheel, machine, tmp_path):
    """Nothing else is there, and it all comes from a registry: so a service that has these, such as Colab, need not replace its own."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    oldest = [re.sub(r">=([\d.]+).*", r"==\1.*", one) for one in wanted]
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    install = (
        ("uv", "pip", "install", "--python", python) if shutil.which("uv") else (python, "-m", "pip", "install")
    )  # uv takes seconds, pip minutes
    run(*install, "--quiet", machine, wheel, *oldest)
    tried(run(python, "-I", "-W", "ignore", "-c", TRY, cwd=tmp_path), tmp_path / "venv")
