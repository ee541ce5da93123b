// The markdown block: ordinary Markdown (not Slack's own markup) as elements.

import { link, make } from "../parts/make.js";
import { withEmoji } from "./mrkdwn.js";

const ITEM = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;
const RULE = /^\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const TABLE_RULE = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;

const INLINE = [
  [/`([^`\n]+)`/, ([, code]) => make("code", {}, code)],
  [/!\[([^\]]*)\]\(([^\s)]+)\)/, ([, label, address]) => link(address, label || address)],
  [/\[([^\]]+)\]\(([^\s)]+)(?:\s+"[^"]*")?\)/, ([, label, address]) => link(address, ...inline(label))],
  [/\*\*(?=\S)(.+?\S|\S)\*\*|__(?=\S)(.+?\S|\S)__/, ([, a, b]) => make("strong", {}, ...inline(a ?? b))],
  [/~~(?=\S)(.+?)~~/, ([, struck]) => make("s", {}, ...inline(struck))],
  [
    /(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?!\w)|(?<!\w)_(?=\S)([^_\n]*[^\s_])_(?!\w)/,
    ([, a, b]) => make("em", {}, ...inline(a ?? b)),
  ],
  [/<((?:https?|mailto):[^\s<>]+)>/, ([, address]) => link(address, address)],
  [/https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"]/, ([address]) => link(address, address)],
  [/\\([\\`*_{}[\]()#+\-.!~|>])/, ([, sign]) => document.createTextNode(sign)],
];

export function markdown(text) {
  return make("div", { class: "markdown-block" }, ...blocks(text.split("\n")));
}

function blocks(lines) {
  const nodes = [];
  let rest = lines;
  while (rest.length) {
    const [node, used] = first(rest);
    if (node) nodes.push(node);
    rest = rest.slice(used);
  }
  return nodes;
}

// The block that these lines begin with, and how many of them it takes.
function first(lines) {
  const [line] = lines;
  if (!line.trim()) return [null, 1];
  const fence = line.match(/^\s*(```+|~~~+)/);
  if (fence) return fenced(lines, fence[1]);
  const heading = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (heading) return [make(`h${heading[1].length}`, {}, ...inline(heading[2])), 1];
  if (RULE.test(line)) return [make("hr"), 1];
  if (line.startsWith(">")) return quoted(lines);
  if (ITEM.test(line)) return list(lines);
  if (line.includes("|") && TABLE_RULE.test(lines[1] ?? "")) return tabular(lines);
  const count = paragraphLength(lines);
  return [make("p", {}, ...inline(lines.slice(0, count).join("\n"))), count];
}

function paragraphLength(lines) {
  const end = lines.findIndex(
    (line, at) => at > 0 && (!line.trim() || /^(#{1,6}\s|>|\s*(```|~~~))/.test(line) || ITEM.test(line)),
  );
  return end < 0 ? lines.length : end;
}

function fenced(lines, fence) {
  const end = lines.findIndex((line, at) => at > 0 && line.trim().startsWith(fence));
  const code = lines.slice(1, end < 0 ? lines.length : end).join("\n");
  return [make("pre", {}, make("code", {}, code)), end < 0 ? lines.length : end + 1];
}

function quoted(lines) {
  const count = leading(lines, (line) => line.startsWith(">"));
  const inside = lines.slice(0, count).map((line) => line.replace(/^>\s?/, ""));
  return [make("blockquote", {}, ...blocks(inside)), count];
}

function list(lines) {
  const [, indent, , number] = lines[0].match(ITEM);
  const inner = (line) => /^\s+\S/.test(line) && line.search(/\S/) > indent.length;
  const same = (line) => {
    const item = line.match(ITEM);
    return item && item[1].length === indent.length && Boolean(item[3]) === Boolean(number);
  };
  const count = leading(lines, (line) => same(line) || inner(line));
  const items = [];
  for (const line of lines.slice(0, count)) {
    if (same(line)) items.push([line.match(ITEM)[4]]);
    else items.at(-1).push(line);
  }
  const nodes = items.map(([said, ...more]) => make("li", {}, ...item(said), ...blocks(more)));
  const given = number && number !== "1" ? { start: number } : {};
  return [make(number ? "ol" : "ul", given, ...nodes), count];
}

function item(said) {
  const task = said.match(/^\[([ xX])\]\s+(.*)$/);
  if (!task) return inline(said);
  const done = task[1] !== " ";
  const box = make("input", { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "done" : "to do" });
  return [box, ...inline(task[2])];
}

function tabular(lines) {
  const count = leading(lines, (line) => line.includes("|"));
  const [names, , ...rows] = lines.slice(0, count).map((line) =>
    line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );
  const row = (cells, tag) => make("tr", {}, ...cells.map((cell) => make(tag, {}, ...inline(cell))));
  const body = make("tbody", {}, ...rows.map((cells) => row(cells, "td")));
  const table = make("table", {}, make("thead", {}, row(names, "th")), body);
  return [make("div", { class: "table-block" }, table), count];
}

function leading(lines, belongs) {
  const end = lines.findIndex((line) => !belongs(line));
  return end < 0 ? lines.length : end;
}

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let next = earliest(rest); next; next = earliest(rest)) {
    nodes.push(withEmoji(rest.slice(0, next.found.index)), next.render(next.found));
    rest = rest.slice(next.found.index + next.found[0].length);
  }
  return [...nodes, withEmoji(rest)];
}

function earliest(text) {
  let first = null;
  for (const [pattern, render] of INLINE) {
    const found = text.match(pattern);
    if (found && (!first || found.index < first.found.index)) first = { found, render };
  }
  return first;
}
