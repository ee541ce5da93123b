// A list of messages, keyed: what is there stays where it is, what changed changes in place.

import { make } from "../parts/make.js";
import { MessageView } from "./message.js";
import { isReply } from "../state.js";
import { dayKey, dayName } from "../parts/time.js";

const TOGETHER_SECONDS = 300;

export class MessageList {
  #views = new Map();
  #dividers = new Map();

  constructor(root, session) {
    this.root = root;
    this.session = session;
    root.addEventListener("keydown", (event) => this.#moved(event));
  }

  clear() {
    this.#views.clear();
    this.#dividers.clear();
    this.root.replaceChildren();
  }

  viewOf(article) {
    return this.#views.get(article.dataset.ts);
  }

  /** `items` in order; `newFrom` is the ts of the first that was not read when one came here. */
  show(items, newFrom = null) {
    const wanted = [];
    let day = null;
    for (const item of items) {
      const { ts } = item.message;
      if (dayKey(ts) !== day && !item.inThread) wanted.push(this.#divider(dayKey(ts), dayName(ts), "day"));
      if (ts === newFrom) wanted.push(this.#divider("new", "New", "new"));
      day = dayKey(ts);
      wanted.push(this.#message(item));
    }
    this.#arrange(wanted);
  }

  #message(item) {
    const { ts } = item.message;
    const there = this.#views.get(ts);
    if (there) there.update(item);
    else this.#views.set(ts, new MessageView(this.session, item));
    return this.#views.get(ts).element;
  }

  #divider(key, words, look) {
    const there = this.#dividers.get(key) ?? make("div", { class: `divider ${look}`, role: "separator" }, make("span"));
    this.#dividers.set(key, there);
    if (there.textContent !== words) there.firstChild.textContent = words;
    there.setAttribute("aria-label", words);
    return there;
  }

  /** Moves only what stands wrong, so that what has the focus keeps it. */
  #arrange(wanted) {
    const staying = new Set(wanted);
    for (const child of [...this.root.children]) {
      if (staying.has(child)) continue;
      this.#views.delete(child.dataset.ts);
      child.remove();
    }
    let at = this.root.firstElementChild;
    for (const element of wanted) {
      if (element === at) at = at.nextElementSibling;
      else this.root.insertBefore(element, at);
    }
    const messages = this.root.querySelectorAll(".message");
    if (!this.root.querySelector('.message[tabindex="0"]')) messages[messages.length - 1]?.setAttribute("tabindex", "0");
  }

  /** One message is in the tab order; the arrow keys lead to the others. */
  #moved(event) {
    const here = event.target;
    if (!here.classList.contains("message")) return;
    const all = [...this.root.querySelectorAll(".message")];
    const at = all.indexOf(here);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    here.setAttribute("tabindex", "-1");
    all[to].setAttribute("tabindex", "0");
    all[to].focus();
  }
}

/** What the channel shows: no replies, unless they were sent to the channel too. */
export function channelItems(messages) {
  const threads = new Map();
  for (const message of messages.filter((each) => isReply(each) && !each.ephemeral)) {
    const { count = 0, people = [] } = threads.get(message.thread_ts) ?? {};
    const all = people.includes(message.user) ? people : [...people, message.user];
    threads.set(message.thread_ts, { count: count + 1, last: message.ts, people: all });
  }
  const shown = messages.filter((each) => !isReply(each) || each.broadcast);
  return grouped(shown).map((item) => ({
    ...item,
    replies: isReply(item.message) ? null : threads.get(item.message.ts) ?? null,
    inThread: false,
  }));
}

export function threadItems(messages, parent) {
  const shown = messages.filter((each) => each.ts === parent || each.thread_ts === parent);
  return grouped(shown).map((item, at) => ({ ...item, continued: item.continued && at > 1, replies: null, inThread: true }));
}

/** Messages that one person wrote in quick succession stand together under one name. */
function grouped(messages) {
  return messages.map((message, at) => {
    const before = messages[at - 1];
    const continued =
      before !== undefined &&
      before.user === message.user &&
      !before.ephemeral &&
      !message.ephemeral &&
      !isCard(message) &&
      !message.broadcast &&
      !before.broadcast &&
      dayKey(before.ts) === dayKey(message.ts) &&
      Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
    return { message, continued };
  });
}

/** What an app laid out in blocks stands on its own. */
function isCard(message) {
  return message.blocks.some((block) => block.type !== "rich_text");
}
