// Reads new messages out to those who do not see them come.

import { make } from "./make.js";

const KEPT = 5;

export function announce(message, state) {
  if (message.user === state.me) return;
  const log = document.getElementById("announcer");
  const name = state.people.get(message.user)?.real_name ?? "Somebody";
  const only = message.ephemeral ? " (only to you)" : "";
  log.append(make("p", {}, `${name}${only}: ${plain(message.text, state)}`));
  while (log.children.length > KEPT) log.firstChild.remove();
}

function plain(text, state) {
  return text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => state.people.get(id)?.real_name ?? "somebody")
    .replace(/<[^|>]*\|([^>]*)>/g, "$1")
    .replace(/[<>*~`]/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
