// Which row of the pushes is open? The one that was pressed last, by mouse as by j and k; everything works without it.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("tr[data-open] a.main");
    if (!link) { return; }
    document.querySelectorAll("tr[data-row]").forEach((row) => row.classList.toggle("here", row.contains(link)));
  });
})();
