// Menus that open at a button: arrows move, Enter picks, Esc and a click elsewhere close.

import { make } from "./make.js";
import { icon } from "./icons.js";

const GAP = 4;
const EDGE = 8;
let open = null;

export function closeMenu({ toAnchor = false } = {}) {
  if (!open) return;
  const { anchor, panel, closed } = open;
  open = null;
  panel.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (toAnchor) anchor.focus();
  closed?.();
}

/** Items are {label, note, lead, chosen, pick}, {heading} or "line"; the anchor pressed again closes. */
export function openMenu(anchor, label, items, closed = null) {
  const panel = make("div", { class: "menu", role: "menu", "aria-label": label }, ...items.map(line));
  panel.addEventListener("keydown", (event) => moved(event, panel));
  openPanel(anchor, panel, closed);
  (panel.querySelector('[aria-checked="true"]') ?? panel.querySelector(".menu-item"))?.focus();
}

/** Any small panel beside a button, with the same ways to close it. */
export function openPanel(anchor, panel, closed = null) {
  const isSame = open?.anchor === anchor;
  closeMenu({ toAnchor: isSame });
  if (isSame) return;
  open = { anchor, panel, closed };
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    if (event.key === "Escape" || panel.getAttribute("role") === "menu") closeMenu({ toAnchor: true });
  });
  document.body.append(panel);
  put(panel, anchor.getBoundingClientRect());
}

function put(panel, beside) {
  const { width, height } = panel.getBoundingClientRect();
  const fitsBelow = beside.bottom + GAP + height < innerHeight - EDGE;
  const top = fitsBelow ? beside.bottom + GAP : Math.max(EDGE, beside.top - GAP - height);
  const left = Math.max(EDGE, Math.min(beside.left, innerWidth - width - EDGE));
  Object.assign(panel.style, { top: `${top}px`, left: `${left}px` });
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

addEventListener("pointerdown", (event) => {
  if (open && !open.panel.contains(event.target) && !open.anchor.contains(event.target)) closeMenu();
});
addEventListener("resize", () => closeMenu());
