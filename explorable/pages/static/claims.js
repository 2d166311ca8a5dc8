/* Searches and filters the claims ledger; without this script the whole ledger is shown. */
(() => {
  "use strict";
  const form = document.querySelector(".claims-filter");
  const claims = [...document.querySelectorAll("section.claim")];
  const show = () => {
    const { words, ...chosen } = Object.fromEntries(new FormData(form));
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const claim of claims) {
      const text = claim.textContent.toLowerCase();
      claim.hidden = !parts.every(part => text.includes(part))
        || Object.entries(chosen).some(([name, value]) => value && claim.dataset[name] !== value);
    }
    const left = claims.filter(claim => !claim.hidden).length;
    form.querySelector("[role=status]").textContent = left === claims.length ? "" : `${left} of ${claims.length} claims are shown.`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = false;
  show();
})();
