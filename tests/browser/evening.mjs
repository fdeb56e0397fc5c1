// Four months at a table in real browsers: two seats, a chair, a projector, an observer, each on its own page.
//
// node evening.mjs PROGRAM SCENARIO [PICTURES]
//
// Needs puppeteer-core and axe-core where node finds them (NODE_PATH or a node_modules above), and a Chromium:
// CHROMIUM, or /usr/bin/chromium. Ends with 1 where something does not hold, and says what. SLOW_DISK names a library to
// preload into the program (slow_disk.c makes one): every sync may wait then, and the pages must be right all the same.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const [program, scenario, pictures] = process.argv.slice(2);
const require = createRequire(join(process.env.BROWSER_MODULES || process.cwd(), "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "marchland-evening-"));
if (pictures) mkdirSync(pictures, { recursive: true });

const complaints = [];
// Three syncs an input; where each may wait, so does whoever looks.
const PATIENCE = process.env.SLOW_DISK ? 600 : 90;
const until = async (what, holds, seconds = PATIENCE) => {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > end) throw new Error("waited in vain: " + what);
    await new Promise((done) => setTimeout(done, 60));
  }
};

function serve(args) {
  const child = spawn(program, ["serve", ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...(process.env.SLOW_DISK ? { LD_PRELOAD: process.env.SLOW_DISK } : {}) } });
  return new Promise((started, failed) => {
    let text = "";
    child.stdout.on("data", (more) => {
      text += more;
      if (!text.includes("Ctrl-C")) return;
      const links = Object.fromEntries([...text.matchAll(/^ {2}(\S+) +(http\S+)$/gm)].map(([, role, link]) => [role, link]));
      started({ child, links });
    });
    child.on("exit", (code) => failed(new Error(`the server ended with ${code}: ${text}`)));
  });
}
const ended = (child) => new Promise((done) => { child.on("exit", done); });

const port = 20000 + (process.pid % 20000);
const bind = ["--bind", `127.0.0.1:${port}`];
let { child, links } = await serve([scenario, "--people", "2", "--turns", "6", "--file", "evening.march", ...bind]);
const seats = Object.keys(links).filter((role) => !["chair", "projector", "observer"].includes(role));
assert.equal(seats.length, 2);

// The browsers' own files lie in memory where there is one: a disk that is busy would hold them up, which tells nothing of
// the table.
const profile = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "marchland-browser-"));
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", userDataDir: profile,
  args: ["--no-sandbox", "--disable-gpu"], headless: true, protocolTimeout: 1000 * (PATIENCE + 90) });
let failure = null;

async function sit(link, { width = 1440, height = 900, script = true, events = true, name = "" } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(1000 * PATIENCE);
  if (!events) await page.evaluateOnNewDocument(() => { delete window.EventSource; });
  await page.setViewport({ width, height });
  await page.setJavaScriptEnabled(script);
  page.on("console", (line) => { if (line.type() === "error" && !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|status of 4|ERR_INCOMPLETE/.test(line.text())) complaints.push(`console: ${line.text()}`); });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (asked) => { const url = new URL(asked.url()); if (url.protocol !== "data:" && url.host !== `127.0.0.1:${port}`) complaints.push(`request outside: ${url}`); });
  await page.goto(link);
  if (name) await page.type("input[name=name]", name);
  await Promise.all([page.waitForNavigation(), page.click("button.main")]);
  return page;
}
const press = (page, verb, within = "") => page.evaluate((verb, within) => {
  const of = within ? document.querySelector(within) : document;
  const form = [...of.querySelectorAll("form")].find((one) => one.querySelector(`input[name=do][value=${verb}]`));
  if (!form) return false;
  for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  form.querySelector("button").click();
  return true;
}, verb, within);
const text = (page) => page.evaluate(() => document.body.innerText);
const says = (page, words, seconds) => until(`“${words}” on ${page.url()}`, async () => (await text(page)).toLowerCase().includes(words.toLowerCase()), seconds);
const picture = async (page, name) => { if (pictures) await page.screenshot({ path: join(pictures, name + ".png"), fullPage: true }); };

const looked = [];
async function accessible(page, name) {
  looked.push(name);
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
    // The policy of the page forbids scripts that are not its own: the debugger's are let in.
    const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
    for (const one of found.violations) complaints.push(`axe, ${name}, ${scheme}: ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message || "")).join(" | ")}`);
    await picture(page, `${name}-${scheme}`);
  }
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
}

// Pages that are opened by an address alone, and need no more than to be there.
async function open(page, path, name) {
  const answer = await page.goto(`http://127.0.0.1:${port}${path}`);
  assert.ok(answer.status() < 500, `${path} answers ${answer.status()}`);
  await accessible(page, name);
}

try {
  const stranger = await (await browser.createBrowserContext()).newPage();
  await stranger.setViewport({ width: 1280, height: 800 });
  await open(stranger, links[seats[0]].replace(/^.*(?=\/join)/, ""), "door");
  await open(stranger, "/join/00000000000000000000000000000000", "foreign-link");
  await open(stranger, "/chair", "no-seat");
  await open(stranger, "/nowhere", "no-page");
  const chair = await sit(links.chair, { name: "Chair" });
  const first = await sit(links[seats[0]], { name: "Anna" });
  const mate = await sit(links[seats[0]], { width: 390, height: 844, name: "Ben" });
  const plain = await sit(links[seats[1]], { script: false, name: "Cem" });
  const screen = await sit(links.projector, { width: 1280, height: 720 });
  const observer = await sit(links.observer, { name: "Dora" });
  const deaf = await sit(links.projector, { events: false });
  await says(first, "Your orders");
  await says(first, "Ben");

  // Month 1: an order by a click, seen by a team mate on a phone; a text half typed outlives the news of it.
  await mate.evaluate(() => { document.querySelector("textarea[name=text]").scrollIntoView(); });
  await mate.type("#talk textarea[name=text]", "We could ");
  await press(first, "order");
  await says(first, "Added to your draft");
  await until("the team mate sees the draft", () => mate.evaluate(() => document.querySelectorAll(".draft li").length === 1));
  await mate.type("#talk textarea[name=text]", "offer more");
  assert.equal(await mate.$eval("#talk textarea[name=text]", (field) => field.value), "We could offer more");
  await says(mate, "Anna");
  await first.evaluate(() => document.querySelector("#orders details summary").click());
  await first.click("#orders article a[data-inline]");
  await says(first, "imagined futures, as far as you can tell", 90);
  await picture(first, "seat-preview");
  await accessible(first, "seat");
  await accessible(mate, "phone");
  assert.ok(await mate.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "a phone scrolls sideways");
  await accessible(chair, "chair");
  await accessible(screen, "screen");
  await accessible(observer, "observer");

  // What the pages say to browsers that lack something.
  await says(deaf, "This browser hears no events: the page asks for news every four seconds.");
  await says(plain, "Without script this page stands still");

  // The map goes back by months and to any indicator, without a page of its own.
  await chair.evaluate(() => { document.querySelector("#months").open = true; });
  await chair.$eval("#months input[type=range]", (slider) => { slider.dispatchEvent(new Event("change", { bubbles: true })); });
  await until("the map shows what was asked for", () => chair.$eval("#month svg", () => true));

  // An observer's remark, tied to its moment.
  await observer.type("#notes textarea", "They read a lot.");
  await press(observer, "note", "#notes");
  await says(observer, "Noted, for the chair and the review.");
  await until("the field is empty", () => observer.$eval("#notes textarea", (field) => field.value === ""));
  await says(chair, "They read a lot.");

  // A refresh in the middle of typing.
  await new Promise((done) => setTimeout(done, 1000));
  await mate.reload();
  await until("the text is back", () => mate.$eval("#talk textarea[name=text]", (field) => field.value === "We could offer more"));

  // The other seat orders and submits without script.
  const without = async (page, verb) => {
    // Without script, whoever looks opens what is closed by hand.
    for (const summary of await page.$$("details:not([open]) > summary")) await summary.click().catch(() => {});
    for (const form of await page.$$("form")) {
      if (!(await form.$(`input[name=do][value=${verb}]`))) continue;
      const button = await form.$("button");
      await Promise.all([page.waitForNavigation(), button.click()]);
      return;
    }
    throw new Error("no form " + verb);
  };
  await without(plain, "order");
  assert.match(await plain.$eval("#said", (part) => part.innerText), /Added to your draft/);
  await without(plain, "submit");
  assert.match(await plain.$eval("#said", (part) => part.innerText), /Submitted/);
  await until("the projector shows who has submitted", () => screen.evaluate(() => document.querySelectorAll(".chips li.done").length === 1));

  // A request for information, answered; a proposal, granted after a preview.
  await first.evaluate(() => { document.querySelector("#ask").open = true; document.querySelector("#offer").open = true; });
  await first.type("#ask textarea", "How many came home <b>last</b> winter?");
  // News never take a field from under a hand: it stays the very same element.
  const held = await mate.$("#offer textarea");
  await press(first, "request", "#ask");
  await says(first, "Asked");
  await says(mate, "How many came home <b>last</b> winter?");
  assert.ok(await held.evaluate((field) => field.isConnected), "news replaced a field that somebody was about to use");
  await first.evaluate(() => { document.querySelector("#offer").open = true; });
  await first.type("#offer textarea", "Send a doctor");
  await press(first, "propose", "#offer");
  await says(chair, "Send a doctor");
  await says(chair, "How many came home <b>last</b> winter?");
  await chair.type("#q-1 textarea", "About as many as before.");
  await press(chair, "answer", "#q-1");
  await says(first, "About as many as before.");
  await chair.evaluate(() => { document.querySelector("#g-1").open = true; });
  await chair.type("#g-1 input[name=chance]", "1");
  await chair.type("#g-1 input[name=reason]", "It is plausible");
  await press(chair, "grant", "#g-1");
  await says(first, "the dice fall with the rulings");

  // By keyboard alone: to the button Submit, and Enter.
  await first.evaluate(() => document.querySelector("#desk").scrollIntoView());
  await first.focus("body");
  for (let steps = 0; steps < 200; steps++) {
    await first.keyboard.press("Tab");
    if (await first.evaluate(() => document.activeElement.innerText?.trim() === "Submit")) break;
  }
  await first.keyboard.press("Enter");
  await says(first, "You have submitted");
  await says(chair, "Everybody has submitted");
  await press(chair, "decide");
  await says(chair, "End the stage");
  await picture(chair, "chair-rulings");
  await accessible(chair, "chair-rulings");
  const overridden = await chair.evaluate(() => {
    const part = document.querySelector(".ruling details");
    if (!part) return false;
    part.open = true;
    part.querySelector("select").value = "failure";
    part.querySelector("input[name=reason]").value = "The weather was against it";
    part.querySelector("form button").click();
    return true;
  });
  assert.ok(overridden, "there is a ruling to override");
  await says(chair, "Overridden");

  // An inject, a bulletin, the end of the stage.
  await chair.evaluate(() => {
    const form = document.querySelector("#inject form");
    form.querySelector("select[name=event]").selectedIndex = 1;
    form.querySelector("input[name=reason]").value = "To see what they do";
  });
  await chair.evaluate(() => document.querySelector("#inject form:has(select) button.main").click());
  await says(chair, "has taken effect");
  await chair.focus("#bulletin textarea");
  // A draft made from what everybody knows may stand there: it is written over.
  await chair.$eval("#bulletin textarea", (field) => field.select());
  await chair.keyboard.type("Snow closes the passes.");
  assert.equal(await chair.$eval("#bulletin textarea", (field) => field.value), "Snow closes the passes.");
  assert.ok(await press(chair, "release", "#bulletin"), "there is a bulletin to release");
  await says(chair, "Released");
  await says(screen, "Snow closes the passes.");
  await says(deaf, "Snow closes the passes.");
  await says(observer, "Snow closes the passes.");

  // The months go on: the clock, a branch, a server that is killed and comes back.
  const months = async (page) => page.$eval(".strip p", (part) => Number(/Month (\d+)/.exec(part.innerText)[1]));
  // The month, the week and the stage, and not whether the stage waits for the chair.
  const stands = (page) => page.$eval(".strip p", (part) => /Month.*?(orders|votes|the game is over)/.exec(part.innerText)[0]);
  // Words may come before the page that shows what they tell: what is waited for is the page.
  const ends = async (verb) => {
    const before = await stands(chair);
    await press(chair, verb);
    await until("the stage ends", async () => (await stands(chair)) !== before);
  };
  const resolve = async () => {
    await until("orders can be closed", async () => (await press(chair, "decide")) || (await press(chair, "expire")));
    await says(chair, "End the stage");
    await ends("step");
  };
  await ends("step");
  await says(chair, "The stage has ended");
  await says(first, "Granted: it succeeded.");
  for (let stages = 0; stages < 8 && (await months(chair)) < 3; stages++) await resolve();
  await until("the seat has moved on", async () => (await months(first)) === 3);
  await chair.evaluate(() => { document.querySelector("#back").open = true; document.querySelector("#back select").value = "2"; });
  await press(chair, "back", "#back");
  await says(chair, "Branch 2 begins");
  await until("the chair went back", async () => (await months(chair)) === 2);
  await until("the projector went back", async () => (await months(screen)) === 2);

  await first.type("#talk textarea[name=text]", "Half a thought");
  await new Promise((done) => setTimeout(done, 1200));
  let back = 0;
  for (let kills = 0; kills < 3; kills++) {
    const gone = ended(child);
    child.kill("SIGKILL");
    await gone;
    ({ child } = await serve(["evening.march", ...bind]));
    const started = Date.now();
    for (const page of [first, mate, chair, screen, observer])
      await until("clients are back", () => page.evaluate(() => document.getElementById("link").hidden), 10);
    back = Math.max(back, Date.now() - started);
    assert.ok(process.env.SLOW_DISK || back <= 3000, `clients were back after ${back} ms`);
  }
  assert.equal(await first.$eval("#talk textarea[name=text]", (field) => field.value), "Half a thought");
  await press(first, "message", "#talk");
  await says(first, "Sent.");
  for (let stages = 0; stages < 12 && (await months(chair)) < 5; stages++) await resolve();
  await until("the fifth month", async () => (await months(first)) === 5);
  await chair.goto(chair.url() + "/links");
  await accessible(chair, "links");
  await picture(chair, "links");
  const seat = new URL(first.url()).pathname.split("/")[2];
  await open(chair, "/chair/history", "chair-history");
  await open(chair, "/chair/compare?a=1&b=2", "chair-compare");
  await open(chair, `/chair/seat/${seat}`, "chair-shoulder");
  await open(chair, "/chair/odds", "chair-odds");
  await open(chair, "/chair/map?indicator=unrest", "chair-map");
  await open(first, `/seat/${seat}/map?indicator=unrest`, "seat-map");
  await open(first, `/seat/${seat}/preview`, "seat-preview-page");
  await open(first, `/seat/${seat}/history`, "history");
  const door = await sit(links[seats[1]], { name: "Late" });
  await accessible(door, "seat-later");
  await door.setViewport({ width: 1280, height: 800 });
  await picture(door, "seat-1280");
  for (const [page, name] of [[chair, "chair"], [observer, "observer"]]) for (const width of [1280, 390]) {
    if (page === chair) await page.goto(links.chair.replace(/join.*/, "chair"));
    await page.setViewport({ width, height: 844 });
    await picture(page, `${name}-${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} scrolls sideways at ${width}`);
  }

  // The evening ends before its last month.
  await chair.evaluate(() => { document.querySelector("#end-early").open = true; });
  await chair.type("#end-early input[name=reason]", "It is late");
  await press(chair, "end", "#end-early");
  await says(door, "the game is over");
  await says(screen, "the game is over");
  await door.goto(door.url() + "/review");
  await says(door, "What mattered most");
  await accessible(door, "review");
  await chair.setViewport({ width: 1280, height: 800 });
  await open(chair, "/chair/review", "chair-review");
  await chair.click("label[for=month-2]");
  assert.ok(await chair.$eval("section.month-2", (part) => part.offsetHeight > 0), "the second month is shown");
  await picture(chair, "chair-review-month");
  await chair.setViewport({ width: 390, height: 844 });
  assert.ok(await chair.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "the review scrolls sideways on a phone");
  child.kill();
  await ended(child);
  // The lobby is a server of its own.
  const lobby = await (await browser.createBrowserContext()).newPage();
  let hall;
  ({ child, links: hall } = await serve(bind));
  await lobby.goto(Object.values(hall)[0]);
  await accessible(lobby, "lobby-door");
  await Promise.all([lobby.waitForNavigation(), lobby.click("button.main")]);
  await accessible(lobby, "lobby");
  console.log(`axe looked at ${looked.length} pages, light and dark: ${looked.join(", ")}`);
  console.log(`four months played; clients were back within ${back} ms after the server was started again`);
} catch (error) {
  failure = error;
  let number = 0;
  for (const context of browser.browserContexts()) for (const page of await context.pages()) {
    console.error(page.url(), await page.$eval("#said", (part) => part.innerText).catch(() => ""));
    await picture(page, `failed-${number++}`).catch(() => {});
  }
} finally {
  await browser.close();
  child.kill();
  rmSync(profile, { recursive: true, force: true });
}
for (const line of new Set(complaints)) console.error(line);
if (failure) console.error(failure);
process.exit(failure || complaints.length ? 1 : 0);
