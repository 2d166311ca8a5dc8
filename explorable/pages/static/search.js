/* What the search page says when nothing was found. Sphinx leaves out of each query whatever is digits alone: then the spelling is not to blame. */
"use strict";

{
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  const words = asked.split(/[^\p{Letter}\p{Number}_]+/u).filter(word => word);
  Documentation.TRANSLATIONS["Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories."] =
    words.every(word => /^\d+$/.test(word))
      ? "This search does not look for numbers. Try a word that stands beside it, such as a place or a name, or open a chapter and use your browser’s “Find in page”."
      : "No page has all of these words. Try fewer, or another spelling.";
}
