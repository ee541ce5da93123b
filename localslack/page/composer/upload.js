// Sends a file, telling how far it is.

import { asAnswer, NO_ANSWER } from "../feed.js";

/** Answers as `send` does, and never throws; `progressed` gets the share that is sent, 0 to 1. */
export function upload(file, given, progressed = () => {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(given)) if (value) form.set(name, value);
  form.set("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", "/page/upload");
  request.upload.addEventListener("progress", ({ loaded, total }) => progressed(total ? loaded / total : 0));
  return new Promise((settle) => {
    request.addEventListener("error", () => settle({ ok: false, error: NO_ANSWER }));
    request.addEventListener("load", () => settle(asAnswer(request.responseText, request.status)));
    request.send(form);
  });
}
