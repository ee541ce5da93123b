// What each person has not read yet. Kept in this browser: the local Slack itself keeps no such thing.

import { isReply } from "../state.js";
import { place } from "../shell/place.js";

const KEPT = "localslack.read.";

export class Unread extends EventTarget {
  #state;

  constructor(state) {
    super();
    this.#state = state;
    const look = () => this.seen();
    state.addEventListener("message", look);
    document.addEventListener("visibilitychange", look);
  }

  /** Everything in the open channel counts as read while its messages are looked at. */
  seen() {
    const { channel, tab } = place();
    const last = this.#state.messagesIn(channel).at(-1);
    const looks = document.visibilityState === "visible" && !tab;
    if (looks && last && last.ts > this.upTo(channel)) {
      this.#keep(channel, last.ts);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Nobody has read anything in this browser. */
  get isFirst() {
    return !Object.keys(localStorage).some((key) => key.startsWith(KEPT));
  }

  upTo(channel) {
    return this.#kept()[channel] ?? "0";
  }

  /** What others said since then, oldest first. */
  messages(channel) {
    const upTo = this.upTo(channel);
    const { me } = this.#state;
    return this.#state
      .messagesIn(channel)
      .filter((each) => each.ts > upTo && each.user !== me && !each.isLocal && !each.tombstone)
      .filter((each) => !isReply(each) || each.broadcast || each.text.includes(`<@${me}`));
  }

  mentions(channel) {
    const { me, channels } = this.#state;
    const isDirect = channels.get(channel)?.is_direct;
    return this.messages(channel).filter((each) => isDirect || spoken(each).includes(`<@${me}`));
  }

  #kept() {
    return JSON.parse(localStorage.getItem(`${KEPT}${this.#state.me}`) ?? "{}");
  }

  #keep(channel, ts) {
    const kept = JSON.stringify({ ...this.#kept(), [channel]: ts });
    localStorage.setItem(`${KEPT}${this.#state.me}`, kept);
  }
}

function spoken(message) {
  return message.blocks.length ? JSON.stringify(message.blocks) : message.text;
}
