// Folding the sidebar to a rail, remembered in a cookie that the server reads.
const YEAR = 365 * 24 * 3600;
const app = document.querySelector(".nh-app");

function label() {
  const folded = app.dataset.side === "rail";
  for (const button of document.querySelectorAll("[data-fold-side]")) {
    button.setAttribute("aria-expanded", String(!folded));
    button.title = folded ? "Expand sidebar" : "Collapse sidebar";
    button.querySelector(".t").textContent = folded ? "Expand" : "Collapse";
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fold-side]")) return;
  app.dataset.side = app.dataset.side === "rail" ? "" : "rail";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `nh_side=${app.dataset.side}; path=/; max-age=${app.dataset.side ? YEAR : 0}; samesite=lax${secure}`;
  label();
});

label();
