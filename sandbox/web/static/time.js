/**
 * The sandbox clock as the page sees it, and how moments are written in the viewer's zone.
 * @module time
 */

/** The page is written in English, so its dates are too, in the viewer's own kind of it where there is one. */
const LANGUAGE = navigator.languages.find((tag) => tag.toLowerCase().startsWith("en")) ?? "en-GB";

let anchorServer = Date.now() / 1000;
let anchorLocal = performance.now();

/** Set the sandbox's time. @param {number} unix seconds */
export function setNow(unix) {
  anchorServer = unix;
  anchorLocal = performance.now();
}

/** The sandbox's time in unix seconds. @returns {number} */
export function now() {
  return anchorServer + (performance.now() - anchorLocal) / 1000;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { year: "numeric", month: "2-digit", day: "2-digit" },
  D: { year: "numeric", month: "long", day: "numeric" },
  f: { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" },
  clock: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  clockShort: { weekday: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "long", month: "long", day: "numeric" },
};

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * A moment in the viewer's zone.
 * @param {number} unix seconds
 * @param {string} [style] a letter of `<t:…:X>`, or one of this module's names
 */
export function formatMoment(unix, style = "f") {
  const options = STYLES[style] ?? STYLES.f;
  let format = formats.get(style);
  if (!format) formats.set(style, (format = new Intl.DateTimeFormat(LANGUAGE, options)));
  const date = new Date(unix * 1000);
  return Number.isNaN(date.getTime()) ? "an unknown time" : format.format(date);
}

/** @type {Array<[Intl.RelativeTimeFormatUnit, number]>} */
const UNITS = [
  ["year", 31536000],
  ["month", 2629800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const relativeFormat = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always" });

/**
 * A moment as a distance from now, such as "in 5 minutes".
 * @param {number} unix seconds
 * @param {number} [from] unix seconds, the sandbox's now by default
 */
export function formatRelative(unix, from = now()) {
  const delta = unix - from;
  for (const [unit, seconds] of UNITS) {
    if (Math.abs(delta) >= seconds || unit === "second") {
      return relativeFormat.format(Math.round(delta / seconds), unit);
    }
  }
  return "";
}

/** When a message was written: "Today at 14:05" and its kin. @param {number} unix */
export function formatStamp(unix) {
  const days = Math.round((dayStart(now()) - dayStart(unix)) / 86400000);
  if (days === 0) return `Today at ${formatMoment(unix, "t")}`;
  if (days === 1) return `Yesterday at ${formatMoment(unix, "t")}`;
  return formatMoment(unix, "f");
}

/** Local midnight before a moment, in milliseconds. @param {number} unix */
export function dayStart(unix) {
  const date = new Date(unix * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Write every relative time and message stamp on the page again; cheap when nothing changed. */
export function refreshTimes() {
  for (const node of document.querySelectorAll("time[data-relative], time[data-stamp]")) {
    const { relative, stamp } = /** @type {HTMLElement} */ (node).dataset;
    const text = relative !== undefined ? formatRelative(Number(relative)) : formatStamp(Number(stamp));
    if (node.textContent !== text) node.textContent = text;
  }
}
