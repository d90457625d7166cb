// Single-key shortcuts, outside fields only, and only where they lead somewhere. They never change anything by
// themselves: “C” moves to the primary action, it does not press it. They can be switched off (WCAG 2.1.4).
const YEAR = 365 * 24 * 3600;
const SEQUENCE_MS = 1200;
const ROWS = "main tbody tr:has(a[href]), main [data-row]:has(a[href])";
let armedUntil = 0;

const switchedOff = () => /(?:^|; )nh_keys=off(?:;|$)/.test(document.cookie);
const inField = (target) => target.closest("input, textarea, select, [contenteditable]");
const linkOf = (row) => row.querySelector("a[href]");

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function step(by) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  if (next) linkOf(next).focus();
  return Boolean(next);
}

function press(selector, how) {
  const found = document.querySelector(selector);
  if (found) how(found);
  return Boolean(found);
}

const KEYS = {
  "?": () => press("#keys-help", (help) => help.togglePopover()),
  "/": () => press("main input[type=search]", (input) => {
    input.focus();
    input.select();
  }),
  "[": () => press("[data-fold-side]", (button) => button.click()),
  c: () => press("main .nh-acts .btn-primary, main .btn-primary", (action) => action.focus()),
  j: () => step(1),
  k: () => step(-1),
  o: () => press("main tr:focus-within a[href], main [data-row]:focus-within a[href]", (link) => link.click()),
  g: () => {
    armedUntil = Date.now() + SEQUENCE_MS;
    return true;
  },
};

function closeDrawer() {
  return press("[data-drawer] [data-close]", (close) => close.click());
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (!document.querySelector("[popover]:popover-open")) closeDrawer();
    return;
  }
  if (inField(event.target) || switchedOff()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const follows = Date.now() < armedUntil;
  armedUntil = 0;
  if (follows ? go(key) : KEYS[key]?.()) event.preventDefault();
});

for (const box of document.querySelectorAll("[data-keys-off]")) {
  box.checked = switchedOff();
  box.addEventListener("change", () => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `nh_keys=off; path=/; max-age=${box.checked ? YEAR : 0}; samesite=lax${secure}`;
  });
}
