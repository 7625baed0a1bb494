/**
 * The page's icons, as SVG nodes.
 * @module icons
 */

import { el } from "./dom.js";

/** @type {Record<string, string[]>} */
const PATHS = {
  hash: ["M5 9h14M5 15h14M10 4 8 20M16 4l-2 16"],
  voice: ["M5 10v4h3l4 4V6L8 10z", "M15 9.5a4 4 0 0 1 0 5", "M17.5 7a7.5 7.5 0 0 1 0 10"],
  speakers: ["M4 5h16v11H9l-5 4z"],
  thread: ["M5 6h14M5 11h10M5 16h6", "M16 14v6M13 17h6"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  people: [
    "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11z",
    "M3 19a6 6 0 0 1 12 0",
    "M16 5.2a3 3 0 0 1 0 5.6M17.5 14a5.5 5.5 0 0 1 3.5 5",
  ],
  calendar: ["M5 6h14v14H5z", "M5 10h14M9 3.5V8M15 3.5V8"],
  envelope: ["M4 6h16v12H4z", "m4 7 8 6 8-6"],
  close: ["m6 6 12 12M18 6 6 18"],
  down: ["m6 9 6 6 6-6"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  trash: ["M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5"],
  muted: [
    "M6 6l12 12",
    "M12 4a2.5 2.5 0 0 1 2.5 2.5V11M9.5 9v2a2.5 2.5 0 0 0 3.6 2.2",
    "M6.5 11a5.5 5.5 0 0 0 9 4M12 17v3",
  ],
  eye: [
    "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z",
    "M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  ],
  file: ["M6 3.5h8l4 4V20.5H6z", "M14 3.5v4h4"],
  download: ["M12 4v11M7 11l5 5 5-5M5 20h14"],
  sun: [
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  ],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"],
  bell: ["M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z", "M10.5 20.5h3"],
  bellOff: ["M6 16V11a6 6 0 0 1 9.5-4.9M18 11v5l1.5 2h-13", "M4 4l16 16"],
  clock: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M12 7.5V12l3 2"],
  pin: [
    "M12 21s6.5-6.2 6.5-11a6.5 6.5 0 0 0-13 0C5.5 14.8 12 21 12 21z",
    "M12 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  ],
  leave: ["M10 5H5v14h5M14 8l4 4-4 4M9 12h9"],
  slash: ["M5 4h14v16H5z", "M14 8l-4 8"],
  star: ["m12 4 2.3 5 5.2.6-3.9 3.6 1.1 5.3L12 15.8 7.3 18.5l1.1-5.3L4.5 9.6 9.7 9z"],
};

/**
 * @param {string} name a key of the paths above
 * @param {string} [label] for screen readers; without it the icon is hidden from them
 * @returns {SVGElement}
 */
export function icon(name, label) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", d);
    svg.appendChild(path);
  }
  return svg;
}

/**
 * A button that shows only an icon.
 * @param {string} name the icon's name
 * @param {string} label for screen readers, and the tooltip unless `props` has a title
 * @param {() => void} onclick
 * @param {Record<string, any>} [props] more properties for `el`
 * @returns {HTMLElement}
 */
export function iconButton(name, label, onclick, props = {}) {
  const { class: extra = "", ...rest } = props;
  const all = {
    type: "button",
    class: `icon-button ${extra}`.trim(),
    "aria-label": label,
    title: label,
    onclick,
    ...rest,
  };
  return el("button", all, icon(name));
}
