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
    typed.set(name, setTimeout(() => send(new URLSearchParams({ do: "type", field: name, text, key: key() })), 700));
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
  let asked = 0, shown = 0, again = null, patience = 500;
  async function refresh() {
    const mine = ++asked;
    clearTimeout(again);
    try {
      const answer = await fetch(path + "/live", { headers: { accept: "text/html" } });
      if (answer.status === 401) { leave(); return; }
      if (answer.ok) {
        const html = await answer.text();
        patience = 500;
        // Answers may overtake one another: an older one never takes the place of a newer.
        if (mine > shown) { shown = mine; show(html, answer.headers.get("etag")); }
        return;
      }
    } catch { /* nobody answers: as where it is busy */ }
    // A page that could not be had now is asked for again, however long it takes: it is never left as it was.
    if (mine === asked) { again = setTimeout(refresh, patience); patience = Math.min(2 * patience, 4000); }
  }
  // Only what differs is made anew: what somebody types into, or is about to press, stays the very same element, so that
  // news never move a hand to another field.
  const same = (old, now) => old.nodeType === now.nodeType && old.nodeName === now.nodeName && (old.id || "") === (now.id || "");
  const stays = (element, name) => (name === "open" && element.nodeName === "DETAILS") || (name === "disabled" && element.nodeName === "BUTTON");
  function renew(old, now) {
    if (old.nodeType !== 1) { if (old.data !== now.data) old.data = now.data; return; }
    const field = "defaultValue" in old && old.type !== "hidden", dirty = field && old.value !== old.defaultValue;
    for (const { name } of [...old.attributes]) if (!now.hasAttribute(name) && !stays(old, name)) old.removeAttribute(name);
    for (const { name, value } of now.attributes) if (!stays(old, name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.nodeName === "TEXTAREA") old.defaultValue = now.defaultValue;
    if (field) { if (!dirty) old.value = old.defaultValue; return; }
    // A result that somebody asked for stands until another is asked for.
    if (old.id && old.hasAttribute("aria-live") && old.childElementCount) return;
    within(old, now);
  }
  function within(old, now) {
    const named = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
    let at = old.firstChild;
    for (const child of [...now.childNodes]) {
      const known = child.id ? named.get(child.id) : null;
      if (known && same(known, child)) {
        if (known === at) at = at.nextSibling; else old.insertBefore(known, at);
        renew(known, child);
      } else if (at && !child.id && !at.id && same(at, child)) {
        const next = at.nextSibling;
        renew(at, child);
        at = next;
      } else old.insertBefore(child, at);
    }
    while (at) { const next = at.nextSibling; at.remove(); at = next; }
  }
  function show(html, tag) {
    const active = document.activeElement, name = active?.dataset?.keep;
    const label = !name && active && live.contains(active) ? active.closest("form,a,summary,button")?.textContent : null;
    const chosen = new Map([...live.querySelectorAll("form select")].map((select) => [choice(select), select.value]));
    const made = document.createElement("template");
    made.innerHTML = html;
    within(live, made.content);
    live.dataset.tag = (tag || "").replaceAll('"', "");
    restore();
    for (const select of live.querySelectorAll("form select")) {
      const before = chosen.get(choice(select));
      if ([...select.options].some((option) => option.value === before)) select.value = before;
    }
    // What was pressed is gone: the next of its words is where the keyboard goes on.
    if (label && !live.contains(document.activeElement)) {
      const again = [...live.querySelectorAll("form,a,summary")].find((one) => one.textContent === label);
      (again?.querySelector("button") || again)?.focus({ preventScroll: true });
    }
  }

  // Sends something, and again for as long as nobody answers; what was answered, or nothing.
  async function send(body) {
    for (let attempt = 0; attempt < 8; attempt++) {
      try {
        const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
        if (answer.status === 401) { leave(); return null; }
        if (answer.status === 429 || answer.status === 503) { await pause(400 * (attempt + 1)); continue; }
        return await answer.json();
      } catch { await pause(300 * (attempt + 1)); }
    }
    return null;
  }
  live.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    const body = new URLSearchParams(new FormData(form));
    event.preventDefault();
    if (button?.dataset.inline) { inline(button.dataset.inline, button.getAttribute("formaction") + "?" + body); return; }
    body.set("key", key());
    if (button) button.disabled = true;
    const names = new Map([...form.querySelectorAll("[data-keep]")].map((field) => [field.dataset.keep, field.value]));
    // What is sent is half-typed no more: it must not be kept as such once it is done.
    for (const name of names.keys()) clearTimeout(typed.get(name));
    // What a disk takes long to write is said to be on its way.
    const slow = setTimeout(() => say(true, "Sending …"), 1500);
    const reply = await send(body);
    clearTimeout(slow);
    if (button) button.disabled = false;
    // The page may have been made anew meanwhile, and somebody may have typed on.
    if (reply?.ok) for (const field of fields()) {
      if (names.get(field.dataset.keep) !== field.value) continue;
      remember(field.dataset.keep, null);
      field.value = field.defaultValue = "";
    }
    // The words come with the page that shows what they tell, or after some seconds without it.
    await Promise.race([refresh(), pause(3000)]);
    if (reply) say(reply.ok, reply.text);
    else say(false, "The server does not answer. What you typed is kept; try again when it is back.");
  });
  // A slider shows at once what it is moved to.
  live.addEventListener("change", (event) => {
    const button = event.target.form?.querySelector("button[data-inline]");
    if (button && event.target.type === "range") event.target.form.requestSubmit(button);
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
    const slow = setTimeout(() => { place.textContent = "Imagining futures …"; place.scrollIntoView({ block: "nearest" }); }, 200);
    try {
      const answer = await fetch(from, { headers: { accept: "text/html", "x-part": "yes" } });
      const html = await answer.text();
      clearTimeout(slow);
      const now = document.getElementById(where);
      if (now) { now.innerHTML = html; now.scrollIntoView({ block: "nearest" }); }
    } catch { clearTimeout(slow); place.textContent = "The server does not answer; try again."; }
  }

  // One stream of events while the page is seen: a browser opens six connections to a host and no more.
  let events = null, wait = 250, heard = Date.now();
  // The server tells where a page stands at least every fifteen seconds; a stream that tells nothing for longer is dead,
  // though nobody closed it: a laptop slept, or a network changed.
  const SILENT = 40000;
  function listen() {
    if (events || document.hidden) return;
    if (!window.EventSource) {
      link.hidden = false; link.textContent = "This browser hears no events: the page asks for news every four seconds.";
      events = { close() {} };
      setInterval(refresh, 4000);
      return;
    }
    heard = Date.now();
    events = new EventSource(path + "/events");
    events.addEventListener("stands", (event) => {
      heard = Date.now();
      wait = 250; link.hidden = true; link.className = "";
      const now = JSON.parse(event.data);
      ends = now.left === null ? null : Date.now() + 1000 * now.left;
      runs = now.runs;
      tick();
      if (now.tag !== live.dataset.tag) refresh();
    });
    events.onerror = lost;
  }
  function lost() {
    events?.close(); events = null;
    link.hidden = false; link.className = "off"; link.textContent = "Connecting again …";
    // A device that was sent away is told so; where nobody answers, it is tried again.
    refresh();
    setTimeout(listen, wait);
    wait = Math.min(2 * wait, 2000);
  }
  setInterval(() => { if (events && window.EventSource && !document.hidden && Date.now() - heard > SILENT) lost(); }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (!window.EventSource) return;
    if (document.hidden) { events?.close(); events = null; } else listen();
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
