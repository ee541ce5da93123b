// Errors that have no better place, in a corner, read out at once.

import { make } from "./make.js";
import { icon } from "./icons.js";

const SECONDS = 10;

export function toast(sentence) {
  const close = make("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, icon("close"));
  const shown = make("div", { class: "toast", dataset: { sentence } }, make("p", {}, sentence), close);
  close.addEventListener("click", () => shown.remove());
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), SECONDS * 1000);
}

/** What it said is no longer so. */
export function clearToast(sentence) {
  for (const shown of document.querySelectorAll(".toast")) if (shown.dataset.sentence === sentence) shown.remove();
}
