"""The first edition of the model, as far as its links and files need it: what they meant, and what that is today.

Its five paths had weights in points, of which only the proportions counted; its links left out what was not moved, and then
meant the defaults below. Its *reengage* was a share of those still attached, today's is of all returnees, which is the product.
These figures are frozen: nobody's old link may change its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSION = 1
#: Where its sliders started.
DEFAULTS = {
    "travelled": 40_000,
    "killed": 0.15,
    "returned": 0.16,
    "lost": 0.30,
    "weight_disengage": 20,
    "weight_stay": 20,
    "weight_join": 20,
    "weight_relocate": 20,
    "weight_dispatch": 20,
    "attached": 0.48,
    "reengage": 0.08,
    "reengage_half_life": 4,
    "prosecuted": 0.71,
    "prison_spread": 0.1,
    "stay_growth": 0,
    "join_growth": 0,
    "relocate_growth": 0,
    "interdicted": 0.58,
    "dispatch_half_life": 6,
    "inflow_half_life": 4.13,
    "territory_pace": 1267,
    "territory_half_life": 41,
}
#: Today's ids, and the names under which the first edition had them.
TODAY = {id.replace("weight_", "share_"): id for id in DEFAULTS if id.startswith("weight_")}

#: What was a share of another share, and is one of all today: the product of both.
PRODUCTS = {"reengage": "attached"}


def translated(values: Mapping[str, float]) -> tuple[dict[str, float], str]:
    """Return values of the first edition as today's assumptions, and a sentence that says what was changed.

    Weights that are named stand beside the defaults of those that are not. Where all five are 0 nobody went anywhere: there the
    mixture is left open.
    """
    told = ["What differs from today’s start is held."]
    result = {id: float(value) for id, value in values.items() if not id.startswith("weight_")}
    weights = {today: float(values.get(old, DEFAULTS[old])) for today, old in TODAY.items()}
    if any(id.startswith("weight_") for id in values):
        total = sum(weights.values())
        if total > 0:
            result |= {id: weight / total for id, weight in weights.items()}
            told.append("Its five weights were turned into shares.")
        else:
            told.append("Its five weights were all 0: the five shares are left open.")
    for id, whole in PRODUCTS.items():
        if id in result:
            result[id] *= float(values.get(whole, DEFAULTS[whole]))
            told.append("Its share of the attached who take up violence again was turned into one of all returnees.")
    return result, " ".join(told)
