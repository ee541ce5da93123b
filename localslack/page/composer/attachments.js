// The files of a message: pictures as pictures, anything else as a card to download.

import { icon } from "../parts/icons.js";
import { make } from "../parts/make.js";

const STEP = 1024;

export function attachments(files) {
  return make("div", { class: "attachments" }, ...files.map(attachment));
}

function attachment(file) {
  const name = file.title || file.name;
  const given = { class: "attachment", href: file.url, download: file.name, title: `Download ${file.name}` };
  if (!file.mimetype.startsWith("image/")) {
    const words = make("span", { class: "grow" }, make("b", {}, name), make("small", {}, size(file.size)));
    return make("a", given, icon("file"), words);
  }
  const picture = make("img", { src: file.url, alt: file.alt_text || name, loading: "lazy" });
  const link = make("a", { href: file.url, target: "_blank", rel: "noopener" }, picture);
  return make("figure", { class: "picture-file" }, make("figcaption", {}, name), link);
}

export function size(bytes) {
  if (bytes < STEP) return `${bytes} bytes`;
  const kilobytes = bytes / STEP;
  return kilobytes < STEP ? `${Math.round(kilobytes)} kB` : `${(kilobytes / STEP).toFixed(1)} MB`;
}
