/**
 * Toasts: short notices in the corner, in a polite live region.
 * @module toast
 */
import { byId, el } from "./dom.js";

const SHOWN_MS = 6000;

/** @param {string} text */
export function toast(text) {
  const node = el("p", { class: "toast" }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), SHOWN_MS);
}
