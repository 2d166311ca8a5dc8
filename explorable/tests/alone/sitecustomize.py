"""Run by each Python that has this folder in its path: it then finds no module of this book, though the book is installed."""

import sys

sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in getattr(finder, "__module__", "")]
