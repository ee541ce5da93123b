// Puts the page together: one person's feed, the parts that show it, and what blocks need to act.

import { showBanner } from "./parts/banner.js";
import { Channel } from "./messages/channel.js";
import { Feed, NO_ANSWER, send } from "./feed.js";
import { showViews } from "./shell/modal.js";
import { Panel } from "./shell/panel.js";
import { showTop } from "./shell/people.js";
import { go, onMove, place } from "./shell/place.js";
import { showPerson } from "./shell/profile.js";
import { Sidebar } from "./shell/sidebar.js";
import { State } from "./state.js";
import { Thread } from "./messages/thread.js";
import { clearToast, toast } from "./parts/toast.js";
import { Unread } from "./messages/unread.js";
import { upload } from "./composer/upload.js";

const FIRST_PERSON = "U0ADA";

/** What every part is given: the state, the ways to act, and where to go. */
class Session {
  state = new State();
  unread = new Unread(this.state);

  get channel() {
    return this.state.channels.get(place().channel);
  }

  /** Adds who it is; what goes wrong is shown, unless the caller shows it (`quiet`). */
  async post(path, body) {
    const { quiet, ...given } = body;
    const answer = await send(path, { as: this.state.me, ...given });
    if (!answer.ok && !quiet) toast(answer.error);
    return answer;
  }

  async upload(file, more) {
    const answer = await upload(file, { as: this.state.me, ...more });
    if (!answer.ok) toast(answer.error);
    return answer;
  }

  openChannel(id) {
    if (this.state.channels.has(id)) go({ channel: id });
    else toast("You are not a member of this channel.");
  }

  openThread(message) {
    go({ thread: message.thread_ts ?? message.ts });
  }

  openPerson(id) {
    const person = this.state.people.get(id);
    if (person) showPerson(person, this);
  }

  /** What blocks are given to show themselves and to act; `target` is where they stand. */
  context(target) {
    const { me, people, channels } = this.state;
    const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return {
      me,
      people,
      channels,
      locale,
      timezone: timeZone,
      target,
      post: (path, body) => this.post(path, body),
      upload: (file, progressed) => upload(file, { as: me }, progressed),
      openChannel: (id) => this.openChannel(id),
      openPerson: (id) => this.openPerson(id),
    };
  }
}

const session = new Session();
const { state } = session;
const feed = new Feed((kind, data) => state.apply(kind, data), connected, refused);
showTop(document.getElementById("top"), session);
const channel = new Channel(document.getElementById("main"), session);
const thread = new Thread(document.getElementById("thread"), session);
new Sidebar(document.getElementById("sidebar"), session);
new Panel(document.getElementById("panel"), session);

function connected(isConnected) {
  showBanner(isConnected);
  if (isConnected) clearToast(NO_ANSWER);
}

/** There is nobody of the name in the address. */
function refused() {
  if (!state.isThere) go({ as: FIRST_PERSON }, { replace: true });
}

/** Without a channel that they are in, they begin where there is something to see. */
function settle() {
  if (!state.isThere || state.channels.has(place().channel)) return;
  const first = (session.unread.isFirst && state.first) || state.liveliest || state.appChannel;
  if (first) go({ channel: first.id }, { replace: true });
}

function moved() {
  const { as } = place();
  if (!as) return go({ as: FIRST_PERSON }, { replace: true });
  if (as !== feed.person) {
    state.isThere = false;
    return feed.connect(as);
  }
  settle();
  show();
}

function show() {
  if (!state.isThere) return;
  channel.show();
  thread.show();
  session.unread.seen();
}

function showModals({ isAnew = false } = {}) {
  showViews(state.views, session.context({}), { isAnew });
}

state.addEventListener("state", () => {
  settle();
  show();
  showModals(state);
});
state.addEventListener("views", () => showModals());
onMove(moved);
document.getElementById("skip").addEventListener("click", () => channel.composer.focus());
moved();
