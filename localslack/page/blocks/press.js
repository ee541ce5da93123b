// Telling the app that something was pressed or chosen, after asking back where it wants that.

import { make, newId } from "../parts/make.js";
import { plainWords, words } from "../words/mrkdwn.js";

/** A press of a button, which cannot be pressed again until it is answered. */
export async function press(context, block, element, value, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  if (element.confirm && !(await confirmed(element.confirm, context))) return;
  button.setAttribute("aria-disabled", "true");
  await tell(context, block, element, value, button);
  button.removeAttribute("aria-disabled");
}

/** A choice; false if the person thought better of it. */
export async function choose(context, block, element, value, node) {
  if (element.confirm && !(await confirmed(element.confirm, context))) return false;
  await tell(context, block, element, value, node);
  return true;
}

async function tell(context, block, element, value, node) {
  node.setAttribute("aria-busy", "true");
  const { block_id } = block;
  const body = { ...context.target, block_id, action_id: element.action_id, value };
  const answer = await context.post("press", context.complain ? { ...body, quiet: true } : body);
  node.removeAttribute("aria-busy");
  context.complain?.(answer.ok ? "" : answer.error);
}

/** Asks with Slack's confirm object; the answer is true or false. */
export function confirmed(confirm, context) {
  const titleId = newId("confirm");
  const look = confirm.style === "danger" ? "danger" : "primary";
  const dialog = make(
    "dialog",
    { class: "confirm", "aria-labelledby": titleId },
    make("h2", { id: titleId }, plainWords(confirm.title) || "Are you sure?"),
    make("div", { class: "confirm-text" }, words(confirm.text, context)),
    make(
      "div",
      { class: "confirm-buttons" },
      answerButton("no", "block-button", plainWords(confirm.deny) || "Cancel"),
      answerButton("yes", `block-button ${look}`, plainWords(confirm.confirm) || "Yes"),
    ),
  );
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[value=yes]").focus();
  return new Promise((settle) => {
    dialog.addEventListener("click", ({ target }) => target.value && dialog.close(target.value));
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      settle(dialog.returnValue === "yes");
    });
  });
}

function answerButton(value, look, label) {
  return make("button", { type: "button", value, class: look }, label);
}
