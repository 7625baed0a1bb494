/**
 * Channel types, and channels in the order of Discord's sidebar.
 * @module channels
 */
import { store } from "./store.js";
import { CHANNEL } from "./types.js";

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Guild} Guild */

/** Whether it is a voice or stage channel. @param {Channel|null} channel */
export function isVoice(channel) {
  return channel?.type === CHANNEL.VOICE || channel?.type === CHANNEL.STAGE;
}

/** @param {Channel} channel */
export function isThread(channel) {
  return channel.type >= 10 && channel.type <= 12;
}

/** Whether the sidebar lists it: like Discord, archived threads only while they are open. @param {Channel} channel */
export function isListed(channel) {
  return !channel.archived || channel.id === store.route.channel;
}

/** The channel to open first in a server. @param {Guild} guild */
export function firstChannel(guild) {
  return (
    ordered(guild.channels).find((c) => c.type === CHANNEL.TEXT) ??
    guild.channels.find((c) => c.type !== CHANNEL.CATEGORY) ??
    null
  );
}

/** Sort channels: voice last, then by position and age. @param {Channel[]} channels */
export function ordered(channels) {
  const voice = (/** @type {Channel} */ c) => (isVoice(c) ? 1 : 0);
  return [...channels].sort(
    (a, b) => voice(a) - voice(b) || a.position - b.position || a.id.localeCompare(b.id),
  );
}
