/* The page as a notebook: the published one, with the reader's code and the outputs that it gave here. */
(() => {
  "use strict";
  const OURS = "application/vnd.book-figure+html";

  /* An output as notebooks store it: without what only this page uses. */
  function stored({ line, transient, ...output }) {
    if (!output.data) return output;
    const { [OURS]: figure, ...data } = output.data;
    return { ...output, data };
  }

  function notebook(published, cells) {
    const copy = structuredClone(published);
    let count = 0;
    for (const cell of cells) {
      const target = copy.cells.find(({ id }) => id === cell.id);
      if (cell.code !== cell.original) { target.source = cell.code; target.outputs = []; target.execution_count = null; }
      if (!cell.ran) continue;
      target.execution_count = ++count;
      target.outputs = cell.area.outputs.map(output => output.output_type === "execute_result" ? { ...stored(output), execution_count: count } : stored(output));
    }
    return copy;
  }

  function save(name, content) {
    book.save({ name, text: `${JSON.stringify(content, null, 1)}\n`, type: "application/x-ipynb+json" });
  }

  Object.assign(window.bookLive, { notebook, save });
})();
