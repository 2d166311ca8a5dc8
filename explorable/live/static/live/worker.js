/* Python in a web worker: Pyodide, the book's files, and the bridge (Python) that runs cells.

   Every message between the page (session.js) and this worker; each is an object with a "type":

   page → worker
     start    folder, book, packages, directory, bibliography, manifest   addresses, names of packages, the page's folder inside the book,
                                                                what was assembled (manifest.json)
     pack     name, bytes                                       while starting: one of these packages
     run      id, cell, code                                    run a cell
     comm     id, message                                       a widget's message (JSON text: msg_type, comm_id, data, buffers, cell)

   worker → page
     progress step, done, total          while starting: what is going on; bytes so far, and of how many
     ready                               cells can be run
     failed   reason                     starting has failed, or Python has died; nothing more will come
     loading  names                      a cell needs packages that the page did not; they are being fetched
     done     id, ok                     a cell has run, or a widget's message has been dealt with
   and, from Python (as JSON text, in "python"):
     output   cell, output               one output, as notebooks store it; an error may have "line"
     clear    cell, wait                 take away the cell's outputs, now or with the next one
     update   display_id, output         a new state of an output that is already shown
     comm     msg_type, comm_id, target_name, data, metadata, buffers      buffers are base64 */
"use strict";

const FOLDER = "/book", SITE = "/site";   // inside Python: the book's files, the packages
const CORE = ["pyodide/pyodide.js", "pyodide/pyodide.asm.js", "pyodide/pyodide.asm.wasm", "pyodide/python_stdlib.zip", "pyodide/pyodide-lock.json"];
importScripts("packs.js" + location.search);
const { fetchWhole, fetchPack } = bookPacks;
const packs = [], loaded = new Set();   // those that the page has sent; names of the packages that Python has
let folder, manifest, python, modules, kernel, complete;
let waiting = Promise.resolve();   // requests are dealt with one after the other

onmessage = ({ data: message }) => {
  if (message.type === "pack") return received(message);
  waiting = waiting.then(() => handlers[message.type](message)).catch(fail);
};

const handlers = {
  async start(message) {
    ({ folder, manifest } = message);
    meter.expect([...CORE, ...message.packages.map(name => manifest.packages[name].file)]);
    const book = fetchBook(message.book).catch(fail);
    const all = new Promise(resolve => { complete = () => packs.length === message.packages.length && resolve(packs); });
    importScripts(folder + "pyodide/pyodide.js");
    meter.add("pyodide/pyodide.js", "pyodide/pyodide.asm.js");   // scripts can't be counted while they come
    python = await loadPyodide({ indexURL: `${folder}pyodide/`, stdin: () => null, stdout: quiet, stderr: quiet });
    python.unpackArchive(await book, "zip", { extractDir: FOLDER });
    python.FS.mkdirTree(FOLDER + message.directory);
    python.FS.chdir(FOLDER + message.directory);
    modules = startModules();
    install(await all);
    meter.say("Starting Python");
    kernel = startKernel(message.bibliography);
    postMessage({ type: "ready" });
  },

  async run({ id, cell, code }) {
    const problem = await loadFor(code);
    if (problem) postMessage({ type: "python", python: JSON.stringify({ type: "output", cell, output: problem }) });
    const ok = !problem && await kernel.run(code, cell);
    postMessage({ type: "done", id, ok });
  },

  comm({ id, message }) {
    kernel.receive(message);
    postMessage({ type: "done", id, ok: true });
  },
};

function startModules() {
  return python.runPython(`
    import sys
    sys.path[:] = ["${FOLDER}", *sys.path, "${SITE}"]
    from explorable.live.bridge.modules import Modules
    sys.meta_path.insert(0, Modules("${SITE}"))
    sys.meta_path[0]`);
}

function startKernel(bibliography) {
  const make = python.runPython(`
    import json
    from explorable.live.bridge.kernel import Kernel
    lambda post, compile_chart, bibliography, packages: Kernel(
        post, compile_chart=compile_chart, bibliography=bibliography, packages=json.loads(packages), folder="${FOLDER}")`);
  const post = text => postMessage({ type: "python", python: text });
  return make(post, text => compileVegaLite(text), bibliography, JSON.stringify(manifest.packages));
}

/* Packages that a reader's own code asks for; answers with an error to show, or nothing. */
async function loadFor(code) {
  const names = kernel.needed(code).toJs().filter(name => !loaded.has(name));
  if (!names.length) return null;
  postMessage({ type: "loading", names });
  try {
    install(await Promise.all(names.map(name => fetchPack(folder, manifest, name))));
    python.runPython("import importlib; importlib.invalidate_caches()");
    return null;
  } catch (problem) {
    return { output_type: "error", ename: "NotLoaded", evalue: problem.message, traceback: [problem.message] };
  }
}

// Packages

function received(pack) {
  packs.push(pack);
  meter.add(manifest.packages[pack.name].file);
  complete();
}

function install(given) {
  for (const { name, bytes } of given) {
    unpack(new Uint8Array(bytes));
    loaded.add(name);
    if (name === "altair") importScripts(`${folder}vega-lite.js`);
  }
}

/* A pack is a tar archive: before each file stand 512 bytes with its name and, in octal digits, its size; the file is filled up to 512. */
function unpack(bytes) {
  const decoder = new TextDecoder();
  const text = (start, length) => decoder.decode(bytes.subarray(start, start + length)).split("\0")[0];
  for (let at = 0; bytes[at];) {
    const file = [text(at + 345, 155), text(at, 100)].filter(Boolean).join("/"), size = parseInt(text(at + 124, 12), 8);
    at += 512;
    put(file, bytes.subarray(at, at + size));
    at += 512 * Math.ceil(size / 512);
  }
}

function put(file, content) {
  if (file === "modules.marshal") return modules.add(python.toPy(content));
  const path = `${SITE}/${file}`;
  python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  python.FS.writeFile(path, content, { canOwn: true });   // not copied
}

// Fetching

function quiet() {}

async function fetchBook(address) { return (await fetchWhole(address)).arrayBuffer(); }

/* What Pyodide fetches goes through here: it is counted, and a failure is told at once (Pyodide would wait for ever). */
self.fetch = async (address, options = {}) => {
  const name = String(address).replace(folder, "");   // inside the folder
  const known = manifest?.files[name];
  try {
    const response = await fetchWhole(String(address), known && !name.endsWith(".wasm") ? { ...options, integrity: known.integrity } : options);
    if (known) meter.follow(name, response);
    return response;
  } catch (problem) {
    if (!kernel) fail(problem);
    throw problem;
  }
};

const compileStreaming = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (response, imports) => {
  try { return await compileStreaming(await withType(await response), imports); }
  catch { return fail(new Error("pyodide.asm.wasm is damaged, or this browser can't run it")); }
};

/* Some servers don't know the type of .wasm files, and browsers insist on it. */
function withType(response) {
  if (/^application\/wasm/.test(response.headers.get("content-type") ?? "")) return response;
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
}

/* Counts what has come, in bytes, for the progress line. */
const meter = {
  done: 0, total: 0, counted: new Set(), step: "Fetching Python",
  expect(names) { this.names = new Set(names); for (const name of names) this.total += manifest.files[name].bytes; this.tell(); },
  say(step) { this.step = step; this.tell(); },
  add(...names) {
    for (const name of names) {
      if (this.counted.has(name) || !this.names?.has(name)) continue;
      this.counted.add(name);
      this.done += manifest.files[name].bytes;
    }
    this.tell();
  },
  /* The largest file is counted while it comes, the others when they are there. */
  async follow(name, response) {
    if (!name.endsWith(".wasm") || this.counted.has(name)) return this.add(name);
    let bytes = 0;
    try {
      for (const reader = response.clone().body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        bytes += value.length;
        this.tell(bytes);
      }
    } catch { /* told where the response itself is read */ }
    this.add(name);
  },
  tell(extra = 0) { postMessage({ type: "progress", step: this.step, done: this.done + extra, total: this.total }); },
};

function fail(problem) {
  postMessage({ type: "failed", reason: problem instanceof Error ? problem.message : String(problem) });
  return new Promise(() => {});   // the page ends this worker
}
