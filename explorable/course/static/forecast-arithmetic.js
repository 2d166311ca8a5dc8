/* The loops of aftermath/forecast.py around its formulas (forecast-formulas.js): answers are probabilities from 0 to 1, outcomes
   1 (yes) and 0 (no), both by question id. No page is touched here: tests/scripts/forecast.test.mjs runs it with node. */
(() => {
  "use strict";
  const { brier, spread } = window.bookForecast;
  const { mean } = book;

  const scored = (answers, outcomes) => Object.keys(outcomes).filter(id => id in answers).sort();
  const total = (answers, outcomes) => mean(scored(answers, outcomes).map(id => brier(answers[id], outcomes[id])));
  const band = (probability, bands) => Math.min(Math.floor(probability * bands + 1e-9), bands - 1);

  function groups(answers, outcomes, bands) {
    const found = new Map();
    for (const id of scored(answers, outcomes)) {
      const key = band(answers[id], bands);
      found.set(key, [...(found.get(key) ?? []), id]);
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  function decomposition(answers, outcomes, bands) {
    const ids = scored(answers, outcomes), rate = mean(ids.map(id => outcomes[id]));
    const parts = { brier: total(answers, outcomes), reliability: 0, resolution: 0, uncertainty: spread(rate), within: 0 };
    for (const [, group] of groups(answers, outcomes, bands)) {
      const said = mean(group.map(id => answers[id])), came = mean(group.map(id => outcomes[id]));
      parts.reliability += group.length * (said - came) ** 2 / ids.length;
      parts.resolution += group.length * (came - rate) ** 2 / ids.length;
      for (const id of group) {
        const apart = answers[id] - said;
        parts.within += (apart ** 2 - 2 * apart * (outcomes[id] - came)) / ids.length;
      }
    }
    return parts;
  }

  function rivals(answers, outcomes) {
    const ids = scored(answers, outcomes), yes = ids.reduce((sum, id) => sum + outcomes[id], 0);
    const all = value => Object.fromEntries(ids.map(id => [id, value(id)]));
    return {
      "All 50 %": all(() => 0.5), "Base rate, known afterwards": all(() => yes / ids.length),
      ...(ids.length > 1 && { "Base rate of the other questions": all(id => (yes - outcomes[id]) / (ids.length - 1)) }),
    };
  }

  function pool(forecasts) {
    const given = {};
    for (const answers of forecasts) for (const [id, value] of Object.entries(answers)) (given[id] ??= []).push(value);
    return Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, values]) => [id, mean(values)]));
  }

  Object.assign(window.bookForecast, { scored, total, groups, decomposition, rivals, pool });
})();
