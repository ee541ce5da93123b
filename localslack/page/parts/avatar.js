// Drawn faces: a coloured square with initials; the app and Slackbot have marks of their own.

import { make } from "./make.js";
import { icon } from "./icons.js";
import { SLACKBOT } from "../state.js";

const COLOURS = ["#2a7a9b", "#b4532a", "#6d4fb3", "#3b7d3f", "#b03a6f", "#8a6d1f", "#38618c", "#8c3b3b"];
const APP_COLOUR = "#1d3557";
const SLACKBOT_COLOUR = "#41173f";

/** `size` is "", "middle" or "small". Says nothing to screen readers: the name stands beside it. */
export function avatar(person, size = "") {
  const square = make("span", { class: `avatar ${size}`, "aria-hidden": "true" });
  square.style.backgroundColor = colour(person);
  if (person?.id === SLACKBOT.id) square.append(icon("heart"));
  else if (person?.is_bot) square.append(icon("lifebuoy"));
  else square.append(initials(person?.real_name ?? "?"));
  return square;
}

function colour(person) {
  if (person?.id === SLACKBOT.id) return SLACKBOT_COLOUR;
  if (person?.is_bot) return APP_COLOUR;
  const sum = [...(person?.id ?? "")].reduce((total, letter) => total * 13 + letter.codePointAt(0), 0);
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("");
}
