// Fields that one types into, and the pickers of days and times.

import { make } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";

const MOST = 3000;
const NEARLY = 0.1;
const PAUSE = 400;

export function textInput(element, field) {
  const tag = element.multiline ? "textarea" : "input";
  const input = make(tag, {
    class: "text-input",
    placeholder: plainWords(element.placeholder),
    ...(element.multiline ? { rows: 4 } : { type: TYPES[element.type] ?? "text" }),
    ...(element.type === "number_input" ? { inputmode: "decimal" } : {}),
    autocomplete: "off",
    ...field.attributes,
  });
  input.value = field.start ?? "";
  const counter = make("span", { class: "counter", role: "status" });
  const count = () => counted(counter, input.value.length, element);
  listen(input, element, field, count);
  count();
  return {
    node: make("div", { class: "text-field" }, input, counter),
    focusable: input,
    problem: (value) => value && PROBLEMS[element.type]?.(value, element),
  };
}

/** date, time, or both; the browser's own pickers. */
export function picker(element, field) {
  const kind = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
  const both = kind === "datetime-local";
  const input = make("input", { type: kind, class: "text-input picker", ...field.attributes });
  input.value = field.start === null ? "" : both ? localSpelling(field.start) : field.start;
  const settled = later(() => field.settled());
  input.addEventListener("change", () => {
    const value = input.value || null;
    field.changed(value && both ? Math.floor(new Date(value).getTime() / 1000) : value);
    settled.soon();
  });
  input.addEventListener("blur", settled.now);
  const zone = element.timezone ? make("small", { class: "zone" }, element.timezone.replaceAll("_", " ")) : null;
  return {
    node: make("div", { class: "picker-field" }, input, zone),
    focusable: input,
    // Half of it is no value yet, and would be lost.
    waiting: () => (input.validity.badInput ? HALF[element.type] : null),
  };
}

const HALF = {
  datepicker: "Please enter the whole date.",
  timepicker: "Please enter the whole time.",
  datetimepicker: "Please enter a date and a time.",
};

const TYPES = { email_text_input: "email", url_text_input: "url" };

const PROBLEMS = {
  plain_text_input: (value, { min_length: least = 0, max_length: most = MOST }) => {
    if (value.length < least) return `Please enter at least ${least} characters.`;
    if (value.length > most) return `Please enter at most ${most} characters.`;
    return null;
  },
  email_text_input: (value) =>
    /^[^@\s]+@[^@\s]+$/.test(value) ? null : "Please enter a valid email address.",
  url_text_input: (value) => (/^https?:\/\/\S+$/.test(value) ? null : "Please enter a valid URL."),
  number_input: numberProblem,
};

function numberProblem(value, element) {
  const { min_value: least, max_value: most } = element;
  if (!/^-?\d+(\.\d+)?$/.test(value)) return "Please enter a number.";
  if (!element.is_decimal_allowed && value.includes(".")) return "Please enter a whole number.";
  if (least !== undefined && Number(value) < Number(least)) return `Please enter ${least} or more.`;
  if (most !== undefined && Number(value) > Number(most)) return `Please enter ${most} or less.`;
  return null;
}

function listen(input, element, field, count) {
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const settled = later(() => field.settled());
  input.addEventListener("input", () => {
    count();
    field.changed(input.value || null);
    if (triggers.includes("on_character_entered")) settled.soon();
  });
  input.addEventListener("keydown", (event) => {
    const plain = event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey;
    if (!plain || event.isComposing || !field.dispatches || !triggers.includes("on_enter_pressed")) return;
    event.preventDefault();
    settled.cancel();
    field.settled();
  });
}

// How many characters are left, once there are few.
function counted(counter, length, element) {
  const most = element.max_length ?? MOST;
  const left = most - length;
  const near = element.type === "plain_text_input" && left <= Math.max(most * NEARLY, 10) && length > 0;
  counter.textContent = near ? String(left) : "";
  counter.classList.toggle("over", left < 0);
  if (near) counter.setAttribute("aria-label", `${left} characters left`);
  else counter.removeAttribute("aria-label");
}

/** One act, when nothing new has come for a moment. */
function later(act) {
  let timer = null;
  const cancel = () => {
    clearTimeout(timer);
    timer = null;
  };
  const run = () => {
    cancel();
    act();
  };
  return {
    cancel,
    now: () => timer && run(),
    soon: () => {
      cancel();
      timer = setTimeout(run, PAUSE);
    },
  };
}

function localSpelling(seconds) {
  const date = new Date(seconds * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
