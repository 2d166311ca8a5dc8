"""What can't be together: rules over several assumptions, each of which would pass alone.

These are this book's own, like the formulas of :mod:`aftermath.model`; a book with another model has others. What can't
be for one assumption alone follows from its unit (``Assumption.limits``).
"""

from __future__ import annotations

from aftermath import first_edition

#: For each rule: a formula of the assumptions by id, the most it may come to, and what to say where it comes to more.
AT_MOST = (
    (
        lambda a: a["killed"] + a["returned"],
        1,
        "killed + returned = {:.4g}: more than all who travelled. Lower killed or returned.",
    ),
)

#: Older versions of saved files and of links, each with what it meant: ``DEFAULTS``, ``TODAY`` and ``translated``.
OLDER = {first_edition.VERSION: first_edition}
