// Long texts of messages are cut short until somebody asks for more.

import { make } from "./make.js";

const MOST_CHARACTERS = 700;
const MOST_LINES = 15;
const opened = new Set();

/** The text, folded if it is long; `name` tells it from the others, so that it stays open. */
export function folded(text, name) {
  const said = text.textContent;
  if (said.length <= MOST_CHARACTERS && said.split("\n").length <= MOST_LINES) return text;
  const more = make("button", { type: "button", class: "linklike see-more" });
  const show = () => {
    text.classList.toggle("folded", !opened.has(name));
    more.textContent = opened.has(name) ? "See less" : "See more";
    more.setAttribute("aria-expanded", String(opened.has(name)));
  };
  more.addEventListener("click", () => {
    if (!opened.delete(name)) opened.add(name);
    show();
  });
  show();
  return make("div", {}, text, more);
}
