/* A reader's changes to a page's code, kept in this browser until the page is reset. */
(() => {
  "use strict";

  class Edits {
    constructor(place, trouble) {
      this.key = `book-live ${place.root}${place.page}`;
      this.trouble = trouble;   // says, once, that changes can't be kept
    }

    all() {
      try { return JSON.parse(localStorage.getItem(this.key)) ?? {}; } catch { return {}; }
    }

    /* Another tab may have changed another cell: so it is read anew each time. */
    keep(id, code, original) {
      const all = this.all();
      if (code === original) delete all[id]; else all[id] = { code, original };
      try {
        if (Object.keys(all).length) localStorage.setItem(this.key, JSON.stringify(all)); else localStorage.removeItem(this.key);
      } catch {
        this.trouble("This browser has no room to keep your changes, or may not keep them: download the notebook before you leave the page.");
      }
    }

    forget() {
      try { localStorage.removeItem(this.key); } catch { /* then there is nothing to forget */ }
    }
  }

  window.bookLive.Edits = Edits;
})();
