/**
 * The sandbox's clock, and times formatted in the viewer's time zone.
 * @module time
 */

/** The page is in English, so dates are too: in the viewer's variety of English, if there is one. */
const LANGUAGE = navigator.languages.find((tag) => tag.toLowerCase().startsWith("en")) ?? "en-GB";

/** The language of times in messages, as Discord shows them: that of the person's client. */
let reading = LANGUAGE;

let anchorServer = Date.now() / 1000;
let anchorLocal = performance.now();

/** Set the sandbox's time. @param {number} unix seconds */
export function setNow(unix) {
  anchorServer = unix;
  anchorLocal = performance.now();
}

/** Show times in messages in a language; in English, it is the viewer's variety. @param {string} locale */
export function setReading(locale) {
  reading = locale.startsWith("en") ? LANGUAGE : locale;
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
 * Format a time in the viewer's time zone.
 * @param {number} unix seconds
 * @param {string} [style] a style letter of `<t:…:X>`, or a name of a format in this module
 */
export function formatMoment(unix, style = "f") {
  return formatIn(LANGUAGE, unix, style);
}

/** Format a time of a message in the person's language. @param {number} unix seconds @param {string} style */
export function readMoment(unix, style) {
  return style === "R" ? formatRelative(unix, now(), reading) : formatIn(reading, unix, style);
}

/** @param {string} language @param {number} unix @param {string} style */
function formatIn(language, unix, style) {
  const options = STYLES[style] ?? STYLES.f;
  const key = `${language} ${style}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
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
/** @type {Map<string, Intl.RelativeTimeFormat>} */
const relativeFormats = new Map();

/**
 * Format a time relative to now, such as "in 5 minutes".
 * @param {number} unix seconds
 * @param {number} [from] unix seconds, the sandbox's time by default
 * @param {string} [language]
 */
export function formatRelative(unix, from = now(), language = LANGUAGE) {
  const delta = unix - from;
  let format = relativeFormats.get(language);
  if (!format)
    relativeFormats.set(language, (format = new Intl.RelativeTimeFormat(language, { numeric: "always" })));
  for (const [unit, seconds] of UNITS) {
    if (Math.abs(delta) >= seconds || unit === "second") {
      return format.format(Math.round(delta / seconds), unit);
    }
  }
  return "";
}

/** Format the time of a message, such as "Today at 14:05". @param {number} unix */
export function formatStamp(unix) {
  const days = Math.round((dayStart(now()) - dayStart(unix)) / 86400000);
  if (days === 0) return `Today at ${formatMoment(unix, "t")}`;
  if (days === 1) return `Yesterday at ${formatMoment(unix, "t")}`;
  return formatMoment(unix, "f");
}

/** Return the local midnight before a time, in milliseconds. @param {number} unix */
export function dayStart(unix) {
  const date = new Date(unix * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Update every relative time and message time on the page. */
export function refreshTimes() {
  for (const node of document.querySelectorAll("time[data-relative], time[data-stamp]")) {
    const { relative, stamp } = /** @type {HTMLElement} */ (node).dataset;
    const text = relative !== undefined ? readMoment(Number(relative), "R") : formatStamp(Number(stamp));
    if (node.textContent !== text) node.textContent = text;
  }
}
