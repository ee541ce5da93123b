// What happens with what was typed: a command, a message, or a word from Slackbot.

const COMMAND = /^\/(?=\S)(\S*)\s*([\s\S]*)$/;

/** The command that the text begins with, if the app has it: {name, description, usage_hint}. */
export function commandIn(text, state) {
  const name = text.match(/^\/\S+/)?.[0];
  return state.commands.find((each) => each.name === name) ?? null;
}

/** True if the text was taken, and may go from the field. */
export async function sendText(desk, { channel, thread_ts, text, broadcast, files }) {
  const command = text.match(COMMAND);
  if (command && files.length === 0) return sendCommand(desk, channel, thread_ts, `/${command[1]}`, command[2]);
  const said = text.trim();
  if (files.length) return sendFiles(desk, { channel, thread_ts, text: said }, files);
  const answer = await desk.post("say", { channel, text: said, ...(thread_ts ? { thread_ts, broadcast } : {}) });
  return answer.ok;
}

async function sendCommand(desk, channel, thread_ts, name, text) {
  const { state } = desk;
  if (!state.commands.some((each) => each.name === name)) {
    const advice = "To send it as a message, put a space before the slash.";
    state.note(channel, `${name} is not a valid command. ${advice}`, thread_ts);
    return false;
  }
  if (thread_ts) {
    state.note(channel, `${name} cannot be used in a thread. Type it in the channel instead.`, thread_ts);
    return false;
  }
  desk.post("command", { channel, command: name, text: text.trim(), quiet: true }).then((answer) => {
    if (!answer.ok) state.note(channel, answer.error);
  });
  return true;
}

/** The words go with the first file. */
async function sendFiles(desk, { channel, thread_ts, text }, files) {
  for (const [at, file] of files.entries()) {
    const answer = await desk.upload(file, { channel, thread_ts, text: at === 0 ? text : "" });
    if (!answer.ok) return false;
  }
  return true;
}
