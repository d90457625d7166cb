// What surrounds an htmx swap: focus, progress said aloud at most every five seconds, and a note when a refresh fails.
const SAY_MS = 5000;
const said = document.getElementById("said");
const note = document.getElementById("stale-note");
let opener = null;
let lastSaid = 0;
let waiting = 0;
let lastGood = new Date();

function say(words) {
  if (!words || words === said.textContent) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    lastSaid = Date.now();
    said.textContent = words;
  }, Math.max(0, lastSaid + SAY_MS - Date.now()));
}

function focusInto(region) {
  const target = region.querySelector("[data-focus]") ?? (region.matches("[data-focus]") ? region : null);
  if (!target) return false;
  target.focus();
  return true;
}

function markRow(isOpen) {
  for (const row of document.querySelectorAll("main tr.is-on")) {
    row.classList.remove("is-on");
    row.removeAttribute("aria-current");
  }
  const row = isOpen ? opener?.closest("tr") : null;
  row?.classList.add("is-on");
  row?.setAttribute("aria-current", "true");
}

function refreshed(region) {
  lastGood = new Date();
  region.parentElement?.querySelector(":scope > [data-stale]")?.remove();
}

function failed(region) {
  if (!region.dataset.refresh || region.parentElement.querySelector(":scope > [data-stale]")) return;
  const shown = note.content.firstElementChild.cloneNode(true);
  shown.dataset.stale = "";
  shown.querySelector("[data-since]").textContent = lastGood.toLocaleTimeString([], { hourCycle: "h23" });
  region.before(shown);
}

function markReading(link) {
  for (const other of document.querySelectorAll("[data-reads][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

const reading = document.querySelector("[data-reads][aria-current]");
if (reading) reading.closest("ul").scrollTop = reading.offsetTop - reading.offsetHeight;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[data-opens]")) opener = event.detail.elt;
  if (event.detail.elt.matches("[data-reads]")) markReading(event.detail.elt);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const region = event.detail.elt;
  for (const control of region.querySelectorAll("[data-scripted]")) control.hidden = false;
  refreshed(region);
  say(region.dataset.say ?? region.querySelector("[data-say]")?.dataset.say);
  const focused = focusInto(region);
  if (!region.matches("[data-drawer-home]")) return;
  const isOpen = Boolean(region.querySelector("[data-drawer]"));
  markRow(isOpen);
  if (!focused && !isOpen) (opener?.isConnected ? opener : document.getElementById("main")).focus();
});

document.addEventListener("htmx:responseError", (event) => failed(event.detail.elt));
document.addEventListener("htmx:sendError", (event) => failed(event.detail.elt));

const summary = document.querySelector("main :is([role=alert], [role=status])[data-focus]");
(summary ?? document.querySelector("main form [aria-invalid=true]"))?.focus();
