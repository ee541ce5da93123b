// Moments as Slack's date formats spell them, in the reader's own time zone.

const MONTHS_UNTIL_THE_YEAR_SHOWS = 6;
const reader = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();

const part = (date, options) => new Intl.DateTimeFormat("en-US", options).format(date);
const two = (number) => String(number).padStart(2, "0");

const FORMATS = {
  date_num: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  date_slash: (date) => `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()}`,
  date: (date, now) => `${part(date, { month: "long" })} ${ordinal(date)}${year(date, now)}`,
  date_short: (date, now) => `${part(date, { month: "short", day: "numeric" })}${year(date, now)}`,
  date_long: (date, now) => `${part(date, { weekday: "long" })}, ${FORMATS.date(date, now)}`,
  date_pretty: (date, now) => near(date, now) ?? FORMATS.date(date, now),
  date_short_pretty: (date, now) => near(date, now) ?? FORMATS.date_short(date, now),
  date_long_pretty: (date, now) => near(date, now) ?? FORMATS.date_long(date, now),
  day_divider_pretty: (date, now) => near(date, now) ?? FORMATS.date_long(date, now),
  time: (date) => clock(date, {}),
  time_secs: (date) => clock(date, { second: "2-digit" }),
  ago: (date, now) => ago(date, now),
};

/** `format` with its {tokens} filled in; a token that Slack does not know stays as it is. */
export function formatted(seconds, format, now = new Date()) {
  const date = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name) =>
    Object.hasOwn(FORMATS, name) ? FORMATS[name](date, now) : token,
  );
}

/** Rewrites every time on the page, so that "today" and "3 minutes ago" stay true. */
function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-format]")) {
    const told = formatted(Number(time.dataset.seconds), time.dataset.format);
    if (time.textContent !== told) time.textContent = told;
  }
}

setInterval(refreshTimes, 20_000);

function clock(date, more) {
  const hour12 = reader.hour12 ?? true;
  return part(date, { hour: hour12 ? "numeric" : "2-digit", minute: "2-digit", ...more, hour12 });
}

function ordinal(date) {
  const day = date.getDate();
  const ending = { one: "st", two: "nd", few: "rd", other: "th" };
  return day + ending[new Intl.PluralRules("en-US", { type: "ordinal" }).select(day)];
}

function year(date, now) {
  const months = (now.getFullYear() - date.getFullYear()) * 12 + now.getMonth() - date.getMonth();
  return Math.abs(months) < MONTHS_UNTIL_THE_YEAR_SHOWS ? "" : `, ${date.getFullYear()}`;
}

function near(date, now) {
  const midnight = (day) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(date) - midnight(now)) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const tell = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
  for (const [unit, size] of [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(seconds) >= size) return tell.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? "in a moment" : "just now";
}
