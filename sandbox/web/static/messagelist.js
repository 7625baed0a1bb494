/**
 * The messages of the open channel. Only changed messages are drawn again.
 * @module messagelist
 */
import { el, focusKey, refill, restoreFocus } from "./dom.js";
import { failureAt, forget, isWaiting } from "./interactions.js";
import { drawMessage } from "./message.js";
import { avatar } from "./people.js";
import { channelById, dmById, me, on, state, store } from "./store.js";
import { dayStart, formatMoment } from "./time.js";

/** @typedef {import("./types.js").Msg} Msg */

const GROUPED_SECONDS = 7 * 60;
const NEAR_PX = 80;
const SETTLED_MS = 800;

/** @type {Map<string, {node: HTMLElement, signature: string}>} */
let drawn = new Map();
/** @type {string|null} */
let channel = null;
let stuck = true;

const log = el("div", {
  class: "log",
  role: "log",
  "aria-live": "polite",
  "aria-relevant": "additions",
  "aria-label": "Messages",
  tabindex: "0",
  id: "log",
});
const inner = el("div", { class: "log-inner" });
const newest = el(
  "button",
  { type: "button", class: "newest", hidden: true, onclick: () => toEnd() },
  "New messages below",
);

/** Create the list. @returns {HTMLElement} */
export function messageList() {
  log.append(inner);
  log.addEventListener("scroll", () => {
    stuck = isNearEnd();
    if (stuck) newest.hidden = true;
  });
  const watcher = new ResizeObserver(() => {
    if (stuck) log.scrollTop = log.scrollHeight;
  });
  watcher.observe(inner);
  watcher.observe(log);
  on("state", drawLog);
  on("messages", drawLog);
  on("pending", drawLog);
  return el("div", { class: "log-frame" }, log, newest);
}

function isNearEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
}

function toEnd() {
  stuck = true;
  newest.hidden = true;
  log.scrollTop = log.scrollHeight;
}

/** Draw the open channel's messages from the store. */
export function drawLog() {
  if (!store.state || store.route.view !== "channel") return;
  if (channel !== store.route.channel) startOver();
  // The scroll event may not have fired yet, so check the position now.
  stuck = stuck && isNearEnd();
  const list = channel === null ? undefined : store.messages.get(channel);
  const key = focusKey(inner);
  /** @type {HTMLElement[]} */
  const wanted = [];
  if (!channelById(channel) && !dmById(channel))
    wanted.push(el("p", { class: "log-empty" }, "No conversation is open."));
  else if (!list) wanted.push(el("p", { class: "log-empty" }, "Loading messages…"));
  else wanted.push(drawStart(), ...drawList(list));
  wanted.push(...drawCommandRows());
  arrange(wanted);
  restoreFocus(inner, key);
  if (stuck) log.scrollTop = log.scrollHeight;
}

function startOver() {
  channel = store.route.channel;
  drawn = new Map();
  inner.replaceChildren();
  // Screen readers announce only messages that come later.
  log.setAttribute("aria-live", "off");
  setTimeout(() => log.setAttribute("aria-live", "polite"), SETTLED_MS);
  stuck = true;
  newest.hidden = true;
}

/** @param {Msg[]} list @returns {HTMLElement[]} */
function drawList(list) {
  /** @type {HTMLElement[]} */
  const wanted = [];
  /** @type {typeof drawn} */
  const next = new Map();
  const firstNew = store.newCount > 0 ? list[Math.max(0, list.length - store.newCount)]?.id : null;
  /** @type {Msg|null} */
  let before = null;
  for (const message of list) {
    const newDay = !before || dayStart(before.at) !== dayStart(message.at);
    if (newDay) wanted.push(divider(`day-${dayStart(message.at)}`, formatMoment(message.at, "day"), "day"));
    if (message.id === firstNew) wanted.push(divider("new", "New", "new"));
    wanted.push(drawOne(message, !newDay && before !== null && continues(before, message), next));
    before = message;
  }
  const grew = [...next.keys()].some((id) => !drawn.has(id)) && drawn.size > 0;
  drawn = next;
  if (grew && !stuck) newest.hidden = false;
  return wanted;
}

/** @param {Msg} before @param {Msg} message */
function continues(before, message) {
  return (
    before.author.id === message.author.id &&
    !message.interaction &&
    !message.ephemeral &&
    !before.ephemeral &&
    message.at - before.at < GROUPED_SECONDS
  );
}

/** @param {Msg} message @param {boolean} compact @param {typeof drawn} next @returns {HTMLElement} */
function drawOne(message, compact, next) {
  const waiting = [...store.pending.values()].filter(
    (p) => p.message === message.id && p.custom_id && isWaiting(message.id, p.custom_id),
  );
  const signature = JSON.stringify([
    message,
    compact,
    state().me.locale,
    failureAt(message.id),
    waiting.map((p) => p.custom_id),
  ]);
  const held = drawn.get(message.id);
  // A new channel's messages can arrive before the channel itself.
  if (held && held.signature === signature && !held.node.querySelector(".mention.unknown")) {
    next.set(message.id, held);
    return held.node;
  }
  const node =
    held?.node ??
    el("article", { data: { message: message.id }, "aria-label": `Message by ${message.author.display}` });
  // Edits are drawn in place, because the live region announces new nodes.
  if (held) node.setAttribute("aria-live", "off");
  node.className = [
    "message",
    compact ? "compact" : "",
    message.ephemeral ? "ephemeral" : "",
    message.pinged_me ? "pinged" : "",
  ]
    .join(" ")
    .trim();
  refill(node, drawMessage(message, compact));
  next.set(message.id, { node, signature });
  return node;
}

/** @param {string} key @param {string} text @param {string} kind */
function divider(key, text, kind) {
  return el(
    "div",
    { class: `divider ${kind}`, role: "separator", "aria-label": text, data: { divider: key } },
    el("span", {}, text),
  );
}

/** Draw the introduction above a channel's first message. */
function drawStart() {
  const found = channelById(channel);
  const dm = dmById(channel);
  const name = dm ? dm.user.display : (found?.name ?? "channel");
  const text = dm
    ? `This is the beginning of your direct messages with ${name}.`
    : `This is the beginning of ${name}.`;
  return el(
    "div",
    { class: "log-start", data: { divider: "start" } },
    el("h2", {}, dm || found?.voice ? name : `#${name}`),
    el("p", {}, text),
  );
}

/** Draw commands that wait for a response or have failed: they have no message yet. @returns {HTMLElement[]} */
function drawCommandRows() {
  /** @type {HTMLElement[]} */
  const rows = [];
  for (const [id, p] of store.pending) {
    if (p.channel !== channel || !p.command) continue;
    const { display, avatar_hue } = state().people.find((x) => x.id === me()) ?? state().me;
    const failed = p.state === "failed";
    rows.push(
      el(
        "div",
        { class: failed ? "command-row failed" : "command-row", data: { divider: `command-${id}` } },
        avatar(display, avatar_hue, "tiny"),
        el(
          "span",
          { class: "command-row-text" },
          el("bdi", {}, display),
          " used ",
          el("span", { class: "origin-command" }, `/${p.command}`),
        ),
        failed
          ? el("span", { class: "failure", role: "alert" }, p.error)
          : el(
              "span",
              { class: "command-wait" },
              el("span", { class: "spinner", "aria-hidden": "true" }),
              "Sending command…",
            ),
        failed
          ? el(
              "button",
              { type: "button", class: "text-button", onclick: () => forget(id) },
              "Dismiss message",
            )
          : null,
      ),
    );
  }
  return rows;
}

/** Put the nodes in order and move as few as possible. @param {HTMLElement[]} wanted */
function arrange(wanted) {
  const dividers = new Map([...inner.children].map((n) => [/** @type {HTMLElement} */ (n).dataset.divider, n]));
  const nodes = wanted.map((node) => {
    const same = node.dataset.divider ? dividers.get(node.dataset.divider) : null;
    return same && same.isEqualNode(node) && !node.dataset.divider?.startsWith("command-") ? same : node;
  });
  const set = new Set(nodes);
  for (const child of [...inner.children]) if (!set.has(child)) child.remove();
  nodes.forEach((node, i) => {
    if (inner.children[i] !== node) inner.insertBefore(node, inner.children[i] ?? null);
  });
}
