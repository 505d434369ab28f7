// Which row of the pushes is open, and under which filters? The row that was pressed last, by mouse as by j and k, and the
// filters beside it: they change the list alone, and what the open push leads to follows. Everything works without it.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("tr[data-open] a.main");
    if (!link) { return; }
    document.querySelectorAll("tr[data-row]").forEach((row) => row.classList.toggle("here", row.contains(link)));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = event.detail;
    if (elt.id !== "push-filters" || !successful) { return; }
    const filters = new FormData(elt);
    filters.delete("push");
    document.querySelectorAll("#drawer [data-filtered]").forEach((one) => {
      const name = one.matches("form") ? "action" : "href", to = new URL(one.getAttribute(name), location.href);
      filters.forEach((value, key) => { if (value) { to.searchParams.set(key, value); } else { to.searchParams.delete(key); } });
      one.setAttribute(name, to.pathname + to.search + to.hash);
    });
  });
})();
