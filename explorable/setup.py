"""Puts into the wheel what stands beside the package in its repository; everything else about it stands in pyproject.toml."""

from pathlib import Path
from shutil import rmtree

from setuptools import setup
from setuptools.command.build_py import build_py

#: From the repository → in the package: libraries as pages load them, and what a new book begins with.
CARRIED = {
    "vendor/fonts/*": "vendor/fonts",
    "vendor/minisearch/*": "vendor/minisearch",
    "vendor/reveal/*": "vendor/reveal",
    "vendor/vega/*": "vendor/vega",
    "vendor/SHA256SUMS": "vendor",
    "LICENSES/MIT.txt": "vendor",
    "environment.sh": "new/template",
    "requirements.txt": "new/template",
    ".gitattributes": "new/template",
    ".gitignore": "new/template",
    "tests/browser.sh": "new/template/tests",
}


class BuildWithCarried(build_py):
    """Copies those files into the package, but for an editable install: there they stay where they are edited."""

    def run(self):
        if self.editable_mode:
            return super().run()
        rmtree(self.build_lib, ignore_errors=True)  # else a file that is gone would go on being packed
        super().run()
        for pattern, folder in CARRIED.items():
            found = [path for path in sorted(Path("..").glob(pattern)) if path.is_file()]
            if not found:
                raise FileNotFoundError(f"{pattern} is not in the repository: the wheel would lack it.")
            for path in found:
                target = Path(self.build_lib, "explorable", folder)
                self.mkpath(str(target))
                self.copy_file(str(path), str(target / path.name))


setup(cmdclass={"build_py": BuildWithCarried})
