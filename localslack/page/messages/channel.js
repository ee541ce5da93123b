// The middle: a channel's head, its messages and its composer; for the app also the Home tab.

import { announce } from "../parts/announce.js";
import { Composer } from "../composer/composer.js";
import { ChannelHead } from "./channel_head.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { intro } from "./intro.js";
import { channelItems, MessageList } from "./messages.js";
import { keepingFocus } from "../parts/focus.js";
import { renderHome } from "../shell/modal.js";
import { place } from "../shell/place.js";
import { Scroll } from "../parts/scroll.js";
import { Toolbar } from "./toolbar.js";

export class Channel {
  #shown = null;
  #newFrom = null;
  #known = null;

  constructor(root, session) {
    this.session = session;
    this.head = new ChannelHead(session);
    this.content = make("div", { class: "message-list" });
    this.intro = make("div", { class: "intro" });
    const inside = make("div", { class: "inside" }, this.intro, this.content);
    this.scroller = make("div", { class: "scroller", tabindex: "-1", role: "region" }, inside);
    this.newest = make("button", { type: "button", class: "newest", hidden: true }, icon("chevron"), "New messages");
    this.composer = new Composer(session, { thread: () => null });
    this.talk = make("div", { class: "talk" }, this.scroller, make("div", { class: "newest-place" }, this.newest), this.composer.element);
    this.home = make("div", { class: "home", hidden: true, tabindex: "-1" });
    root.append(this.head.element, this.talk, this.home);
    this.list = new MessageList(this.content, session);
    this.scroll = new Scroll(this.scroller, this.content, (isAtEnd) => isAtEnd && this.#seen());
    new Toolbar(this.content, this.list, session);
    this.newest.addEventListener("click", () => this.#toNewest());
    session.state.addEventListener("message", ({ detail }) => this.#came(detail));
    session.state.addEventListener("channel", () => this.head.show());
    session.state.addEventListener("home", () => this.#showHome());
  }

  /** Follows the address: another channel, another tab, another person. */
  show() {
    const { channel } = this.session;
    if (!channel) return;
    const isHome = this.head.isHome;
    const key = `${this.session.state.me} ${channel.id} ${isHome}`;
    this.head.show();
    this.talk.hidden = isHome;
    this.home.hidden = !isHome;
    this.scroller.setAttribute("aria-label", `Messages in ${this.session.state.channelName(channel)}`);
    if (this.#shown !== key) this.#enter(channel, isHome);
    this.#shown = key;
    if (isHome) this.#showHome();
    else this.#showMessages();
  }

  #enter(channel, isHome) {
    this.list.clear();
    this.newest.hidden = true;
    this.#newFrom = this.session.unread.messages(channel.id)[0]?.ts ?? null;
    this.composer.enter(channel);
    this.intro.replaceChildren(...intro(channel, this.session.state));
    if (isHome) this.session.post("home", {});
    else requestAnimationFrame(() => this.scroll.toEnd());
  }

  #showMessages() {
    const { channel, state } = this.session;
    const items = channelItems(state.messagesIn(channel.id));
    this.list.show(items, this.#newFrom);
    if (this.scroll.isAtEnd) this.scroll.toEnd();
  }

  #came(message) {
    const { state } = this.session;
    if (message.channel !== place().channel) return;
    const isNew = !message.deleted && message.ts === state.messagesIn(message.channel).at(-1)?.ts && !message.edited;
    this.#showMessages();
    if (!isNew || this.#known === message.ts) return;
    this.#known = message.ts;
    announce(message, state);
    const isReplyOnly = message.thread_ts && message.thread_ts !== message.ts && !message.broadcast;
    if (isReplyOnly) return;
    if (message.user === state.me || message.isLocal) this.#toNewest();
    else this.newest.hidden = this.scroll.isAtEnd;
  }

  #toNewest() {
    this.scroll.toEnd();
    this.#seen();
  }

  #seen() {
    this.newest.hidden = true;
  }

  #showHome() {
    if (this.home.hidden) return;
    const { state } = this.session;
    const nothing = make("p", { class: "nothing" }, `${state.app.name} has not published its Home tab for you yet.`);
    const shown = state.home ? renderHome(state.home, this.session.context({ view_id: state.home.id })) : nothing;
    keepingFocus(this.home, () => this.home.replaceChildren(shown));
  }
}
