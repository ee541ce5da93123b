// Where the person is and who they are, kept in the address, so that two tabs can be two people.

const FIELDS = ["as", "channel", "tab", "thread"];
const listeners = [];

export function place() {
  const given = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(FIELDS.map((field) => [field, given.get(field)]));
}

/** Goes there; another channel leaves the thread and the tab, another person than before everything. */
export function go(changes, { replace = false } = {}) {
  const other = changes.as && place().as;
  const kept = other ? {} : changes.channel ? { as: place().as } : place();
  const wanted = { ...kept, ...changes };
  const hash = `#${new URLSearchParams(FIELDS.filter((f) => wanted[f]).map((f) => [f, wanted[f]]))}`;
  if (hash === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
  for (const listener of listeners) listener();
}

export function addressOf(channel, ts) {
  const there = new URLSearchParams({ as: place().as, channel, ...(ts ? { thread: ts } : {}) });
  return `${location.origin}/#${there}`;
}

export function onMove(listener) {
  listeners.push(listener);
}

addEventListener("popstate", () => listeners.forEach((listener) => listener()));
