// What was begun and not sent. It outlives a reload of the page, not its window.

const PREFIX = "localslack.draft.";

export function draftIn(where) {
  return sessionStorage.getItem(PREFIX + where) ?? "";
}

export function keepDraft(where, text) {
  if (text) sessionStorage.setItem(PREFIX + where, text);
  else sessionStorage.removeItem(PREFIX + where);
}
