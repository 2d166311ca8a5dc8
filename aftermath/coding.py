"""How a verdict of the claims ledger falls, and how far two codings of the ledger agree.

Whoever codes a claim answers two questions, from its wording and its record alone, and names no verdict: what kind of
sentence is it, and what does the evidence do to it? The verdict follows by rule.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from aftermath import data

#: By the kind of sentence alone: no evidence could settle these, or none was looked for.
BY_SENTENCE = {
    "possibility": "worded so that it cannot fail",
    "recommendation": "could not be checked",
    "withheld": "not checked, on purpose",
}
#: Of an assertion, by what the evidence does to it.
BY_EVIDENCE = {
    "agrees": "supported",
    "agrees in part": "contested",
    "contradicts": "not supported",
    "nothing found": "could not be checked",
    "too early": "still open",
}


class Agreement(NamedTuple):
    """How many claims were coded, how many got the same verdict twice, and Cohen's kappa (1: always; 0: as by chance)."""

    claims: int
    same: int
    kappa: float


def verdict(sentence: str, evidence: str) -> str:
    """Return the verdict on a claim; raise :class:`KeyError` for a kind or an evidence that the rule does not know."""
    return BY_SENTENCE[sentence] if sentence != "assertion" else BY_EVIDENCE[evidence]


def both() -> pd.DataFrame:
    """Return the ledger's verdicts and those of the second coding, by claim, in columns ``first``, ``second``, ``reason``."""
    second = data.load("claims_second").set_index("id")
    return pd.DataFrame(
        {
            "first": data.load("claims").set_index("id")["verdict"],
            "second": [verdict(*pair) for pair in zip(second["sentence"], second["evidence"])],
            "reason": second["reason"],
        }
    )


def agreement() -> Agreement:
    """Return how far the two codings agree; kappa takes off what two coders with these habits would share by chance."""
    coded = both()
    same = coded["first"] == coded["second"]
    first, second = coded["first"].value_counts(normalize=True), coded["second"].value_counts(normalize=True)
    chance = (first * second).sum()
    return Agreement(len(coded), int(same.sum()), float((same.mean() - chance) / (1 - chance)))
