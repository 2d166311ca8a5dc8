"""The book as one file to carry away: the built site as a zip archive, the same to the byte for the same site, and its checksum.

python -m explorable.editions.archive      writes _build/NAME-VERSION.zip and .zip.sha256
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from explorable import command
from explorable.book import current_book

DAY = (2020, 1, 1, 0, 0, 0)
LEFT_OUT = (".buildinfo", ".buildinfo.bak", "objects.inv")  # of use to Sphinx alone


def name() -> str:
    project = current_book().project
    return f"{project['name']}-{project['version']}"


def write(target: Path, *, site: Path | None = None, without: tuple[str, ...] = ()) -> Path:
    """Write the archive of a site, the built one if none is named, and its checksum into a folder; return the archive's path.

    ``without`` are patterns of names under ``downloads/`` that stay out: what is large, or is the archive itself.
    """
    site = site or current_book().site
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{name()}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        left = {file for pattern in without for file in (site / "downloads").glob(pattern)}
        for file in sorted(
            file for file in site.rglob("*") if file.is_file() and file.name not in LEFT_OUT and file not in left
        ):
            entry = zipfile.ZipInfo(f"{name()}/{file.relative_to(site).as_posix()}", DAY)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{checksum}  {path.name}\n", "utf-8")
    return path


def main() -> None:
    written = write(current_book().build)
    print(f"The book to carry away: {written} ({written.stat().st_size / 1e6:.1f} MB)")
    print(f"Its checksum: {written}.sha256 (check it with: cd {written.parent} && sha256sum -c {written.name}.sha256)")


if __name__ == "__main__":
    command.run(main)
