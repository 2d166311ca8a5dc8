/* A reader's changes to a page's code, kept in this browser cell by cell until the page is reset. */
(() => {
  "use strict";
  const LONGEST = 200_000;   // letters of a cell's code: no cell is near it
  const isCode = text => typeof text === "string" && text.length <= LONGEST;

  class Edits {
    /* name: in the browser's storage. trouble(text): says that changes can't be kept. */
    constructor(name, trouble) {
      this.trouble = trouble;
      this.known = () => true;   // which cells there are, once the page's notebook has come
      this.store = new book.Store({ key: name,
        sound: (id, edit) => this.known(id) && book.isObject(edit) && isCode(edit.code) && isCode(edit.original) });
    }

    all() { return this.store.all(); }

    keep(id, code, original) {
      if (this.store.set(id, code === original ? undefined : { code, original })) return;
      this.trouble("This browser has no room to keep your changes, or may not keep them: download the notebook before you leave the page.");
    }

    /* Put back what Reset has taken away. */
    restore(edits) { return this.store.replace(edits); }

    forget() { return this.store.erase(); }
  }

  window.bookLive.Edits = Edits;
})();
