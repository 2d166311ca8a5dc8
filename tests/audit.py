"""Lighthouse, from tests/tools: what a search engine's auditor says of a page, as seen on a phone."""

from __future__ import annotations

import functools
import gzip
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from conftest import ROOT

from explorable import chromium

PROGRAM = ROOT / "tests" / "tools" / "node_modules" / "lighthouse" / "cli" / "index.js"
#: One page of each kind; of the kinds of explorable/pages/budgets.csv the heaviest.
KINDS: Mapping[str, str] = {
    "front page": "index.html",
    "text, terms": "chapters/glossary.html",
    "text, formulas": "chapters/equations.html",
    "charts": "chapters/audit.html",
    "map": "chapters/sahel-analogy.html",
    "explorer, one of several charts": "chapters/how-many-were-left.html",
    "explorer, all five scenarios": "chapters/what-if.html",
    "live Python": "chapters/scenario-lab.html",
    "the reader's forecast": "chapters/forecast.html",
    "the reader's matrix": "chapters/competing-hypotheses.html",
    "search": "search.html",
}
PACKED = {".html", ".css", ".js", ".json", ".svg"}


class _Host(SimpleHTTPRequestHandler):
    """A folder as a host serves it: texts gzipped, connections kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in PACKED or not path.is_file():
            return super().do_GET()
        body = _packed(path, path.stat().st_mtime)
        self.send_response(200)
        for header, value in {
            "Content-Type": self.guess_type(str(path)),
            "Content-Encoding": "gzip",
            "Content-Length": len(body),
            "Cache-Control": "max-age=600",
        }.items():
            self.send_header(header, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@functools.lru_cache(maxsize=1024)
def _packed(path: Path, changed: float) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


@contextmanager
def host(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; gives its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def lighthouse(address: str, *categories: str) -> dict:
    """Return Lighthouse's report of a page; nothing but this machine can be reached while it looks."""
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    flags = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'"
    done = subprocess.run(
        [
            node,
            str(PROGRAM),
            address,
            "--output=json",
            "--quiet",
            f"--only-categories={','.join(categories)}",
            f"--chrome-flags={flags}",
        ],
        env={**os.environ, "CHROME_PATH": chromium.path()},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse could not look at {address}: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


def scores(report: dict) -> dict[str, int]:
    """Return the categories' scores, of 100."""
    return {name: round(100 * (category["score"] or 0)) for name, category in report["categories"].items()}


def faults(report: dict) -> list[str]:
    """Name every audit that costs a page points."""
    weighty = {
        one["id"] for category in report["categories"].values() for one in category["auditRefs"] if one["weight"]
    }
    return [
        f"{id}: {audit['title']}"
        for id, audit in report["audits"].items()
        if id in weighty and audit["score"] is not None and audit["score"] < 1
    ]
