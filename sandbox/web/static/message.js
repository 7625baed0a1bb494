/**
 * A message as DOM nodes.
 * @module message
 */
import { attempt } from "./attempt.js";
import { drawComponents } from "./components.js";
import { confirmDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { drawEmbed } from "./embed.js";
import { icon } from "./icons.js";
import { failureAt } from "./interactions.js";
import { markup } from "./markup.js";
import { attachment } from "./media.js";
import { appMark, avatar } from "./people.js";
import { guildOf, me } from "./store.js";
import { formatMoment, formatStamp } from "./time.js";

/** @typedef {import("./types.js").Msg} Msg */

const V2 = 1 << 15;

/**
 * Draw the parts of a message.
 * @param {Msg} message
 * @param {boolean} compact whether it follows a message of the same author and needs no header
 * @returns {Array<Node|null>}
 */
export function drawMessage(message, compact) {
  const stamp = el(
    "time",
    {
      class: "stamp",
      datetime: new Date(message.at * 1000).toISOString(),
      title: formatMoment(message.at, "F"),
      data: compact ? {} : { stamp: String(message.at) },
    },
    compact ? formatMoment(message.at, "t") : formatStamp(message.at),
  );
  return [
    message.interaction ? drawOrigin(message.interaction) : null,
    el(
      "div",
      { class: "message-side" },
      compact ? stamp : avatar(message.author.display, message.author.avatar_hue),
    ),
    el(
      "div",
      { class: "message-main" },
      compact ? el("span", { class: "unseen" }, `${message.author.display}: `) : drawHead(message, stamp),
      drawBody(message),
      drawFailure(message),
      message.ephemeral ? drawPrivate(message) : null,
    ),
    drawTools(message),
  ];
}

/** @param {{user: import("./types.js").User, command: string}} interaction */
function drawOrigin(interaction) {
  return el(
    "p",
    { class: "origin" },
    avatar(interaction.user.display, interaction.user.avatar_hue, "tiny"),
    el(
      "span",
      {},
      el("bdi", { class: "origin-name" }, interaction.user.display),
      " used ",
      el("span", { class: "origin-command" }, `/${interaction.command.replace(/^\//, "")}`),
    ),
  );
}

/** @param {Msg} message @param {Node} stamp */
function drawHead(message, stamp) {
  return el(
    "p",
    { class: "message-head" },
    el("bdi", { class: "author", vars: { hue: message.author.avatar_hue } }, message.author.display),
    message.author.bot ? appMark() : null,
    " ",
    stamp,
    message.silent
      ? el(
          "span",
          { class: "silent", title: "Sent without a sound" },
          icon("bellOff", "sent without a sound"),
        )
      : null,
  );
}

/** @param {Msg} message */
function drawBody(message) {
  if (message.thinking) {
    return el(
      "p",
      { class: "thinking" },
      el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
      el("bdi", {}, message.author.display),
      " is thinking…",
    );
  }
  const isV2 = Boolean(message.flags & V2);
  const used = usedFiles(message);
  return el(
    "div",
    { class: isV2 ? "body v2" : "body" },
    message.content ? markup(message.content) : null,
    message.edited && !isV2
      ? el("p", { class: "edited", title: formatMoment(message.edited, "F") }, "(edited)")
      : null,
    message.attachments.filter((a) => !used.has(a.filename)).map(attachment),
    (message.embeds ?? []).map((e) => drawEmbed(e, message.attachments)),
    drawComponents(message.components ?? [], message),
    message.edited && isV2
      ? el("p", { class: "edited", title: formatMoment(message.edited, "F") }, "(edited)")
      : null,
  );
}

/** The URLs of files that an embed or a component shows. @param {Msg} message @returns {Set<string>} */
function usedFiles(message) {
  const text = JSON.stringify([message.embeds, message.components]);
  return new Set(
    message.attachments
      .filter(
        (a) =>
          text.includes(`attachment://${a.filename}`) || text.includes(JSON.stringify(a.url).slice(1, -1)),
      )
      .map((a) => a.filename),
  );
}

/** @param {Msg} message */
function drawFailure(message) {
  const error = failureAt(message.id);
  return error ? el("p", { class: "failure", role: "alert" }, error) : null;
}

/** @param {Msg} message */
function drawPrivate(message) {
  return el(
    "p",
    { class: "private-note" },
    icon("eye"),
    el("span", {}, "Only you can see this · "),
    el(
      "button",
      {
        type: "button",
        class: "text-button",
        data: { key: `${message.id}:dismiss` },
        onclick: () => attempt("dismiss", { channel: message.channel_id, message: message.id }),
      },
      "Dismiss message",
    ),
  );
}

/** @param {Msg} message */
function drawTools(message) {
  const guild = guildOf(message.channel_id);
  const mayDelete = !message.ephemeral && (message.author.id === me() || Boolean(guild?.can_manage));
  if (!mayDelete) return null;
  return el(
    "div",
    { class: "message-tools" },
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": `Delete message by ${message.author.display}`,
        title: "Delete message",
        onclick: async () => {
          if (
            await confirmDialog(
              "Delete this message?",
              "It will be deleted for everyone. This cannot be undone.",
              "Delete",
            )
          ) {
            await attempt("delete", { channel: message.channel_id, message: message.id });
          }
        },
      },
      icon("trash"),
    ),
  );
}
