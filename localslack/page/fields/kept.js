// What is chosen and typed in blocks: how it is spelled, where it starts, and how it outlives a
// fresh rendering of the same block.

const KEYS = {
  plain_text_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  number_input: "value",
  rich_text_input: ["rich_text_value", "initial_value"],
  file_input: ["files", "initial_files"],
  static_select: "option",
  external_select: "option",
  radio_buttons: "option",
  users_select: "user",
  channels_select: "channel",
  conversations_select: "conversation",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "date_time",
  checkboxes: "options",
  multi_static_select: "options",
  multi_external_select: "options",
  multi_users_select: "users",
  multi_channels_select: "channels",
  multi_conversations_select: "conversations",
};

const kept = new Map();

/** What the element holds when it appears: kept here, else known to the server, else preset. */
export function startOf(element, block, context) {
  const mine = kept.get(nameOf(context, block, element));
  if (mine !== undefined) return mine;
  const [key, initial] = keysOf(element.type);
  const known = context.values?.[block.block_id]?.[element.action_id];
  const start = known?.type === element.type ? known[key] : element[initial];
  return start ?? (severalIn(element) ? [] : null);
}

export function keep(element, block, context, value) {
  kept.set(nameOf(context, block, element), value);
}

export function forgetView(viewId) {
  for (const name of kept.keys()) if (name.startsWith(`${viewId}\n`)) kept.delete(name);
}

/** What was typed in blocks that the view has no more is gone with them. */
export function forgetGone(viewId, blocks) {
  const there = new Set(blocks.map(({ block_id }) => block_id));
  for (const name of kept.keys()) {
    const [view, block] = name.split("\n");
    if (view === viewId && !there.has(block)) kept.delete(name);
  }
}

/** As it is sent: an option by its value, a file by its id, anything else as it is. */
export function spelled(value) {
  if (Array.isArray(value)) return value.map(spelled);
  if (value && typeof value === "object" && value.type !== "rich_text") return value.value ?? value.id;
  return value;
}

function severalIn(element) {
  return element.type.startsWith("multi_") || ["checkboxes", "file_input"].includes(element.type);
}

export const isEmpty = (value) => value === null || value === undefined || value.length === 0;

function keysOf(type) {
  const key = KEYS[type];
  if (Array.isArray(key)) return key;
  return key === "value" ? ["value", "initial_value"] : [`selected_${key}`, `initial_${key}`];
}

function nameOf({ me, target }, block, element) {
  const where = target.view_id ?? `${target.channel}/${target.ts}`;
  return [where, block.block_id, element.action_id, me].join("\n");
}
