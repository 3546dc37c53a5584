// Keys for people who work here all day. Everything they do can be done without; they can be turned off, and what is
// typed into a field is never taken for one. The list of keys comes from the page /keys.
import "./pick.js";

const OFF = "qingliu.keys.off";
const lang = location.pathname.split("/")[1] === "en" ? "en" : "zh";
const ROWS = "main tbody tr, main ul.todo > li, main ul.verdicts > li, main ul.list > li";
let list = null;
let waitsForPage = false;

const isOff = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
const turn = (off) => { try { localStorage.setItem(OFF, off ? "yes" : "no"); } catch { /* not kept, then */ } };

function load() {
  list ??= fetch(`/${lang}/keys.json`).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`keys: ${answer.status}`))));
  return list;
}

// Moves to the next or the previous row: to its first link, or to its checkbox where it has no link.
function move(by) {
  const stops = [...document.querySelectorAll(ROWS)].map((row) => row.querySelector("a[href]") ?? row.querySelector("input, button, summary")).filter(Boolean);
  if (stops.length === 0) return;
  const row = document.activeElement?.closest?.(ROWS);
  const here = row ? stops.findIndex((stop) => row.contains(stop)) : -1;
  const next = here === -1 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(here + by, 0), stops.length - 1);
  stops[next].focus();
}

async function help() {
  const { title, close, keys } = await load();
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  const heading = document.createElement("h2");
  heading.textContent = title;
  const table = document.createElement("table");
  for (const key of keys) {
    const row = table.insertRow();
    const names = row.insertCell();
    key.keys.split(" ").forEach((part) => {
      const name = document.createElement("kbd");
      name.textContent = part;
      names.append(name, " ");
    });
    row.insertCell().textContent = key.what;
  }
  // A form of this kind closes its dialog and sends nothing.
  const form = document.createElement("form");
  form.method = "dialog";
  const button = document.createElement("button");
  button.textContent = close;
  form.append(button);
  dialog.append(heading, table, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function open(key) {
  const { keys } = await load();
  const page = keys.find((own) => own.keys === `g ${key}` && own.href);
  if (page) location.href = page.href;
}

function act(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable], dialog, .maplibregl-map")) return;
  if (waitsForPage) {
    waitsForPage = false;
    open(event.key).catch((error) => console.warn(error));
    return;
  }
  const search = document.querySelector("main input[type=search]");
  const box = document.activeElement?.closest?.("tr")?.querySelector("input[type=checkbox]");
  if (event.key === "/" && search) { search.focus(); search.select(); }
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && box) box.click();
  else if (event.key === "?") help().catch((error) => console.warn(error));
  else if (event.key === "g") { waitsForPage = true; setTimeout(() => { waitsForPage = false; }, 1500); return; }
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", act);

for (const place of document.querySelectorAll("[data-keys-switch]")) {
  const button = place.querySelector("button");
  const show = () => { button.textContent = isOff() ? button.dataset.off : button.dataset.on; };
  button.addEventListener("click", () => { turn(!isOff()); show(); });
  show();
  place.hidden = false;
}
