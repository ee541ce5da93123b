// Times as people read them, in the reader's own zone and language.

const locale = navigator.language;
const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", month: "long", day: "numeric" });
const longDay = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const precise = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });

const HALF_A_YEAR = 183 * 24 * 3600;
const AGO = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86400, 3600, "hour"],
  [Infinity, 86400, "day"],
];

export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts) {
  return clock.format(dateOf(ts));
}

/** Beside consecutive messages, where there is room for little. */
export function shortClockTime(ts) {
  return clockTime(ts).replace(/\s*[AP]M$/i, "");
}

export function clockSeconds(seconds) {
  return precise.format(new Date(seconds * 1000));
}

export function fullTime(ts) {
  return full.format(dateOf(ts));
}

/** The same for all messages of one day of the reader's. */
export function dayKey(ts) {
  const date = dateOf(ts);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function dayName(ts) {
  const now = Date.now() / 1000;
  if (dayKey(ts) === dayKey(now)) return "Today";
  if (dayKey(ts) === dayKey(now - 86400)) return "Yesterday";
  const isFar = Math.abs(now - Number(ts)) > HALF_A_YEAR;
  return (isFar ? longDay : weekday).format(dateOf(ts));
}

export function ago(ts) {
  const seconds = Math.max(0, Date.now() / 1000 - Number(ts));
  const [, size, unit] = AGO.find(([limit]) => seconds < limit);
  if (unit === "second") return "just now";
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
