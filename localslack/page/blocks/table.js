// The table block; its first row names the columns.

import { make } from "../parts/make.js";
import { richText } from "../words/rich_text.js";

export function table(block, context) {
  const settings = block.column_settings ?? [];
  const [names, ...rows] = block.rows;
  const line = (cells, tag, more = {}) =>
    make("tr", {}, ...cells.map((cell, column) => cellOf(cell, settings[column], tag, more, context)));
  return make(
    "div",
    { class: "table-block", tabindex: "0", role: "region", "aria-label": "Table" },
    make(
      "table",
      {},
      make("thead", {}, line(names, "th", { scope: "col" })),
      make("tbody", {}, ...rows.map((row) => line(row, "td"))),
    ),
  );
}

function cellOf(cell, setting, tag, more, context) {
  const look = `align-${setting?.align ?? "left"}${setting?.is_wrapped ? " wrapped" : ""}`;
  const inside = cell.type === "rich_text" ? richText(cell, context) : cell.text ?? "";
  return make(tag, { class: look, ...more }, inside);
}
