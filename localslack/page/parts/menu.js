// Menus that open at a button: arrows move, Enter picks, Esc and a click elsewhere close.

import { icon } from "./icons.js";
import { make } from "./make.js";
import { openPopup } from "./popup.js";

const MIN_WIDTH = 220;
let open = null;

export function closeMenu({ toAnchor = false } = {}) {
  if (!open) return;
  const { anchor, panel, popup } = open;
  open = null;
  popup.end();
  panel.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (toAnchor) anchor.focus();
}

/** Items are {label, note, lead, chosen, pick}, {heading} or "line"; the anchor pressed again closes. */
export function openMenu(anchor, label, items) {
  const panel = make("div", { class: "menu", role: "menu", "aria-label": label }, ...items.map(line));
  panel.addEventListener("keydown", (event) => moved(event, panel));
  openPanel(anchor, panel);
  (panel.querySelector('[aria-checked="true"]') ?? panel.querySelector(".menu-item"))?.focus();
}

/** Any small panel beside a button, with the same ways to close it. */
export function openPanel(anchor, panel) {
  const isSame = open?.anchor === anchor;
  closeMenu({ toAnchor: isSame });
  if (isSame) return;
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    if (event.key === "Escape" || panel.getAttribute("role") === "menu") closeMenu({ toAnchor: true });
  });
  panel.popover = "manual";
  document.body.append(panel);
  open = { anchor, panel, popup: openPopup(panel, anchor, { close: closeMenu, minWidth: MIN_WIDTH }) };
}

function line(item) {
  if (item === "line") return make("hr", { class: "menu-line" });
  if (item.heading) return make("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const isChoice = item.chosen !== undefined;
  const words = make("span", { class: "grow" }, item.label, item.note ? make("small", {}, item.note) : null);
  return make(
    "button",
    {
      type: "button",
      class: "menu-item",
      role: isChoice ? "menuitemradio" : "menuitem",
      "aria-checked": isChoice ? String(item.chosen) : null,
      tabindex: "-1",
      on: {
        click: () => {
          closeMenu({ toAnchor: true });
          item.pick();
        },
      },
    },
    item.lead,
    words,
    item.chosen ? icon("check") : null,
  );
}

function moved(event, panel) {
  const items = [...panel.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
}
