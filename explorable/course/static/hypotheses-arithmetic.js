/* A matrix of competing hypotheses as numbers: the loops of the book's module hypotheses around the formulas that it wrote
   (hypotheses-formulas.js), and its files. It touches no page: tests/test_hypotheses.py compares it with Python.
   Ratings are whole numbers from -2 to 2, by evidence and hypothesis: {"E01": {"stay": -1}}; a cell is "E01-stay". */
(() => {
  "use strict";
  const { against, apart, format, version, ratings: SCALE } = window.bookHypotheses;
  const sum = values => values.reduce((total, value) => total + value, 0);

  const inconsistency = ratings => sum(ratings.map(against));
  function diagnosticity(ratings) {
    const distances = ratings.flatMap((one, number) => ratings.slice(number + 1).map(other => apart(one, other)));
    return sum(distances) / distances.length;
  }
  const complete = (ratings, ids) => Object.keys(ratings).sort().filter(item => ids.every(id => id in ratings[item]));
  const scores = (ratings, items, ids) => new Map(ids.map(id => [id, inconsistency(items.map(item => ratings[item][id]))]));
  function least(ratings, items, ids) {
    const found = scores(ratings, items, ids), lowest = Math.min(...found.values());
    return ids.filter(id => found.get(id) === lowest);
  }
  function pivotal(ratings, items, ids) {
    const now = String(least(ratings, items, ids));
    return items.length < 2 ? [] : items.filter(left => String(least(ratings, items.filter(item => item !== left), ids)) !== now);
  }

  // One by one, as they are kept, and in rows, as they are saved

  const cells = ratings => Object.fromEntries(Object.entries(ratings).flatMap(([item, row]) => Object.entries(row).map(([id, rating]) => [`${item}-${id}`, rating])));
  function rows(given) {
    const ratings = {};
    for (const [cell, rating] of Object.entries(given).sort(([one], [two]) => (one < two ? -1 : 1))) {
      const [item, id] = cell.split("-");
      (ratings[item] ??= {})[id] = rating;
    }
    return ratings;
  }
  const pack = given => ({ format, version, ratings: rows(given) });

  /* The cells of what a browser kept; whoever reads them looks at each. */
  function unpack(content) {
    const isOurs = content.format === format && content.version === version && book.isObject(content.ratings);
    return isOurs ? cells(Object.fromEntries(Object.entries(content.ratings).filter(([, row]) => book.isObject(row)))) : {};
  }

  /* The ratings of a file's text; the error says what is wrong. As hypotheses.parse in Python. */
  function parse(text, items, ids) {
    const found = book.saved(text, { thing: "matrix", format, version, key: "ratings" });
    for (const [item, row] of Object.entries(found)) {
      if (!items.includes(item)) throw new Error(`it rates ${item.slice(0, 20)}, which is no evidence of this book`);
      if (!book.isObject(row)) throw new Error(`its ratings of ${item} are damaged`);
      for (const [id, rating] of Object.entries(row)) {
        if (!ids.includes(id)) throw new Error(`it rates ${item} for ${id.slice(0, 20)}, which is no hypothesis of this book`);
        if (!SCALE.includes(rating)) throw new Error(`its rating of ${item} is not a whole number from −2 to 2`);
      }
    }
    return found;
  }

  Object.assign(window.bookHypotheses, { inconsistency, diagnosticity, complete, scores, least, pivotal, cells, rows, pack, unpack, parse });
})();
