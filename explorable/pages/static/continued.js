/* A chapter of several pages: an address of something that stands on another of them leads there, with its query and its place.
   The build has written into the list of the chapter's pages what stands where. */
(() => {
  "use strict";
  const moved = Object.entries(JSON.parse(document.querySelector("[data-moved]")?.dataset.moved || "{}"));
  function named() {
    const { hash } = location, explorer = new URLSearchParams(hash.slice(1)).get("explorer");
    try { return explorer ? `explorer=${explorer}` : decodeURIComponent(hash.slice(1)); }
    catch { return ""; }   // no address that this book has written
  }
  function lead() {
    const place = named(), [page] = moved.find(([, places]) => places.includes(place)) ?? [];
    if (page) location.replace(page + location.search + location.hash);
  }
  addEventListener("hashchange", lead);
  lead();
})();
