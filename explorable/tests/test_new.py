"""A book of one's own: written whole or not at all, made with the wheel alone, built and passing at once, and renewed by the next wheel."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from explorable import update
from explorable.new import __main__ as new
from explorable.new import wheel

HERE = Path(__file__).resolve().parent
MACHINE = HERE.parent
TITLE = "Anna's café & library: a (very) small book"
CHANGE = "- A repair that books have waited for."
REPAIR = "/* repaired */"


def run(*command: str, folder: Path, machine: Path) -> subprocess.CompletedProcess:
    """Run a command with this session's Python, as if the book's own package and the unpacked wheel were installed, and nothing of
    this repository."""
    path = os.pathsep.join(map(str, (folder, machine, HERE / "alone")))
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )


def build(folder: Path, machine: Path) -> None:
    program = Path(sys.executable).with_name("jupyter-book")
    built = run(str(program), "build", ".", "-W", "-n", "--keep-going", folder=folder, machine=machine)
    assert built.returncode == 0, built.stderr[-3000:]


def unpacked(path: Path, folder: Path) -> Path:
    """Install a wheel into an empty folder, as an installer does it."""
    shutil.rmtree(folder, ignore_errors=True)
    zipfile.ZipFile(path).extractall(folder)
    return folder


def next_version(path: Path, folder: Path, version: str = "0.2.0") -> Path:
    """Return a wheel that is as another, but for its version, one more section of its changelog, and a repair of a page's script."""
    old = wheel.read(path)
    files = {}
    for name, content in old.files.items():
        name = name.replace(f"explorable-{old.version}.dist-info", f"explorable-{version}.dist-info")
        if name.endswith("/METADATA"):
            content = content.replace(f"Version: {old.version}".encode(), f"Version: {version}".encode())
        if name == "explorable/CHANGELOG.md":
            content = content.replace(b"## ", f"## {version}\n\n{CHANGE}\n\n## ".encode(), 1)
        if name == "explorable/pages/static/page.js":
            content += REPAIR.encode()
        files[name] = content
    record = f"explorable-{version}.dist-info/RECORD"
    sums = {
        name: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        for name, content in files.items()
        if name != record
    }
    files[record] = "".join(
        f"{name},sha256={checksum},{len(files[name])}\n" for name, checksum in sums.items()
    ).encode()
    target = folder / f"explorable-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


@pytest.fixture(scope="module")
def made_wheel(tmp_path_factory) -> Path:
    return wheel.make(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def machine(made_wheel, tmp_path_factory) -> Path:
    return unpacked(made_wheel, tmp_path_factory.mktemp("machine") / "installed")


@pytest.fixture(scope="module")
def book(machine, tmp_path_factory) -> Path:
    """A new book, written by the command of the installed wheel, into a folder that is named as one names it, and built."""
    folder = tmp_path_factory.mktemp("new") / "my book"
    written = run("-m", "explorable.new", folder.name, "--title", TITLE, folder=folder.parent, machine=machine)
    assert written.returncode == 0, written.stderr
    assert "make book" in written.stdout
    build(folder, machine)
    return folder


def texts(folder: Path) -> dict[str, str]:
    """Return the new book's own files, without what was built and without its wheel."""
    paths = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"_build", "__pycache__", ".pytest_cache", "vendor"} & set(path.parts)
    )
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.mark.slow
def test_its_own_tests_pass_at_once(book, machine):
    arguments = ("-n", "0", "--nbval", "-p", "no:cacheprovider", "tests", "chapters")
    done = run("-m", "pytest", *arguments, folder=book, machine=machine)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_of_the_machine_it_holds_the_wheel_and_no_copy(book, made_wheel):
    carried = wheel.read(made_wheel).files
    machine = {
        content.decode()
        for name, content in carried.items()
        if name.endswith((".py", ".js")) and "template" not in name
    }
    assert [path.name for path in (book / "vendor").iterdir()] == [made_wheel.name]
    assert [name for name, text in texts(book).items() if text in machine - {""}] == []


@pytest.mark.slow
def test_the_wheel_that_an_installed_wheel_writes_is_the_same(book, made_wheel):
    again = wheel.read(next((book / "vendor").glob("*.whl")))
    first = wheel.read(made_wheel)
    assert {name: content for name, content in again.files.items() if not name.endswith("/RECORD")} == {
        name: content for name, content in first.files.items() if not name.endswith("/RECORD")
    }


@pytest.mark.slow
def test_it_carries_its_title_and_no_gap(book):
    written = texts(book)
    assert TITLE in written["_config.yml"] and written["index.md"].startswith(f"# {TITLE}\n")
    assert [name for name, text in written.items() if re.search(r"\{\{\w+\}\}", text)] == []
    assert new.slug(TITLE) == "anna-s-cafe-library-a-very-small-book"
    assert f'name = "{new.slug(TITLE)}"' in written["pyproject.toml"]
    assert json.loads(written["data/datapackage.json"])["name"] == new.slug(TITLE)
    assert f'format="{new.slug(TITLE)}/assumptions"' in written["book/assumptions.py"]


@pytest.mark.slow
def test_the_lock_holds_what_the_machine_requires(book, made_wheel):
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", texts(book)["requirements.txt"], flags=re.MULTILINE))
    carried = wheel.read(made_wheel)
    metadata = next(text.decode() for name, text in carried.files.items() if name.endswith("/METADATA"))
    wanted = {name.lower() for name in re.findall(r"^Requires-Dist: ([\w-]+)", metadata, flags=re.MULTILINE)}
    assert len(wanted) > 10 and wanted <= locked


@pytest.mark.slow
def test_its_pages_can_say_which_book_they_are_of(book):
    page = (book / "_build" / "html" / "chapters" / "first-question.html").read_text("utf-8")
    assert (
        "Anna&#x27;s café &amp;amp; library" in page.replace("&quot;", '"') or "Anna&#x27;s café &amp; library" in page
    )
    assert "anna-s-cafe" in page, "the files that its explorers save are its own"


@pytest.mark.slow
def test_the_next_wheel_takes_the_place_of_the_old_and_its_repair_is_in_the_pages(book, made_wheel, machine, tmp_path):
    folder = tmp_path / "book"
    shutil.copytree(book, folder)
    before = texts(folder)
    newer = next_version(made_wheel, tmp_path)
    done = run("-m", "explorable.update", str(newer), folder=folder, machine=machine)
    assert done.returncode == 0, done.stderr
    assert f"{wheel.read(made_wheel).version} → 0.2.0" in done.stdout and CHANGE in done.stdout
    assert "The first version" not in done.stdout, "what the book has already is not told again"
    assert [path.name for path in (folder / "vendor").iterdir()] == [newer.name]
    assert texts(folder) == before, "what is the author's stays"
    build(folder, unpacked(newer, tmp_path / "installed"))
    assert (folder / "_build" / "html" / "_static" / "page.js").read_text("utf-8").endswith(REPAIR)


# What can't be


@pytest.fixture()
def small(tmp_path, made_wheel) -> Path:
    """As much of a book as an update looks at."""
    (tmp_path / "book" / "vendor").mkdir(parents=True)
    shutil.copy(made_wheel, tmp_path / "book" / "vendor")
    lock = wheel.read(made_wheel).text(update.LOCK)
    (tmp_path / "book" / "requirements.txt").write_text(lock, encoding="utf-8")
    return tmp_path / "book"


@pytest.mark.slow
def test_an_update_to_the_same_or_an_older_version_is_refused(small, made_wheel, tmp_path):
    for path in (made_wheel, next_version(made_wheel, tmp_path, "0.0.9")):
        with pytest.raises(update.NoUpdate, match="nothing to renew"):
            update.update(small, path)
    assert [path.name for path in (small / "vendor").iterdir()] == [made_wheel.name]


@pytest.mark.slow
def test_a_wheel_that_is_damaged_or_another_s_is_refused(small, made_wheel, tmp_path):
    newer = next_version(made_wheel, tmp_path)
    with zipfile.ZipFile(newer) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    spoiled = tmp_path / "spoiled.whl"
    with zipfile.ZipFile(spoiled, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content + b"!" if name.endswith("book.py") else content)
    with pytest.raises(wheel.NoWheel, match=r"damaged: explorable/book\.py"):
        update.update(small, spoiled)
    (tmp_path / "text.whl").write_text("no zip")
    with pytest.raises(wheel.NoWheel, match="no wheel that can be read"):
        update.update(small, tmp_path / "text.whl")
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("other-1.dist-info/METADATA", "Name: other\nVersion: 1\n")
    with pytest.raises(wheel.NoWheel, match="no wheel of explorable"):
        update.update(small, tmp_path / "other.whl")
    assert [path.name for path in (small / "vendor").iterdir()] == [made_wheel.name]


@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True])
def test_a_lock_that_moved_replaces_the_old_one_but_never_the_author_s(small, made_wheel, tmp_path, monkeypatch, own):
    lock = small / "requirements.txt"
    if own:
        lock.write_text(lock.read_text("utf-8") + "mine==1.0\n", encoding="utf-8")
    before, read = lock.read_text("utf-8"), wheel.read
    newer = next_version(made_wheel, tmp_path)

    def moved(path):
        found = read(path)
        return (
            found if path != newer else found._replace(files=found.files | {f"explorable/{update.LOCK}": b"new==2.0\n"})
        )

    monkeypatch.setattr(wheel, "read", moved)
    said = update.update(small, newer)
    assert ("make lock" in said) == own
    assert lock.read_text("utf-8") == (before if own else "new==2.0\n")


@pytest.mark.parametrize(
    "title",
    ["", "  ", "<b>Bold</b>", 'A "quoted" title', "back\\slash", "{{year}}", "x" * 81, "two\nlines", "`x`", "$x"],
)
def test_a_title_that_would_break_something_is_refused(tmp_path, title):
    with pytest.raises(new.NewBookError, match="can't be a title"):
        new.write(tmp_path / "book", title)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("three years of work")
    assert new.main([str(tmp_path), "--title", "Mine"]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_and_a_folder_of_a_book_are_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert new.main([str(tmp_path / "file"), "--title", "Mine"]) == 2
    assert "is no folder" in capsys.readouterr().err
    (tmp_path / "_config.yml").write_text("title: Another\n")
    assert new.main([str(tmp_path / "chapters" / "mine"), "--title", "Mine"]) == 2
    assert "inside a book" in capsys.readouterr().err and not (tmp_path / "chapters").exists()


def test_without_a_title_the_command_says_so(tmp_path, capsys):
    with pytest.raises(SystemExit):
        new.main([str(tmp_path / "book")])
    assert "--title" in capsys.readouterr().err


@pytest.mark.slow
def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch, capsys):
    def fail(made):
        raise new.NewBookError("The new book could not be finished: no kernel.")

    monkeypatch.setattr(new, "_finish", fail)
    assert new.main([str(tmp_path / "book"), "--title", "Mine"]) == 2
    assert "no kernel" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


# The wheel itself


@pytest.mark.slow
def test_the_wheel_has_every_file_of_the_package_and_all_that_its_pages_load(made_wheel):
    there = set(wheel.read(made_wheel).files)
    files = {path.relative_to(MACHINE.parent).as_posix() for path in MACHINE.rglob("*") if path.is_file()}
    left_out = r"__pycache__|node_modules|egg-info|explorable/tests/|explorable/(setup\.py|pyproject\.toml|README\.md)$"
    wanted = {name for name in files if not re.search(left_out, name)}
    vendored = {
        f"explorable/vendor/{folder}/{path.name}"
        for folder in ("fonts", "minisearch", "reveal", "vega")
        for path in (MACHINE.parent / "vendor" / folder).iterdir()
        if path.is_file()
    }
    assert len(wanted) > 150 and vendored and not (wanted | vendored) - there


@pytest.mark.slow
def test_it_is_the_same_file_every_time(made_wheel, tmp_path):
    assert wheel.make(tmp_path).read_bytes() == made_wheel.read_bytes()


@pytest.mark.slow
def test_its_changelog_begins_with_its_version(made_wheel):
    own = wheel.read(made_wheel)
    assert re.search(r"^## (\S+)", own.text("CHANGELOG.md"), flags=re.MULTILINE)[1] == own.version
