/**
 * Avatars: an initial on a colour.
 * @module people
 */
import { el } from "./dom.js";

/** The first letter or digit of a name. @param {string} name */
export function initial(name) {
  const letter = /[\p{L}\p{N}]/u.exec(name);
  return letter ? letter[0].toUpperCase() : "?";
}

/**
 * @param {string} name
 * @param {number} hue 0 to 359
 * @param {string} [extra] another class
 * @returns {HTMLElement}
 */
export function avatar(name, hue, extra = "") {
  return el("span", { class: `avatar ${extra}`, vars: { hue }, "aria-hidden": "true" }, initial(name));
}

/** Draw the badge next to the names of apps. @returns {HTMLElement} */
export function appMark() {
  return el("span", { class: "app-mark" }, "App");
}
