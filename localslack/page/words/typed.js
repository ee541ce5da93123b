// A message's text as somebody would type it, which is what they edit.

const ANGLES = /<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g;
const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export function typed(text, { people, channels }) {
  const named = text.replace(ANGLES, (_, sign, name, label) => {
    if (sign === "@") return `@${people.get(name)?.name ?? label ?? name}`;
    if (sign === "#") return `#${label || (channels.get(name)?.name ?? name)}`;
    return label || (sign ? `@${name}` : name);
  });
  return named.replace(/&(?:amp|lt|gt);/g, (sign) => SIGNS[sign]);
}
