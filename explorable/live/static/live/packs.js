/* Fetches packs: packages as explorable/live/assembly/compile.mjs packs them. The page does it for those that it needs from the start,
   beside the worker, which has Python to start meanwhile; the worker does it for those that a reader's code asks for later. */
"use strict";
(scope => {
  const nameOf = address => address.split("/").pop();

  /* Fetches a file and says in words what went wrong. */
  async function fetchWhole(address, options) {
    let response;
    try { response = await scope.ownFetch(address, options); }
    catch { throw new Error(`${nameOf(address)} could not be fetched: the connection failed, or the file is damaged`); }
    if (!response.ok) throw new Error(`${nameOf(address)} could not be fetched (${response.status})`);
    return response;
  }

  async function fetchPack(folder, manifest, name, options = {}) {
    const { file } = manifest.packages[name];
    const { body } = await fetchWhole(folder + file, { ...options, integrity: manifest.files[file].integrity });
    return { name, bytes: await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer() };
  }

  scope.ownFetch = scope.fetch.bind(scope);   // the worker counts what Pyodide fetches, and so gives it another one
  scope.bookPacks = { fetchWhole, fetchPack };
})(self);
