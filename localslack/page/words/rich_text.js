// Rich text: what Slack's own editor makes, piece by piece.

import { link, make } from "../parts/make.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, groupMention, moment, personMention } from "./mentions.js";
import { emojiSign } from "./mrkdwn.js";

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

const PIECES = {
  text: (piece) => document.createTextNode(piece.text),
  link: (piece) => link(piece.url, piece.text || piece.url),
  user: (piece, context) => personMention(piece.user_id, context),
  channel: (piece, context) => channelMention(piece.channel_id, context),
  usergroup: (piece) => groupMention(piece.usergroup_id),
  team: (piece) => make("span", { class: "mention" }, `@${piece.team_id}`),
  broadcast: (piece) => broadcast(piece.range),
  emoji: (piece) => emojiPiece(piece),
  date: (piece) => moment(piece.timestamp, piece.format, piece.fallback ?? "", piece.url),
  color: (piece) => color(piece.value),
};

const PARTS = {
  rich_text_section: (part, context) => make("div", { class: "rich-section" }, ...pieces(part, context)),
  rich_text_quote: (part, context) => make("blockquote", {}, ...pieces(part, context)),
  rich_text_preformatted: (part, context) =>
    make("pre", {}, make("code", {}, ...pieces(part, context))),
  rich_text_list: list,
};

export function richText(block, context) {
  const parts = block.elements.map((part) => PARTS[part.type]?.(part, context) ?? unknown(part));
  return make("div", { class: "rich-text" }, ...parts);
}

function list(part, context) {
  const ordered = part.style === "ordered";
  const given = { class: "rich-list", "data-indent": Math.min(part.indent ?? 0, 8) };
  if (ordered && part.offset) given.start = part.offset + 1;
  if (part.border) given.class += " bordered";
  const items = part.elements.map((item) => make("li", {}, ...pieces(item, context)));
  return make(ordered ? "ol" : "ul", given, ...items);
}

function pieces(part, context) {
  return part.elements.map((piece) => {
    const node = PIECES[piece.type]?.(piece, context) ?? unknown(piece);
    return styled(node, piece.style ?? {});
  });
}

function styled(node, style) {
  let dressed = node;
  for (const [name, tag] of Object.entries(STYLES)) {
    if (style[name]) dressed = make(tag, {}, dressed);
  }
  if (style.highlight || style.client_highlight) dressed = make("mark", {}, dressed);
  return dressed;
}

function emojiPiece(piece) {
  const codes = piece.unicode?.split("-").map((code) => Number.parseInt(code, 16));
  const sign = emoji(piece.name) ?? (codes?.every(Number.isFinite) && String.fromCodePoint(...codes));
  if (!sign) return document.createTextNode(`:${piece.name}:`);
  return emojiSign(piece.name, sign);
}

function color(value) {
  const swatch = make("span", { class: "color-swatch", "aria-hidden": "true" });
  if (CSS.supports("color", value)) swatch.style.backgroundColor = value;
  return make("span", { class: "color" }, value, swatch);
}

function unknown(part) {
  return make("span", { class: "unsupported" }, `unsupported part of a rich text: ${part.type}`);
}
