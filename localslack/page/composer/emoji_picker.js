// A small picker: type to narrow it down, arrows to move, Enter to pick.

import { emoji, emojiGroups } from "../words/emoji.js";
import { make } from "../parts/make.js";
import { closeMenu, openPanel } from "../parts/menu.js";

const OFTEN = ["+1", "eyes", "white_check_mark", "raised_hands", "tada", "heart", "joy", "pray"];
const SHOWN_FIRST = new Set(OFTEN.map(emoji));
const REST = emojiGroups.map(([heading, group]) => [heading, group.filter(([, character]) => !SHOWN_FIRST.has(character))]);
const COLUMNS = 8;

export function pickEmoji(anchor, picked) {
  const search = make("input", { type: "search", class: "picker-search", placeholder: "Find an emoji" });
  search.setAttribute("aria-label", "Find an emoji");
  const list = make("div", { class: "picker-list" });
  const name = make("div", { class: "picker-name", "aria-live": "polite" });
  const attributes = { class: "menu picker", role: "dialog", "aria-label": "Pick an emoji" };
  const panel = make("div", attributes, search, list, name);
  const choose = (word) => {
    closeMenu({ toAnchor: true });
    picked(word);
  };
  const show = () => list.replaceChildren(...found(search.value).map((group) => section(group, choose, name)));
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Else the key would press the button to which the focus goes back.
    event.preventDefault();
    list.querySelector("button")?.click();
  });
  panel.addEventListener("keydown", (event) => moved(event, panel));
  show();
  openPanel(anchor, panel);
  search.focus();
}

function found(typed) {
  const wanted = typed.trim().toLowerCase().replaceAll(" ", "_").replaceAll(":", "");
  if (!wanted) return [["Often used", OFTEN.map((word) => [word, emoji(word)])], ...REST];
  const all = emojiGroups.flatMap(([, group]) => group);
  const matching = all.filter(([word]) => word.includes(wanted));
  matching.sort(([one], [other]) => one.indexOf(wanted) - other.indexOf(wanted) || one.length - other.length);
  return [[matching.length ? "Found" : "Nothing is called that.", matching]];
}

function section([heading, group], choose, name) {
  const once = group.filter(([, character], at) => group.findIndex((pair) => pair[1] === character) === at);
  const buttons = once.map(([word, character]) => {
    const tell = () => {
      name.textContent = `${character} :${word}:`;
    };
    const attributes = { type: "button", class: "picker-emoji", "aria-label": word.replaceAll("_", " ") };
    const on = { click: () => choose(word), focus: tell, pointerenter: tell };
    return make("button", { ...attributes, on }, character);
  });
  return make("div", {}, make("div", { class: "menu-heading" }, heading), make("div", { class: "picker-grid" }, ...buttons));
}

function moved(event, panel) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  const buttons = [...panel.querySelectorAll(".picker-emoji")];
  const at = buttons.indexOf(document.activeElement);
  if (!step || (at < 0 && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (at < 0) buttons[0]?.focus();
  else if (at + step < 0) panel.querySelector("input").focus();
  else buttons[Math.min(at + step, buttons.length - 1)].focus();
}
