// Toasts leave after eight seconds, but never while they are pointed at or hold the focus.
const STAY_MS = 8000;
const shelf = document.getElementById("toasts");

function leave(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(leave, STAY_MS, toast);
  else toast.remove();
}

function adopt(toast) {
  if (toast.dataset.adopted) return;
  toast.dataset.adopted = "1";
  for (const control of toast.querySelectorAll("[data-scripted]")) control.hidden = false;
  setTimeout(leave, STAY_MS, toast);
}

shelf.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
});

shelf.querySelectorAll("[data-toast]").forEach(adopt);
new MutationObserver(() => shelf.querySelectorAll("[data-toast]").forEach(adopt)).observe(shelf, { childList: true });
