/* Searches and filters the claims ledger; without this script the whole ledger is shown. Words are looked for in the claims
   as the book has them and as they now stand on the page, which the browser may have translated. */
(() => {
  "use strict";
  const form = document.querySelector(".claims-filter"), status = form.querySelector("[role=status]");
  const claims = [...document.querySelectorAll("section.claim")].map(claim => ({ claim, written: claim.textContent.toLowerCase() }));
  const show = () => {
    const { words, ...chosen } = Object.fromEntries(new FormData(form));
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { claim, written } of claims) {
      const now = claim.textContent.toLowerCase();
      claim.hidden = !parts.every(part => written.includes(part) || now.includes(part))
        || Object.entries(chosen).some(([name, value]) => value && claim.dataset[name] !== value);
    }
    const left = claims.filter(({ claim }) => !claim.hidden).length;
    status.textContent = left === claims.length ? "" : `${left} of ${claims.length} claims ${left === 1 ? "is" : "are"} shown.`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  addEventListener("pageshow", show);   // the browser may put back what was chosen, and only now
  form.hidden = false;
  show();
})();
