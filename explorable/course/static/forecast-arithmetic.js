/* The loops of the book's module forecast around its formulas (forecast-formulas.js): answers are probabilities from 0 to 1, outcomes
   1 (yes) and 0 (no), both by question id. No page is touched here: tests/scripts/forecast.test.mjs runs it with node. */
(() => {
  "use strict";
  const { brier, spread, skill, least, ninety, rivals: names } = window.bookForecast;
  const { mean } = book;

  const scored = (answers, outcomes) => Object.keys(outcomes).filter(id => id in answers).sort();
  const total = (answers, outcomes) => mean(scored(answers, outcomes).map(id => brier(answers[id], outcomes[id])));
  const logScore = (probability, outcome) => -Math.log(Math.min(Math.max(outcome ? probability : 1 - probability, least), 1 - least));
  const logTotal = (answers, outcomes) => mean(scored(answers, outcomes).map(id => logScore(answers[id], outcomes[id])));
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

  /* Two simple forecasters, neither of whom knows how any of these questions came out; `on` has the day of each, as "2019-03-01". */
  function rivals(ids, outcomes, on) {
    const rate = id => {
      const earlier = Object.entries(outcomes).filter(([other]) => on[other] < on[id]).map(([, outcome]) => outcome);
      return (earlier.reduce((sum, outcome) => sum + outcome, 0) + 1) / (earlier.length + 2);
    };
    const all = value => Object.fromEntries(ids.map(id => [id, value(id)]));
    return { [names.coin]: all(() => 0.5), [names.before]: all(rate) };
  }

  /* How the mean Brier score of these probabilities would scatter if each were right and none depended on another: all ways in
     which the questions can come out are added up, their scores rounded to a ten-thousandth. */
  const GRID = 10_000;
  function luck(probabilities) {
    let chances = [1];
    for (const p of probabilities) {
      const yes = Math.round(GRID * brier(p, 1)), no = Math.round(GRID * brier(p, 0));
      const longer = new Array(chances.length + Math.max(yes, no)).fill(0);
      chances.forEach((chance, at) => { longer[at + yes] += p * chance; longer[at + no] += (1 - p) * chance; });
      chances = longer;
    }
    const scoreAt = place => place / GRID / probabilities.length;
    const at = share => { let below = 0; return scoreAt(chances.findIndex(chance => (below += chance) >= share - 1e-12)); };
    const beaten = chances.reduce((sum, chance, place) => sum + (scoreAt(place) > spread(0.5) + 1e-9 ? chance : 0), 0);
    return { mean: chances.reduce((sum, chance, place) => sum + chance * scoreAt(place), 0), low: at(0.05), high: at(0.95), beaten };
  }

  /* Between what a share may well lie of which so many of so many were counted (Wilson, 90 of 100). */
  function shareInterval(yes, of) {
    const share = yes / of, middle = share + ninety ** 2 / (2 * of), whole = 1 + ninety ** 2 / of;
    const width = ninety * Math.sqrt(share * (1 - share) / of + ninety ** 2 / (4 * of ** 2));
    return [Math.max(0, (middle - width) / whole), Math.min(1, (middle + width) / whole)];
  }

  /* The mean scores of two forecasts on the questions that both answer; nothing where there is none. */
  function beside(one, other, outcomes) {
    const common = Object.fromEntries(Object.entries(outcomes).filter(([id]) => id in one && id in other));
    return Object.keys(common).length ? [total(one, common), total(other, common)] : undefined;
  }

  function pool(forecasts) {
    const given = {};
    for (const answers of forecasts) for (const [id, value] of Object.entries(answers)) (given[id] ??= []).push(value);
    return Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, values]) => [id, mean(values)]));
  }

  Object.assign(window.bookForecast, { scored, total, logTotal, skill, groups, decomposition, rivals, luck, shareInterval, beside, pool });
})();
