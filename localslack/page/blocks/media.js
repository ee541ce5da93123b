// Pictures, videos and files. What lies elsewhere is not loaded: a card with a link stands for it.

import { icon } from "../parts/icons.js";
import { link, make } from "../parts/make.js";
import { plainWords } from "../words/mrkdwn.js";

const HERE = /^(?:\/files\/|data:image\/|blob:)/;

/** An image of any of the places that may hold one; `look` says how large. */
export function picture(image, look) {
  const address = addressOf(image);
  const alt = image.alt_text ?? "";
  if (HERE.test(address)) return make("img", { class: look, src: address, alt, loading: "lazy" });
  const given = { class: `${look} picture-elsewhere`, role: "img", "aria-label": alt, title: alt };
  return make("span", given, icon("picture"));
}

export function imageBlock(block) {
  const address = addressOf(block);
  const title = plainWords(block.title);
  const shown = HERE.test(address) ? picture(block, "picture") : elsewhere(block, address);
  return make(
    "figure",
    { class: "image-block" },
    title ? make("figcaption", {}, title) : null,
    shown,
  );
}

export function videoBlock(block) {
  const title = plainWords(block.title);
  const by = [block.provider_name, block.author_name].filter(Boolean).join(" · ");
  return make(
    "figure",
    { class: "card-block" },
    make("span", { class: "card-mark", role: "img", "aria-label": block.alt_text }, icon("video")),
    make(
      "figcaption",
      {},
      by ? make("small", {}, by) : null,
      make("strong", {}, link(block.title_url ?? block.video_url, title)),
      block.description ? make("span", {}, plainWords(block.description)) : null,
    ),
  );
}

export function fileBlock(block) {
  return make(
    "figure",
    { class: "card-block" },
    make("span", { class: "card-mark" }, icon("file")),
    make("figcaption", {}, make("strong", {}, block.external_id), make("small", {}, "A file kept elsewhere")),
  );
}

// Files of this Slack are called by their whole address too.
function addressOf(image) {
  const address = image.image_url ?? image.slack_file?.url ?? "";
  const isOurs = address.startsWith(`${location.origin}/`);
  return isOurs ? address.slice(location.origin.length) : address;
}

function elsewhere(block, address) {
  const alt = block.alt_text;
  return make(
    "div",
    { class: "picture picture-elsewhere", role: "img", "aria-label": alt },
    icon("picture"),
    make("span", {}, alt),
    address ? link(address, "Open the image") : null,
  );
}
