// What one can do with a message: it stands over the one that is pointed at or has the focus.

import { pickEmoji } from "../composer/emoji_picker.js";
import { icon, iconButton } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { openMenu } from "../parts/menu.js";
import { edit, takeBack } from "./editing.js";
import { react } from "./message.js";
import { addressOf } from "../shell/place.js";
import { toast } from "../parts/toast.js";

/** One toolbar for all messages below `root`. */
export class Toolbar {
  #view = null;

  constructor(root, list, session) {
    this.list = list;
    this.session = session;
    this.smile = iconButton("Add a reaction", "smile", () => this.#react());
    this.reply = iconButton("Reply in thread", "thread", () => this.session.openThread(this.#view.item.message));
    this.more = iconButton("More actions", "more", () => this.#menu());
    this.smile.setAttribute("aria-haspopup", "dialog");
    this.more.setAttribute("aria-haspopup", "menu");
    this.element = make("div", { class: "toolbar", role: "group", "aria-label": "Message actions" }, this.smile, this.reply, this.more);
    root.addEventListener("pointerover", (event) => this.#over(event.target, false));
    root.addEventListener("focusin", (event) => this.#over(event.target, true));
    root.addEventListener("pointerleave", () => this.#leave());
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || this.#leave());
  }

  // Whoever used its menu by pointer left the focus there, and goes on elsewhere.
  get #isBusy() {
    return this.element.querySelector(":focus-visible") || this.element.querySelector('[aria-expanded="true"]');
  }

  #over(target, isFocus) {
    const article = target.closest(".message");
    if (!article || article.contains(this.element) || (this.#isBusy && !isFocus)) return;
    this.#view = this.list.viewOf(article);
    if (!this.#view || this.#view.item.message.isLocal) return this.#putAway();
    const { message, inThread } = this.#view.item;
    this.smile.hidden = message.ephemeral || message.tombstone;
    this.reply.hidden = message.ephemeral || inThread;
    this.more.hidden = message.tombstone;
    this.#putAway();
    article.append(this.element);
  }

  #leave() {
    if (!this.#isBusy) this.#putAway();
  }

  // Chromium says that the focus is lost while it takes away what had it: nothing may move then.
  #putAway() {
    if (this.element.contains(document.activeElement)) document.activeElement.blur();
    this.element.remove();
  }

  #react() {
    const { message } = this.#view.item;
    const mine = message.reactions.filter(({ users }) => users.includes(this.session.state.me));
    pickEmoji(this.smile, (name) => react(this.session, message, name, !mine.some((each) => each.name === name)));
  }

  #menu() {
    const view = this.#view;
    const { message } = view.item;
    const { state } = this.session;
    const isMine = message.user === state.me;
    const shortcuts = state.shortcuts.filter((each) => each.type === "message" && !message.ephemeral);
    openMenu(this.more, "More actions", [
      { label: "Copy link", lead: icon("copy"), pick: () => copyLink(message) },
      ...(isMine ? this.#ownItems(view) : []),
      ...(shortcuts.length ? ["line", { heading: state.app.name }] : []),
      ...shortcuts.map((each) => ({
        label: each.name,
        note: each.description,
        lead: icon("bolt"),
        pick: () => this.#run(each, message),
      })),
    ]);
  }

  #ownItems(view) {
    return [
      { label: "Edit message", lead: icon("pen"), pick: () => edit(view, this.session) },
      { label: "Delete message", lead: icon("trash"), pick: () => takeBack(view, this.session) },
    ];
  }

  #run({ callback_id }, { channel, ts }) {
    return this.session.post("shortcut", { callback_id, channel, ts });
  }
}

async function copyLink(message) {
  const address = addressOf(message.channel, message.thread_ts ?? message.ts);
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    toast(`This browser does not let the page copy. The link is ${address}`);
  }
}
