// The pane at the right: one message, its replies, and a composer for another.

import { Composer } from "../composer/composer.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { MessageList, threadItems } from "./messages.js";
import { go, place } from "../shell/place.js";
import { Scroll } from "../parts/scroll.js";
import { Toolbar } from "./toolbar.js";

export class Thread {
  #shown = null;
  #from = null;
  #parent = null;
  #hadFocus = false;

  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.where = make("span", { class: "side-where" });
    this.content = make("div", { class: "message-list" });
    this.composer = new Composer(session, { thread: () => place().thread });
    this.scroller = make("div", { class: "scroller" }, this.content, this.composer.element);
    root.append(sideHead("Thread", this.where, () => this.close()), this.scroller);
    this.list = new MessageList(this.content, session);
    this.scroll = new Scroll(this.scroller, this.content);
    new Toolbar(this.content, this.list, session);
    root.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
    session.state.addEventListener("message", ({ detail }) => this.#came(detail));
  }

  show() {
    const { thread } = place();
    const { channel, state } = this.session;
    this.#hadFocus = this.root.contains(document.activeElement);
    this.root.hidden = !thread || !channel;
    if (this.root.hidden) {
      this.#leave();
      return;
    }
    const key = `${state.me} ${channel.id} ${thread}`;
    if (key !== this.#shown) this.#enter(channel);
    this.#shown = key;
    this.#parent = thread;
    this.#showMessages();
  }

  close() {
    go({ thread: null });
  }

  #enter(channel) {
    if (!this.root.contains(document.activeElement)) this.#from = document.activeElement;
    this.list.clear();
    this.where.textContent = channel.is_direct ? this.session.state.channelName(channel) : `#${channel.name}`;
    this.composer.enter(channel);
    this.composer.focus();
    requestAnimationFrame(() => this.scroll.toEnd());
  }

  /** The focus goes back to where the thread was opened, if it was in the thread. */
  #leave() {
    if (this.#shown && this.#hadFocus) {
      const parent = document.querySelector(`.talk .message[data-ts="${this.#parent}"]`);
      (this.#from?.isConnected ? this.#from : parent)?.focus({ preventScroll: true });
    }
    this.#shown = null;
    this.#from = null;
  }

  #showMessages() {
    const { thread } = place();
    const messages = this.session.state.messagesIn(this.session.channel.id);
    this.list.show(threadItems(messages, thread));
    if (this.scroll.isAtEnd) this.scroll.toEnd();
  }

  #came(message) {
    const { thread, channel } = place();
    if (this.root.hidden || message.channel !== channel) return;
    if (message.ts === thread || message.thread_ts === thread) this.#showMessages();
  }
}

/** The head of a pane: its name, where it belongs, and the ways out. */
export function sideHead(name, where, close, ...more) {
  const attributes = { type: "button", class: "icon-button", "aria-label": `Close ${name.toLowerCase()}`, title: "Close" };
  const back = make("button", { ...attributes, class: "icon-button only-narrow", on: { click: close } }, icon("back"));
  const cross = make("button", { ...attributes, class: "icon-button not-narrow", on: { click: close } }, icon("close"));
  const title = make("h2", {}, name);
  return make("header", { class: "side-head" }, back, title, where, make("span", { class: "grow" }), ...more, cross);
}
