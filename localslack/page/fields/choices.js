// Checkboxes and radio buttons.

import { make, newId } from "../parts/make.js";
import { words } from "../words/mrkdwn.js";

export function checkboxes(element, field) {
  return choices(element, field, "checkbox", (chosen) => chosen);
}

export function radioButtons(element, field) {
  return choices(element, field, "radio", (chosen) => chosen[0] ?? null);
}

function choices(element, field, type, value) {
  const name = newId(type);
  const start = new Set([field.start].flat().filter(Boolean).map((option) => option.value));
  const tell = () => {
    field.changed(value(element.options.filter((_, number) => boxes[number].checked)));
    field.settled();
  };
  const boxes = element.options.map((option) =>
    make("input", { type, name, value: option.value, checked: start.has(option.value), on: { change: tell } }),
  );
  const lines = element.options.map((option, number) => line(option, boxes[number], field.context));
  const { "aria-required": required, ...attributes } = field.attributes;
  const role = type === "radio" ? { role: "radiogroup", "aria-required": required } : { role: "group" };
  const node = make("div", { class: "choices", ...role, ...attributes }, ...lines);
  return { node, focusable: boxes[0], isGroup: true };
}

function line(option, box, context) {
  const describedBy = option.description ? newId("description") : null;
  if (describedBy) box.setAttribute("aria-describedby", describedBy);
  return make(
    "div",
    { class: "choice" },
    make("label", {}, box, make("span", {}, words(option.text, context))),
    describedBy ? make("small", { id: describedBy }, words(option.description, context)) : null,
  );
}
