// What does a page do beyond links and forms? Keys, focus after a swap, busy buttons, unsaved input. Everything works without it.
(function () {
  "use strict";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const live = () => $("#live");
  const say = (text) => { const region = live(); if (region) { region.textContent = text; } };
  const typing = (event) => {
    const at = event.target;
    return event.isComposing || (at.matches && at.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
  };

  // ---- lists: a current row, ticks
  const rows = () => all("tr[data-row]");
  const current = () => $("tr[data-row].here");
  function moveTo(row) {
    if (!row) { return; }
    rows().forEach((one) => one.classList.toggle("here", one === row));
    row.scrollIntoView({ block: "nearest" });
    const link = $("a.main", row);
    if (link) { link.focus({ preventScroll: true }); }
    if (row.dataset.open && window.htmx && $("#drawer")) { link.click(); }
  }
  function step(by) {
    const list = rows(), at = list.indexOf(current());
    if (list.length) { moveTo(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))]); return true; }
    return false;
  }
  function picked() {
    const ticks = all("input[data-pick]"), on = ticks.filter((one) => one.checked);
    ticks.forEach((one) => { const row = one.closest("tr"); if (row) { row.classList.toggle("picked", one.checked); } });
    const bar = $("[data-bulk]");
    if (bar) {
      bar.hidden = on.length === 0;
      all("[data-picked-count]").forEach((one) => { one.textContent = on.length; });
    }
    const whole = $("input[data-pick-all]");
    if (whole) { whole.checked = on.length > 0 && on.length === ticks.length; whole.indeterminate = on.length > 0 && on.length < ticks.length; }
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-pick-all]")) { all("input[data-pick]").forEach((one) => { one.checked = event.target.checked; }); picked(); }
    if (event.target.matches("input[data-pick]")) { picked(); }
    if (event.target.type === "file") {
      const line = event.target.closest("li"), names = $("[data-filenames]", line || document), tick = line && $("input[type=checkbox]", line);
      if (names) { names.textContent = Array.from(event.target.files).map((one) => one.name).join("、"); }
      if (tick && event.target.files.length) { tick.checked = true; }
    }
    if (event.target.matches("[data-submit-on-change]")) { event.target.form.requestSubmit(); }
    if (event.target.form) { shows(event.target.form); }
  });
  document.addEventListener("input", (event) => { if (event.target.form) { shows(event.target.form); } });

  // ---- a file dropped anywhere on the line of its paper; beside it the browser would leave the page for the file
  const paper = (event) => { const line = event.target.closest && event.target.closest("li"); return line && $("input[type=file]", line); };
  const aside = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files") && !event.target.matches("input[type=file]");
  document.addEventListener("dragover", (event) => {
    if (!aside(event) || !$("input[type=file]")) { return; }
    event.preventDefault(); event.dataTransfer.dropEffect = paper(event) ? "copy" : "none";
  });
  document.addEventListener("drop", (event) => {
    if (!aside(event) || !$("input[type=file]")) { return; }
    event.preventDefault();
    const field = paper(event);
    if (!field) { return; }
    const together = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    (field.multiple ? [...field.files, ...dropped] : dropped.slice(0, 1)).forEach((file) => together.items.add(file));
    field.files = together.files;
    ["input", "change"].forEach((kind) => field.dispatchEvent(new Event(kind, { bubbles: true })));  // as when it is chosen
  });

  // ---- parts of a form that only matter for one answer; a living preview of a letter
  function shows(form) {
    all("[data-show-if]", form).forEach((one) => {
      const [name, value] = one.dataset.showIf.split("=");
      const chosen = all(`[name="${name}"]`, form).find((field) => field.type !== "radio" || field.checked);
      one.hidden = !(chosen && value.split("|").includes(chosen.value));
    });
    all("[data-narrowed]", form).forEach((list) => {
      const out = all("li[hidden] label[for^=tick]", list).map((one) => one.textContent), line = $("[data-left-out]", list.parentElement);
      if (line) { line.hidden = out.length === 0; line.textContent = out.length ? `按情形不用交：${out.join("、")}` : ""; }
    });
    all("[data-mirror]").forEach((one) => {
      const field = form.elements[one.dataset.mirror];
      if (field && "value" in field) { one.textContent = field.value || one.dataset.empty || ""; }
    });
    all("[data-missing-box]").forEach((box) => {
      const points = all("[data-need-point]", box), fields = all("[data-need]", box);
      points.forEach((one) => { one.hidden = Boolean($(`#point-${one.dataset.needPoint} input:checked`)); });
      fields.forEach((one) => {
        const field = $(`#f-${one.dataset.need}`);
        const parts = field ? (field.matches("input, textarea, select") ? [field] : all("input, textarea, select", field)) : [];
        const same = all(`[name="${one.dataset.need}"]`);
        one.hidden = [...parts, ...same].some((part) => (part.type === "radio" || part.type === "checkbox") ? part.checked : part.type !== "hidden" && part.value.trim() !== "");
      });
      const any = all("[data-need-any]", box);
      any.forEach((one) => {
        const goal = $(one.dataset.needAny), parts = !goal ? [] : goal.matches("input, textarea, select") ? [goal] : all("input, textarea, select", goal);
        const paper = goal && goal.id.startsWith("f-paper-") ? goal.id.slice(8) : "";
        one.hidden = Boolean(goal && goal.closest("[hidden]")) || Boolean(paper && $(`[data-covers="${paper}"]:checked`)) || parts.some((part) => part.type === "checkbox" || part.type === "radio" ? part.checked : part.value.trim() !== "");
      });
      const left = [...points, ...fields, ...any].filter((one) => !one.hidden).length + all("[data-need-outside]", box).length;
      const rest = $("[data-missing-points]", box); if (rest) { rest.hidden = points.every((one) => one.hidden); }
      $("[data-missing-count]", box).textContent = left; box.hidden = left === 0;
    });
    all("[data-answered]", form.ownerDocument).forEach((one) => {
      one.textContent = new Set(all("[data-point] input:checked").map((field) => field.name)).size;
    });
  }

  // ---- the viewer: larger, smaller, fit, turned; kept from page to page of one file
  const seen = { file: "", zoom: 1, turn: 0 };
  function place() {
    const canvas = $("[data-canvas]"), image = canvas && $("img", canvas);
    if (!image) { return; }
    if (seen.file && seen.file !== canvas.dataset.canvas) { Object.assign(seen, { zoom: 1, turn: 0 }); }
    seen.file = canvas.dataset.canvas;
    if (!image.complete || !image.naturalWidth) { image.addEventListener("load", place, { once: true }); return; }
    if (seen.zoom === 1 && seen.turn === 0 && image.parentElement === canvas) { return; }
    let box = image.parentElement;
    if (box === canvas) { box = document.createElement("div"); box.className = "placed"; canvas.append(box); box.append(image); }
    const lying = seen.turn % 180 !== 0, across = lying ? image.naturalHeight : image.naturalWidth;
    const scale = Math.min(1, canvas.clientWidth / across) * seen.zoom;
    const width = image.naturalWidth * scale, height = image.naturalHeight * scale;
    box.style.width = `${lying ? height : width}px`; box.style.height = `${lying ? width : height}px`;
    image.style.width = `${width}px`;
    const shift = { 0: [0, 0], 90: [height, 0], 180: [width, height], 270: [0, width] }[seen.turn];
    image.style.transform = `translate(${shift[0]}px, ${shift[1]}px) rotate(${seen.turn}deg)`;
  }
  function zoom(by) {
    if (!$("[data-canvas]")) { return false; }
    seen.zoom = by === 0 ? 1 : Math.min(4, Math.max(0.5, seen.zoom * (by > 0 ? 1.25 : 0.8)));
    place(); say(`${Math.round(seen.zoom * 100)}%`); return true;
  }
  function turn() {
    if (!$("[data-canvas]")) { return false; }
    seen.turn = (seen.turn + 90) % 360; place(); say(`转到 ${seen.turn} 度`); return true;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-zoom], [data-turn]");
    if (button) { if ("turn" in button.dataset) { turn(); } else { zoom(Number(button.dataset.zoom)); } }
  });

  // ---- keys
  const TABS = "123456789";
  let went = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      const primary = $("[data-primary]");
      if (primary) { event.preventDefault(); primary.click(); }
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && $("[data-draft]")) { event.preventDefault(); $("[data-draft]").click(); return; }
    if (event.key === "Escape") { escape(); return; }
    if (event.key === "Enter" && event.target.matches && event.target.matches("form[data-next-on-enter] input:not([type=submit]):not([type=file])")) {
      event.preventDefault(); next(event.target); return;
    }
    if (document.body.dataset.keys === "off" || typing(event) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) { return; }
    if (went && Date.now() - went < 1200) {
      const target = { w: "[data-go=w]", s: "[data-go=s]" }[event.key];
      went = 0;
      if (target && $(target)) { event.preventDefault(); $(target).click(); }
      return;
    }
    const keys = {
      "/": () => { const seek = $("[data-seek]"); if (seek) { seek.focus(); seek.select(); } return Boolean(seek); },
      "j": () => step(1) || press("[data-next]"), "k": () => step(-1) || press("[data-previous]"),
      "x": () => { const row = current(), tick = row && $("input[data-pick]", row); if (tick) { tick.checked = !tick.checked; picked(); } return Boolean(tick); },
      "c": () => press("[data-take]"), "p": () => press("[data-print]"),
      "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), "0": () => zoom(0), "r": () => turn(),
      ",": () => press("[data-page-previous]"), ".": () => press("[data-page-next]"),
      "[": () => press("[data-material-previous]"), "]": () => press("[data-material-next]"),
      "?": () => { const sheet = $("#keys"); if (sheet) { sheet.showModal(); } return Boolean(sheet); },
      "g": () => { went = Date.now(); return true; },
      "Enter": () => { const row = current(); if (row && event.target === document.body) { $("a.main", row).click(); return true; } return false; },
    };
    const act = TABS.includes(event.key) ? () => { const tab = all(".tabs a[data-tab]")[Number(event.key) - 1]; if (tab) { tab.click(); } return Boolean(tab); } : keys[event.key];
    if (act && act()) { event.preventDefault(); }
  });
  function press(selector) { const one = $(selector); if (one) { one.click(); } return Boolean(one); }
  function next(field) {
    const fields = all("input:not([type=hidden]):not([tabindex='-1']), select, textarea, button", field.form).filter((one) => one.offsetParent !== null);
    const following = fields[fields.indexOf(field) + 1];
    if (following) { following.focus(); }
  }
  function escape() {
    const open = $("details.menu[open]"), close = $("[data-close]");
    if (open) { open.open = false; $("summary", open).focus(); return; }
    if (close) { close.click(); return; }
    const ticks = all("input[data-pick]:checked");
    ticks.forEach((one) => { one.checked = false; });
    if (ticks.length) { picked(); }
  }
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((one) => { if (!one.contains(event.target)) { one.open = false; } });
    const reveal = event.target.closest && event.target.closest("[data-reveal]");
    if (reveal) {
      const field = $(reveal.dataset.reveal), hidden = field.type === "password";
      field.type = hidden ? "text" : "password"; reveal.textContent = hidden ? "隐藏" : "显示";
    }
    const unpick = event.target.closest && event.target.closest("[data-unpick]");
    if (unpick) { event.preventDefault(); all("input[data-pick]").forEach((one) => { one.checked = false; }); picked(); }
    const jump = event.target.closest && event.target.closest("a[href^='#']");
    if (jump && jump.hash.length > 1) {
      const goal = document.getElementById(jump.hash.slice(1));
      if (goal) {
        const fold = goal.closest("details");
        if (fold) { fold.open = true; }
        const field = goal.matches("input, textarea, select") ? goal : $("input:not([type=hidden]), textarea, select", goal);
        if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
      }
    }
    if (event.target.closest && event.target.closest("[data-print-page]")) { event.preventDefault(); window.print(); }
    const phrase = event.target.closest && event.target.closest("[data-phrase]");
    if (phrase) {
      const field = document.getElementById(phrase.dataset.into);
      field.value = (field.value ? field.value.replace(/\s*$/, "\n") : "") + phrase.dataset.phrase;
      field.focus(); shows(field.form);
      const menu = phrase.closest("details"); if (menu) { menu.open = false; }
    }
    const told = event.target.closest && event.target.closest("[data-defect]");
    if (told) {
      const row = all(".defect", told.closest("fieldset")).find((one) => !$("[name$='.defect']", one).value);
      if (row) {
        $("[name$='.material']", row).value = told.dataset.material; $("[name$='.defect']", row).value = told.dataset.defect;
        const remedy = $("[name$='.remedy']", row); remedy.value = told.dataset.remedy; remedy.focus();
        remedy.dispatchEvent(new Event("input", { bubbles: true }));
      } else { say("问题已填满，先提交这些"); }
      const menu = told.closest("details"); if (menu) { menu.open = false; }
    }
    const copy = event.target.closest && event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) { navigator.clipboard.writeText($(copy.dataset.copy).textContent.trim()).then(() => say("已复制")); }
    const shut = event.target.closest && event.target.closest("[data-close-why]");
    const why = $("#why");
    if (why && why.firstElementChild && (shut || !why.contains(event.target))) {
      if (shut) { event.preventDefault(); $("#why-link").focus(); }
      why.replaceChildren();
    }
    const tick = event.target.closest && event.target.closest("[data-close-dialog]");
    if (tick) { tick.closest("dialog").close(); }
  });

  // ---- one press only, and it says so; heard before htmx hears it
  const pressed = new WeakMap();
  document.addEventListener("submit", (event) => {
    const button = event.submitter, form = event.target;
    if ([form, button].some((one) => one && one.dataset.again !== undefined) || form.method === "get") { return; }
    if (form.dataset.sent && (form.hasAttribute("hx-post") || Date.now() - Number(form.dataset.sent) < 15000)) {
      event.preventDefault(); event.stopPropagation(); return;
    }
    form.dataset.sent = Date.now();
    pressed.set(form, button);
    if (button) { window.setTimeout(() => { if (form.dataset.sent) { button.setAttribute("aria-busy", "true"); } }, 300); }
    leaving = false;
  }, true);
  function rest(form) { delete form.dataset.sent; Array.from(form.elements).forEach((one) => one.removeAttribute("aria-busy")); }
  window.addEventListener("pageshow", () => { all("form[data-sent]").forEach(rest); });

  // ---- typed and not sent
  let leaving = true;
  const dirty = new Set();
  document.addEventListener("input", (event) => { const form = event.target.closest && event.target.closest("form[data-keep]"); if (form) { dirty.add(form); leaving = true; } });
  window.addEventListener("beforeunload", (event) => { if (leaving && Array.from(dirty).some((form) => form.isConnected)) { event.preventDefault(); } });

  // ---- htmx: where the focus goes, what is said, what happens when nobody answers
  function goTo(goal) {
    if (!goal) { return; }
    all("[data-focus]").forEach((one) => { delete one.dataset.focus; });  // the others had their turn: no later swap goes there
    goal.setAttribute("tabindex", "-1"); goal.focus();
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    picked(); all("form").forEach(shows); place();
    const root = event.detail.elt.isConnected ? event.detail.elt : document;
    goTo($("[data-focus]", root) || $("[data-focus]"));
    const told = root !== document && root.matches("[data-say]") ? root : $("[data-say]", root);
    if (told) { say(told.dataset.say); }
  });

  // ---- no answer, or another one than was asked for: the page stays as it is typed and says so, above the form it is about
  const sends = (elt) => elt.matches("form[hx-post]");
  const saves = (elt) => elt.matches("[data-autosave]");
  const fill = (place, words, link) => { place.textContent = words; if (link) { place.append(" ", document.importNode(link, true)); } };
  function note(elt, words, link, colour = "red") {
    if (saves(elt)) { fill(elt, `草稿：${words}`, link); return null; }
    let box = $("#note");
    if (!box) { box = document.createElement("div"); box.id = "note"; box.tabIndex = -1; }
    box.className = `message ${colour}`; box.setAttribute("role", colour ? "alert" : "status");
    fill(box, words, link);
    (sends(elt) ? elt : $("main")).prepend(box);
    if (elt.matches("form") && colour) {
      const again = document.createElement("button");
      again.type = "button"; again.className = "link"; again.textContent = "再试一次";
      again.addEventListener("click", () => {
        const button = pressed.get(elt);  // clicked, not only named: htmx sends the last button clicked, whoever submits
        if (button && button.isConnected) { button.click(); } else { elt.requestSubmit(); }
      });
      box.append(" ", again);
    }
    if (sends(elt)) { box.focus(); }
    return box;
  }
  const SAFE = "已填内容留在本页，再按一次不会重复办理。";
  const unanswered = (event) => {
    const elt = event.detail.elt, cut = !navigator.onLine;
    if (sends(elt)) { note(elt, (cut ? "没有保存：网络断开。" : "没有收到结果。") + SAFE); return; }
    note(elt, `没有${saves(elt) ? "存上" : "更新"}：${cut ? "网络断开" : "没有收到结果"}。`);
  };
  document.addEventListener("htmx:sendError", unanswered);
  document.addEventListener("htmx:timeout", unanswered);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig: { elt } } = event.detail;
    if (!event.detail.shouldSwap) { return; }
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const holder = elt.closest("[hx-select]"), wanted = holder ? holder.getAttribute("hx-select") : "unset";
    if (wanted === "unset" ? xhr.status < 400 : $(wanted, page)) { return; }
    event.detail.shouldSwap = false;
    const token = "input[name=csrfmiddlewaretoken]", fresh = $(token, page);
    const same = page.body.dataset.person === document.body.dataset.person;  // what one person typed is no draft of another
    if (fresh && (same || sends(elt))) { all(token).forEach((one) => { one.value = fresh.value; }); }
    if (fresh && saves(elt)) { note(elt, same ? "登录状态变过，接着填就会存。" : "没有存上：现在登录的不是打开本页的人。"); return; }
    const parts = saves(elt) ? ["main h1"] : ["main h1", "main p:not([data-press])", ...(sends(elt) ? ["main p[data-press]"] : [])];
    const said = parts.map((one) => $(one, page)).filter(Boolean).map((one) => one.textContent.trim().replace(/。$/, ""));
    const words = said.length ? `${said.join("。")}。` : `没有收到结果（${xhr.status}）。${sends(elt) ? SAFE : ""}`;
    note(elt, words, $("main a[target=_blank]", page));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const box = $("#note"), elt = event.detail.elt;
    if (box && !saves(elt) && (sends(elt) || !box.closest("form"))) { box.remove(); }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form")) { rest(event.detail.elt); leaving = !event.detail.keepIndicators; }  // kept: it leads on
  });

  // ---- papers take the time they take, and the page shows how far they are
  const uploads = (elt) => sends(elt) && all("input[type=file]", elt).some((one) => one.files.length);
  document.addEventListener("htmx:configRequest", (event) => { if (uploads(event.detail.elt)) { event.detail.timeout = 0; } });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const { elt, loaded, total } = event.detail;
    if (!uploads(elt) || Date.now() - Number(elt.dataset.sent) < 2000) { return; }
    let bar = $("#note progress");
    if (!bar) {
      bar = document.createElement("progress"); bar.setAttribute("aria-label", "已上传");
      note(elt, "正在上传，传完接着办理，不要关闭本页。", null, "").append(" ", bar);
    }
    bar.max = total; bar.value = loaded;
  });

  document.addEventListener("DOMContentLoaded", () => {
    picked(); all("form").forEach(shows);
    goTo($("[data-focus]"));
  });
})();
