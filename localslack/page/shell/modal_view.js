// One modal: its title bar, its blocks, its buttons, and how it is sent.

import { avatar } from "../parts/avatar.js";
import { renderBlocks } from "../blocks/blocks.js";
import { keepingFocus } from "../parts/focus.js";
import { icon } from "../parts/icons.js";
import { make, newId } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";

const TROUBLE = "We had some trouble connecting. Try again?";
const LOST =
  "The local Slack was started anew, so this form cannot be sent any more. Copy what you need, then close it.";
const LONGEST_WAIT_FOR_THE_CHANGE = 1500;
const FOCUSABLE = "input, textarea, select, button, a[href], [contenteditable], [role=combobox]";

/** What blocks in a view are given to act and to start from. */
export function contextOf(view, context, more = {}) {
  return { ...context, target: { view_id: view.id }, values: view.state?.values, ...more };
}

export class ModalView {
  isLost = false;
  #shown = "";
  #busy = false;
  #changes = 0;
  #lastFocus = null;
  #lastScroll = 0;

  constructor(view, context, { close, closeAll }) {
    Object.assign(this, { id: view.id, close, closeAll, titleId: newId("title") });
    this.fields = new Map();
    this.title = make("h2", { id: this.titleId });
    this.back = iconButton("Back", "back", close);
    const cross = iconButton("Close window", "close", closeAll);
    this.mark = make("span", { class: "app-mark", "aria-hidden": "true" });
    this.body = make("div", { class: "modal-body" });
    this.problem = make("p", { class: "modal-problem", role: "alert" });
    this.cancelButton = make("button", { type: "button", class: "block-button large", on: { click: close } });
    this.submitButton = make("button", { type: "submit", class: "block-button primary large" });
    const buttons = make("div", { class: "modal-buttons" }, this.cancelButton, this.submitButton);
    this.node = make(
      "form",
      { class: "modal-view", novalidate: true, on: { submit: (event) => this.#submitted(event) } },
      make("header", { class: "modal-title" }, this.back, this.mark, this.title, cross),
      this.body,
      make("footer", { class: "modal-footer" }, this.problem, buttons),
    );
    this.update(view, context);
  }

  /** Shows the view as it is now; what was typed stays where its field stays. */
  update(view, context) {
    this.context = contextOf(view, context, { fields: this.fields, complain: (said) => this.complain(said) });
    this.#changes += 1;
    const { title, submit, close, blocks, submit_disabled } = view;
    const shown = JSON.stringify({ title, submit, close, blocks, submit_disabled });
    if (shown === this.#shown) return this;
    const sameBlocks = this.#shown && JSON.stringify(blocks) === JSON.stringify(this.view.blocks);
    this.#shown = shown;
    this.view = view;
    if (!sameBlocks) this.#renderBody(blocks);
    this.title.textContent = plainWords(title);
    this.mark.replaceChildren(avatar(this.#app(), "middle"));
    this.cancelButton.textContent = plainWords(close) || (submit ? "Cancel" : "Close");
    this.submitButton.textContent = plainWords(submit);
    this.submitButton.hidden = !submit;
    this.#showBusy(this.#busy);
    return this;
  }

  /** There is nobody left to send it to; what was typed can still be read and copied. */
  lose() {
    this.isLost = true;
    this.complain(LOST);
    this.#showBusy(false);
  }

  stacked(isStacked) {
    this.back.hidden = !isStacked;
  }

  /** Another view comes on top of it: remembers where the person was. */
  leave() {
    if (this.node.contains(document.activeElement)) this.#lastFocus = document.activeElement;
    this.#lastScroll = this.body.scrollTop;
  }

  /** To where it was, else to the field that asks for it, else to the first. */
  focus() {
    this.body.scrollTop = this.#lastScroll;
    const wanting = [...this.fields.values()].find((field) => field.wantsFocus);
    if (this.#lastFocus?.isConnected) this.#lastFocus.focus();
    else if (wanting) wanting.focus();
    else {
      const first = this.body.querySelector(FOCUSABLE);
      (first ?? (this.submitButton.hidden ? this.cancelButton : this.submitButton)).focus();
    }
  }

  submit() {
    if (!this.submitButton.hidden) this.node.requestSubmit();
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.#busy || this.isLost || this.view.submit_disabled || !this.view.submit) return;
    if (this.#showErrors(this.#checked())) return;
    const changes = this.#changes;
    this.complain("");
    this.#showBusy(true);
    const values = Object.fromEntries([...this.fields].map(([name, field]) => [name, field.spelled()]));
    const answer = await this.context.post("submit", { view_id: this.id, values, quiet: true });
    if (!answer.ok) this.complain(`${TROUBLE} ${answer.error ?? ""}`);
    else if (!this.#showErrors(answer.errors ?? {})) await this.#untilChanged(changes);
    this.#showBusy(false);
  }

  #checked() {
    const checks = [...this.fields].map(([name, field]) => [name, field.check()]);
    return Object.fromEntries(checks.filter(([, sentence]) => sentence));
  }

  // Beside their fields; the first of them gets the focus. False if there are none.
  #showErrors(errors) {
    const beside = Object.keys(errors).filter((name) => this.fields.has(name));
    const elsewhere = Object.keys(errors).filter((name) => !this.fields.has(name));
    for (const [name, field] of this.fields) field.show(errors[name]);
    this.complain(elsewhere.map((name) => errors[name]).join(" "));
    const first = [...this.fields].find(([name]) => beside.includes(name));
    first?.[1].focus();
    return beside.length + elsewhere.length > 0;
  }

  // What an accepted form leads to comes by the feed, about when the answer does.
  async #untilChanged(changes) {
    const end = performance.now() + LONGEST_WAIT_FOR_THE_CHANGE;
    while (this.#changes === changes && this.node.isConnected && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #renderBody(blocks) {
    keepingFocus(this.body, () => {
      this.fields.clear();
      this.body.replaceChildren(renderBlocks(blocks, this.context));
    });
  }

  #showBusy(busy) {
    this.#busy = busy;
    this.submitButton.disabled = this.isLost || this.view.submit_disabled === true;
    // Not really disabled, for that would take the focus from it.
    this.submitButton.setAttribute("aria-disabled", String(busy));
    this.submitButton.setAttribute("aria-busy", String(busy));
    this.node.setAttribute("aria-busy", String(busy));
  }

  complain(sentence) {
    this.problem.textContent = this.isLost ? LOST : sentence;
  }

  #app() {
    return [...this.context.people.values()].find((person) => person.is_bot && person.title === "App");
  }
}

function iconButton(label, name, click) {
  const given = { type: "button", class: `modal-${name}`, "aria-label": label, on: { click } };
  return make("button", given, icon(name));
}
