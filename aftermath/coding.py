"""How a verdict of the claims ledger falls, and how far codings of the ledger agree.

    python -m aftermath.coding --blind 40   forty claims drawn by lot, with their records and without their verdicts

Whoever codes a claim answers two questions, from its wording and its record alone, and names no verdict: what kind of
sentence is it, and what does the evidence do to it? The verdict follows by rule.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
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
    """Return the verdicts of each coding, by claim.

    Columns: ``first`` (the ledger before the others), ``second``, ``blind`` (verdicts hidden; missing where the claim was
    not drawn), ``reason`` (why the second differs from the first), ``appeal`` (read with the author's eyes; missing where
    that changed nothing), ``appeal_reason``, ``now`` (the ledger as it stands).
    """
    coded = data.load("claims_second").set_index("id")

    def by_rule(sentence: pd.Series, evidence: pd.Series) -> list[str | None]:
        return [verdict(*pair) if pd.notna(pair[0]) else None for pair in zip(sentence, evidence)]

    return pd.DataFrame(
        {
            "first": coded["first"],
            "second": by_rule(coded["sentence"], coded["evidence"]),
            "blind": by_rule(coded["blind_sentence"], coded["blind_evidence"]),
            "reason": coded["reason"],
            "appeal": by_rule(coded["sentence"].where(coded["appeal_evidence"].notna()), coded["appeal_evidence"]),
            "appeal_reason": coded["appeal_reason"],
            "now": data.load("claims").set_index("id")["verdict"],
        }
    )


def agreement(one: str = "first", other: str = "second") -> Agreement:
    """Return how far two codings agree where both were made, by their columns of :func:`both`.

    Kappa takes off what two coders with these habits would share by chance.
    """
    coded = both()[[one, other]].dropna()
    same = coded[one] == coded[other]
    chance = (coded[one].value_counts(normalize=True) * coded[other].value_counts(normalize=True)).sum()
    return Agreement(len(coded), int(same.sum()), float((same.mean() - chance) / (1 - chance)))


def hidden(count: int, seed: int | None = None) -> Iterator[str]:
    """Yield claims drawn by lot, each with its record, as somebody needs them who is to code them without the verdicts."""
    claims = data.load("claims")
    for place in sorted(random.Random(seed).sample(range(len(claims)), count)):
        row = claims.iloc[place]
        yield f"{row['id']} ({row['kind']}): {row['claim']}\n    The record: {row['record']}\n    What kind of sentence?      What does the evidence do?\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m aftermath.coding", description="Claims to code without their verdicts."
    )
    parser.add_argument("--blind", type=int, default=40, metavar="COUNT", help="how many claims (default: 40)")
    parser.add_argument("--seed", type=int, help="draw the same claims again")
    options = parser.parse_args(arguments)
    kinds, evidence = ", ".join(["assertion", *BY_SENTENCE]), ", ".join(BY_EVIDENCE)
    print(f"Kinds of sentence: {kinds}.\nOf an assertion, the evidence: {evidence}.\n")
    print("\n".join(hidden(options.blind, options.seed)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
