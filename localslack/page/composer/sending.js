// What happens with what was typed: a command, a message, or a word from Slackbot.

const COMMAND = /^\/(?=\S)(\S*)\s*([\s\S]*)$/;

/** The command that the text begins with, if the app has it: {name, description, usage_hint}. */
export function commandIn(text, state) {
  const name = text.match(/^\/\S+/)?.[0];
  return state.commands.find((each) => each.name === name) ?? null;
}

/**
 * What was not taken, {text, files}, and goes back to the field; null if all of it was. For the app's
 * answer to a command nobody waits: `giveBack` gets the same later, if it never arrived.
 */
export async function sendText(session, { channel, thread_ts, text, broadcast, files, giveBack }) {
  const command = text.match(COMMAND);
  if (command && files.length === 0) {
    const lost = () => giveBack({ text, files });
    const isTaken = sendCommand(session, channel, thread_ts, `/${command[1]}`, command[2], lost);
    return isTaken ? null : { text, files };
  }
  if (files.length) return sendFiles(session, { channel, thread_ts, text }, files);
  const said = { channel, text: text.trim(), ...(thread_ts ? { thread_ts, broadcast } : {}) };
  const answer = await session.post("say", said);
  if (!answer.ok) return { text, files };
  tellWhoIsNotThere(session.state, channel, text, thread_ts);
  return null;
}

/** As Slackbot does where somebody speaks to an app that hears nothing there. */
function tellWhoIsNotThere(state, channel, text, thread_ts) {
  const { appUser: app } = state;
  if (!app || state.channels.get(channel)?.members.includes(app.id)) return;
  if (![app.name, app.real_name].some((name) => text.includes(`@${name}`)) && !text.includes(`<@${app.id}`)) return;
  state.note(channel, `${app.real_name} is not in this channel, and hears nothing here. Type /invite @${app.real_name} first.`, thread_ts);
}

function sendCommand(session, channel, thread_ts, name, text, lost) {
  const { state } = session;
  if (name === "/invite") {
    session.post("invite", { channel, who: text.trim(), quiet: true }).then((answer) => {
      if (!answer.ok) state.note(channel, answer.error, thread_ts);
    });
    return true;
  }
  if (!state.commands.some((each) => each.name === name)) {
    const advice = "To send it as a message, put a space before the slash.";
    state.note(channel, `${name} is not a valid command. ${advice}`, thread_ts);
    return false;
  }
  if (thread_ts) {
    state.note(channel, `${name} cannot be used in a thread. Type it in the channel instead.`, thread_ts);
    return false;
  }
  session.post("command", { channel, command: name, text: text.trim(), quiet: true }).then((answer) => {
    if (answer.isUndelivered) lost();
    const said = answer.isUndelivered ? `${name} was not sent and stays in the field. ${answer.error}` : answer.error;
    if (!answer.ok) state.note(channel, said);
  });
  return true;
}

/** The words go with the first file. */
async function sendFiles(session, { channel, thread_ts, text }, files) {
  for (const [at, file] of files.entries()) {
    const left = at === 0 ? text : "";
    const answer = await session.upload(file, { channel, thread_ts, text: left.trim() });
    if (!answer.ok) return { text: left, files: files.slice(at) };
  }
  return null;
}
