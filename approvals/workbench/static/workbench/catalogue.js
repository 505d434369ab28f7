// How does a list of a guide get another row? A copy of its last one, emptied and numbered on. Two empty rows do without.
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  all("[data-add-row]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (!button) { return; }
    const body = document.getElementById(button.dataset.addRow), number = body.rows.length + 1;
    const row = body.rows[body.rows.length - 1].cloneNode(true);
    all("input, select, textarea", row).forEach((field) => {
      field.name = field.name.replace(/\.\d+\./, `.${number}.`);
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/第 \d+ 行/, `第 ${number} 行`));
      if (field.type === "checkbox") { field.checked = false; } else { field.value = field.name.endsWith(".at") ? number : ""; }
    });
    body.appendChild(row);
    const first = row.querySelector("td:nth-child(2) input, td:nth-child(2) select, td:nth-child(2) textarea");
    if (first) { first.focus(); }
  });
})();
