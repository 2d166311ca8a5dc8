"""What the tests share: the machine gives it."""

from explorable.testing import ROOT, SITE, browser, notebooks, pages, read_notebook, site, until

__all__ = ["ROOT", "SITE", "browser", "notebooks", "pages", "read_notebook", "site", "until"]
