/* Called by expressions.py: which functions do these charts make from text?

   node expressions.mjs RUNTIME < {"page": [specification, …], …}      prints {"page": ["()=>function(…){…}", …], …}

   Each chart is run once without a picture, with a window.bookFunction (see vendor/vega/entry.js) that takes notes.
   On the stage an axis keeps its length in a data set of its own, by a field "top" (also there); so one scale has that.
   A legend gets as many columns as there is room for, six at most (figures/static/charts.js), so that is tried, too. */
import {readFileSync} from 'node:fs';
import {runInThisContext} from 'node:vm';

globalThis.window = globalThis;
let noted;
window.bookFunction = function (...parts) {
  const code = parts.pop();
  noted.add(`()=>function(${parts.join()}){${code}}`);
  return new Function(...parts, code);
};
runInThisContext(readFileSync(process.argv[2], 'utf8'));   // defines window.bookVega, as in a page

async function note(specification, columns) {
  for (const legend of specification.legends ?? []) legend.columns = columns;
  (specification.data ??= []).push({name: 'kept', values: []});
  (specification.scales ??= []).push({name: 'kept', type: 'linear', domain: {data: 'kept', field: 'top'}});
  const view = new bookVega.View(bookVega.parse(specification), {renderer: 'none', logLevel: bookVega.Warn});
  await view.runAsync();
  view.finalize();
}

const pages = JSON.parse(readFileSync(0, 'utf8')), found = {};
for (const [page, charts] of Object.entries(pages)) {
  noted = new Set();
  for (const text of new Set(charts)) for (const columns of text.includes('"legends"') ? [1, 2, 3, 4, 5, 6] : [1]) await note(JSON.parse(text), columns);
  found[page] = [...noted].sort();
}
console.log(JSON.stringify(found));
