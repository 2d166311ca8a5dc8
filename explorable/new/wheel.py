"""This package as a wheel: made from its repository, or put together again from where a wheel was installed.

python -m explorable.new.wheel FOLDER
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from explorable import command
from explorable.book import MACHINE
from explorable.command import Refused

NAME = "explorable"
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
#: What an installer adds to what a wheel holds.
ADDED = {"INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}
DAY, EPOCH = (2020, 1, 1, 0, 0, 0), "1577836800"  # the same file every time


class NoWheel(Refused):
    """A wheel can't be made or used. The message says why, and what to do."""


class Wheel(NamedTuple):
    """A wheel of this package, read and checked: every file is the one that its RECORD names."""

    path: Path
    version: str
    files: dict[str, bytes]

    def text(self, name: str) -> str:
        """Return the text of one of the package's files; "" if it has none of that name."""
        return self.files.get(f"{NAME}/{name}", b"").decode("utf-8")


def read(path: Path) -> Wheel:
    """Return what a wheel holds. Raises :class:`NoWheel` if it is none of this package, or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (OSError, zipfile.BadZipFile) as problem:
        raise NoWheel(f"{path.name} is no wheel that can be read ({problem}). Fetch it again.") from None
    info = next((name.rpartition("/")[0] for name in files if name.endswith(".dist-info/METADATA")), None)
    metadata = message_from_bytes(files.get(f"{info}/METADATA", b""))
    if metadata["Name"] != NAME:
        raise NoWheel(f"{path.name} is no wheel of {NAME}. Name one: {NAME}-X.Y.Z-py3-none-any.whl")
    for name, checksum, _ in csv.reader(io.StringIO(files.get(f"{info}/RECORD", b"").decode("utf-8"))):
        if checksum and (name not in files or _checksum(files[name]) != checksum):
            raise NoWheel(f"{path.name} is damaged: {name} is not the file that it promises. Fetch it again.")
    return Wheel(path, metadata["Version"], files)


def make(folder: Path) -> Path:
    """Write this package's wheel into a folder; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    return _built(folder) if (MACHINE / "pyproject.toml").exists() else _put_together(folder)


def _built(folder: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder.resolve())],
        cwd=MACHINE,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise NoWheel(f"The wheel could not be made: {done.stderr.strip()[-2000:]}")
    return folder / done.stdout.split()[-1]


def _put_together(folder: Path) -> Path:
    """Write the wheel again from the files that were installed."""
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        raise NoWheel(f"{NAME} is not installed as a wheel. Install its wheel, and try again.") from None
    kept = [
        file
        for file in installed.files or []
        if not file.name.endswith(".pyc")
        and ".." not in file.parts
        and not (file.name in ADDED and "dist-info" in file.parts[0])
    ]
    files = {file.as_posix(): Path(str(installed.locate_file(file))).read_bytes() for file in kept}
    record = next(name.rpartition("/")[0] for name in files if name.endswith(".dist-info/METADATA")) + "/RECORD"
    rows = [f"{name},{_checksum(content)},{len(content)}\n" for name, content in sorted(files.items())]
    path = folder / f"{NAME}-{installed.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*sorted(files.items()), (record, "".join([*rows, f"{record},,\n"]).encode())]:
            archive.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
    return path


def _checksum(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def main(arguments: list[str]) -> int:
    print("The wheel is made:", make(Path(*arguments)))
    return 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
