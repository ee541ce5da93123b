// What passed between this Slack and the app: each request with its ack time, each call, what was wrong.

import { icon } from "./icons.js";
import { make } from "./make.js";
import { sideHead } from "./thread.js";
import { clockSeconds } from "./time.js";

const SLOW_SECONDS = 1;
const CLEARED = "localslack.cleared";

export class Panel {
  #rows = new Map();

  constructor(root, desk) {
    this.root = root;
    this.state = desk.state;
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
    const from = Number(sessionStorage.getItem(CLEARED) ?? 0);
    return [...this.state.log.values()].filter((each) => each.id > from);
  }

  #clear() {
    const last = Math.max(0, ...this.state.log.keys());
    sessionStorage.setItem(CLEARED, String(last));
    this.#showAll();
  }

  #showAll() {
    // Ids begin anew when the local Slack does; then nothing was cleared yet.
    if (Number(sessionStorage.getItem(CLEARED) ?? 0) > Math.max(0, ...this.state.log.keys())) sessionStorage.removeItem(CLEARED);
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
    const isRequest = entry.kind === "request";
    const direction = isRequest ? "To the app" : "From the app";
    const arrow = make("span", { class: `log-arrow ${entry.kind}`, title: direction }, icon(isRequest ? "outbound" : "inbound"));
    this.summary.replaceChildren(
      arrow,
      make("span", { class: "unseen" }, `${direction}: `),
      make("span", { class: "log-what" }, entry.what),
      outcome(entry),
      took(entry),
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
