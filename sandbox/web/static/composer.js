/**
 * The message box, for messages and slash commands.
 * @module composer
 */
import { attempt } from "./attempt.js";
import { CommandForm } from "./commandform.js";
import { leaves, nameOf, search } from "./commands.js";
import { el, refill, uid } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { withMentions } from "./mentions.js";
import { channelById, dmById, guildOf, on, state, store } from "./store.js";
import { toast } from "./toast.js";
import { CHANNEL } from "./types.js";

/** @typedef {import("./commands.js").Leaf} Leaf */

const MAX_CONTENT = 2000;

/** Unsent text, by person and channel. @type {Map<string, string>} */
const drafts = new Map();
/** @type {CommandForm|null} */
let form = null;
let place = "";

const list = new Listbox({ label: "Commands", onpick: (item) => choose(item.data) });
const panel = el(
  "div",
  { class: "command-panel", hidden: true },
  el("p", { class: "command-panel-head" }, "Commands"),
  list.node,
);
const hintId = uid("composer-hint");
/** @type {HTMLTextAreaElement} */
const box = el("textarea", {
  class: "box",
  rows: "1",
  "aria-autocomplete": "list",
  "aria-haspopup": "listbox",
  "aria-controls": list.id,
  "aria-describedby": hintId,
  maxlength: MAX_CONTENT,
  id: "composer",
  autocomplete: "off",
});
const hint = el("p", { class: "composer-hint", id: hintId }, "Type / for commands.");
const send = el("button", { type: "button", class: "send", onclick: () => void say() }, "Send");
const frame = el("div", { class: "composer-frame" });
list.field = box;

/** Create the message box. @returns {HTMLElement} */
export function composer() {
  box.addEventListener("input", typed);
  box.addEventListener("keydown", pressed);
  box.addEventListener("blur", () =>
    setTimeout(() => {
      if (document.activeElement !== box) closeList();
    }, 150),
  );
  on("route", drawComposer);
  on("state", drawComposer);
  return el("div", { class: "composer" }, frame, hint);
}

/** The commands that can be used in the open channel. @returns {Leaf[]} */
function offeredHere() {
  const guild = guildOf(store.route.channel);
  return leaves(state().commands, { guildId: guild?.id ?? null, mayManage: Boolean(guild?.can_manage) });
}

/** Draw again after a change of channel or permissions, but keep a command that is being filled in. */
export function drawComposer() {
  if (!store.state) return;
  const { as, channel } = store.route;
  const here = `${as}:${channel}`;
  const blocked = whyBlocked(channel);
  hint.hidden = blocked !== null;
  if (here !== place) {
    drafts.set(place, box.value);
    place = here;
    box.value = drafts.get(here) ?? "";
    form = null;
    closeList();
  } else if (form && !blocked) return;
  if (blocked) {
    form = null;
    refill(frame, el("p", { class: "composer-blocked" }, blocked));
    return;
  }
  const dm = dmById(channel);
  box.placeholder = `Message ${dm ? `@${dm.user.display}` : `#${channelById(channel)?.name ?? ""}`}`;
  box.setAttribute("aria-label", box.placeholder);
  if (form) return;
  if (!frame.contains(box)) refill(frame, panel, el("div", { class: "box-row" }, slashButton(), box, send));
  grow();
}

/** @param {string|null} channel @returns {string|null} */
function whyBlocked(channel) {
  if (!channel) return "Choose a channel first.";
  const found = channelById(channel);
  if (!found) return dmById(channel) ? null : "No conversation is open.";
  if (found.type === CHANNEL.CATEGORY) return "Choose a channel first.";
  return found.can_send === false ? "You cannot send messages in this channel." : null;
}

function slashButton() {
  return el(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Show commands",
      title: "Commands",
      onclick: () => {
        if (!box.value.startsWith("/")) box.value = "/";
        box.focus();
        typed();
      },
    },
    icon("slash"),
  );
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  send.hidden = !box.value.trim();
}

function typed() {
  grow();
  if (!box.value.startsWith("/") || box.value.includes("\n")) {
    closeList();
    return;
  }
  const all = offeredHere();
  const text = box.value.slice(1);
  const exact = all.find((leaf) => text === `${leaf.shown} ` || text === `${leaf.path} `);
  if (exact && !all.some((leaf) => leaf.path.startsWith(`${exact.path} `))) {
    choose(exact);
    return;
  }
  const found = search(all, text);
  if (!found.length && !state().app.connected && !all.length)
    showList([], "No commands: the app has not connected yet.");
  else if (!found.length) showList([], "No matching commands.");
  else showList(found, "Commands");
}

/** @param {Leaf[]} found @param {string} head */
function showList(found, head) {
  /** @type {HTMLElement} */ (panel.firstElementChild).textContent = head;
  list.set(
    found.map((leaf) => ({
      value: leaf.path,
      label: `/${leaf.shown}`,
      description: leaf.description,
      data: leaf,
      hint: leaf.options
        .filter((o) => o.required)
        .map(nameOf)
        .join(" "),
    })),
  );
  list.node.hidden = !found.length;
  panel.hidden = false;
  // Only while the list is open: with a plain text, the box is a text box to screen readers.
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-expanded", "true");
}

function closeList() {
  panel.hidden = true;
  box.removeAttribute("role");
  box.removeAttribute("aria-expanded");
  list.set([]);
}

/** @param {KeyboardEvent} e */
function pressed(e) {
  if (e.isComposing) return;
  if (!panel.hidden) {
    if (list.key(e.key)) {
      e.preventDefault();
      return;
    }
    if ((e.key === "Enter" || e.key === "Tab") && !e.shiftKey && list.active) {
      e.preventDefault();
      list.pick();
      return;
    }
    if (e.key === "Escape") {
      e.preventDefault();
      closeList();
      return;
    }
  }
  if (e.key === "Enter" && !e.shiftKey) {
    e.preventDefault();
    void say();
  }
}

async function say() {
  const content = box.value.trim();
  const channel = store.route.channel;
  if (!content || !channel) return;
  box.value = "";
  closeList();
  grow();
  const said = await attempt("say", { channel, content: withMentions(content, guildOf(channel)) });
  if (said || box.value) return;
  box.value = content;
  grow();
}

/** Open the form of a command. @param {Leaf} leaf */
function choose(leaf) {
  const channel = store.route.channel;
  if (!channel) return;
  closeList();
  box.value = "";
  form = new CommandForm(leaf, channel, (text) => {
    form = null;
    refill(frame, panel, el("div", { class: "box-row" }, slashButton(), box, send));
    box.value = text;
    grow();
    box.focus();
    if (text) typed();
  });
  frame.replaceChildren(form.node);
  form.start();
}

/** Put a command into the message box by its path. @param {string} path */
export function startCommand(path) {
  if (whyBlocked(store.route.channel)) return;
  const leaf = offeredHere().find((l) => l.path === path);
  if (leaf) choose(leaf);
  else toast(`/${path} is not offered here.`);
}
