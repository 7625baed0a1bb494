/**
 * Short notices in the corner, read aloud politely.
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
