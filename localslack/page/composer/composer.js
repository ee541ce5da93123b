// The field at the bottom: Enter sends, Shift+Enter makes a line, "/" "@" "#" complete.

import { avatar } from "../parts/avatar.js";
import { Completion, offersOf } from "./completion.js";
import { pickEmoji } from "./emoji_picker.js";
import { size } from "./attachments.js";
import { draftIn, keepDraft } from "./drafts.js";
import { icon, iconButton } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { openMenu } from "../parts/menu.js";
import { commandIn, sendText } from "./sending.js";

const MOST_HEIGHT = 220;

export class Composer {
  #files = [];
  #isSending = false;
  #where = null;

  /** `thread()` gives the ts of the thread that it writes to, or null. */
  constructor(session, { thread }) {
    this.session = session;
    this.thread = thread;
    this.field = make("textarea", { class: "field", rows: "1", spellcheck: "true" });
    this.ghost = make("div", { class: "ghost", "aria-hidden": "true" });
    this.usage = make("div", { class: "usage", role: "status" });
    this.files = make("div", { class: "pending", hidden: true });
    this.picker = make("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to attach" });
    this.completion = new Completion(this.field, offersOf(session.state));
    this.send = iconButton("Send", "send", () => this.#send());
    this.send.classList.add("send");
    this.box = make("div", { class: "composer-box" }, this.completion.list, this.files, make("div", { class: "writing" }, this.ghost, this.field), this.#tools());
    this.also = make("label", { class: "also" });
    this.broadcast = make("input", { type: "checkbox" });
    this.closed = make("p", { class: "composer-closed", hidden: true });
    this.element = make("div", { class: "composer" }, this.box, this.closed, this.also, this.usage, this.picker);
    this.#listen();
  }

  focus() {
    this.field.focus();
  }

  /** Each place keeps what was begun there. */
  enter(channel) {
    const where = `${this.session.state.me} ${channel.id} ${this.thread() ?? ""}`;
    if (where === this.#where) return;
    this.#where = where;
    this.channel = channel;
    this.field.value = draftIn(where);
    this.#files = [];
    this.#label();
    this.#showFiles();
  }

  #label() {
    const name = this.session.state.channelName(this.channel);
    const shown = this.channel.is_direct ? name : `#${name}`;
    const label = this.thread() ? "Reply…" : `Message ${shown}`;
    const [command] = this.session.state.commands;
    this.field.placeholder = command && !this.thread() ? `${label}, or type ${command.name}` : label;
    this.field.setAttribute("aria-label", this.thread() ? `Reply in the thread in ${shown}` : label);
    const also = [this.broadcast, `Also send to ${this.channel.is_direct ? "the direct message" : shown}`];
    this.also.replaceChildren(...(this.thread() ? also : []));
    this.also.hidden = !this.thread();
    const { app } = this.session.state;
    const isClosed = this.channel.user === app.user && app.messages_tab_read_only === true;
    this.box.hidden = isClosed;
    this.closed.hidden = !isClosed;
    this.closed.textContent = `Sending messages to ${app.name} has been turned off.`;
    if (isClosed) this.also.hidden = true;
  }

  #tools() {
    const attach = iconButton("Attach a file", "paperclip", () => this.picker.click());
    const smile = iconButton("Emoji", "smile", () => pickEmoji(smile, (name) => this.#put(`:${name}: `)));
    const mention = iconButton("Mention somebody", null, () => this.#put("@"));
    mention.append("@");
    const bolt = iconButton("Shortcuts", "bolt", () => this.#shortcuts(bolt));
    bolt.setAttribute("aria-haspopup", "menu");
    const hint = make("span", { class: "keys", "aria-hidden": "true" }, "Shift + Enter for a new line");
    return make("div", { class: "tools" }, attach, bolt, smile, mention, make("span", { class: "grow" }), hint, this.send);
  }

  #listen() {
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => {
      if (this.completion.took(event) || event.isComposing) return;
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("paste", ({ clipboardData }) => this.#attach(clipboardData.files));
    this.box.addEventListener("dragover", (event) => event.preventDefault());
    this.box.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#attach(event.dataTransfer.files);
    });
    this.box.addEventListener("click", ({ target }) => target.closest("button, a") || this.field.focus());
    this.picker.addEventListener("change", () => {
      this.#attach(this.picker.files);
      this.picker.value = "";
    });
  }

  #typed() {
    const { value } = this.field;
    keepDraft(this.#where, value);
    const command = commandIn(value, this.session.state);
    const hint = command?.usage_hint ?? "";
    const isBare = command && value.trimEnd() === command.name;
    this.ghost.replaceChildren();
    if (isBare) this.ghost.append(make("span", {}, value.endsWith(" ") ? value : `${value} `), hint);
    this.usage.textContent = command && hint && !isBare ? `${command.name} ${hint}` : "";
    this.send.disabled = !this.#hasSomething;
    this.send.classList.toggle("ready", this.#hasSomething);
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, MOST_HEIGHT)}px`;
  }

  get #hasSomething() {
    return this.field.value.trim() !== "" || this.#files.length > 0;
  }

  #put(text) {
    this.field.focus();
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    const gap = text === "@" && start > 0 && !/\s/.test(value[start - 1]) ? " " : "";
    this.field.setRangeText(gap + text, start, end, "end");
    this.field.dispatchEvent(new Event("input"));
  }

  #attach(files) {
    this.#files.push(...files);
    this.#showFiles();
    if (files.length) this.focus();
  }

  #showFiles() {
    this.files.hidden = this.#files.length === 0;
    this.files.replaceChildren(
      ...this.#files.map((file) => {
        const drop = iconButton(`Remove ${file.name}`, "close", () => {
          this.#files = this.#files.filter((each) => each !== file);
          this.#showFiles();
          this.focus();
        });
        const words = make("span", { class: "grow" }, make("b", {}, file.name), make("small", {}, size(file.size)));
        return make("span", { class: "attachment" }, icon("file"), words, drop);
      }),
    );
    this.#typed();
  }

  #shortcuts(bolt) {
    const { state } = this.session;
    const global = state.shortcuts.filter((each) => each.type === "global");
    const items = global.map((each) => ({
      label: each.name,
      note: each.description || state.app.name,
      lead: avatar(state.appUser, "middle"),
      pick: () => this.session.post("shortcut", { callback_id: each.callback_id }),
    }));
    const commands = state.commands.map((each) => ({
      label: each.name,
      note: each.description,
      lead: icon("bolt"),
      pick: () => this.#begin(each.name),
    }));
    const heading = global.length ? "Shortcuts" : `${state.app.name} has no global shortcuts. Its commands:`;
    const rest = global.length && commands.length ? ["line", { heading: "Commands" }] : [];
    openMenu(bolt, "Shortcuts", [{ heading }, ...items, ...rest, ...commands]);
  }

  #begin(command) {
    this.field.value = `${command} `;
    this.focus();
    this.#typed();
  }

  async #send() {
    if (!this.#hasSomething || this.#isSending) return;
    this.#isSending = true;
    const { value } = this.field;
    const where = this.#where;
    const files = this.#files;
    const given = { channel: this.channel.id, thread_ts: this.thread(), text: value, files };
    this.completion.close();
    this.#empty();
    const giveBack = (left) => this.#giveBack(where, left);
    const left = await sendText(this.session, { ...given, broadcast: this.broadcast.checked, giveBack });
    this.#isSending = false;
    if (left) giveBack(left);
    else this.broadcast.checked = false;
  }

  #empty() {
    this.field.value = "";
    this.#files = [];
    this.#showFiles();
  }

  /** What was refused can be put right, unless something else is being written by now. */
  #giveBack(where, { text, files }) {
    if (where !== this.#where) keepDraft(where, text);
    else if (this.field.value === "") {
      this.field.value = text;
      this.#files = files;
      this.#showFiles();
    }
  }
}
