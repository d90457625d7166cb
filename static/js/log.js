// The live log: newest first, at most 200 lines. It holds still while somebody reads further down.
const MOST = 200;

function isRead(log) {
  return log.scrollTop > 8 || log.matches(":hover") && String(getSelection());
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const log = event.detail.elt.closest("[data-log]")?.querySelector(".nh-log");
  if (log && isRead(log)) event.preventDefault();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const lines = event.detail.target.closest(".nh-log ol");
  while (lines && lines.childElementCount > MOST) lines.lastElementChild.remove();
});
