"""A new book: its template, and the wheel of this package that it carries.

``python -m explorable.new FOLDER --title "…"`` writes one; ``python -m explorable.update WHEEL`` renews its wheel.
"""
