"""Puts the book's data into a wheel of its package; everything else about the package stands in pyproject.toml."""

from pathlib import Path
from shutil import rmtree

from setuptools import setup
from setuptools.command.build_py import build_py

#: What aftermath/ reads; aftermath/root.py finds it.
BOOK = (
    "data/*.csv",
    "data/datapackage.json",
    "data/maps/*.json",
    "references.bib",
    "teaching/questions/*.toml",
    "teaching/keys.json",
)


def files() -> list[str]:
    return [path.as_posix() for pattern in BOOK for path in sorted(Path().glob(pattern))]


class BuildWithBook(build_py):
    """Copies the book's files into the package, but for an editable install: there they stay where they are edited."""

    def run(self):
        if self.editable_mode:
            return super().run()
        rmtree(self.build_lib, ignore_errors=True)  # else a file that is gone from the book would go on being packed
        super().run()
        for path in files():
            target = Path(self.build_lib, "aftermath", "book", path)
            self.mkpath(str(target.parent))
            self.copy_file(path, str(target))

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), *files()]  # a source archive has them, too


setup(cmdclass={"build_py": BuildWithBook})
