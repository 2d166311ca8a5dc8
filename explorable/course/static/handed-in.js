/* What a class handed in: files that are chosen, or dropped onto the page, with folders and what is in them. Each is read, or named
   with what is wrong with it. What is read, and what is said, is what the book's module handed_in does: tests/class_files.py has one table for both. */
(() => {
  "use strict";
  const HOLDS = { forecast: "a forecast", assumptions: "assumptions", quiz: "answers to quizzes", guesses: "guesses", hypotheses: "a matrix of competing hypotheses" };
  const OF_THE_SYSTEM = /(^|\/)(\.[^/]*|thumbs\.db|desktop\.ini|__macosx(\/.*)?)$/i;   // what lies in folders and nobody put there
  const PACKED = ["PK\x03\x04", "\x1f\x8b", "7z\xbc\xaf", "Rar!"];   // how packed files begin
  const OTHERS = {   // how files begin that are sent in place of the saved one, whatever they are called
    "a picture": ["\x89PNG", "\xff\xd8\xff", "GIF8"],
    "a PDF": ["%PDF"],
    "a text document": ["{\\rtf", "\xd0\xcf\x11\xe0"],
    "a web page, as a browser keeps one (or one that asks to sign in)": ["<!doctype html", "<html", "bplist"],
    "an address, not a file": ["http://", "https://"],
  };
  const UNPACK = "it is packed: unpack it, and choose what is inside", FOLDER = "it is a folder, which this browser does not open: choose the files in it";
  const NAMED = 6;   // files that are the same: so many of them are named
  const inOrder = new Intl.Collator("en", { numeric: true }).compare;   // team-2 before team-10
  const startsWith = (text, starts) => starts.some(start => text.startsWith(start.toLowerCase()));

  async function refuseOthers(file) {
    let bytes;
    try { bytes = new Uint8Array(await file.slice(0, 64).arrayBuffer()); } catch { throw new Error("this browser could not open it"); }
    const begins = String.fromCharCode(...bytes).toLowerCase();
    if (startsWith(begins, PACKED)) throw new Error(UNPACK);
    for (const [what, starts] of Object.entries(OTHERS))
      if (startsWith(begins.trimStart(), starts)) throw new Error(`it is ${what}. Ask for the file that the page saves, which ends in .json`);
  }

  /* A file of this book that holds something else than is read here, and one of another book. */
  function refuseKinds(content, own) {
    if (typeof content?.format !== "string" || content.format === own) return;
    const [ours] = own.split("/"), [book, kind] = content.format.split("/");
    if (book !== ours && Object.hasOwn(HOLDS, kind)) throw new Error(`it was saved by another book (“${book.slice(0, 40)}”)`);
    if (book === ours && Object.hasOwn(HOLDS, kind)) throw new Error(`it holds ${HOLDS[kind]}, which this page does not put together`);
  }

  /* As a name stands in the middle of a sentence or a chart: no sign that turns the direction of what follows. */
  const plain = name => name.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ").trim();
  const teamOf = ({ team }) => typeof team === "string" ? plain(team).slice(0, 30).trim() : "";

  /* Read files: {good: [{name, team, text, value}], bad: [[name, reason]]}. */
  async function read(files, { format, parse }) {
    const good = [], bad = [];
    for (const { name, open } of files.filter(file => !OF_THE_SYSTEM.test(file.name)).sort((one, other) => inOrder(one.name, other.name))) {
      const called = plain(name);
      let isOurs = /\.json\b/i.test(name);
      try {
        const file = await open();
        await refuseOthers(file);
        const text = await book.text(file), content = book.parsed(text);
        isOurs ||= typeof content?.format === "string";
        refuseKinds(content, format);
        const value = parse(text);
        if (!Object.keys(value.answers ?? value).length) throw new Error("it holds no answer. Ask for it again");
        good.push({ name: called, team: teamOf(content), text, value });
      } catch ({ message }) {
        const isSaid = isOurs || message === FOLDER || /\.(zip|7z|rar|gz)$/i.test(name) && message === UNPACK;
        bad.push([called, isSaid ? message : "it is no file that this book saves: those end in .json. Take it out, or ask for the saved file"]);
      }
    }
    return { good, bad };
  }

  function grouped(good, key) {
    const found = new Map();
    for (const one of good) if (one[key]) found.set(one[key], [...(found.get(one[key]) ?? []), one]);
    return [...found.values()].filter(several => several.length > 1);
  }

  /* Who may be counted twice: files that are the same, and files that call themselves the same. */
  function twice(good) {
    const names = several => `${several.slice(0, NAMED).map(({ name }) => `“${name}”`).join(", ")}${several.length > NAMED ? ` and ${several.length - NAMED} more` : ""}`;
    const same = grouped(good, "text"), again = grouped(good, "team").filter(several => new Set(several.map(({ text }) => text)).size > 1);
    return [
      ...same.map(several => `The same, word for word: ${names(several)}. All are counted; take out what was handed in twice.`),
      ...again.map(several => `Of one team, “${several[0].team}”: ${names(several)}. All are counted; take out what that team saved first.`),
    ];
  }

  /* The sentences of what was left out, files with the same fault together, and of what may be counted twice, as items of a list. */
  function told({ good, bad }) {
    const { element } = book, byReason = new Map();
    for (const [name, reason] of bad) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
    return [
      ...[...byReason].map(([reason, names]) => element("li", {}, ...names.flatMap((name, place) => [place ? ", " : "", element("bdi", {}, name)]), `: ${reason}.`.replace(/\.\.$/, "."))),
      ...twice(good).map(note => element("li", {}, note)),
    ];
  }

  // Chosen or dropped

  const named = file => ({ name: file.name, open: async () => file });
  const unopened = name => [{ name, open: async () => { throw new Error(FOLDER); } }];

  async function inside(folder) {
    const reader = folder.createReader(), found = [];
    try {
      for (let some; !some || some.length;) found.push(...some = await new Promise((done, fail) => { reader.readEntries(done, fail); }));
      return (await Promise.all(found.map(one => one.isDirectory ? inside(one)
        : [{ name: one.fullPath.slice(1), open: () => new Promise((done, fail) => { one.file(done, fail); }) }]))).flat();
    } catch { return unopened(folder.name); }
  }

  /* What was dropped has to be asked for at once: later the browser has forgotten it. */
  function dropped({ items }) {
    const parts = [...items].filter(({ kind }) => kind === "file").map(item => {
      const entry = item.webkitGetAsEntry?.();
      return entry?.isDirectory ? entry : named(item.getAsFile());
    });
    return Promise.all(parts.map(part => part.isDirectory ? inside(part) : [part])).then(lists => lists.flat());
  }

  /* Hear what is chosen in an input or dropped on a place, which is marked while files are held over it. */
  function hear({ input, place, take }) {
    const isFiles = ({ dataTransfer }) => [...dataTransfer?.types ?? []].includes("Files");
    const mark = isOver => { place.toggleAttribute("data-over", isOver); };
    input.addEventListener("change", () => {
      const files = [...input.files].map(named);
      input.value = "";   // the same files can be chosen again
      if (files.length) take(files);
    });
    place.addEventListener("dragover", event => { if (isFiles(event)) { event.preventDefault(); mark(true); } });
    place.addEventListener("dragleave", ({ relatedTarget }) => { if (!place.contains(relatedTarget)) mark(false); });
    place.addEventListener("drop", async event => {
      if (!isFiles(event)) return;
      event.preventDefault();   // else the browser would leave the page for the file
      mark(false);
      const files = await dropped(event.dataTransfer);
      if (files.length) take(files);
    });
  }

  window.bookClass = { hear, read, told, plain };
})();
