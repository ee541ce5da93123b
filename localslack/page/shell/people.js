// The top bar: who you are and how to be somebody else, dark or light, and the panel's button.

import { avatar } from "../parts/avatar.js";
import { make } from "../parts/make.js";
import { icon } from "../parts/icons.js";
import { openMenu } from "../parts/menu.js";
import { toggleSide } from "./sides.js";
import { go, place } from "./place.js";
import { isDark, toggleTheme } from "./theme.js";

const WORKSPACE = "Local Slack";

export function showTop(top, session) {
  const { state } = session;
  const menu = make(
    "button",
    { type: "button", class: "icon-button only-narrow", "aria-label": "Show the channels", "aria-expanded": "false" },
    icon("menu"),
  );
  menu.addEventListener("click", () => toggleSide("sidebar", menu));
  const name = make("span", { class: "top-name" }, WORKSPACE);
  const who = make("button", { type: "button", class: "who", "aria-haspopup": "menu", "aria-expanded": "false" });
  who.addEventListener("click", () => openMenu(who, "Be another person", choices(state)));
  const problems = make("span", { class: "count", hidden: true });
  const requests = make(
    "button",
    { type: "button", class: "top-button", id: "requests", "aria-expanded": "false", "aria-controls": "panel" },
    icon("pulse"),
    make("span", { class: "wide" }, "Requests"),
    problems,
  );
  requests.addEventListener("click", () => toggleSide("panel", requests));
  top.append(menu, name, make("span", { class: "grow" }), who, requests, themeButton());

  const showWho = () => {
    const me = state.people.get(state.me);
    if (!me) return;
    // The whole of it, also where there is room for the name alone.
    who.setAttribute("aria-label", `You are ${me.real_name}${me.title ? ` (${me.title})` : ""}`);
    who.replaceChildren(
      avatar(me, "small"),
      make("span", {}, make("span", { class: "wide" }, "You are "), make("b", {}, me.real_name), title(me)),
      icon("chevron"),
    );
    showTitle(session);
  };
  state.addEventListener("state", showWho);
  session.unread.addEventListener("change", () => showTitle(session));
}

/** Two tabs are told apart by who they are; the number is that of the badges, a dot is for the rest. */
function showTitle({ state, unread }) {
  const all = [...state.channels.keys()];
  const count = all.reduce((sum, id) => sum + unread.mentions(id).length, 0);
  const dot = all.some((id) => unread.messages(id).length) ? "•" : "";
  const name = state.people.get(state.me)?.real_name;
  document.title = [count ? `(${count})` : dot, name ? `${name} ·` : "", WORKSPACE].filter(Boolean).join(" ");
}

function title(person) {
  return person.title ? make("span", { class: "wide" }, ` (${person.title})`) : "";
}

function choices(state) {
  const people = [...state.people.values()].filter((each) => !each.is_bot);
  const items = people.map((each) => ({
    label: each.real_name,
    note: each.title,
    lead: avatar(each, "middle"),
    chosen: each.id === state.me,
    pick: () => go({ as: each.id, channel: place().channel }),
  }));
  return [{ heading: "Who are you? Another tab can be somebody else." }, ...items];
}

function themeButton() {
  const button = make("button", { type: "button", class: "top-button" });
  const show = () => {
    button.replaceChildren(icon(isDark() ? "sun" : "moon"));
    button.setAttribute("aria-label", isDark() ? "Switch to light" : "Switch to dark");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    toggleTheme();
    show();
  });
  addEventListener("themechange", show);
  show();
  return button;
}
