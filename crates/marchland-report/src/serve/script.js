// Keeps a page fresh, what was typed safe, and inputs from being sent twice. Without it, forms work as forms.
"use strict";
(() => {
  // The secret of a link leaves the history of the browser with the page behind it.
  if (location.pathname.startsWith("/join/")) history.replaceState(null, "", "/");
  const path = document.body.dataset.path, game = document.body.dataset.game;
  const store = (name) => "marchland:" + game + ":" + path + ":" + name;
  const live = document.getElementById("live"), said = document.getElementById("said");
  const link = document.getElementById("link"), clock = document.getElementById("clock");
  if (!path || !live) return;
  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const fields = () => live.querySelectorAll("[data-keep]");
  const typed = new Map();
  const recall = (name) => { try { return localStorage.getItem(store(name)); } catch { return null; } };
  const remember = (name, text) => { try { text === null ? localStorage.removeItem(store(name)) : localStorage.setItem(store(name), text); } catch { /* private mode */ } };

  // What is typed outlives new content, a reload, and a server that restarts.
  function restore() {
    for (const field of fields()) {
      const kept = recall(field.dataset.keep);
      if (kept !== null) field.value = kept;
    }
    for (const choice of live.querySelectorAll("[data-keep-choice]")) {
      if (recall(choice.dataset.keepChoice) === choice.id) choice.checked = true;
    }
    for (const part of live.querySelectorAll("details[id]")) {
      if (recall("open:" + part.id) === "yes") part.open = true;
    }
  }
  live.addEventListener("input", (event) => {
    const name = event.target.dataset.keep;
    if (event.target.dataset.keepChoice) remember(event.target.dataset.keepChoice, event.target.id);
    if (!name) return;
    const text = event.target.value;
    remember(name, text);
    clearTimeout(typed.get(name));
    typed.set(name, setTimeout(() => send(new URLSearchParams({ do: "type", field: name, text, key: key() }), true), 700));
  });
  live.addEventListener("toggle", (event) => { if (event.target.id) remember("open:" + event.target.id, event.target.open ? "yes" : null); }, true);

  const choice = (select) => ["do", "number", "seat"].map((name) => select.form.elements[name]?.value).join() + select.name;

  function say(taken, words) {
    const line = document.createElement("p");
    line.className = taken ? "said" : "said refused";
    line.textContent = words;
    said.replaceChildren(line);
  }

  // What was typed here goes with whoever is sent away.
  function leave() {
    try { for (const name of Object.keys(localStorage)) if (name.startsWith(store(""))) localStorage.removeItem(name); } catch { /* private mode */ }
    location.reload();
  }
  let latest = 0;
  async function refresh() {
    // Answers may overtake one another: what was asked for last is shown.
    const mine = ++latest;
    const answer = await fetch(path + "/live", { headers: { accept: "text/html" } });
    if (answer.status === 401) { leave(); return; }
    if (!answer.ok) return;
    const html = await answer.text();
    if (mine === latest) show(html, answer.headers.get("etag"));
  }
  function show(html, tag) {
    const active = document.activeElement, name = active?.dataset?.keep;
    const at = name ? [active.selectionStart, active.selectionEnd] : null;
    const dirty = new Map([...fields()].filter((field) => field.value !== field.defaultValue).map((field) => [field.dataset.keep, field.value]));
    const chosen = new Map([...live.querySelectorAll("form select")].map((select) => [choice(select), select.value]));
    const opened = [...live.querySelectorAll("details[id][open]")].map((part) => part.id);
    const results = [...live.querySelectorAll("[aria-live]")].filter((part) => part.id && part.childElementCount).map((part) => [part.id, [...part.childNodes]]);
    const label = !name && active && live.contains(active) ? active.closest("form,a,summary,button")?.textContent : null;
    live.innerHTML = html;
    live.dataset.tag = (tag || "").replaceAll('"', "");
    restore();
    for (const field of fields()) if (dirty.has(field.dataset.keep)) field.value = dirty.get(field.dataset.keep);
    for (const select of live.querySelectorAll("form select")) {
      const before = chosen.get(choice(select));
      if ([...select.options].some((option) => option.value === before)) select.value = before;
    }
    for (const part of opened) document.getElementById(part)?.setAttribute("open", "");
    for (const [where, what] of results) document.getElementById(where)?.replaceChildren(...what);
    if (name) {
      const again = [...fields()].find((field) => field.dataset.keep === name);
      if (again) { again.focus({ preventScroll: true }); try { again.setSelectionRange(...at); } catch { /* not a text */ } }
    } else if (label) {
      const again = [...live.querySelectorAll("form,a,summary")].find((one) => one.textContent === label);
      (again?.querySelector("button") || again)?.focus({ preventScroll: true });
    }
  }

  async function send(body, silent) {
    for (let attempt = 0; attempt < 8; attempt++) {
      try {
        const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
        if (answer.status === 401) { leave(); return false; }
        if (answer.status === 429 || answer.status === 503) { await pause(400 * (attempt + 1)); continue; }
        const reply = await answer.json();
        if (!silent) say(reply.ok, reply.text);
        return reply.ok;
      } catch { await pause(300 * (attempt + 1)); }
    }
    if (!silent) say(false, "The server does not answer. What you typed is kept; try again when it is back.");
    return false;
  }
  live.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    const body = new URLSearchParams(new FormData(form));
    event.preventDefault();
    if (button?.dataset.inline) { inline(button.dataset.inline, button.getAttribute("formaction") + "?" + body); return; }
    body.set("key", key());
    if (button) button.disabled = true;
    const done = await send(body, false);
    if (button) button.disabled = false;
    if (done) for (const field of form.querySelectorAll("[data-keep]")) {
      clearTimeout(typed.get(field.dataset.keep));
      remember(field.dataset.keep, null);
      field.value = field.defaultValue = "";
    }
    await refresh().catch(() => {});
  });
  live.addEventListener("click", (event) => {
    const to = event.target.closest("a[data-inline]");
    if (!to || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    inline(to.dataset.inline, to.getAttribute("href"));
  });
  async function inline(where, from) {
    const place = document.getElementById(where);
    if (!place) { location.href = from; return; }
    place.textContent = "Imagining futures …";
    place.scrollIntoView({ block: "nearest" });
    try {
      const answer = await fetch(from, { headers: { accept: "text/html", "x-part": "yes" } });
      place.innerHTML = await answer.text();
    } catch { place.textContent = "The server does not answer; try again."; }
  }

  // One stream of events while the page is seen: a browser opens six connections to a host and no more.
  let events = null, wait = 250;
  function listen() {
    if (events || document.hidden) return;
    if (!window.EventSource) { setInterval(() => refresh().catch(() => {}), 4000); events = true; return; }
    events = new EventSource(path + "/events");
    events.addEventListener("stands", (event) => {
      wait = 250; link.hidden = true; link.className = "";
      const now = JSON.parse(event.data);
      ends = now.left === null ? null : Date.now() + 1000 * now.left;
      runs = now.runs;
      tick();
      if (now.tag !== live.dataset.tag) refresh().catch(() => {});
    });
    events.onerror = () => {
      events.close(); events = null;
      link.hidden = false; link.className = "off"; link.textContent = "Connecting again …";
      // A device that was sent away is told so; where nobody answers, it is tried again.
      refresh().catch(() => {});
      setTimeout(listen, wait);
      wait = Math.min(2 * wait, 2000);
    };
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { events?.close?.(); events = null; } else listen();
  });

  let runs = clock.dataset.runs === "true", ends = clock.dataset.left ? Date.now() + 1000 * Number(clock.dataset.left) : null;
  function tick() {
    clock.hidden = ends === null;
    if (ends === null) return;
    const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
    if (runs || !clock.textContent.trim()) clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    clock.className = left < 60 ? "late" : "";
  }
  setInterval(tick, 500);
  restore();
  listen();
})();
