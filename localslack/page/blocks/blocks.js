// Block Kit as Slack shows it: one block after the other.

import { actingElement, unsupported } from "./elements.js";
import { folded } from "../parts/folded.js";
import { inputBlock } from "../fields/input_block.js";
import { make } from "../parts/make.js";
import { markdown } from "../words/markdown.js";
import { fileBlock, imageBlock, picture, videoBlock } from "./media.js";
import { mrkdwn, plainWords, words } from "../words/mrkdwn.js";
import { richText } from "../words/rich_text.js";
import { table } from "./table.js";

const BLOCKS = {
  header: (block) => make("h3", { class: "header-block" }, plainWords(block.text)),
  section,
  context: contextBlock,
  actions,
  context_actions: actions,
  divider: () => make("hr", { class: "divider-block" }),
  image: imageBlock,
  video: videoBlock,
  input: inputBlock,
  rich_text: richText,
  table,
  markdown: (block) => markdown(block.text),
  file: fileBlock,
};

export function renderBlocks(blocks, context) {
  return make("div", { class: "blocks" }, ...blocks.map((block) => rendered(block, context)));
}

/** A message without blocks. */
export function renderText(text, context) {
  return mrkdwn(text, context);
}

function rendered(block, context) {
  const node = BLOCKS[block.type]?.(block, context) ?? unsupported("block", block.type);
  node.classList.add("block");
  if (block.block_id) node.dataset.blockId = block.block_id;
  return node;
}

function section(block, context) {
  const fields = block.fields?.map((field) => make("div", { class: "section-field" }, words(field, context)));
  const beside = block.accessory && actingElement(block.accessory, block, context);
  return make(
    "div",
    { class: "section-block" },
    make(
      "div",
      { class: "section-words" },
      block.text ? sectionText(block, context) : null,
      fields ? make("div", { class: "section-fields" }, ...fields) : null,
    ),
    beside ? make("div", { class: "accessory" }, beside) : null,
  );
}

// A form or a Home tab shows all of it, as its reader came for that.
function sectionText(block, context) {
  const { ts, channel } = context.target;
  const text = make("div", { class: "section-text" }, words(block.text, context));
  return ts ? folded(text, `${channel}/${ts}/${block.block_id}`) : text;
}

function contextBlock(block, context) {
  const parts = block.elements.map((element) =>
    element.type === "image"
      ? picture(element, "context-picture")
      : make("span", { class: "context-words" }, words(element, context)),
  );
  return make("div", { class: "context-block" }, ...parts);
}

function actions(block, context) {
  const elements = block.elements.map((element) => actingElement(element, block, context));
  return make("div", { class: "actions-block" }, ...elements);
}
