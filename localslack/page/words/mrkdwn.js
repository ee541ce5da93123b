// Slack's own markup ("mrkdwn") as elements.

import { link, make } from "../parts/make.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, groupMention, moment, personMention } from "./mentions.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/y;
const ADDRESS = /https?:\/\/[^\s<>|"]*[^\s<>|"'.,;:!?)\]*_~]/y;
// A word joiner makes a sign part of a word, too: apps put it around signs that are to stay such.
const WORD = /[\p{L}\p{N}\u2060]/u;
const CODE = /(?<!\u2060)`[^`\n]+`/y;
const CODE_OR_ANGLE = new RegExp(`<[^<>\\n]+>|${CODE.source}`, "y");

/** A text object of either type. */
export function words(text, context) {
  if (!text) return document.createDocumentFragment();
  if (text.type === "mrkdwn") return mrkdwn(text.text, context, { linkify: !text.verbatim });
  return fragment(text.emoji === false ? text.text : withEmoji(text.text));
}

/** What a text object says, where only letters can stand. */
export function plainWords(text) {
  if (!text) return "";
  if (text.type === "mrkdwn") return words(text, {}).textContent;
  return text.emoji === false ? text.text : withEmoji(text.text);
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji(name) ?? whole);
}

export function emojiSign(name, sign) {
  const given = { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` };
  return make("span", { ...given, dataset: { emoji: name } }, sign);
}

export function mrkdwn(text, context, { linkify = true } = {}) {
  const found = document.createDocumentFragment();
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, number) => {
    if (number % 2) found.append(make("pre", {}, make("code", {}, ...angles(trimmed(part), context))));
    else found.append(...quotes(besidePre(part, number, parts.length), context, linkify));
  });
  return found;
}

// A line break next to a block of code belongs to the block.
function besidePre(part, number, count) {
  const start = number > 0 ? part.replace(/^\n/, "") : part;
  return number < count - 1 ? start.replace(/\n$/, "") : start;
}

const trimmed = (code) => code.replace(/^\n|\n$/g, "");

function quotes(text, context, linkify) {
  const nodes = [];
  let plain = [];
  let quoted = [];
  const settle = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), context, linkify));
    if (quoted.length) {
      nodes.push(make("blockquote", {}, ...inline(quoted.join("\n"), context, linkify)));
    }
    [plain, quoted] = [[], []];
  };
  const lines = text.split("\n");
  for (const [number, line] of lines.entries()) {
    const rest = line.match(/^(?:&gt;|>){3}\s?(.*)$/s);
    if (rest) {
      settle();
      quoted = [rest[1], ...lines.slice(number + 1)];
      break;
    }
    const mark = line.match(/^(?:&gt;|>)\s?(.*)$/s);
    if (mark ? plain.length : quoted.length) settle();
    if (mark) quoted.push(mark[1]);
    else plain.push(line);
  }
  settle();
  return nodes;
}

function inline(text, context, linkify) {
  const nodes = [];
  const hopeless = new Map();
  let plain = "";
  let at = 0;
  const add = (node, length) => {
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(node);
    at += length;
  };
  while (at < text.length) {
    const piece = pieceAt(text, at, context, linkify, hopeless);
    if (piece && typeof piece.node !== "string") add(piece.node, piece.length);
    else {
      plain += piece?.node ?? text[at];
      at += piece?.length ?? 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

// What begins here, other than a mere letter: a node (or a string) and how long its source is.
function pieceAt(text, at, context, linkify, hopeless) {
  const sign = text[at];
  if (sign === "<") return angleAt(text, at, context, linkify);
  if (sign === "&") return entityAt(text, at);
  if (sign === ":") return emojiAt(text, at);
  if (sign === "`") return codeAt(text, at, context);
  if (STYLES[sign]) return styledAt(text, at, context, linkify, hopeless);
  if (linkify && sign === "h" && !WORD.test(text[at - 1] ?? " ")) return addressAt(text, at);
  return null;
}

function entityAt(text, at) {
  const [entity] = text.slice(at).match(/^&(?:amp|lt|gt);/) ?? [];
  return entity ? { node: ENTITIES[entity], length: entity.length } : null;
}

function emojiAt(text, at) {
  EMOJI.lastIndex = at;
  const found = EMOJI.exec(text);
  const sign = found && emoji(found[1]);
  if (!sign) return null;
  return { node: emojiSign(found[1], sign), length: found[0].length };
}

function addressAt(text, at) {
  ADDRESS.lastIndex = at;
  const [found] = ADDRESS.exec(text) ?? [];
  if (!found) return null;
  const address = decoded(found);
  return { node: link(address, address), length: found.length };
}

function codeAt(text, at, context) {
  CODE.lastIndex = at;
  const [whole] = CODE.exec(text) ?? [];
  if (!whole) return null;
  return { node: make("code", {}, ...angles(whole.slice(1, -1), context)), length: whole.length };
}

function styledAt(text, at, context, linkify, hopeless) {
  const [before, sign, after] = [text[at - 1] ?? " ", text[at], text[at + 1] ?? " "];
  if (WORD.test(before) || before === sign || after === sign || /\s/.test(after)) return null;
  // Where one of its kind found no end, the next on that line need not look.
  if (at < (hopeless.get(sign) ?? 0)) return null;
  const end = closing(text, at);
  if (end < 0) {
    const line = text.indexOf("\n", at);
    hopeless.set(sign, line < 0 ? text.length : line);
    return null;
  }
  const inner = inline(text.slice(at + 1, end), context, linkify);
  return { node: make(STYLES[sign], {}, ...inner), length: end - at + 1 };
}

// Where the style that opens here ends: on the same line, outside of code and links.
function closing(text, at) {
  const sign = text[at];
  for (let place = at + 1; place < text.length && text[place] !== "\n"; place += 1) {
    CODE_OR_ANGLE.lastIndex = place;
    const over = "<`".includes(text[place]) && CODE_OR_ANGLE.exec(text);
    if (over) place += over[0].length - 1;
    else if (text[place] === sign && place > at + 1) {
      const [before, after] = [text[place - 1], text[place + 1] ?? " "];
      if (!/\s/.test(before) && before !== sign && after !== sign && !WORD.test(after)) return place;
    }
  }
  return -1;
}

function angleAt(text, at, context, linkify) {
  const [whole, inside] = text.slice(at).match(/^<([^<>\n]+)>/) ?? [];
  if (!whole) return null;
  const node = angle(inside, context, linkify);
  return node ? { node, length: whole.length } : null;
}

function angle(inside, context, linkify) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : inside.slice(bar + 1);
  const said = label && decoded(label);
  if (target.startsWith("@")) return personMention(target.slice(1), context, said);
  if (target.startsWith("#")) return channelMention(target.slice(1), context, said);
  if (target.startsWith("!")) return special(target.slice(1), said);
  const address = decoded(target);
  if (!/^(https?:|mailto:)/i.test(address)) return said ? make("span", {}, said) : null;
  const shown = label ? inline(label, context, false) : [address.replace(/^mailto:/i, "")];
  return link(address, ...shown);
}

function special(target, said) {
  const [kind, ...rest] = target.split("^");
  if (kind === "date") {
    return moment(Number(rest[0]), decoded(rest[1] ?? ""), said ?? "", rest[2] && decoded(rest[2]));
  }
  if (kind === "subteam") return groupMention(rest[0], said);
  if (["channel", "here", "everyone"].includes(kind)) return broadcast(kind);
  return make("span", {}, said ?? `<${target}>`);
}

// Code, in which links and mentions count but nothing else does.
function angles(code, context) {
  return code
    .split(/(<[^<>\n]+>)/)
    .map((part) => (/^<.+>$/.test(part) && angle(part.slice(1, -1), context, false)) || decoded(part));
}

function decoded(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

function fragment(text) {
  const found = document.createDocumentFragment();
  found.append(text);
  return found;
}
