// Menus are <details>: they open without us. We close them on a click elsewhere, on Escape, and when another opens.
const OPEN = "details.nh-pop[open]";

function closeAll(but) {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (menu !== but) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeAll(event.target.closest("details.nh-pop")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest(OPEN) ?? document.querySelector(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopImmediatePropagation();
});
