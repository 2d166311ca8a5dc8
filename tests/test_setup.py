"""The environment: made once, made anew where the folder was moved, and said so; the build's one answer to "where is it"."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from explorable.publish import build

#: In place of uv: it makes a real but empty environment, and installs nothing.
UV = f"""#!/bin/sh
echo "uv $1 $2" >> "$LOG"
for last; do :; done
if [ "$1" = venv ]; then exec {sys.executable} -m venv --without-pip "$last"; fi
"""


class Folder:
    """A book's folder with nothing in it but what sets it up, and a build that says where it runs."""

    def __init__(self, path: Path):
        self.path, self.log = path, path.parent / "log"
        self.programs = path.parent / "bin"
        for folder in (path / "explorable" / "course", self.programs):
            folder.mkdir(parents=True)
        for file in ("Makefile", "environment.sh", "requirements.txt"):
            shutil.copy(ROOT / file, path / file)
        (path / "pyproject.toml").touch()
        (path / "explorable" / "course" / "solutions.py").write_text("import sys\nprint('run in', sys.prefix)\n")
        (self.programs / "uv").write_text(UV)
        (self.programs / "uv").chmod(0o755)

    def make(self, *arguments: str) -> str:
        environment = {**os.environ, "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}", "LOG": str(self.log)}
        environment = {
            name: value
            for name, value in environment.items()
            if not name.startswith(("MAKE", "MFLAGS", "PYTHONPATH", "VENV"))
        }
        done = subprocess.run(
            ["make", *arguments, f"PYTHON={sys.executable}"],
            cwd=self.path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move(self, name: str) -> None:
        self.path = self.path.rename(self.path.with_name(name))


@pytest.fixture()
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "here")


def test_it_says_what_it_installs_and_does_so_once(folder):
    packages = len(re.findall(r"^[\w.-]+==", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.MULTILINE))
    assert f"Installing {packages} packages into .venv with uv (about a minute" in folder.make("setup")
    calls = folder.log.read_text()
    assert calls.splitlines() == ["uv venv --quiet", "uv pip install", "uv pip install"]
    assert "run in" in folder.make("keys") and folder.log.read_text() == calls


@pytest.mark.parametrize("name", ["there", "a folder – ö, 'x' $y"])
def test_a_moved_folder_makes_its_environment_anew_and_says_so(folder, name):
    folder.make("setup")
    (folder.path / ".venv" / "bin" / "program").write_text(f"#!{folder.path}/.venv/bin/python\n")
    folder.move(name)
    said = folder.make("keys")
    assert "was moved or renamed" in said and "Installing" in said and f"run in {folder.path}" in said
    assert not (folder.path / ".venv" / "bin" / "program").exists(), "a launcher that leads nowhere"
    assert "was moved" not in folder.make("keys") and len(folder.log.read_text().splitlines()) == 6


def test_an_environment_without_its_python_is_made_anew(folder):
    folder.make("setup")
    for program in (folder.path / ".venv" / "bin").glob("python*"):
        program.unlink()
    assert "Installing" in folder.make("keys")


def test_new_requirements_are_added_to_the_environment_that_is_there(folder):
    folder.make("setup")
    (folder.path / ".venv" / "kept").touch()
    ready = folder.path / ".venv" / ".ready"
    os.utime(ready, (0, 0))
    said = folder.make("keys")
    assert "Installing" in said and "was moved" not in said and (folder.path / ".venv" / "kept").exists()


@pytest.mark.parametrize(
    "path",
    ["Makefile", "explorable/new/template/Makefile", ".pre-commit-config.yaml", "hosting/release.sh", "Containerfile"],
)
def test_no_command_calls_a_program_that_a_move_breaks(path):
    """Programs of an environment begin with its path; its Python, asked for a module, does not."""
    assert (
        re.findall(r"(?:\$\(BIN\)|\$\(VENV\)/bin|\.venv/bin)/(?!python\b)\S+", (ROOT / path).read_text("utf-8")) == []
    )


# The build


@pytest.fixture()
def book(monkeypatch):
    """A function that says how Jupyter Book ends."""

    def ends(how):
        def command(arguments, standalone_mode):
            print("\x1b[92m====\x1b[0m Your book's HTML pages are here")
            print("a.md:1: WARNING: something", file=sys.stderr)
            how()

        monkeypatch.setattr(build.jupyter_book, "main", command)

    return ends


def test_a_good_build_says_nothing_but_its_warnings(book, capsys):
    book(lambda: None)
    assert build.main([]) == 0
    said = capsys.readouterr()
    assert said.out == "" and said.err == "a.md:1: WARNING: something\n"


def raising(problem):
    def end():
        raise problem

    return end


def test_a_build_with_a_warning_keeps_its_exit_code(book, capsys):
    book(raising(SystemExit(3)))
    assert build.main([]) == 3
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("a.md:1: WARNING: something\n") and "not built" in said.err


def test_a_build_that_breaks_off_is_red_and_says_why(book, capsys):
    book(raising(RuntimeError("no table of contents")))
    assert build.main([]) == 1 and "RuntimeError: no table of contents" in capsys.readouterr().err
