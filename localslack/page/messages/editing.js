// What one does to one's own message: putting it right in its place, and taking it back.

import { confirmed } from "../blocks/press.js";
import { make } from "../parts/make.js";
import { typed } from "../words/typed.js";

/** A field stands in place of the words until they are saved, or left as they are. */
export function edit({ item, body, element }, session) {
  if (element.querySelector(".editing")) return;
  const { message } = item;
  const field = make("textarea", { class: "text-input", "aria-label": "Edit message" });
  field.value = typed(message.text, session.state);
  const leave = () => {
    form.remove();
    body.hidden = false;
    element.focus({ preventScroll: true });
  };
  const save = async () => {
    const given = { channel: message.channel, ts: message.ts, text: field.value };
    if ((await session.post("edit", given)).ok) leave();
  };
  const form = make(
    "form",
    { class: "editing", on: { submit: (event) => (event.preventDefault(), save()) } },
    field,
    make("button", { type: "button", class: "block-button", on: { click: leave } }, "Cancel"),
    make("button", { type: "submit", class: "block-button primary" }, "Save"),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // Not for the thread as well, which would close.
      event.preventDefault();
      leave();
    } else if (event.target === field && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  body.hidden = true;
  body.after(form);
  field.focus();
}

/** The focus goes on to a neighbour: where it was is gone. */
export async function takeBack({ item, element }, session) {
  const { channel, ts } = item.message;
  if (!(await confirmed(SURE, session.context({})))) return;
  const all = [...element.parentElement.querySelectorAll(".message")];
  const at = all.indexOf(element);
  const answer = await session.post("delete", { channel, ts });
  if (answer.ok) (all[at + 1] ?? all[at - 1])?.focus({ preventScroll: true });
}

const plain = (text) => ({ type: "plain_text", text });
const SURE = {
  title: plain("Delete message"),
  text: plain("This cannot be undone."),
  confirm: plain("Delete"),
  deny: plain("Cancel"),
  style: "danger",
};
