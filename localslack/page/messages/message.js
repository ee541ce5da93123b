// One message. Its parts are rendered anew only when they themselves changed.

import { avatar } from "../parts/avatar.js";
import { renderBlocks, renderText } from "../blocks/blocks.js";
import { emoji } from "../words/emoji.js";
import { attachments } from "../composer/attachments.js";
import { folded } from "../parts/folded.js";
import { keepingFocus } from "../parts/focus.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { isReply } from "../state.js";
import { ago, clockTime, dateOf, fullTime, shortClockTime } from "../parts/time.js";

const FACES = 5;

export class MessageView {
  #shown = {};

  constructor(session, item) {
    this.session = session;
    this.place = make("div", { class: "message-note" });
    this.head = make("div", { class: "message-head" });
    this.body = make("div", { class: "message-body" });
    this.reactions = make("div", { class: "reactions" });
    this.replies = make("div", { class: "replies" });
    this.gutter = make("div", { class: "message-gutter" });
    const column = make("div", { class: "message-column" }, this.head, this.body, this.reactions, this.replies);
    this.element = make("article", { class: "message", tabindex: "-1" }, this.place, this.gutter, column);
    this.element.dataset.ts = item.message.ts;
    this.update(item);
  }

  /** `item`: {message, continued, replies: {count, last, people} | null, inThread}. */
  update(item) {
    if (this.item && isSame(this.item, item)) return;
    this.item = item;
    const { message, continued, replies, inThread } = item;
    this.element.classList.toggle("continued", continued);
    this.element.classList.toggle("ephemeral", message.ephemeral);
    this.element.setAttribute("aria-label", `${this.#name()}, ${clockTime(message.ts)}`);
    const { text, blocks, files, edited } = message;
    this.#part(this.place, [message.ephemeral, message.broadcast, inThread], () => this.#notes());
    this.#part(this.gutter, [continued, message.user], () => [continued ? this.#time("quiet-time") : this.#face()]);
    this.#part(this.head, [continued, message.user], () => (continued ? [] : this.#headline()));
    this.#part(this.body, [text, blocks, files, edited], () => this.#content());
    this.#part(this.reactions, message.reactions, () => this.#reactionButtons());
    this.#part(this.replies, [replies, inThread], () => this.#thread());
  }

  #part(element, given, render) {
    const signature = JSON.stringify(given);
    const name = element.className;
    if (this.#shown[name] === signature) return;
    this.#shown[name] = signature;
    const hadFocus = element.contains(document.activeElement);
    keepingFocus(element, () => element.replaceChildren(...render()));
    element.hidden = element.childNodes.length === 0;
    // What was pressed may be gone. Not to its neighbour: a second Enter would press that.
    if (hadFocus && !element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
  }

  #person() {
    return this.session.state.people.get(this.item.message.user);
  }

  #name() {
    return this.#person()?.real_name ?? "Somebody";
  }

  #notes() {
    const { message, inThread } = this.item;
    if (message.ephemeral) return [icon("eye"), "Only visible to you"];
    if (!message.broadcast || !isReply(message)) return [];
    if (inThread) return ["Also sent to the channel"];
    const click = () => this.session.openThread(message);
    return ["replied to a thread: ", make("button", { type: "button", class: "linklike", on: { click } }, this.#parent())];
  }

  #parent() {
    const { message } = this.item;
    const parent = this.session.state.message(message.channel, message.thread_ts);
    return parent?.text.slice(0, 60) || "see it";
  }

  #face() {
    const person = this.#person();
    const click = () => this.session.openPerson(this.item.message.user);
    // For the pointer only: the name beside it is the button for everybody else.
    return make("div", { class: "face", on: { click } }, avatar(person));
  }

  #headline() {
    const { message } = this.item;
    const click = () => this.session.openPerson(message.user);
    const isApp = this.#person()?.is_bot && !message.isLocal && !message.tombstone;
    return [
      make("button", { type: "button", class: "message-name", on: { click } }, this.#name()),
      isApp ? make("span", { class: "badge-app" }, "APP") : "",
      this.#time("message-time"),
    ];
  }

  #time(look) {
    const { ts } = this.item.message;
    const attributes = { class: look, datetime: dateOf(ts).toISOString(), title: fullTime(ts) };
    return make("time", attributes, look === "quiet-time" ? shortClockTime(ts) : clockTime(ts));
  }

  #content() {
    const { message } = this.item;
    const context = this.session.context({ channel: message.channel, ts: message.ts });
    const parts = [];
    if (message.blocks.length) parts.push(renderBlocks(message.blocks, context));
    else if (message.text) parts.push(this.#text(context));
    if (message.edited) parts.push(make("span", { class: "edited", title: `Edited ${fullTime(message.edited)}` }, "(edited)"));
    if (message.files.length) parts.push(attachments(message.files));
    return parts;
  }

  #text(context) {
    const { channel, ts, text } = this.item.message;
    return folded(make("div", { class: "message-text" }, renderText(text, context)), `${channel}/${ts}`);
  }

  #reactionButtons() {
    const { me } = this.session.state;
    return this.item.message.reactions.map(({ name, users }) => {
      const isMine = users.includes(me);
      const who = users.map((id) => (id === me ? "you" : this.session.state.people.get(id)?.real_name ?? id));
      const label = `${users.length} reacted with ${name.replaceAll("_", " ")}: ${who.join(", ")}`;
      const attributes = { type: "button", class: "reaction", "aria-pressed": String(isMine), "aria-label": label, title: label };
      const click = () => react(this.session, this.item.message, name, !isMine);
      const count = make("span", { class: "reaction-count" }, String(users.length));
      return make("button", { ...attributes, on: { click } }, emoji(name) ?? `:${name}:`, count);
    });
  }

  #thread() {
    const { message, replies, inThread } = this.item;
    if (!replies || inThread) return [];
    const faces = replies.people.slice(0, FACES).map((id) => avatar(this.session.state.people.get(id), "middle"));
    const count = `${replies.count} ${replies.count === 1 ? "reply" : "replies"}`;
    const click = () => this.session.openThread(message);
    return [
      make(
        "button",
        { type: "button", class: "thread-summary", on: { click } },
        ...faces,
        make("b", {}, count),
        make("span", { class: "thread-last" }, `Last reply ${ago(replies.last)}`),
        make("span", { class: "thread-view" }, "View thread"),
        icon("chevron"),
      ),
    ];
  }
}

/** A change comes as a message of its own, so one that is the same object did not change. */
function isSame(one, other) {
  return (
    one.message === other.message &&
    one.continued === other.continued &&
    one.replies?.count === other.replies?.count &&
    one.replies?.last === other.replies?.last
  );
}

export function react(session, message, name, on) {
  return session.post("react", { channel: message.channel, ts: message.ts, name, on });
}
