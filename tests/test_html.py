"""Every page is valid HTML: no error in the Nu Html Checker of the W3C."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from conftest import SITE, tool


@pytest.mark.site
def test_every_page_is_valid_html():
    java = shutil.which("java")
    if not java:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "The HTML checker needs Java: sh tests/browser.sh installs it, or says how."
        )
    pages = [str(path) for path in sorted(SITE.rglob("*.html")) if "data-content_root" in path.read_text("utf-8")]
    command = [
        java,
        "-jar",
        str(tool("vnu-jar/build/dist/vnu.jar")),
        "--format",
        "json",
        "--stdout",
        "--errors-only",
        "--exit-zero-always",
        *pages,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)["messages"]
    assert [f"{one['url'].rpartition('/html/')[2]}:{one.get('lastLine')}: {one['message']}" for one in found] == []
