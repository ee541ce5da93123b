// Making elements. What people or apps wrote becomes text nodes here, never markup.

let made = 0;

/** An element; `given` holds its class, its listeners (`on`), its `dataset`, and attributes. */
export function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [happening, act] of Object.entries(value)) node.addEventListener(happening, act);
    } else if (name === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An id that no other element of the page has. */
export function newId(word) {
  made += 1;
  return `${word}-${made}`;
}

/** The address if a click on it may leave the page, else null. */
export function safeAddress(address) {
  try {
    const { protocol } = new URL(address);
    return ["http:", "https:", "mailto:"].includes(protocol) ? address : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page; mere text if its address is of a kind not to follow. */
export function link(address, ...label) {
  const href = safeAddress(address);
  if (!href) return make("span", {}, ...label);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}
