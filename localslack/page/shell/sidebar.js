// Channels, direct messages and the app; what is unread is bold, what is meant for the person is counted.

import { avatar } from "../parts/avatar.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { onMove, place } from "./place.js";
import { closeWhatIsOver } from "./sides.js";

const MOST_SHOWN = 99;

export class Sidebar {
  #rows = new Map();

  constructor(root, session) {
    this.root = root;
    this.session = session;
    session.state.addEventListener("state", () => this.#build());
    session.state.addEventListener("channel", () => this.#build());
    session.state.addEventListener("message", () => this.#update());
    session.unread.addEventListener("change", () => this.#update());
    onMove(() => this.#update());
  }

  #build() {
    const { state } = this.session;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    const all = [...state.channels.values()].filter((each) => !each.is_archived);
    const named = all.filter((each) => !each.is_direct).sort((one, other) => one.name.localeCompare(other.name));
    const direct = all.filter((each) => each.is_direct && each.user !== state.app.user);
    const apps = all.filter((each) => each.is_direct && each.user === state.app.user);
    this.#rows.clear();
    this.root.replaceChildren(
      make("div", { class: "workspace" }, make("h1", {}, state.team || "local"), make("span", {}, "on this machine")),
      this.#section("Channels", named),
      direct.length ? this.#section("Direct messages", direct) : "",
      apps.length ? this.#section("Apps", apps) : "",
    );
    this.#update();
    this.#rows.get(focused)?.focus();
  }

  #section(heading, channels) {
    const rows = channels.map((channel) => make("li", {}, this.#row(channel)));
    const id = `section-${heading.replace(" ", "-").toLowerCase()}`;
    return make("section", {}, make("h2", { id }, heading), make("ul", { "aria-labelledby": id }, ...rows));
  }

  #row(channel) {
    const { state } = this.session;
    const person = state.people.get(channel.user);
    const sign = channel.is_direct ? avatar(person, "small") : icon(channel.is_private ? "lock" : "hash");
    const row = make(
      "a",
      { class: "row", href: `#as=${state.me}&channel=${channel.id}`, dataset: { channel: channel.id } },
      sign,
      make("span", { class: "grow" }, state.channelName(channel)),
      channel.is_private ? make("span", { class: "unseen" }, "(private)") : null,
      make("span", { class: "count", hidden: true }),
      make("span", { class: "unseen" }),
    );
    row.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.session.openChannel(channel.id);
      closeWhatIsOver();
    });
    this.#rows.set(channel.id, row);
    return row;
  }

  #update() {
    const { unread } = this.session;
    for (const [id, row] of this.#rows) {
      const count = unread.messages(id).length;
      const mine = unread.mentions(id).length;
      const badge = row.querySelector(".count");
      row.classList.toggle("unread", count > 0);
      if (id === place().channel) row.setAttribute("aria-current", "page");
      else row.removeAttribute("aria-current");
      badge.hidden = mine === 0;
      badge.textContent = mine > MOST_SHOWN ? `${MOST_SHOWN}+` : String(mine);
      row.lastChild.textContent = count ? "unread" : "";
    }
  }
}
