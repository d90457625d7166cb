// The theme follows the system until a cookie says otherwise. The server prints the cookie's choice; pages that
// are made without a request (errors) catch up here.
const COOKIE = "theme";
const YEAR = 365 * 24 * 3600;
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const WORDS = { auto: "as the system", light: "light", dark: "dark" };
const root = document.documentElement;

function chosen() {
  return document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/)?.[1] ?? "auto";
}

function show(theme) {
  if (theme === "auto") root.removeAttribute("data-bs-theme");
  else root.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", `Theme: ${WORDS[theme]}. Change theme`);
  }
}

function remember(theme) {
  const age = theme === "auto" ? 0 : YEAR;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const theme = NEXT[chosen()];
  remember(theme);
  show(theme);
});

show(chosen());
for (const control of document.querySelectorAll("[data-scripted]")) control.hidden = false;
