"""What does one reader's kernel cost a hub? Memory and processor time of a kernel that runs a chapter from top to bottom.

    .venv/bin/python bench/kernel.py [PAGE …]     default: the lightest, a usual and the heaviest chapter

A hub has to provide for each student who is there at the same time: the kernel (measured here, with its children) and the
Jupyter server beside it (measured here, too, idle). The numbers for a class stand in reuse/host-it.md.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("chapters/toll", "chapters/recruitment", "chapters/scenario-lab")
TICKS = os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Return the memory of a process that it shares with no other, in MB (Linux: the sum of its private pages)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))) / 1000


def peak(pid: int) -> float:
    """Return the most memory that a process has held, in MB, shared libraries included."""
    return (
        next(
            int(line.split()[1])
            for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
            if line.startswith("VmHWM")
        )
        / 1000
    )


def processor(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def run(page: str) -> dict[str, float]:
    """Run a chapter in a fresh kernel; measure the kernel before it ends."""
    path = ROOT / f"{page}.ipynb"
    client = NotebookClient(
        nbformat.read(path, as_version=4),
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    found = {}
    with client.setup_kernel():
        pid = client.km.provisioner.process.pid
        for number, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, number)
        found = {"peak": peak(pid), "own": memory(pid), "seconds": processor(pid)}
        time.sleep(5)
        found["idle"] = (processor(pid) - found["seconds"]) / 5
    return found


def server() -> float:
    """Return the memory of an idle JupyterLab server, in MB."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--port={port}",
        "--ip=127.0.0.1",
        "--allow-root",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={ROOT}",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/lab", timeout=20).read()
                return memory(process.pid)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise SystemExit("JupyterLab did not answer within two minutes.")
    finally:
        process.terminate()
        process.wait()


def main(pages: list[str]) -> None:
    print(f"{'chapter':<28} {'peak MB':>8} {'own MB':>8} {'processor s':>12} {'idle %':>7}")
    for page in pages:
        found = run(page)
        print(
            f"{page:<28} {found['peak']:8.0f} {found['own']:8.0f} {found['seconds']:12.1f} {100 * found['idle']:7.1f}"
        )
    print(f"{'JupyterLab server, idle':<28} {'':>8} {server():8.0f}")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(PAGES))
