// Runs before anything is painted, so that nobody in dark mode is dazzled first.
{
  const chosen = localStorage.getItem("localslack.theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = chosen ?? (dark ? "dark" : "light");
}
