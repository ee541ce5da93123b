// Buttons of all kinds, and the overflow menu.

import { icon } from "../parts/icons.js";
import { make, newId, safeAddress } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";
import { openPopup } from "../parts/popup.js";
import { press } from "./press.js";

export function button(element, { block, context }) {
  const label = plainWords(element.text);
  const look = `block-button ${element.style ?? ""}`.trim();
  const named = { "aria-label": element.accessibility_label, dataset: { actionId: element.action_id } };
  const pressed = ({ currentTarget }) => press(context, block, element, element.value ?? null, currentTarget);
  const href = element.url && safeAddress(element.url);
  if (href) {
    const leaves = { href, target: "_blank", rel: "noopener noreferrer" };
    return make("a", { class: look, ...leaves, ...named, on: { click: pressed } }, label, icon("leaving"));
  }
  return make("button", { type: "button", class: look, ...named, on: { click: pressed } }, label);
}

export function feedbackButtons(element, { block, context }) {
  const choices = ["positive_button", "negative_button"].filter((name) => element[name]);
  const nodes = choices.map((name) => {
    const choice = element[name];
    const pressed = (event) => press(context, block, element, choice.value ?? null, event.currentTarget);
    const named = { "aria-label": choice.accessibility_label };
    const given = { type: "button", class: "block-button quiet", ...named, on: { click: pressed } };
    return make("button", given, name === "positive_button" ? "👍 " : "👎 ", plainWords(choice.text));
  });
  return make("span", { class: "feedback-buttons", role: "group", "aria-label": "Feedback" }, ...nodes);
}

export function iconButton(element, { block, context }) {
  const label = element.accessibility_label ?? plainWords(element.text);
  const pressed = (event) => press(context, block, element, element.value ?? null, event.currentTarget);
  const look = "block-button quiet square";
  const given = { type: "button", class: look, "aria-label": label, title: plainWords(element.text) };
  return make("button", { ...given, on: { click: pressed } }, icon("trash"));
}

/** The "..." button with its menu; arrow keys, Home, End, letters and Escape work in it. */
export function overflow(element, { block, context }) {
  const menuId = newId("menu");
  let popup = null;
  const items = element.options.map((option) => menuItem(option, () => choose(option)));
  const menu = make(
    "div",
    { id: menuId, class: "block-menu", role: "menu", popover: "manual", "aria-label": "More options" },
    ...items,
  );
  const opener = make(
    "button",
    {
      type: "button",
      class: "block-button square",
      "aria-label": "More options",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": menuId,
      dataset: { actionId: element.action_id },
      on: { click: () => (popup ? close() : open(0)), keydown: openByKey },
    },
    icon("dots"),
  );
  menu.addEventListener("keydown", walk);
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) close(false);
  });

  function open(focused) {
    popup = openPopup(menu, opener, { close: () => close(false), alignEnd: true });
    opener.setAttribute("aria-expanded", "true");
    items.at(focused).focus();
  }

  function close(back = true) {
    popup?.end();
    popup = null;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  }

  function choose(option) {
    close();
    press(context, block, element, option.value ?? null, opener);
  }

  function openByKey(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? 0 : -1);
  }

  function walk(event) {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") return close(false);
    if (event.key === "Escape") close();
    else if (to !== undefined) items.at(to % items.length).focus();
    else if (event.key.length !== 1 || event.key === " ") return;
    else items.find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  return make("span", { class: "overflow" }, opener, menu);
}

function menuItem(option, choose) {
  const href = option.url && safeAddress(option.url);
  const leaves = href ? { href, target: "_blank", rel: "noopener noreferrer" } : { type: "button" };
  const description = plainWords(option.description);
  return make(
    href ? "a" : "button",
    { role: "menuitem", tabindex: "-1", class: "block-menu-item", ...leaves, on: { click: choose } },
    make("span", {}, plainWords(option.text)),
    description ? make("small", {}, description) : null,
  );
}
