// What stands above the messages: the channel's name and members, and the app's tabs.

import { avatar } from "../parts/avatar.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { openMenu } from "../parts/menu.js";
import { go, place } from "../shell/place.js";

export class ChannelHead {
  constructor(session) {
    this.session = session;
    this.title = make("h1", { class: "channel-name" });
    this.members = make("button", { type: "button", class: "members", "aria-haspopup": "menu", "aria-expanded": "false" });
    this.members.addEventListener("click", () => this.#list());
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "The app's tabs" });
    const line = make("div", { class: "channel-line" }, this.title, this.members);
    this.element = make("header", { class: "channel-head" }, line, this.tabs);
  }

  /** Home is the app's first tab, and its only one if it takes no messages. */
  get isHome() {
    const { app } = this.session.state;
    if (!this.#isApp || !app.home_tab) return false;
    return place().tab === "home" || !app.messages_tab;
  }

  get #isApp() {
    return this.session.channel?.id === this.session.state.appChannel?.id;
  }

  show() {
    const { channel, state } = this.session;
    if (!channel) return;
    const person = state.people.get(channel.user);
    const sign = channel.is_direct ? avatar(person, "middle") : icon(channel.is_private ? "lock" : "hash");
    const badge = person?.is_bot ? make("span", { class: "badge-app" }, "APP") : "";
    this.title.replaceChildren(sign, make("span", {}, state.channelName(channel)), badge);
    this.members.hidden = channel.is_direct;
    const count = channel.members.length;
    this.members.replaceChildren(icon("people"), String(count));
    this.members.setAttribute("aria-label", `${count} members`);
    this.members.title = `${count} members`;
    this.#showTabs();
  }

  #showTabs() {
    const { app } = this.session.state;
    const names = this.#isApp ? [app.home_tab ? "Home" : null, app.messages_tab ? "Messages" : null].filter(Boolean) : [];
    this.tabs.hidden = names.length === 0;
    const had = this.tabs.contains(document.activeElement) ? document.activeElement.textContent : null;
    this.tabs.replaceChildren(...names.map((name) => this.#tab(name)));
    [...this.tabs.children].find((tab) => tab.textContent === had)?.focus();
  }

  #tab(name) {
    const isChosen = (name === "Home") === this.isHome;
    const tab = make("button", { type: "button", class: "tab", role: "tab", "aria-selected": String(isChosen) }, name);
    tab.tabIndex = isChosen ? 0 : -1;
    tab.addEventListener("click", () => go({ tab: name === "Home" ? "home" : null, thread: null }));
    tab.addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowLeft" && key !== "ArrowRight") return;
      const other = tab.nextElementSibling ?? tab.previousElementSibling;
      other?.focus();
      other?.click();
    });
    return tab;
  }

  #list() {
    const { channel, state } = this.session;
    const people = channel.members.map((id) => state.people.get(id)).filter(Boolean);
    const items = people.map((person) => ({
      label: person.real_name,
      note: person.title,
      lead: avatar(person, "middle"),
      pick: () => this.session.openPerson(person.id),
    }));
    openMenu(this.members, "Members", [{ heading: `In #${channel.name}` }, ...items]);
  }
}
