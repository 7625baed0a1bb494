/**
 * Message components, with and without Components V2, as DOM nodes.
 * @module components
 */
import { el } from "./dom.js";
import { dropdown } from "./dropdown.js";
import { cssColour } from "./embed.js";
import { entityOptions } from "./entities.js";
import { isWaiting, startInteraction } from "./interactions.js";
import { markup } from "./markup.js";
import { fileCard, localUrl, picture } from "./media.js";

/** @typedef {import("./types.js").Msg} Msg */

const STYLES = ["", "primary", "secondary", "success", "danger", "link", "secondary"];

/** @type {Record<number, (component: any, message: Msg) => Node|null>} */
const DRAW = {
  1: (c, m) => el("div", { class: "action-row" }, drawComponents(c.components ?? [], m)),
  2: drawButton,
  3: drawSelect,
  5: drawSelect,
  6: drawSelect,
  7: drawSelect,
  8: drawSelect,
  9: drawSection,
  10: (c) => markup(c.content ?? ""),
  11: (c, m) =>
    picture(c.media ?? {}, c.description ?? "", m.attachments, { small: true, spoiler: c.spoiler }),
  12: drawGallery,
  13: drawFile,
  14: (c) =>
    c.divider === false
      ? el("div", { class: c.spacing === 2 ? "gap large" : "gap" })
      : el("hr", { class: c.spacing === 2 ? "separator large" : "separator" }),
  17: drawContainer,
};

/** @param {any[]} components @param {Msg} message @returns {Array<Node|null>} */
export function drawComponents(components, message) {
  return components.map((c) => {
    const draw = DRAW[c.type];
    return draw
      ? draw(c, message)
      : el("p", { class: "unknown" }, `This page cannot show components of type ${c.type}.`);
  });
}

/** A component's emoji as text. @param {any} emoji */
function emojiText(emoji) {
  if (!emoji?.name) return null;
  return el("span", { "aria-hidden": "true", class: "emoji" }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

/** @param {any} c @param {Msg} message */
function drawButton(c, message) {
  const style = STYLES[c.style] ?? "secondary";
  const label = [emojiText(c.emoji), c.label ? el("span", {}, c.label) : null];
  if (c.style === 5) return drawLink(c, label);
  const waiting = isWaiting(message.id, c.custom_id);
  return el(
    "button",
    {
      type: "button",
      class: `button ${style}`,
      disabled: Boolean(c.disabled),
      data: { key: `${message.id}:${c.custom_id}` },
      "aria-busy": waiting ? "true" : null,
      "aria-label": c.label ? null : (c.emoji?.name ?? "button"),
      onclick: () => {
        if (isWaiting(message.id, c.custom_id)) return;
        const place = { channel: message.channel_id, message: message.id, custom_id: c.custom_id };
        void startInteraction("click", place, place);
      },
    },
    el("span", { class: "button-label" }, label),
    waiting ? el("span", { class: "spinner", role: "img", "aria-label": "waiting" }) : null,
  );
}

/** @param {any} c @param {any} label */
function drawLink(c, label) {
  const safe = /^https?:\/\//i.test(c.url ?? "") && !c.disabled;
  return safe
    ? el(
        "a",
        { class: "button link", href: c.url, target: "_blank", rel: "noopener noreferrer", title: c.url },
        el("span", { class: "button-label" }, label, el("span", { "aria-hidden": "true" }, " ↗")),
      )
    : el("button", { type: "button", class: "button link", disabled: true }, label);
}

/** @param {any} c @param {Msg} message */
function drawSelect(c, message) {
  const options =
    c.type === 3
      ? (c.options ?? []).map((/** @type {any} */ o) => ({
          value: String(o.value),
          label: o.emoji?.name && !o.emoji.id ? `${o.emoji.name} ${o.label}` : o.label,
          description: o.description,
        }))
      : entityOptions(c.type, message.channel_id, c.channel_types);
  const chosen =
    c.type === 3
      ? (c.options ?? [])
          .filter((/** @type {any} */ o) => o.default)
          .map((/** @type {any} */ o) => String(o.value))
      : (c.default_values ?? []).map((/** @type {any} */ v) => String(v.id));
  const place = { channel: message.channel_id, message: message.id, custom_id: c.custom_id };
  return dropdown({
    key: `${message.id}:${c.custom_id}`,
    label: c.placeholder || "Make a selection",
    placeholder: c.placeholder || "Make a selection",
    options,
    min: c.min_values ?? 1,
    max: c.max_values ?? 1,
    selected: chosen,
    disabled: Boolean(c.disabled),
    busy: isWaiting(message.id, c.custom_id),
    onchange: (values) => void startInteraction("select", { ...place, values }, place),
  });
}

/** @param {any} c @param {Msg} message */
function drawSection(c, message) {
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-text" }, drawComponents(c.components ?? [], message)),
    c.accessory ? el("div", { class: "section-accessory" }, drawComponents([c.accessory], message)) : null,
  );
}

/** @param {any} c @param {Msg} message */
function drawGallery(c, message) {
  const items = c.items ?? [];
  return el(
    "div",
    { class: `gallery count-${Math.min(items.length, 4)}` },
    items.map((/** @type {any} */ item) =>
      picture(item.media ?? {}, item.description ?? "", message.attachments, { spoiler: item.spoiler }),
    ),
  );
}

/** @param {any} c @param {Msg} message */
function drawFile(c, message) {
  const src = localUrl(c.file?.url ?? "", message.attachments);
  const held = message.attachments.find((a) => localUrl(a.url, []) === src);
  return fileCard({
    filename: c.name ?? held?.filename ?? "file",
    url: src ?? "",
    size: c.size ?? held?.size ?? null,
    description: held?.description,
  });
}

/** @param {any} c @param {Msg} message */
function drawContainer(c, message) {
  const colour = cssColour(c.accent_color);
  const inner = drawComponents(c.components ?? [], message);
  const box = el(
    "div",
    { class: colour ? "container accented" : "container", vars: colour ? { stripe: colour } : {} },
    inner,
  );
  if (!c.spoiler) return box;
  const cover = el(
    "button",
    { type: "button", class: "spoiler container-cover", onclick: () => cover.replaceWith(box) },
    "Show hidden content",
  );
  return cover;
}
