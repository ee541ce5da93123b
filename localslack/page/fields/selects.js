// The kinds of menus to choose from: whence each takes what it offers.

import { avatar } from "../parts/avatar.js";
import { Combobox } from "./combobox.js";
import { isEmpty } from "./kept.js";
import { plainWords } from "../words/mrkdwn.js";
import { SLACKBOT } from "../state.js";

const PAUSE = 250;
const KEEP_TYPING = 3;

export function select(element, field) {
  const kind = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const several = element.type.startsWith("multi_");
  const source = SOURCES[kind](element, field);
  const start = (several ? field.start : isEmpty(field.start) ? [] : [field.start]).map(source.choice);
  const combobox = new Combobox({
    start,
    several,
    most: element.max_selected_items,
    find: source.find,
    placeholder: plainWords(element.placeholder) || (several ? "Select options" : "Select an item"),
    clearable: field.optional,
    attributes: field.attributes,
    changed: (choices) => field.changed(several ? choices.map(source.value) : choices.map(source.value)[0] ?? null),
    done: () => field.settled(),
  });
  return { node: combobox.node, focusable: combobox.input };
}

const SOURCES = {
  static: (element) => ({
    ...optionChoices,
    find: (query) => matching(groupsOf(element), query),
  }),
  external: (element, field) => ({ ...optionChoices, find: asking(element, field) }),
  users: (_, { context }) => listed(choosable(context).map(personChoice), context),
  channels: (_, { context }) => {
    const open = [...context.channels.values()].filter((each) => !each.is_direct && !each.is_private);
    return listed(open.map((channel) => conversationChoice(channel, context)), context);
  },
  conversations: (element, { context }) => {
    const there = [...context.channels.values()].filter((each) => included(each, element.filter, context));
    return listed(there.map((channel) => conversationChoice(channel, context)), context);
  },
};

const optionChoices = {
  choice: (option) => ({
    value: option.value,
    label: plainWords(option.text),
    description: plainWords(option.description),
    option,
  }),
  value: ({ option }) => option,
};

function groupsOf({ options, option_groups }) {
  const groups = option_groups ?? [{ options: options ?? [] }];
  return groups.map((group) => ({
    label: plainWords(group.label),
    choices: group.options.map(optionChoices.choice),
  }));
}

function listed(choices, context) {
  const byId = new Map(choices.map((choice) => [choice.value, choice]));
  const away = (id) => {
    const name = context.people.get(id)?.real_name ?? context.channels.get(id)?.name;
    return { value: id, label: name ?? id };
  };
  return {
    choice: (id) => byId.get(id) ?? away(id),
    value: ({ value }) => value,
    find: (query) => matching([{ choices }], query),
  };
}

function matching(groups, query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return groups;
  const fits = ({ label, description }) => `${label} ${description ?? ""}`.toLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, choices: group.choices.filter(fits) }));
}

// Asks the app for what it offers, once the typing has paused.
function asking(element, { block, context }) {
  const least = element.min_query_length ?? KEEP_TYPING;
  let latest = 0;
  return async (query) => {
    const mine = ++latest;
    if (query.length < least) {
      return [{ choices: [], note: query ? "Keep typing to search" : "Start typing to search" }];
    }
    if (query) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (mine !== latest) return [];
    const { block_id } = block;
    const { action_id } = element;
    const answer = await context.post("suggest", { ...context.target, block_id, action_id, query, quiet: true });
    if (!answer.ok) return [{ choices: [], note: answer.error || "The options could not be loaded." }];
    return groupsOf(answer);
  };
}

function personChoice(person) {
  const label = person.real_name || person.name;
  return { value: person.id, label, description: person.title, mark: () => avatar(person, "small") };
}

// Slackbot is of this page only: nobody can send its id to the app.
function choosable(context) {
  return [...context.people.values()].filter((person) => person.id !== SLACKBOT.id);
}

function conversationChoice(channel, context) {
  if (channel.is_direct) return { ...personChoice(context.people.get(channel.user) ?? channel), value: channel.id };
  return { value: channel.id, label: `${channel.is_private ? "🔒 " : "#"}${channel.name}` };
}

function included(channel, filter, context) {
  if (channel.is_archived) return false;
  const kind = channel.is_direct ? "im" : channel.is_private ? "private" : "public";
  if (filter?.include && !filter.include.includes(kind)) return false;
  return !(filter?.exclude_bot_users && channel.is_direct && context.people.get(channel.user)?.is_bot);
}
