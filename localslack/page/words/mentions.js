// People, channels, groups and moments as they stand inside a text.

import { formatted } from "./dates.js";
import { link, make } from "../parts/make.js";

export function personMention(id, context, label) {
  const person = context.people?.get(id);
  const mine = id === context.me ? " mention-me" : "";
  const said = `@${person?.real_name ?? label ?? id}`;
  return mention(said, `mention${mine}`, { userId: id }, person && context.openPerson, id);
}

export function channelMention(id, context, label) {
  const channel = context.channels?.get(id);
  if (!channel && !label) {
    return make("span", { class: "mention mention-away", dataset: { channelId: id } }, "#private-channel");
  }
  const said = `#${channel?.name ?? label}`;
  return mention(said, "mention", { channelId: id }, channel && context.openChannel, id);
}

export function groupMention(id, label) {
  const said = label ? `@${label.replace(/^@/, "")}` : `@${id}`;
  return make("span", { class: "mention", dataset: { usergroupId: id } }, said);
}

export function broadcast(range) {
  return make("span", { class: "mention mention-me", dataset: { range } }, `@${range}`);
}

/** A moment that keeps telling itself rightly; dates.js refreshes it. */
export function moment(seconds, format, fallback, address) {
  if (!Number.isFinite(seconds)) return document.createTextNode(fallback);
  const exact = new Date(seconds * 1000);
  const time = make(
    "time",
    {
      datetime: exact.toISOString(),
      title: exact.toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" }),
      dataset: { seconds, format, fallback },
    },
    formatted(seconds, format),
  );
  return address ? link(address, time) : time;
}

function mention(said, look, dataset, open, id) {
  if (!open) return make("span", { class: look, dataset }, said);
  return make("button", { type: "button", class: look, dataset, on: { click: () => open(id) } }, said);
}
