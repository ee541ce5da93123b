// A field that offers choices and narrows them while one types (the combobox pattern of ARIA).

import { make, newId } from "../parts/make.js";
import { openPopup } from "../parts/popup.js";

const CLOSED = null;

/**
 * `find(query)` gives groups [{label, choices: [{value, label, description, mark()}]}], at once or
 * later; `start` is a list of choices. `changed(choices)` is told when something was chosen, and
 * `done()` when the list closed after that.
 */
export class Combobox {
  #listId = newId("listbox");
  #open = CLOSED;
  #shown = [];
  #active = -1;
  #asked = 0;
  #touched = false;

  constructor({ start, find, placeholder, several, most, clearable, changed, done, attributes }) {
    Object.assign(this, { chosen: start, find, placeholder, several, most: most ?? Infinity, changed, done });
    this.input = make("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#listId,
      ...attributes,
      on: {
        click: () => this.open(),
        input: () => this.#typed(),
        keydown: (event) => this.#key(event),
        blur: () => this.#left(),
      },
    });
    this.list = make("div", {
      id: this.#listId,
      class: "options",
      role: "listbox",
      popover: "manual",
      "aria-label": attributes["aria-label"] ?? "Options",
      "aria-multiselectable": several ? "true" : null,
      on: { mousedown: (event) => event.preventDefault() },
    });
    this.chips = make("span", { class: "chips" });
    this.clear = make(
      "button",
      { type: "button", class: "clear", "aria-label": "Clear", tabindex: "-1", on: { click: () => this.#set([]) } },
      "×",
    );
    this.box = make("div", { class: `combobox${several ? " several" : ""}` }, this.chips, this.input, this.clear);
    this.box.addEventListener("mousedown", (event) => this.#pressedBeside(event));
    this.node = make("div", { class: "select" }, this.box, this.list);
    this.clearable = clearable && !several;
    this.#show();
  }

  async open(query = "") {
    const asked = ++this.#asked;
    if (!this.#open) {
      this.#open = openPopup(this.list, this.box, { close: () => this.close(), minWidth: 220 });
      this.input.setAttribute("aria-expanded", "true");
      // Not what was just typed, or the next key would replace it.
      if (!this.several && !query) this.input.select();
    }
    const found = this.find(query);
    if (found instanceof Promise) this.#say("Loading…");
    const groups = await found;
    if (asked === this.#asked && this.#open) this.#offer(groups, query);
  }

  close() {
    if (!this.#open) return;
    this.#open.end();
    this.#open = CLOSED;
    this.#asked += 1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.#show();
    if (this.#touched) this.done?.();
    this.#touched = false;
  }

  #typed() {
    this.open(this.input.value);
  }

  #left() {
    if (!this.several && this.clearable && !this.input.value && this.chosen.length) this.#set([]);
    this.close();
  }

  // Everything in the box but its buttons stands for the input.
  #pressedBeside(event) {
    if (event.target === this.input || event.target.closest("button")) return;
    event.preventDefault();
    this.input.focus();
    if (this.#open) this.close();
    else this.open();
  }

  #offer(groups, query) {
    this.list.replaceChildren();
    this.#shown = [];
    for (const { label, choices, note } of groups) {
      const options = choices.map((choice) => this.#option(choice));
      if (note) this.list.append(make("div", { class: "options-note" }, note));
      if (!label) this.list.append(...options);
      else if (options.length) {
        const heading = make("div", { class: "options-label", "aria-hidden": "true" }, label);
        this.list.append(make("div", { role: "group", "aria-label": label }, heading, ...options));
      }
    }
    if (!this.list.hasChildNodes()) this.#say("No results");
    const current = query ? 0 : this.#shown.findIndex(({ choice }) => this.#has(choice));
    this.#activate(Math.max(current, 0));
    this.#open.place();
  }

  #say(note) {
    this.#shown = [];
    this.#active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(make("div", { class: "options-note", role: "status" }, note));
  }

  #option(choice) {
    const number = this.#shown.length;
    const node = make(
      "div",
      {
        id: `${this.#listId}-${number}`,
        class: "option",
        role: "option",
        "aria-selected": String(this.#has(choice)),
        on: { click: () => this.#pick(choice), mousemove: () => this.#activate(number, false) },
      },
      choice.mark?.(),
      make(
        "span",
        { class: "option-words" },
        make("span", {}, choice.label),
        choice.description ? make("small", {}, choice.description) : null,
      ),
    );
    this.#shown.push({ choice, node });
    return node;
  }

  #activate(number, scroll = true) {
    this.#shown[this.#active]?.node.classList.remove("active");
    this.#active = number;
    const shown = this.#shown[number];
    if (!shown) return;
    shown.node.classList.add("active");
    if (scroll) shown.node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", shown.node.id);
  }

  #pick(choice) {
    if (!this.several) {
      this.#set([choice]);
      this.close();
      return;
    }
    const without = this.chosen.filter(({ value }) => value !== choice.value);
    if (without.length === this.chosen.length && without.length >= this.most) return;
    this.#set(without.length < this.chosen.length ? without : [...this.chosen, choice], true);
    this.input.value = "";
    this.open();
  }

  #set(choices, open = false) {
    const same = choices.length === this.chosen.length && choices.every((choice) => this.#has(choice));
    this.chosen = choices;
    if (!same) {
      this.changed(choices);
      this.#touched = true;
    }
    this.#show();
    if (!open && !this.#open && this.#touched) {
      this.#touched = false;
      this.done?.();
    }
  }

  #show() {
    const full = this.chosen.length > 0;
    if (this.several) this.chips.replaceChildren(...this.chosen.map((choice) => this.#chip(choice)));
    else this.input.value = this.chosen[0]?.label ?? "";
    this.input.placeholder = this.several && full ? "" : this.placeholder;
    this.clear.hidden = !(this.clearable && full);
    this.#open?.place();
  }

  #chip(choice) {
    const remove = () => {
      this.#set(this.chosen.filter(({ value }) => value !== choice.value));
      this.input.focus();
    };
    const named = { "aria-label": `Remove ${choice.label}` };
    const cross = make("button", { type: "button", ...named, on: { click: remove } }, "×");
    return make("span", { class: "chip" }, make("span", {}, choice.label), cross);
  }

  #has(choice) {
    return this.chosen.some(({ value }) => value === choice.value);
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && !this.#open) this.open();
    else if (step) this.#activate(this.#stepped(step));
    else if (event.key === "Enter" && this.#open && !event.ctrlKey && !event.metaKey) {
      if (this.#shown[this.#active]) this.#pick(this.#shown[this.#active].choice);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.open();
    else if (event.key === "Escape" && this.#open) this.close();
    else if (event.key === "Backspace" && this.several && !this.input.value && this.chosen.length) {
      this.#set(this.chosen.slice(0, -1), Boolean(this.#open));
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #stepped(step) {
    const last = this.#shown.length - 1;
    const to = this.#active + step;
    if (Math.abs(step) > 1) return Math.min(Math.max(to, 0), last);
    return to < 0 ? last : to > last ? 0 : to;
  }
}
