// What stands above the first message of a channel, and how to begin.

import { avatar } from "../parts/avatar.js";
import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";

export function intro(channel, state) {
  const name = state.channelName(channel);
  const sign = channel.is_direct ? avatar(state.people.get(channel.user)) : icon(channel.is_private ? "lock" : "hash");
  return [make("h2", {}, sign, name), make("p", {}, beginning(channel, name, state)), make("p", {}, ...howTo(channel, state))];
}

function beginning(channel, name, { app }) {
  if (channel.user === app.user) return app.description || `What ${app.name} writes to you stands here.`;
  if (channel.is_direct) return `Only ${name} and you read this.`;
  const who = channel.is_private ? "Only its members read it." : "";
  return `This is the very beginning of #${name}. ${who}`;
}

function howTo(channel, { commands, app }) {
  const isClosed = channel.user === app.user && app.messages_tab_read_only;
  const names = commands.flatMap(({ name }) => [make("code", {}, name), ", "]).slice(0, -1);
  return names.length ? ["Type ", ...names, ` ${isClosed ? "in a channel" : "below"} to use ${app.name}.`] : [];
}
