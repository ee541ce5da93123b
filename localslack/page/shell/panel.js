// What passed between this Slack and the app: each request with its ack time, each call, what was wrong.

import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";
import { sideHead } from "../messages/thread.js";
import { clockSeconds } from "../parts/time.js";

const SLOW_SECONDS = 1;
const CLEARED = "localslack.cleared-until";

export class Panel {
  #rows = new Map();

  constructor(root, session) {
    this.root = root;
    this.state = session.state;
    this.button = document.getElementById("requests");
    this.only = make("input", { type: "checkbox" });
    this.only.addEventListener("change", () => this.#showAll());
    this.list = make("ol", { class: "log" });
    this.nothing = make("p", { class: "nothing" });
    const clear = make("button", { type: "button", class: "plain-button", on: { click: () => this.#clear() } }, "Clear");
    const filter = make("label", { class: "only" }, this.only, "Problems only");
    root.append(sideHead("Requests", "", () => this.close(), filter, clear), make("div", { class: "scroller" }, this.list, this.nothing));
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.state.addEventListener("state", () => this.#showAll());
    this.state.addEventListener("log", ({ detail }) => this.#came(detail));
  }

  close() {
    this.root.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  get #entries() {
    const until = JSON.parse(sessionStorage.getItem(CLEARED));
    return [...this.state.log.values()].filter((each) => !until || isLater(each, until));
  }

  #clear() {
    const last = [...this.state.log.values()].reduce((one, other) => (one && isLater(one, other) ? one : other), null);
    if (last) sessionStorage.setItem(CLEARED, JSON.stringify({ at: last.at, id: last.id }));
    this.#showAll();
  }

  #showAll() {
    this.#rows.clear();
    this.list.replaceChildren();
    for (const entry of this.#entries) this.#put(entry);
    this.#count();
  }

  #came(entry) {
    this.#put(entry);
    this.#count();
  }

  #put(entry) {
    if (this.only.checked && !isWrong(entry)) return;
    const there = this.#rows.get(entry.id);
    if (there) there.update(entry);
    else {
      const row = new Row(entry);
      this.#rows.set(entry.id, row);
      this.list.prepend(row.element);
      this.#forget();
    }
  }

  #forget() {
    for (const [id, row] of this.#rows) {
      if (this.state.log.has(id)) return;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  #count() {
    const wrong = this.#entries.filter(isWrong).length;
    const badge = this.button.querySelector(".count");
    badge.hidden = wrong === 0;
    badge.textContent = String(wrong);
    badge.title = `${wrong} with problems`;
    this.button.setAttribute("aria-label", `Requests${wrong ? ` ${wrong} with problems` : ""}`);
    this.nothing.hidden = this.#rows.size > 0;
    this.nothing.textContent = this.only.checked
      ? "No problems. Slack would have taken everything."
      : "Nothing yet. What this Slack sends to the app, and what the app calls, appears here.";
  }
}

class Row {
  constructor(entry) {
    this.summary = make("summary", {});
    this.problems = make("ul", { class: "log-problems" });
    this.more = make("div", { class: "log-more" });
    this.details = make("details", {}, this.summary, this.more);
    this.element = make("li", { class: "log-entry" }, this.details, this.problems);
    this.details.addEventListener("toggle", () => this.#showMore());
    this.update(entry);
  }

  update(entry) {
    this.entry = entry;
    this.element.classList.toggle("wrong", isWrong(entry));
    const passed = entry.kind !== "manifest";
    this.summary.replaceChildren(
      ...(passed ? direction(entry) : []),
      make("span", { class: "log-what" }, entry.what),
      ...(passed ? [outcome(entry), took(entry)] : []),
      make("time", { class: "log-at" }, clockSeconds(entry.at)),
    );
    this.problems.replaceChildren(...sentences(entry).map((sentence) => make("li", {}, sentence)));
    this.problems.hidden = !isWrong(entry);
    this.#showMore();
  }

  #showMore() {
    if (!this.details.open) return this.more.replaceChildren();
    const { given, answer } = this.entry;
    this.more.replaceChildren(part("Given", given), part("Answer", answer));
  }
}

// Ids begin anew when the local Slack does, and alone would not tell.
function isLater(one, other) {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}

function direction({ kind }) {
  const words = kind === "request" ? "To the app" : "From the app";
  const sign = icon(kind === "request" ? "outbound" : "inbound");
  return [
    make("span", { class: `log-arrow ${kind}`, title: words }, sign),
    make("span", { class: "unseen" }, `${words}: `),
  ];
}

function isWrong(entry) {
  return entry.problems.length > 0 || Boolean(entry.failure);
}

function sentences(entry) {
  const all = entry.problems.length ? entry.problems : [entry.failure];
  return all.filter(Boolean);
}

function outcome(entry) {
  if (entry.failure) return make("span", { class: "log-status bad" }, entry.failure);
  if (entry.seconds === null) return make("span", { class: "log-status" }, "running");
  const isBad = entry.status < 200 || entry.status > 299;
  return make("span", { class: `log-status ${isBad ? "bad" : "good"}` }, String(entry.status));
}

function took({ seconds, kind }) {
  if (seconds === null) return make("span", { class: "log-took" }, "…");
  const shown = seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
  const look = kind === "request" && seconds > SLOW_SECONDS ? "log-took slow" : "log-took";
  const title = kind === "request" ? "Until the app acknowledged it; Slack waits 3 s" : "Until it was answered";
  return make("span", { class: look, title }, shown);
}

function part(name, value) {
  const isText = typeof value === "string";
  const text = isText ? value : JSON.stringify(value, null, 2);
  return make("section", {}, make("h3", {}, name), make("pre", { tabindex: "0", "aria-label": name }, text ?? "nothing"));
}
