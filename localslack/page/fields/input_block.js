// A field of a form with its label, its hint and what is wrong with it.

import { inputElement, unsupported } from "../blocks/elements.js";
import { make, newId } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";

/** Puts itself among `context.fields` (by block_id), for the form to check and collect. */
export function inputBlock(block, context) {
  const [labelId, id, hintId, errorId] = ["label", "field", "hint", "error"].map(newId);
  const error = make("p", { id: errorId, class: "field-error", role: "alert" });
  const attributes = {
    id,
    "aria-labelledby": labelId,
    "aria-describedby": block.hint ? `${hintId} ${errorId}` : errorId,
    "aria-required": block.optional ? null : "true",
  };
  const show = (sentence) => {
    error.textContent = sentence ?? "";
    node.classList.toggle("wrong", Boolean(sentence));
    const marked = holder.isGroup ? holder.node : holder.focusable;
    if (sentence) marked.setAttribute("aria-invalid", "true");
    else marked.removeAttribute("aria-invalid");
  };
  const replaced = (fresh) => (holder = fresh);
  let holder = inputElement(block, context, { attributes, replaced, edited: () => show(null) });
  if (!holder) return unsupported("element", block.element.type);
  const label = make(
    holder.isGroup ? "div" : "label",
    { id: labelId, class: "label", for: holder.isGroup ? null : id },
    plainWords(block.label),
    block.optional ? make("span", { class: "optional" }, " (optional)") : null,
  );
  if (holder.focusable.hasAttribute("contenteditable")) label.addEventListener("click", () => holder.focusable.focus());
  const hint = block.hint ? make("p", { id: hintId, class: "hint" }, plainWords(block.hint)) : null;
  const node = make("div", { class: "input-block" }, label, holder.node, error, hint);
  context.fields?.set(block.block_id, {
    show,
    check: () => holder.check(),
    spelled: () => holder.spelled(),
    focus: () => holder.focusable.focus(),
    wantsFocus: block.element.focus_on_load === true,
  });
  return node;
}
