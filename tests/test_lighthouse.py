"""Lighthouse on each kind of page: accessibility, best practices and what search engines ask for. Speed is bench/lighthouse.py."""

from __future__ import annotations

import audit
import pytest
from conftest import SITE, tool

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def hosted():
    tool("lighthouse")
    with audit.host(SITE) as address:
        yield address


@pytest.mark.parametrize("page", audit.KINDS.values())
def test_lighthouse_finds_nothing(hosted, page):
    report = audit.lighthouse(f"{hosted}/{page}", "accessibility", "best-practices", "seo")
    assert audit.scores(report) == {"accessibility": 100, "best-practices": 100, "seo": 100}, audit.faults(report)
