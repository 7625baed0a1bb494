/**
 * Turn typed names into mentions, as Discord's client does when one is picked.
 * @module mentions
 */
import { CHANNEL } from "./types.js";

/**
 * @param {string} text
 * @param {import("./types.js").Guild|null} guild
 * @returns {string} the text with "@name" and "#channel" as mention markup
 */
export function withMentions(text, guild) {
  if (!guild) return text;
  const names = [
    ...guild.members.map((m) => ({ typed: `@${m.name}`, sent: `<@${m.id}>` })),
    ...guild.channels
      .filter((c) => c.type !== CHANNEL.CATEGORY)
      .map((c) => ({ typed: `#${c.name}`, sent: `<#${c.id}>` })),
  ].sort((a, b) => b.typed.length - a.typed.length);
  let out = "";
  for (let at = 0; at < text.length;) {
    const found = names.find(
      (n) => text.startsWith(n.typed, at) && !/^[\p{L}\p{N}_-]/u.test(text.slice(at + n.typed.length)),
    );
    out += found ? found.sent : text[at];
    at += found ? found.typed.length : 1;
  }
  return out;
}
