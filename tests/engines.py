"""Three browser engines behind one small interface, and a server that sees what each of them asks for.

Chromium is driven by Playwright, which drives neither Debian's Firefox nor its WebKit. Firefox speaks WebDriver BiDi
by itself, so no driver stands between (geckodriver is in none of the registries); WebKitGTK speaks classic WebDriver.
A check needs five things of a browser: open an address, run a function in the page, press a key, say what was asked
for, end.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import requests
from websockets.sync.client import connect

DESK = {"width": 1280, "height": 900}
WAIT = 120  # seconds until a browser that does not answer is given up
KEYS = {"Tab": "\ue004", "ArrowRight": "\ue014", "ArrowUp": "\ue013"}  # as WebDriver writes them
#: The first script of every page served, so that it misses no error; and what a check says in the page.
COLLECTOR = """
window.seen = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"])
  addEventListener(kind, event => seen.push(`${kind}: ${event.message ?? event.reason ?? event.blockedURI ?? event.target.src ?? event.target.href}`), true);
for (const kind of ["error", "warn"]) console[kind] = (...parts) => seen.push(`console.${kind}: ${parts.join(" ")}`);
window.until = test => new Promise((resolve, reject) => {
  const end = Date.now() + 30000;
  const look = () => test() ? resolve(true) : Date.now() > end ? reject(new Error(`in vain: ${test}`)) : setTimeout(look, 20);
  look();
});
window.wake = async page => {
  for (const chart of page.querySelectorAll("figure.chart")) { chart.scrollIntoView({ block: "center", inline: "nearest" }); await until(() => chart.dataset.state); }
  return [...page.querySelectorAll("figure.chart")].map(chart => chart.dataset.state);
};
"""


class Driver(Protocol):
    """What the checks of a page need of a browser."""

    name: str

    def open(self, address: str) -> None:
        """Load an address and wait for its load event."""

    def run(self, function: str, *arguments) -> Any:
        """Call a JavaScript function in the page, wait for its promise, return what it gives."""

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other."""

    def asked(self) -> list[str]:
        """Return the addresses that pages have asked for since the last call; WebKit's driver knows only those of other hosts."""

    def close(self) -> None:
        """End the browser, and leave nothing behind."""


# The server


class Server(ThreadingHTTPServer):
    """A folder as a site; it is also the browsers' proxy, so that a request to any other host arrives here and is noted."""

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), functools.partial(_Site, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.outside: list[str] = []
        self.missing: list[str] = []

    def handle_error(self, *_) -> None:
        pass  # a browser that leaves a page breaks off its requests


FRAME = "/frame.html"  # an empty page to hold another: the book's own pages may hold none (explorable/pages/policy.py)


class _Site(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.removeprefix(self.server.address)
        if not path.startswith("/"):
            return self.refuse()
        self.path = path
        if path == "/collector.js":
            return self.answer(COLLECTOR.encode(), "text/javascript")
        if path == FRAME:
            return self.answer(
                b'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A page in a frame</title><body></body></html>',
                "text/html; charset=utf-8",
            )
        file = Path(self.translate_path(path))
        if file.is_file() and file.suffix == ".html":
            page = re.sub(
                r"(<head[^>]*>)", r'\1<script src="/collector.js"></script>', file.read_text("utf-8"), count=1
            )
            return self.answer(page.encode(), "text/html; charset=utf-8")
        if not file.exists():
            self.server.missing.append(path)
        return super().do_GET()

    def do_CONNECT(self) -> None:
        self.refuse()

    def refuse(self) -> None:
        self.server.outside.append(self.path)
        self.send_error(403)

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    with Server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# The drivers


class Chromium:
    name = "chromium"

    def __init__(self, browser, server: Server):
        self.context = browser.new_context(viewport=DESK, proxy={"server": server.address})
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * WAIT)
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, address: str) -> None:
        self.page.goto(address)

    def run(self, function: str, *arguments) -> Any:
        return self.page.evaluate(f"given => ({function})(...given)", list(arguments))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def asked(self) -> list[str]:
        return _emptied(self.requests)

    def close(self) -> None:
        self.context.close()


class Firefox:
    """Debian's Firefox over WebDriver BiDi: https://www.w3.org/TR/webdriver-bidi/"""

    name = "firefox"

    def __init__(self, server: Server):
        self.after = ExitStack()
        profile = self.after.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        settings = {
            "network.proxy.type": 1,
            "network.proxy.no_proxies_on": "127.0.0.1",
            **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")},
            **{f"network.proxy.{kind}_port": server.server_port for kind in ("http", "ssl")},
        }
        Path(profile, "user.js").write_text(
            "".join(f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in settings.items())
        )
        path = program("FIREFOX", "firefox-esr", "firefox")
        self.process = subprocess.Popen(
            [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.after.callback(end, self.process)
        address = next(filter(None, (re.search(r"ws://\S+", line) for line in self.process.stderr)))[0]
        threading.Thread(target=self.process.stderr.read, daemon=True).start()  # else its pipe fills
        self.socket = self.after.enter_context(
            connect(f"{address}/session", max_size=None, proxy=None, open_timeout=WAIT)
        )
        self.numbers, self.requests = itertools.count(), []
        self._ask("session.new", capabilities={})
        # a window of its own: the one there at the start never has the focus
        self.context = self._ask("browsingContext.create", type="window")["context"]
        self._ask("session.subscribe", events=["network.beforeRequestSent"])
        self._ask("browsingContext.setViewport", context=self.context, viewport=DESK)

    def _ask(self, method: str, **parameters) -> dict:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv(timeout=WAIT))).get("id") != number:
            if (
                answer.get("method") == "network.beforeRequestSent" and answer["params"]["context"]
            ):  # else an errand of Firefox itself
                self.requests.append(answer["params"]["request"]["url"])
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run(self, function: str, *arguments) -> Any:
        found = self._ask(
            "script.callFunction",
            functionDeclaration=_as_text(function),
            awaitPromise=True,
            target={"context": self.context},
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"]["value"])

    def press(self, *keys: str) -> None:
        self._ask("input.performActions", context=self.context, actions=[_strokes(keys)])

    def asked(self) -> list[str]:
        return _emptied(self.requests)

    def close(self) -> None:
        self.after.close()


class WebKit:
    """Debian's WebKitGTK over classic WebDriver, on a screen of its own: https://www.w3.org/TR/webdriver2/"""

    name = "webkit"

    def __init__(self, server: Server):
        self.after, self.server = ExitStack(), server
        screen = subprocess.Popen(
            [program("XVFB", "Xvfb"), "-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.after.callback(end, screen)
        display = f":{screen.stdout.readline().strip()}"
        port = free_port()
        process = subprocess.Popen(
            [program("WEBKIT_DRIVER", "WebKitWebDriver"), f"--port={port}", "--host=127.0.0.1"],
            env={**os.environ, "DISPLAY": display},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.after.callback(end, process)
        self.http = self.after.enter_context(requests.Session())
        self.http.trust_env = False  # the machine's own proxy is not asked for a driver on this machine
        self.session = f"http://127.0.0.1:{port}/session"
        wait_until_ready(f"http://127.0.0.1:{port}/status", self.http)
        host = server.address.removeprefix("http://")
        wanted = {"proxy": {"proxyType": "manual", "httpProxy": host, "sslProxy": host, "noProxy": ["127.0.0.1"]}}
        self.session += "/" + self._ask("POST", "", capabilities={"alwaysMatch": wanted})["sessionId"]
        self.after.callback(lambda: self._ask("DELETE", ""))
        self._ask("POST", "/timeouts", script=1000 * WAIT, pageLoad=1000 * WAIT)
        self._ask("POST", "/window/rect", x=0, y=0, **DESK)

    def _ask(self, method: str, path: str, **body) -> Any:
        answer = self.http.request(
            method, self.session + path, json=body if method == "POST" else None, timeout=2 * WAIT
        )
        value = answer.json()["value"]
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}")
        return value

    def open(self, address: str) -> None:
        self._ask("POST", "/url", url=address)

    def run(self, function: str, *arguments) -> Any:
        script = f"const done = arguments[1]; ({_as_text(function)})(arguments[0]).then(text => done({{ text }}), problem => done({{ problem: String(problem) }}));"
        found = self._ask("POST", "/execute/async", script=script, args=[json.dumps(arguments)])
        if "problem" in found:
            raise RuntimeError(found["problem"])
        return json.loads(found["text"])

    def press(self, *keys: str) -> None:
        self._ask("POST", "/actions", actions=[_strokes(keys)])

    def asked(self) -> list[str]:
        return _emptied(self.server.outside)

    def close(self) -> None:
        self.after.close()


def start(name: str, server: Server, browser=None) -> Driver:
    """Start an engine by its name; Chromium is the tests' own (``browser``), which is there already."""
    return Chromium(browser, server) if name == "chromium" else {"firefox": Firefox, "webkit": WebKit}[name](server)


# Help


def program(variable: str, *names: str) -> str:
    """Find a program by a variable of the environment, or by its names."""
    path = next(filter(None, map(shutil.which, filter(None, (os.environ.get(variable), *names)))), None)
    if not path:
        raise RuntimeError(
            f"{names[0]} was not found: sh tests/browser.sh all installs it, or set {variable}=/path/to/it."
        )
    return path


def _emptied(addresses: list[str]) -> list[str]:
    """Return what a list holds, and empty it."""
    held = addresses[:]
    addresses.clear()
    return held


def _as_text(function: str) -> str:
    """Arguments and results travel as JSON: each protocol has a notation of its own for values."""
    return f"async given => JSON.stringify((await ({function})(...JSON.parse(given))) ?? null)"


def _strokes(keys: tuple[str, ...]) -> dict:
    return {
        "type": "key",
        "id": "keyboard",
        "actions": [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")],
    }


def free_port() -> int:
    with socket.socket() as any_:
        any_.bind(("127.0.0.1", 0))
        return any_.getsockname()[1]


def wait_until_ready(address: str, http=requests) -> None:
    """Ask a program that was started until it answers."""
    latest = time.monotonic() + WAIT
    while time.monotonic() < latest:
        with suppress(requests.RequestException):
            http.get(address, timeout=1)
            return
        time.sleep(0.05)
    raise RuntimeError(f"The program did not start: {address} does not answer.")


def end(process: subprocess.Popen) -> None:
    """End a program and all that it started: they are a group of their own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
