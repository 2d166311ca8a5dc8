/* A forecast as this browser keeps it, as a file and as a link: what is read from any of them is checked alike. No page is
   touched here: tests/scripts/forecast.test.mjs runs it with node. As the files of the book's module forecast.

   Kept is {"answers": {"Q01": 0.7}, "committed": true, "kept": …, "opened": …, "changed": …}. `committed`: the reader has said
   that the answers as they now stand are the forecast. The dates: when that was last said; when the outcomes were first shown;
   when an answer was last changed after that. In a book.Store the answers and these marks stand side by side. */
(() => {
  "use strict";
  const { format, version, others } = window.bookForecast;
  const DATES = ["kept", "opened", "changed"], MARKS = ["committed", ...DATES, "source"];
  const SOURCES = ["link", "file", "own"];   // of a second forecast: "own" is what the reader had before the two were swapped

  // Values

  const isProbability = value => typeof value === "number" && value >= 0 && value <= 1 && !Object.is(value, -0);
  const isMoment = value => typeof value === "string" && Number.isFinite(Date.parse(value))
    && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);

  /* A moment as it is written: by the reader's own clock, with its distance from UTC. */
  function moment(when = new Date()) {
    const ahead = -when.getTimezoneOffset(), two = number => String(Math.abs(number)).padStart(2, "0");
    const here = new Date(when.getTime() + 60_000 * ahead).toISOString().slice(0, 19);
    return `${here}${ahead < 0 ? "-" : "+"}${two(Math.trunc(ahead / 60))}:${two(ahead % 60)}`;
  }

  /* The day of a moment, as the clock said that wrote it, wherever it is read. */
  const day = written => book.day(written.slice(0, 16).replace(" ", "T"));

  // What is kept

  const answersOf = kept => Object.fromEntries(Object.entries(kept).filter(([id]) => !MARKS.includes(id)));
  const count = kept => Object.keys(answersOf(kept)).length;
  const datesOf = ({ kept, opened, changed }) => ({ kept: kept ?? null, opened: opened ?? null, changed: changed ?? null });

  function same(one, other) {
    const a = answersOf(one), b = answersOf(other);
    return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([id, value]) => b[id] === value);
  }

  /* The reader's own forecast, and one that may be kept beside it. */
  function stores(known) {
    const sound = (id, value) => id === "committed" ? value === true : id === "source" ? SOURCES.includes(value)
      : DATES.includes(id) ? isMoment(value) : known.includes(id) && isProbability(value);
    const unpack = content => ({ ...(book.isObject(content.answers) && content.answers), ...Object.fromEntries(MARKS.map(name => [name, content[name]])) });
    const pack = kept => ({ answers: answersOf(kept), committed: kept.committed === true, ...datesOf(kept), ...(kept.source && { source: kept.source }) });
    return {
      mine: new book.Store({ key: "book-forecast", sound, unpack, pack }),
      other: new book.Store({ key: "book-forecast-other", sound, unpack, pack }),
    };
  }

  /* What changes with an answer, or with one that is taken back (undefined): pairs for Store.change. */
  function answered(kept, id, value, now) {
    const { [id]: _, ...rest } = answersOf(kept), isLast = value === undefined && !Object.keys(rest).length;
    return [[id, value], ["committed", undefined], ...(isLast ? [["kept", undefined], ["changed", undefined]] : kept.opened ? [["changed", now]] : [])];
  }

  /* A forecast that came with a file or a link, to be kept where the outcomes may have been opened before it came. */
  function received({ answers, ...dates }, here, now) {
    const opened = [dates.opened, here.opened].filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
    const isEarlier = dates.kept && (!here.opened || Date.parse(dates.kept) < Date.parse(here.opened));
    const kept = { ...answers, committed: dates.kept ? true : undefined, kept: dates.kept, opened, changed: dates.changed ?? (here.opened && !isEarlier ? now : undefined) };
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined && value !== null));
  }

  /* What is to be said of a forecast's dates; nothing is said to be kept that stands in the page alone. */
  function standing(forecast, isKept) {
    const { committed, kept, opened, changed } = forecast;
    if (!count(forecast)) return "";
    const said = kept && committed ? `${isKept ? "Kept on" : "Your forecast of"} ${day(kept)}.`
      : kept ? `${isKept ? "Kept on" : "Your forecast of"} ${day(kept)}, and changed since: keep it again with “This is my forecast”.`
      : committed && isKept ? "Kept in this browser." : "";
    const late = changed ? `Changed after the outcomes were opened (on ${day(changed)}).`
      : kept && opened && Date.parse(kept) > Date.parse(opened) ? "Kept after the outcomes were opened." : "";
    return [said, late].filter(Boolean).join(" ");
  }

  // Files and links. An error says what is wrong: "it is …".

  const written = kept => JSON.stringify({ format, version, ...datesOf(kept), kept: kept.committed ? kept.kept ?? null : null, answers: answersOf(kept) }, null, 2) + "\n";

  function checkAnswers(answers, known) {
    if (!Object.keys(answers).length) throw new Error("it has no answers");
    for (const [id, value] of Object.entries(answers)) {
      if (!known.includes(id)) throw new Error(`it answers ${id.slice(0, 20)}, which is no question of this book`);
      if (!isProbability(value)) throw new Error(`its answer to ${id} is not a probability from 0 to 1`);
    }
    return { ...answers };
  }

  /* Return what a file's text holds: {answers, kept, opened, changed}. As forecast.parse in Python. */
  function parse(text, known) {
    const content = book.parsed(text);
    if (typeof content?.format === "string" && Object.hasOwn(others, content.format)) throw new Error(`it is no forecast: it holds ${others[content.format]}`);
    const answers = checkAnswers(book.saved(text, { thing: "forecast", format, version, key: "answers" }), known);
    for (const name of DATES) if ((content[name] ?? null) !== null && !isMoment(content[name])) throw new Error(`its “${name}” is no date and time with a time zone`);
    return { answers, ...datesOf(content) };
  }

  const link = kept => `#${new URLSearchParams([["forecast", version], ...Object.entries(answersOf(kept)).sort()])}`;

  /* Return what a link holds, of the parts that book.links hands on. */
  function fromLink(parts, known) {
    const { forecast, ...answers } = book.values(parts);
    if (forecast !== version) throw new Error(`it has version ${forecast}, and this page reads version ${version}. Reload the page, or fetch a newer copy of the book`);
    return { answers: checkAnswers(answers, known), ...datesOf({}) };
  }

  Object.assign(window.bookForecast, { moment, day, answersOf, count, same, stores, answered, received, standing, written, parse, link, fromLink });
})();
