// The list that opens while one types "/", "@" or "#". The field keeps the focus.

import { avatar } from "../parts/avatar.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { SLACKBOT } from "../state.js";

const AT_CARET = /(?:^|\s)([@#])([\w.-]*)$/;
const MOST = 8;
const HEAD = 54;
const EDGE = 8;
const LEAST = 120;
let lists = 0;

export class Completion {
  #found = [];
  #chosen = 0;

  /** `offers(sign, typed)` gives [{insert, title, hint, note, lead}]. */
  constructor(field, offers) {
    this.field = field;
    this.offers = offers;
    lists += 1;
    const id = `completion-${lists}`;
    this.list = make("ul", { class: "completion", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.addEventListener("input", () => this.look());
    field.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  look() {
    const typed = this.field.value.slice(0, this.field.selectionStart);
    const command = typed.match(/^\/\S*$/);
    const mention = typed.match(AT_CARET);
    this.#found = [];
    if (command) this.#found = this.offers("/", typed.slice(1));
    else if (mention) this.#found = this.offers(mention[1], mention[2]);
    this.#found = this.#found.slice(0, MOST);
    this.start = this.field.selectionStart - (command ? typed.length : mention ? mention[2].length + 1 : 0);
    this.#chosen = 0;
    this.#show();
  }

  /** True if the key was for the list. */
  took(event) {
    if (!this.isOpen || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#chosen = (this.#chosen + step + this.#found.length) % this.#found.length;
      this.#show();
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#insert(this.#found[this.#chosen]);
    else if (event.key === "Enter" && !this.#isComplete) this.#insert(this.#found[this.#chosen]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** A command that is typed out needs no completing: Enter sends it. */
  get #isComplete() {
    return this.#found[this.#chosen].insert === this.field.value;
  }

  #insert({ insert }) {
    this.field.setRangeText(`${insert} `, this.start, this.field.selectionStart, "end");
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("input"));
  }

  #show() {
    if (this.#found.length === 0) return this.close();
    this.list.replaceChildren(...this.#found.map((each, at) => this.#option(each, at)));
    this.list.hidden = false;
    this.#fit();
    const chosen = this.list.children[this.#chosen];
    chosen.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", chosen.id);
  }

  /** Above the field, unless there is too little room and more below, as in a short thread. */
  #fit() {
    this.list.style.maxHeight = "";
    const pane = this.field.closest(".side, .main").getBoundingClientRect();
    const box = this.list.parentElement.getBoundingClientRect();
    const above = box.top - pane.top - HEAD;
    const below = pane.bottom - box.bottom - EDGE;
    const isBelow = above < this.list.offsetHeight && below > above;
    this.list.classList.toggle("below", isBelow);
    this.list.style.maxHeight = `${Math.min(this.list.offsetHeight, Math.max(isBelow ? below : above, LEAST))}px`;
  }

  #option({ insert, title, hint, note, lead }, at) {
    const words = [make("b", {}, title), hint ? make("span", { class: "hint" }, ` ${hint}`) : null];
    const more = note ? make("small", {}, note) : null;
    const id = `${this.list.id}-${at}`;
    const attributes = { id, role: "option", "aria-selected": String(at === this.#chosen) };
    const option = make("li", attributes, lead, make("span", { class: "grow" }, ...words, more));
    // On the way down, so that the field does not lose the focus first.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#insert({ insert });
    });
    return option;
  }
}

/** What may be completed in this workspace. */
export function offersOf(state) {
  return (sign, typed) => {
    const wanted = typed.toLowerCase();
    if (sign === "/") return commands(state, wanted);
    if (sign === "#") return channels(state, wanted);
    return people(state, wanted);
  };
}

function commands(state, wanted) {
  return state.commands
    .filter(({ name }) => name.startsWith(`/${wanted}`))
    .map(({ name, usage_hint, description }) => ({
      insert: name,
      title: name,
      hint: usage_hint,
      note: description,
      lead: avatar(state.appUser, "middle"),
    }));
}

function people(state, wanted) {
  return [...state.people.values()]
    .filter((each) => each.id !== SLACKBOT.id && rank(each, wanted) >= 0)
    .sort((one, other) => rank(one, wanted) - rank(other, wanted))
    .map((each) => ({
      insert: `@${each.name}`,
      title: each.real_name,
      hint: `@${each.name}`,
      note: each.title,
      lead: avatar(each, "middle"),
    }));
}

/** Those called so come before those whose second name begins so; -1 for the others. */
function rank({ name, real_name }, wanted) {
  const words = `${name} ${real_name}`.toLowerCase().split(" ");
  return words.findIndex((word) => word.startsWith(wanted));
}

function channels(state, wanted) {
  return [...state.channels.values()]
    .filter((each) => !each.is_direct && each.name.startsWith(wanted))
    .map((each) => ({ insert: `#${each.name}`, title: each.name, lead: icon(each.is_private ? "lock" : "hash") }));
}
