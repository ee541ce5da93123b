// Dark or light: as the system says, until somebody chooses here.

const KEPT = "localslack.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

export function toggleTheme() {
  const theme = isDark() ? "light" : "dark";
  localStorage.setItem(KEPT, theme);
  document.documentElement.dataset.theme = theme;
}

system.addEventListener("change", () => {
  if (localStorage.getItem(KEPT)) return;
  document.documentElement.dataset.theme = system.matches ? "dark" : "light";
  dispatchEvent(new Event("themechange"));
});
