// A small editor whose content is a rich_text block.

import { make } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";
import { richText } from "../words/rich_text.js";

const TOOLS = [
  ["bold", "Bold", "B"],
  ["italic", "Italic", "I"],
  ["strikethrough", "Strikethrough", "S"],
  ["insertOrderedList", "Ordered list", "1."],
  ["insertUnorderedList", "Bulleted list", "•"],
];
const STYLES = {
  B: "bold",
  STRONG: "bold",
  I: "italic",
  EM: "italic",
  S: "strike",
  STRIKE: "strike",
  CODE: "code",
  U: "underline",
};
const LINES = new Set(["DIV", "P"]);

export function richTextInput(element, field) {
  const { id, ...attributes } = field.attributes;
  const editor = make("div", {
    id,
    class: "rich-editor",
    contenteditable: "true",
    role: "textbox",
    "aria-multiline": "true",
    "data-placeholder": plainWords(element.placeholder),
    ...attributes,
  });
  if (field.start) editor.append(...richText(field.start, field.context).childNodes);
  const tools = TOOLS.map(([command, label, sign]) => tool(editor, command, label, sign));
  editor.addEventListener("input", () => field.changed(read(editor)));
  editor.addEventListener("blur", () => field.dispatches && field.settled());
  editor.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  const bar = make("div", { class: "rich-tools", role: "toolbar", "aria-label": "Formatting" }, ...tools);
  return { node: make("div", { class: "rich-field" }, bar, editor), focusable: editor };
}

function tool(editor, command, label, sign) {
  const act = (event) => {
    event.preventDefault();
    editor.focus();
    document.execCommand(command);
  };
  const given = { type: "button", "aria-label": label, title: label, class: `tool-${command}` };
  return make("button", { ...given, on: { mousedown: (event) => event.preventDefault(), click: act } }, sign);
}

/** The editor's content as a rich_text block; null if it is empty. */
export function read(editor) {
  if (!editor.textContent.trim()) return null;
  const parts = [];
  let line = [];
  const end = () => {
    if (line.length) parts.push({ type: "rich_text_section", elements: joined(line) });
    line = [];
  };
  for (const node of lines(editor)) {
    if (isList(node)) {
      end();
      parts.push(...list(node, 0));
    } else {
      if (startsLine(node) && line.length && !endsLine(line)) line.push(text("\n", {}));
      line.push(...pieces(node, {}));
      if (startsLine(node) && node.nextSibling && !isList(node.nextSibling)) line.push(text("\n", {}));
    }
  }
  end();
  return { type: "rich_text", elements: parts };
}

// What stands in the editor one below the other; a list may be wrapped in a line.
function lines(node) {
  return [...node.childNodes].flatMap((child) =>
    startsLine(child) && child.querySelector("ul, ol") ? lines(child) : [child],
  );
}

const isList = (node) => node.nodeName === "UL" || node.nodeName === "OL";
const startsLine = (node) => LINES.has(node.nodeName);
const endsLine = (line) => line.at(-1)?.text?.endsWith("\n");

function list(node, indent) {
  const style = node.nodeName === "OL" ? "ordered" : "bullet";
  const parts = [];
  for (const item of node.children) {
    const nested = [...item.children].filter(isList);
    const own = [...item.childNodes].filter((child) => !nested.includes(child));
    const elements = joined(own.flatMap((child) => pieces(child, {})));
    const section = { type: "rich_text_section", elements };
    const last = parts.at(-1);
    if (last?.indent === indent && last.style === style) last.elements.push(section);
    else parts.push({ type: "rich_text_list", style, indent, elements: [section] });
    for (const inner of nested) parts.push(...list(inner, indent + 1));
  }
  return parts;
}

function pieces(node, style) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [text(node.data, style)] : [];
  if (node.nodeName === "BR") return node.nextSibling ? [text("\n", style)] : [];
  const { userId, channelId, emoji } = node.dataset ?? {};
  if (userId) return [{ type: "user", user_id: userId }];
  if (channelId) return [{ type: "channel", channel_id: channelId }];
  if (emoji) return [{ type: "emoji", name: emoji }];
  if (node.nodeName === "A") return [{ type: "link", url: node.getAttribute("href"), text: node.textContent }];
  const named = STYLES[node.nodeName];
  const inner = named ? { ...style, [named]: true } : style;
  return [...node.childNodes].flatMap((child) => pieces(child, inner));
}

function text(said, style) {
  return { type: "text", text: said, ...(Object.keys(style).length ? { style } : {}) };
}

function joined(line) {
  const found = [];
  for (const piece of line) {
    const last = found.at(-1);
    const both = last?.type === "text" && piece.type === "text";
    if (both && JSON.stringify(last.style) === JSON.stringify(piece.style)) last.text += piece.text;
    else found.push({ ...piece });
  }
  return found;
}
