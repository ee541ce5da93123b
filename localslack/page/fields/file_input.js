// A field for files: each is sent as soon as it is chosen, and its id is what the form holds.

import { make } from "../parts/make.js";

const MOST = 10;

export function fileInput(element, field) {
  const most = element.max_files ?? MOST;
  let files = field.start ?? [];
  const list = make("ul", { class: "file-list", "aria-label": "Added so far" });
  const input = make("input", {
    type: "file",
    class: "file-choose",
    multiple: most > 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    ...field.attributes,
  });
  const tooMany = make("small", { class: "field-error", role: "status" });
  let onTheWay = 0;
  const show = () => {
    list.replaceChildren(...files.map((file) => line(file.name, remover(file))));
    input.disabled = files.length >= most;
  };
  const remover = (file) => () => change(files.filter((each) => each !== file));
  const change = (now) => {
    files = now;
    field.changed(files);
    show();
  };
  input.addEventListener("change", async () => {
    const chosen = [...input.files].slice(0, most - files.length);
    tooMany.textContent = chosen.length < input.files.length ? `Only ${most} can be added.` : "";
    input.value = "";
    onTheWay += chosen.length;
    for (const file of chosen) {
      const sent = await sendShowing(file, list, field.context);
      onTheWay -= 1;
      if (sent) change([...files, sent]);
    }
  });
  show();
  return {
    node: make("div", { class: "file-field" }, input, tooMany, list),
    focusable: input,
    waiting: () => (onTheWay ? "A file is still on its way. Try again in a moment." : null),
  };
}

// Null if it could not be sent; the line then says why.
async function sendShowing(file, list, context) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": `Sending ${file.name}` });
  const row = line(file.name, () => row.remove(), bar);
  list.append(row);
  const answer = await context.upload(file, (share) => (bar.value = share));
  if (answer.ok) return answer.file;
  bar.replaceWith(make("small", { class: "field-error", role: "alert" }, answer.error));
  return null;
}

function line(name, remove, more = null) {
  const named = { class: "clear", "aria-label": `Remove ${name}` };
  const cross = make("button", { type: "button", ...named, on: { click: remove } }, "×");
  return make("li", {}, make("span", {}, name), more, cross);
}
