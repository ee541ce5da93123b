// Which element is drawn by what, and what all that hold a value have in common.

import { button, feedbackButtons, iconButton, overflow } from "./buttons.js";
import { checkboxes, radioButtons } from "../fields/choices.js";
import { fileInput } from "../fields/file_input.js";
import { picker, textInput } from "../fields/inputs.js";
import { isEmpty, keep, spelled, startOf } from "../fields/kept.js";
import { make } from "../parts/make.js";
import { picture } from "./media.js";
import { plainWords } from "../words/mrkdwn.js";
import { choose } from "./press.js";
import { richTextInput } from "../fields/rich_text_input.js";
import { select } from "../fields/selects.js";

const PRESSED = {
  button,
  overflow,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  image: (element) => picture(element, "accessory-picture"),
};

const SELECTS = ["static", "external", "users", "channels", "conversations"].flatMap((kind) => [
  [`${kind}_select`, select],
  [`multi_${kind}_select`, select],
]);

const FILLED_IN = {
  ...Object.fromEntries(SELECTS),
  checkboxes,
  radio_buttons: radioButtons,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  rich_text_input: richTextInput,
  file_input: fileInput,
};

const DEFAULT_NAMES = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time" };
const REQUIRED = "Please complete this required field.";

export function unsupported(what, type) {
  return make("div", { class: "unsupported" }, `unsupported ${what}: ${type}`);
}

/** An element among actions or beside a section: what is chosen in it is told to the app. */
export function actingElement(element, block, context) {
  if (PRESSED[element.type]) return PRESSED[element.type](element, { block, context });
  if (!FILLED_IN[element.type]) return unsupported("element", element.type);
  const name = plainWords(element.placeholder) || DEFAULT_NAMES[element.type] || plainWords(block.text);
  const attributes = { "aria-label": name || element.action_id };
  return valueHolder(element, block, context, { attributes, dispatches: true }).node;
}

/** An element of an input block; null if there is none of that type. */
export function inputElement(block, context, given) {
  const { element, optional } = block;
  if (!FILLED_IN[element.type]) return null;
  const dispatches = block.dispatch_action === true;
  return valueHolder(element, block, context, { ...given, dispatches, optional });
}

// Something with a value: {node, focusable, spelled(), check()}.
function valueHolder(element, block, context, given) {
  let value = startOf(element, block, context);
  let told = value;
  const field = {
    ...given,
    block,
    context,
    start: value,
    changed(now) {
      value = now;
      keep(element, block, context, now);
      given.edited?.();
    },
    async settled() {
      if (!given.dispatches || JSON.stringify(told) === JSON.stringify(value)) return;
      const before = told;
      told = value;
      if (!(await choose(context, block, element, spelled(value), holder.node))) takeBack(before);
    },
  };
  const holder = FILLED_IN[element.type](element, field);
  holder.node.dataset.actionId = element.action_id;
  holder.spelled = () => spelled(value);
  holder.check = () => {
    const waiting = holder.waiting?.();
    if (waiting) return waiting;
    if (isEmpty(value)) return block.optional ? null : REQUIRED;
    return holder.problem?.(value) || null;
  };
  return holder;

  function takeBack(before) {
    keep(element, block, context, before);
    const fresh = valueHolder(element, block, context, given);
    holder.node.replaceWith(fresh.node);
    given.replaced?.(fresh);
  }
}
