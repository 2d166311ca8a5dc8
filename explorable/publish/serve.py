"""Serve a folder on this machine, with the headers that a host should send (policy.py).

python -m explorable.publish.serve [FOLDER] [PORT]
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from explorable import command
from explorable.pages import policy


class Plain(SimpleHTTPRequestHandler):
    """Sends files, and logs nothing."""

    def log_message(self, *_) -> None:
        pass


class Handler(Plain):
    """Sends the book's headers with every file."""

    def end_headers(self) -> None:
        for name, value in policy.headers().items():
            self.send_header(name, value)
        # A page that was built again is seen at once; what live pages load has its version in its address, as hosts are told, too.
        self.send_header(
            "Cache-Control",
            "public, max-age=31536000, immutable"
            if "/live/" in self.path and "/_static/" not in self.path
            else "no-cache",
        )
        super().end_headers()


def server(folder: Path, port: int = 0, *, handler: type[Plain] = Handler) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(handler, directory=str(folder)))


@contextmanager
def serve(folder: Path, *, handler: type[Plain] = Handler) -> Iterator[str]:
    """Serve a folder while the block runs; gives its address."""
    with server(folder, handler=handler) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def main(arguments: list[str]) -> int:
    folder, port = arguments + ["_build/html", "8000"][len(arguments) :]
    try:
        with server(Path(folder), int(port)) as running:
            running.serve_forever()
    except KeyboardInterrupt:  # how one stops it
        pass
    except (ValueError, OSError, OverflowError) as problem:
        print(
            f"Nothing is served at port {port}: {problem}. Take another, such as: make serve PORT=8001", file=sys.stderr
        )
        return 2
    return 0


if __name__ == "__main__":
    command.run(main, sys.argv[1:])
