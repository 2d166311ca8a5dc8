"""Does the work grow no faster than the book, and does the site stand a class that opens it at once?

    .venv/bin/python bench/scale.py [build] [tests] [load]

Build and tests: the book with its chapters once, twice and four times (copies in a temporary folder). Load: nginx on this
machine serves the site; 200 readers ask without a pause for ten seconds for whole pages with all that they name (wrk).
"""

from __future__ import annotations

import gzip
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from conftest import notebooks  # noqa: E402
from engines import end, free_port, wait_until_ready  # noqa: E402

from explorable.pages import budgets  # noqa: E402

SITE = ROOT / "_build" / "html"
SIZES = (1, 2, 4)
TESTED = 4  # chapters whose outputs are computed again: enough to see how the time grows
READERS, SECONDS = 200, 10
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "_build", "node_modules", "__pycache__", ".pytest_cache", ".hypothesis"
)
NGINX = """daemon off; worker_processes 2; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{ access_log off; types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; font/woff2 woff2; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; gzip_static on; sendfile on;
  server {{ listen 127.0.0.1:{port} backlog=1024; root {site}; }} }}
"""
ASK = """local paths = {{ {paths} }}
local at = 0
request = function() at = at % #paths + 1; return wrk.format("GET", paths[at], {{ ["Accept-Encoding"] = "gzip" }}) end
"""


# The book, several times


@contextmanager
def book(times: int) -> Iterator[Path]:
    """Give a folder with the book, its notebooks there so many times; copies carry a number and link as the originals do."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(ROOT, Path(name, "book"), ignore=LEFT_OUT)
        contents = yaml.safe_load((folder / "_toc.yml").read_text("utf-8"))
        copies = []
        for page, number in itertools.product(notebooks(), range(2, times + 1)):
            shutil.copy(folder / f"{page}.ipynb", folder / f"{page}-{number}.ipynb")
            copies.append({"file": f"{page}-{number}"})
        if copies:
            contents["parts"].append({"caption": "Copies", "chapters": copies})
            (folder / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), "utf-8")
        yield folder


def seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{(done.stdout + done.stderr)[-2000:]}")
    return time.perf_counter() - start


def build(folder: Path) -> float:
    """Build the book from nothing; labels are there more than once, so warnings do not count."""
    return seconds([str(ROOT / ".venv/bin/jupyter-book"), "build", ".", "--keep-going", "--quiet"], folder)


def check(folder: Path) -> float:
    """Compute the outputs of some chapters and of their copies again, and compare."""
    wanted = {page.split("/")[-1] for page in notebooks()[:TESTED]}
    files = [
        str(path) for path in sorted((folder / "chapters").glob("*.ipynb")) if re.sub(r"-\d+$", "", path.stem) in wanted
    ]
    return seconds([sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", *files], folder)


def grow(what: str, measure) -> None:
    """Time something at each size, and say whether four times the chapters cost more than four times the time."""
    times = {}
    for size in SIZES:
        with book(size) as folder:
            times[size] = measure(folder)
            print(
                f"{what}, chapters {size}×: {times[size]:.1f} s, {times[size] / times[SIZES[0]]:.2f} times the first",
                flush=True,
            )
    ratio = times[SIZES[-1]] / times[SIZES[0]]
    print(
        f"target: no more than {SIZES[-1]} times the first: {'met' if ratio <= SIZES[-1] else 'MISSED'}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n"
    )


# A class at once


def requests() -> list[str]:
    """Return all that a reader's browser asks for who opens the front page, a chapter with charts and an explorer."""
    pages = [SITE / page for page in ("index.html", "chapters/strategy.html", "chapters/what-if.html")]
    return ["/" + path.relative_to(SITE).as_posix() for page in pages for path in sorted(budgets.files_of(page, SITE))]


@contextmanager
def nginx(folder: Path, site: Path) -> Iterator[str]:
    """Serve a site on a free port of this machine."""
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, site=site), "utf-8")
    server = subprocess.Popen(
        ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address)
        yield address
    finally:
        end(server)


def load() -> None:
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name)]
    if missing:
        print(f"Load: left out, {' and '.join(missing)} is not installed: sudo apt install nginx-light wrk")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = shutil.copytree(SITE, folder / "site")
        for path in [path for path in site.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]:
            Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), 9))
        asked = requests()
        (folder / "ask.lua").write_text(ASK.format(paths=", ".join(f'"{path}"' for path in asked)), "utf-8")
        with nginx(folder, site) as address:
            done = subprocess.run(
                ["wrk", "-t2", f"-c{READERS}", f"-d{SECONDS}s", "--latency", "-s", str(folder / "ask.lua"), address],
                capture_output=True,
                text=True,
                timeout=10 * SECONDS,
            )
    report(done.stdout, len(asked))


def report(text: str, files: int) -> None:
    """Read wrk's words: how many answers, how many errors, how long 99 of 100 took at most."""
    answers, rate = (
        int(re.search(r"(\d+) requests in", text)[1]),
        float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
    )
    failed = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", text)))
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    p99_ms = float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    print(
        f"{READERS} readers at once for {SECONDS} s: {answers:,} answers, {rate:,.0f} a second ({rate / files:.0f} visits of three pages, {files} files each); "
        f"errors: {failed}; 99 of 100 answers within {p99_ms:.0f} ms"
    )
    print(
        f"targets: no error: {'met' if not failed else 'MISSED'}; p99 ≤ 1000 ms: {'met' if p99_ms <= 1000 else 'MISSED'}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["build", "tests", "load"]
    if "build" in wanted:
        grow("Build", build)
    if "tests" in wanted:
        grow("Tests", check)
    if "load" in wanted:
        load()
