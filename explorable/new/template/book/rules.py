"""What can't be together: rules over several assumptions, each of which would pass alone.

What can't be for one assumption alone follows from its unit (``Assumption.limits``). This book has no such rule yet. One
that keeps the shares ``by_bus`` and ``by_bicycle`` from adding up to more than all would be::

    (lambda a: a["by_bus"] + a["by_bicycle"], 1, "by_bus + by_bicycle = {:.4g}: more than all visitors. Lower one of them."),
"""

from __future__ import annotations

#: For each rule: a formula of the assumptions by id, the most it may come to, and what to say where it comes to more.
AT_MOST = ()

#: Older versions of saved files and of links, each with a module that says what they meant: none yet.
OLDER: dict = {}
