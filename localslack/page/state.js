// What this person may see, as the feed tells it. Says what changed; renders nothing.

export const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", is_bot: true, title: "" };

const MOST_RECORDS = 500;
const NOTHING = { team: "", me: "", app: {}, commands: [], shortcuts: [], views: [], home: null, run: "" };

/** Dispatches an event named after each kind of change, with what changed as its detail. */
export class State extends EventTarget {
  people = new Map();
  channels = new Map();
  log = new Map();
  isThere = false;
  /** The latest state came from a local Slack that was started anew since the one before. */
  isAnew = false;
  #messages = new Map();

  constructor() {
    super();
    Object.assign(this, NOTHING);
  }

  get appUser() {
    return this.people.get(this.app.user);
  }

  /** The direct messages with the app. */
  get appChannel() {
    return [...this.channels.values()].find((each) => each.is_direct && each.user === this.app.user);
  }

  /** The channel in which the app spoke last, else #general, else any. */
  get liveliest() {
    const named = [...this.channels.values()].filter((each) => !each.is_direct);
    const spoke = ({ id }) => this.messagesIn(id).findLast((each) => each.user === this.app.user)?.ts ?? "";
    const [latest] = named.filter(spoke).sort((one, other) => (spoke(one) > spoke(other) ? -1 : 1));
    return latest ?? named.find((each) => each.name === "general") ?? named[0];
  }

  /** #general, where the app spoke there: what it says to all comes before what it did since. */
  get first() {
    const general = [...this.channels.values()].find((each) => each.name === "general");
    return general && this.messagesIn(general.id).some((each) => each.user === this.app.user) ? general : null;
  }

  channelName(channel) {
    if (!channel.is_direct) return channel.name;
    return this.people.get(channel.user)?.real_name ?? channel.name;
  }

  /** Everything in the channel, its threads included, in order. */
  messagesIn(channel) {
    return [...this.#in(channel).values()].sort(byTime);
  }

  message(channel, ts) {
    return this.#in(channel).get(ts);
  }

  apply(kind, data) {
    if (kind === "state") this.#replace(data);
    else if (kind === "message") this.#upsert(data);
    else if (kind === "channel") this.channels.set(data.id, data);
    else if (kind === "log") this.#record(data);
    else if (kind === "views") this.views = data.views;
    else if (kind === "home") this.home = data.home;
    this.dispatchEvent(new CustomEvent(kind, { detail: data }));
  }

  #record(entry) {
    this.log.set(entry.id, entry);
    if (this.log.size > MOST_RECORDS) this.log.delete(this.log.keys().next().value);
  }

  /** A note that only this page knows of, as Slackbot writes them. */
  note(channel, text, thread_ts = null) {
    const last = this.messagesIn(channel).at(-1);
    const now = Math.max(Date.now() / 1000, Number(last?.ts ?? 0) + 0.0001);
    const more = { blocks: [], thread_ts, edited: null, ephemeral: true, deleted: false, broadcast: false };
    // With a digit more than any of Slack's: one that is on its way may be of the same moment.
    const ts = `${now.toFixed(6)}5`;
    this.apply("message", { channel, ts, user: SLACKBOT.id, text, reactions: [], files: [], isLocal: true, ...more });
  }

  #in(channel) {
    if (!this.#messages.has(channel)) this.#messages.set(channel, new Map());
    return this.#messages.get(channel);
  }

  #upsert(message) {
    if (message.deleted) this.#in(message.channel).delete(message.ts);
    else this.#in(message.channel).set(message.ts, message);
  }

  #replace(data) {
    const { people, channels, messages, log, ...rest } = data;
    this.isAnew = this.run !== "" && this.run !== data.run;
    const mine = this.isAnew || this.me !== data.me ? [] : [...this.#messages.values()];
    const notes = mine.flatMap((each) => [...each.values()]).filter((each) => each.isLocal);
    Object.assign(this, NOTHING, rest);
    this.people = new Map([SLACKBOT, ...people].map((each) => [each.id, each]));
    this.channels = new Map(channels.map((each) => [each.id, each]));
    this.log = new Map(log.map((each) => [each.id, each]));
    this.#messages = new Map();
    for (const message of [...messages, ...notes]) this.#upsert(message);
    this.isThere = true;
  }
}

function byTime(one, other) {
  return one.ts < other.ts ? -1 : 1;
}

/** Replies stand in their thread; one that was also sent to the channel stands there too. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}
