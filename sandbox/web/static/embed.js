/**
 * Embeds as DOM nodes.
 * @module embed
 */
import { el } from "./dom.js";
import { inlineMarkup, markup } from "./markup.js";
import { picture } from "./media.js";
import { formatStamp } from "./time.js";

/** Return a colour number as CSS. @param {number|null|undefined} colour */
export function cssColour(colour) {
  return typeof colour === "number" ? `#${colour.toString(16).padStart(6, "0")}` : null;
}

/**
 * @param {any} embed an embed object of Discord's API
 * @param {import("./types.js").Attachment[]} attachments
 * @returns {HTMLElement}
 */
export function drawEmbed(embed, attachments) {
  const colour = cssColour(embed.color);
  const footer = [
    embed.footer?.text,
    embed.timestamp ? formatStamp(Date.parse(embed.timestamp) / 1000) : null,
  ];
  return el(
    "section",
    { class: "embed", vars: colour ? { stripe: colour } : {}, "aria-label": embed.title ? null : "Embed" },
    el(
      "div",
      { class: "embed-main" },
      embed.author?.name ? el("p", { class: "embed-author" }, embed.author.name) : null,
      embed.title ? el("h3", { class: "embed-title" }, inlineMarkup(embed.title)) : null,
      embed.description ? markup(embed.description) : null,
      embed.fields?.length ? el("dl", { class: "embed-fields" }, embed.fields.map(drawField)) : null,
    ),
    embed.thumbnail?.url
      ? picture(embed.thumbnail, embed.thumbnail.description ?? "", attachments, { small: true })
      : null,
    embed.image?.url ? picture(embed.image, embed.image.description ?? "", attachments) : null,
    footer.some(Boolean) ? el("p", { class: "embed-footer" }, footer.filter(Boolean).join(" · ")) : null,
  );
}

/** @param {{name: string, value: string, inline?: boolean}} field */
function drawField(field) {
  return el(
    "div",
    { class: field.inline ? "embed-field inline" : "embed-field" },
    el("dt", {}, inlineMarkup(field.name)),
    el("dd", {}, markup(field.value)),
  );
}
