/**
 * The banner that tells a newcomer what to do first. It goes once they become another person. Once hidden, it
 * stays hidden in this tab.
 * @module guide
 */
import { startCommand } from "./composer.js";
import { byId, el, refill } from "./dom.js";
import { me, on, state, store } from "./store.js";

const HIDDEN = "sandbox-guide-hidden";

/** @type {(person: string, channel: string) => Promise<void>} */
let become = async () => {};
/** Who the reader was when the page was opened. @type {string|null} */
let first = null;

/** Draw the banner, and again after every change. @param {typeof become} onBecome */
export function watchGuide(onBecome) {
  become = onBecome;
  on("state", drawGuide);
}

function isHidden() {
  try {
    return sessionStorage.getItem(HIDDEN) !== null;
  } catch {
    return byId("guide").dataset.hidden === "yes";
  }
}

function hide() {
  remember();
  drawGuide();
}

/** Remember that the banner is hidden. */
function remember() {
  byId("guide").dataset.hidden = "yes";
  try {
    sessionStorage.setItem(HIDDEN, "yes");
  } catch {
    // Without storage it stays hidden until the page is loaded again.
  }
}

function drawGuide() {
  const banner = byId("guide");
  const guide = store.state?.guide;
  first ??= me();
  if (me() !== first && !isHidden()) remember();
  banner.hidden = !guide || isHidden();
  if (!guide || banner.hidden) return;
  refill(
    banner,
    el("p", { class: "guide-text" }, guide.text),
    el(
      "div",
      { class: "guide-foot" },
      el(
        "button",
        { type: "button", class: "button primary", data: { key: "guide-begin" }, onclick: () => void begin() },
        guide.action,
      ),
      el("button", { type: "button", class: "button secondary", data: { key: "guide-hide" }, onclick: hide }, "Hide"),
    ),
  );
}

async function begin() {
  const guide = state().guide;
  if (!guide) return;
  hide();
  await become(guide.person, guide.channel);
  if (me() === guide.person) startCommand(guide.command);
}
